// SPDX-License-Identifier: MIT
// Every vector file of the shared data opens, or is refused with its reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/io/vector.hpp"
#include "support/paths.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct Walk {
    int files = 0, layers = 0;
    long long features = 0;
    std::map<std::string, std::string> refused;  ///< file below the folder (and layer) -> reason
};

bool is_vector_name(const fs::path& path) {
    static const std::set<std::string> ends{".shp",     ".gpkg", ".geojson", ".zip", ".gml",
                                            ".parquet", ".rar",  ".001",     ".bz2"};
    return ends.contains(path.extension().string());
}

void read_all(const std::string& path, const std::string& shown, Walk& walk) {
    for (const auto& found : inspect_vector(path)) {
        const auto name = shown + ":" + found.spec.name;
        try {
            const auto layer = read_layer({path, found.spec.name, "", ""});
            EXPECT_EQ(found.refusal, "") << name << ": a plan refuses what a run reads";
            EXPECT_EQ(layer.spec.crs, found.spec.crs) << name;
            EXPECT_EQ(static_cast<long long>(layer.features.size()), found.features) << name;
            ++walk.layers;
            walk.features += found.features;
        } catch (const DataError& fault) {
            walk.refused[name] = fault.what();
        }
    }
}

Walk walk(const std::string& folder) {
    Walk all;
    std::vector<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && is_vector_name(entry.path())) paths.push_back(entry.path());
    std::ranges::sort(paths);
    for (const auto& path : paths) {
        ++all.files;
        const auto shown = path.lexically_relative(folder).string();
        try {
            read_all(path.string(), shown, all);
        } catch (const DataError& fault) {
            all.refused[shown] = fault.what();
        }
    }
    return all;
}

TEST(VectorReal, EveryFileOpensOrIsRefusedWithAReason) {
    const auto folder = test::shared_data("");
    LINMU_NEEDS(folder + "/parcels_fiboa_eu");
    LINMU_NEEDS(folder + "/cadastre_farms_swellendam_invalid");
    const auto all = walk(folder);
    // Files and layers that are read, then those that are not, each for a reason that is known to be right.
    std::map<std::string, int> reasons;
    const std::vector<std::string> known{
        "a bzip2 archive can't be read", "is a plain table, without geometry",  "has no features",
        "a RAR archive can't be read",   "this GDAL has no driver for Parquet", "a part of a split archive",
        "has no vector file in it",      "has 66 vector files; say which"};
    for (const auto& [name, reason] : all.refused) {
        const auto it = std::ranges::find_if(known, [&](const auto& k) { return reason.find(k) != std::string::npos; });
        if (it == known.end()) ADD_FAILURE() << name << " is refused: " << reason;
        else ++reasons[*it];
    }
    RecordProperty("files", all.files);
    RecordProperty("layers", all.layers);
    EXPECT_EQ(all.files, 59);
    EXPECT_EQ(all.layers, 50);
    EXPECT_EQ(all.features, 8141 + 36);
    EXPECT_EQ(reasons["a bzip2 archive can't be read"], 9) << "EDIGEO as delivered";
    EXPECT_EQ(reasons["is a plain table, without geometry"], 3);
    EXPECT_EQ(reasons["this GDAL has no driver for Parquet"], 2);
}

}  // namespace
}  // namespace linmu
