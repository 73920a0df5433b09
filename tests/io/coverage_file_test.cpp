// SPDX-License-Identifier: MIT
#include "linmu/io/coverage_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "linmu/geo/topology.hpp"
#include "support/temp_dir.hpp"

namespace linmu::test {
namespace {

const Grid grid{"EPSG:4547", 500000, 4100000, 10, 10, 600, 500};

Layer layer_of(double x) {
    Layer layer{{"zones", "EPSG:4547", {{"id", FieldType::integer, "", ""}}}, {}};
    for (int i = 0; i < 50; ++i) {
        const double left = x + 90 * i, top = 4099990 - 100 * i;
        Geometry g;
        g.polygons.push_back({{{left, top}, {left + 83, top - 20}, {left + 40, top - 140}}, {}});
        layer.features.push_back({i, std::move(g), {std::int64_t{i}}});
    }
    return layer;
}

CoverageIndex index_of(const Layer& layer) {
    std::vector<PackedCoverages> parts(1);
    for (const auto& feature : layer.features) parts[0].add(coverage(feature.geometry, grid));
    return CoverageIndex::joined(std::move(parts), grid.rows, grid.cols);
}

std::vector<std::uint8_t> bytes_of(const CoverageIndex& index) {
    std::vector<std::uint8_t> bytes;
    for (const auto part : index.stored()) bytes.insert(bytes.end(), part.begin(), part.end());
    return bytes;
}

bool same(const CoverageIndex& a, const CoverageIndex& b) { return bytes_of(a) == bytes_of(b); }

std::size_t files_in(const std::string& folder) {
    const std::filesystem::directory_iterator all(folder);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST(CoverageFile, ComesBackAsItWas) {
    const TempDir dir;
    const auto layer = layer_of(500003);
    const auto index = index_of(layer);
    const auto key = coverage_key(layer, grid);
    EXPECT_FALSE(read_coverage(dir / "cache", key));
    write_coverage(dir / "cache", key, index);
    const auto stored = read_coverage(dir / "cache", key);
    ASSERT_TRUE(stored);
    EXPECT_TRUE(same(*stored, index));
    int cells = 0;
    stored->visit(grid.window(),
                  [&](std::size_t, const Coverage& part) { cells += static_cast<int>(part.boundary.size()); });
    EXPECT_GT(cells, 500);
}

TEST(CoverageFile, IsKnownByGeometryCrsAndGridAlone) {
    const auto layer = layer_of(500003);
    const auto key = coverage_key(layer, grid);
    auto renamed = layer;
    renamed.spec.name = "other";
    renamed.features[3].values[0] = std::int64_t{77};
    EXPECT_EQ(coverage_key(renamed, grid), key);
    auto moved = layer;
    moved.features[3].geometry.polygons[0].outer[1].x += 1e-6;
    EXPECT_NE(coverage_key(moved, grid), key);
    auto other_crs = layer;
    other_crs.spec.crs = "EPSG:4546";
    EXPECT_NE(coverage_key(other_crs, grid), key);
    auto finer = grid;
    finer.cell_x = 5;
    EXPECT_NE(coverage_key(layer, finer), key);
}

TEST(CoverageFile, IsRefusedWhenDamaged) {
    const TempDir dir;
    const auto layer = layer_of(500003);
    const auto index = index_of(layer);
    const std::string file = dir / "k.coverage";
    const auto damaged = [&](auto damage) {
        write_coverage(dir.path(), "k", index);
        damage();
        return !read_coverage(dir.path(), "k");
    };
    for (const std::size_t at :
         {std::size_t{3}, std::size_t{60}, bytes_of(index).size() / 2, bytes_of(index).size() + 15}) {
        EXPECT_TRUE(damaged([&] {
            std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
            stream.seekg(static_cast<std::streamoff>(at));
            const int byte = stream.get();
            stream.seekp(static_cast<std::streamoff>(at));
            stream.put(static_cast<char>(byte ^ 4));
        })) << "byte "
            << at;
    }
    EXPECT_TRUE(damaged([&] { std::filesystem::resize_file(file, bytes_of(index).size()); }));
    EXPECT_TRUE(damaged([&] { std::filesystem::resize_file(file, 0); }));
    EXPECT_FALSE(damaged([] {}));
}

TEST(CoverageFile, WritersAtTheSameTimeLeaveOneWholeFile) {
    const TempDir dir;
    const auto index = index_of(layer_of(500003));
    std::vector<std::jthread> writers;
    for (int i = 0; i < 4; ++i)
        writers.emplace_back([&] {
            for (int k = 0; k < 5; ++k) write_coverage(dir.path(), "k", index);
        });
    writers.clear();
    const auto stored = read_coverage(dir.path(), "k");
    ASSERT_TRUE(stored);
    EXPECT_TRUE(same(*stored, index));
    EXPECT_EQ(files_in(dir.path()), 1U) << "no temporary is left";
}

}  // namespace
}  // namespace linmu::test
