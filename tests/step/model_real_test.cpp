// SPDX-License-Identifier: MIT
// Training on real scenes: scores of blocks and parcels held out stay above what they were, less a margin, and what single cells
// held out say is told beside them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "linmu/io/raster.hpp"
#include "linmu/io/vector.hpp"
#include "support/paths.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

struct RealStack {
    RasterSpec spec;
    Block block;
};

RealStack all_bands(const std::string& path, BandKind kind, const std::string& prefix) {
    RealStack stack;
    const auto file = inspect_raster(path);
    std::vector<BandPick> picks;
    for (std::size_t i = 0; i < file.bands.size(); ++i) {
        BandPick pick;
        pick.spec = band(fmt::format("{}{}", prefix, i + 1), kind);
        pick.path = path;
        pick.number = static_cast<int>(i) + 1;
        stack.spec.bands.push_back(pick.spec);
        picks.push_back(std::move(pick));
    }
    stack.spec.grid = file.grid;
    stack.block = RasterReader(file.grid, picks, Resampling::refuse).read(file.grid.window());
    return stack;
}

class RealModels : public testing::Test {
protected:
    TempDir dir_;

    std::map<std::string, double> scores(const RealStack& stack, const Layer& layer,
                                         std::vector<std::pair<std::string, ParamValue>> keys) {
        keys.emplace_back("model", dir_ / "m.json");
        StepBench bench("train", keys);
        (void)bench.plan({Artifact::of(layer.spec), Artifact::of(stack.spec)});
        const std::string path = dir_ / fmt::format("ledger{}.gpkg", ++ledgers_);
        Ledger ledger(path);
        (void)bench.fold(ledger, {stack.block}, {&layer}, 128);
        std::map<std::string, double> out;
        for (const auto& row : ledger.query("SELECT scheme, class, overall, f1 FROM model_score").rows) {
            const auto name = std::get<std::string>(row[0]) + " " + std::get<std::string>(row[1]);
            if (std::holds_alternative<double>(row[2])) out[name] = std::get<double>(row[2]);
            if (std::holds_alternative<double>(row[3])) out[name + " f1"] = std::get<double>(row[3]);
        }
        for (const auto& [name, value] : out) RecordProperty(name, fmt::format("{:.4f}", value));
        fmt::print("overall: block {:.4f}, parcel {:.4f}, single cells {:.4f}; mean f1: block {:.4f}, parcel {:.4f}\n",
                   out["block all"], out["parcel all"], out["random all"], out["block all f1"], out["parcel all f1"]);
        return out;
    }

private:
    int ledgers_ = 0;
};

/// Landsat 5 of a clearing front in Para, Brazil, 1988, seven bands as counts; 36 polygons of four covers.
TEST_F(RealModels, LandsatSceneOfFourCovers) {
    const std::string data = shared_data("landsat5_tm_rstoolbox/derived");
    LINMU_NEEDS(data);
    std::ofstream legend(dir_ / "covers.toml");
    legend << "name_zh = \"地类\"\nname_en = \"covers\"\n";
    int code = 0;
    for (const char* key : {"cleared", "fallen_dry", "forest", "water"})
        legend << fmt::format(
            "[[class]]\ncode = {}\nkey = \"{}\"\nname_zh = \"{}\"\nname_en = \"{}\"\ncolor = \"#808080\"\n", ++code,
            key, key, key);
    legend.close();
    const auto stack = all_bands(data + "/lsat.tif", BandKind::real, "B");
    LayerRequest request;
    request.path = data + "/trainingPolygons_lsat.gpkg";
    const Layer layer = read_layer(request);
    for (const std::string kind : {"forest", "boosting"}) {
        const auto found = scores(
            stack, layer, {{"class-field", std::string("class")}, {"legend", dir_ / "covers.toml"}, {"kind", kind}});
        EXPECT_GT(found.at("block all"), 0.97) << kind;
        EXPECT_GT(found.at("parcel all"), 0.97) << kind;
        EXPECT_GT(found.at("block all f1"), 0.95) << kind;
        EXPECT_GE(found.at("random all"), found.at("block all")) << kind;
    }
}

/// Sentinel-2 NDVI of 68 dates near Turjak, Slovenia, without the dates of each cell that were cloudy; 80 parcels of the land use
/// survey, forest, grassland, shrubs and artificial surfaces.
TEST_F(RealModels, SeasonOfSlovenianParcels) {
    const std::string data = shared_data("s2_ndvi_series_lulc_slovenia_eolearn");
    LINMU_NEEDS(data);
    auto stack = all_bands(data + "/NDVI_68dates.tif", BandKind::real, "d");
    const auto clouds = all_bands(data + "/CLM_cloudmask_68dates.tif", BandKind::code, "c"),
               valid = all_bands(data + "/IS_VALID_68dates.tif", BandKind::code, "v");
    for (std::size_t d = 0; d < stack.block.bands.size(); ++d)
        for (std::size_t i = 0; i < stack.block.real(d).size(); ++i)
            if (clouds.block.code(d).cells()[i] == 1 || valid.block.code(d).cells()[i] != 1)
                stack.block.real(d).cells()[i] = no_value;
    LayerRequest request;
    request.path = data + "/LULC.gpkg";
    Layer layer = read_layer(request);
    const auto use = field_index(layer.spec.fields, "LULC_ID", "LULC");
    std::erase_if(layer.features, [&](const Feature& f) {
        const auto text = to_text(f.values[use]);
        return text == "0" || text == "1";  // without a use, and cultivated land of 11 cells
    });
    for (const std::string kind : {"forest", "boosting"}) {
        const auto found = scores(stack, layer,
                                  {{"class-field", std::string("LULC_ID")},
                                   {"kind", kind},
                                   {"trees", std::int64_t{25}},
                                   {"learning-rate", 0.2},
                                   {"folds", std::int64_t{4}},
                                   {"block", 200.0}});
        EXPECT_GT(found.at("block all"), 0.7) << kind;
        EXPECT_GT(found.at("parcel all"), 0.6) << kind;
        EXPECT_GT(found.at("block 2 f1"), 0.74) << kind << ", forest";
        EXPECT_GT(found.at("random all"), found.at("parcel all")) << kind << ": neighbours leak";
    }
}

}  // namespace
}  // namespace linmu::test
