// SPDX-License-Identifier: MIT
#include "linmu/algo/patches.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <queue>
#include <thread>

#include "linmu/algo/class_area.hpp"
#include "linmu/core/error.hpp"
#include "support/matrix.hpp"
#include "support/random_classes.hpp"

namespace linmu {
namespace {

using test::matrix;
using test::random_classes;
using test::run_map;

constexpr auto n = no_code;
const Grid grid{"EPSG:4547", 500000, 4100000, 10, 10, 60, 70};

/// By filling one patch after another, cell by cell.
Plane<int> flooded(const CodePlane& plane, bool corners) {
    Plane<int> labels(plane.rows(), plane.cols(), -1);
    int next = 0;
    for (int r = 0; r < plane.rows(); ++r) {
        for (int c = 0; c < plane.cols(); ++c) {
            if (plane(r, c) == n || labels(r, c) >= 0) continue;
            std::queue<std::pair<int, int>> todo({{r, c}});
            labels(r, c) = next;
            while (!todo.empty()) {
                const auto [y, x] = todo.front();
                todo.pop();
                for (int dy = -1; dy <= 1; ++dy) {
                    for (int dx = -1; dx <= 1; ++dx) {
                        const int v = y + dy, u = x + dx;
                        if ((!corners && dy != 0 && dx != 0) || v < 0 || u < 0 || v >= plane.rows() ||
                            u >= plane.cols())
                            continue;
                        if (labels(v, u) >= 0 || plane(v, u) != plane(y, x)) continue;
                        labels(v, u) = next;
                        todo.emplace(v, u);
                    }
                }
            }
            ++next;
        }
    }
    return labels;
}

Plane<int> cell_labels(const RunMap& map, const PatchLabels& labels) {
    Plane<int> out(map.rows(), map.cols(), -1);
    for (int r = 0; r < map.rows(); ++r)
        for (std::size_t run = map.first(r); run < map.first(r + 1); ++run)
            for (int c = map.start(r, run); c < map.runs()[run].end; ++c) out(r, c) = labels.of_run[run];
    return out;
}

void with_two_threads(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::thread other([&] {
        for (std::size_t i = 1; i < count; i += 2) work(i);
    });
    for (std::size_t i = 0; i < count; i += 2) work(i);
    other.join();
}

TEST(RunMap, GivesBackTheCellsOfAnyWindowAndNoneBeyond) {
    const auto plane = random_classes(9, 70, 2, 5);
    const auto map = run_map(plane, 16);
    for (const Window window : {Window{0, 0, 9, 70}, Window{2, 33, 5, 20}, Window{-2, -3, 14, 80}}) {
        const auto cells = map.cells(window);
        for (int r = 0; r < window.rows; ++r) {
            for (int c = 0; c < window.cols; ++c) {
                const int y = r + window.row, x = c + window.col;
                const bool inside = y >= 0 && y < 9 && x >= 0 && x < 70;
                EXPECT_EQ(cells(r, c), inside ? plane(y, x) : n) << y << ' ' << x;
            }
        }
    }
}

TEST(RunMap, IsTheSameWhateverItsTiles) {
    const auto plane = random_classes(130, 211, 3, 1);
    const auto whole = run_map(plane, 512);
    for (const int tile : {1, 7, 64, 128}) EXPECT_EQ(run_map(plane, tile), whole) << tile;
}

TEST(RunMap, GoesOnFromItsState) {
    const auto plane = random_classes(40, 50, 3, 2);
    const Block all{{0, 0, 40, 50}, {AnyPlane{plane}}};
    const auto list = tiles(all.window, 16);
    for (std::size_t stop = 0; stop <= list.size(); ++stop) {
        RunMapMaker before(50), after(50);
        for (std::size_t i = 0; i < stop; ++i) before.add(tile_runs(crop(all, list[i]).code(0), list[i]));
        after.load(before.save());
        for (std::size_t i = stop; i < list.size(); ++i) after.add(tile_runs(crop(all, list[i]).code(0), list[i]));
        EXPECT_EQ(after.take(), run_map(plane)) << stop;
    }
    RunMapMaker maker(50);
    EXPECT_THROW(maker.load("no runs"), DataError);
    RunMapMaker other(49);
    RunMapMaker full(50);
    for (const auto& w : list) full.add(tile_runs(crop(all, w).code(0), w));
    EXPECT_THROW(other.load(full.save()), DataError);
}

TEST(Patches, AreWhatFillingCellByCellFindsAtAnyTileAndThread) {
    for (const int classes : {1, 2, 4}) {
        const auto plane = random_classes(600, 67, classes, 11);
        for (const auto connectivity : {Connectivity::four, Connectivity::eight}) {
            const auto expected = flooded(plane, connectivity == Connectivity::eight);
            for (const int tile : {16, 512}) {
                const auto map = run_map(plane, tile);
                const auto labels = label_patches(map, connectivity, with_two_threads);
                EXPECT_EQ(labels, label_patches(map, connectivity, in_turn));
                const auto found = cell_labels(map, labels);
                EXPECT_TRUE(std::ranges::equal(found.cells(), expected.cells())) << classes << ' ' << tile;
            }
        }
    }
}

TEST(Patches, AKnownMatrixHasItsClassesCellsWindowsAndOutlines) {
    const auto map = run_map(matrix<std::int32_t>({{1, 1, 2, n}, {1, 2, 2, 2}, {3, 3, n, 1}}));
    const Grid small{"EPSG:4547", 500000, 4100000, 10, 10, 3, 4};
    const auto labels = label_patches(map, Connectivity::four, in_turn);
    const auto found = patches(map, labels, small, in_turn);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(patch_codes(map, labels), (std::vector<std::int32_t>{1, 2, 3, 1}));
    EXPECT_EQ(patch_cells(map, labels), (std::vector<std::int64_t>{3, 4, 2, 1}));
    EXPECT_EQ(patch_perimeters(map, labels, equal_edges(map, 1, 1)), (std::vector<std::int64_t>{8, 10, 6, 4}));
    EXPECT_EQ(found[0].window, (Window{0, 0, 2, 2}));
    EXPECT_EQ(found[1].window, (Window{0, 1, 2, 3}));
    EXPECT_EQ(found[2].window, (Window{2, 0, 1, 2}));
    EXPECT_EQ(found[3].window, (Window{2, 3, 1, 1}));
    // Gauss-Kruger near its meridian: lengths of the plane are those of the ground, to a few millionths.
    EXPECT_NEAR(found[0].perimeter, 80, 1e-3);
    EXPECT_NEAR(found[1].area.m2(), 400, 1e-2);
    const auto by_corners = label_patches(map, Connectivity::eight, in_turn);
    EXPECT_EQ(by_corners.count, 4);
}

TEST(Patches, AddUpToTheClassAreasToTheLastUnit) {
    const auto plane = random_classes(grid.rows, grid.cols, 3, 3);
    const auto map = run_map(plane, 16);
    const CellAreas areas(grid);
    const auto labels = label_patches(map, Connectivity::eight, in_turn);
    const auto sums = patch_areas(map, labels, areas, with_two_threads);
    const auto codes = patch_codes(map, labels);
    std::map<std::int32_t, std::int64_t> by_class;
    for (std::size_t i = 0; i < sums.size(); ++i) by_class[codes[i]] += sums[i];
    Coverage all;
    for (int row = 0; row < grid.rows; ++row) all.inside.push_back({row, 0, grid.cols});
    ClassAreas expected;
    add_class_areas(expected, 0, all, plane, TileAreas(grid.window(), areas));
    for (const auto& [code, units] : by_class) EXPECT_EQ(units, expected.at({0, code}).units()) << code;
}

TEST(Patches, LengthsOfAGeographicGridFollowTheLatitude) {
    const auto lengths = edge_lengths({"EPSG:4490", 113, 37, 0.001, 0.001, 1000, 10});
    // CGCS2000: a degree of longitude is 111320 cos B m or so; of latitude 110.99 km at 36.5 degrees.
    EXPECT_NEAR(static_cast<double>(lengths.level[0]) / 1e4, 88.99, 0.05);
    EXPECT_GT(lengths.level[1000], lengths.level[0]);
    EXPECT_NEAR(static_cast<double>(lengths.upright[500]) / 1e4, 110.98, 0.02);
}

}  // namespace
}  // namespace linmu
