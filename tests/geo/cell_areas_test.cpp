// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <array>
#include <numbers>
#include <thread>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

namespace linmu {
namespace {

double by_corners(const Grid& grid, int row, int col, const Transform& to_lon_lat) {
    std::array<Point, 4> corners{{{grid.x(col), grid.y(row + 1)},
                                  {grid.x(col + 1), grid.y(row + 1)},
                                  {grid.x(col + 1), grid.y(row)},
                                  {grid.x(col), grid.y(row)}}};
    to_lon_lat.apply(corners);
    return ring_area_m2(corners);
}

class CellAreasOf : public testing::TestWithParam<Grid> {};

TEST_P(CellAreasOf, AreThoseOfTheCorners) {
    const auto& grid = GetParam();
    const CellAreas areas(grid);
    const Transform to_lon_lat(grid.crs, "EPSG:4490");
    double worst = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const int row = static_cast<int>(random_unit(1, i) * grid.rows);
        const int col = static_cast<int>(random_unit(2, i) * grid.cols);
        worst = std::max(worst, std::abs(areas.cell_m2(row, col) / by_corners(grid, row, col, to_lon_lat) - 1));
    }
    EXPECT_LT(worst, 1e-8);
    RecordProperty("worst_relative_error", std::to_string(worst * 1e12) + "e-12");
}

TEST_P(CellAreasOf, AreTheSameBitsInAnyWindow) {
    auto grid = GetParam();
    const CellAreas areas(grid);
    const Window all{grid.rows / 3, grid.cols / 3, std::min(300, grid.rows - grid.rows / 3),
                     std::min(300, grid.cols - grid.cols / 3)};
    const auto whole = areas(all);
    for (const auto& tile : tiles(all, 37)) {
        const auto part = areas(tile);
        for (int r = 0; r < tile.rows; ++r) {
            for (int c = 0; c < tile.cols; ++c) {
                ASSERT_EQ(part(r, c), whole(r + tile.row - all.row, c + tile.col - all.col));
                ASSERT_EQ(part(r, c), areas.cell_m2(r + tile.row, c + tile.col));
            }
        }
    }
}

TEST_P(CellAreasOf, DifferByRowNoMoreThanTheBound) {
    const auto& grid = GetParam();
    const CellAreas areas(grid);
    for (std::uint64_t i = 0; i < 50; ++i) {
        const int row = static_cast<int>(random_unit(1, i) * grid.rows);
        const int other = std::min(grid.rows - 1, row + static_cast<int>(random_unit(2, i) * 600));
        const int col = static_cast<int>(random_unit(3, i) * grid.cols);
        const int cols = std::min(512, grid.cols - col);
        const auto a = areas({row, col, 1, cols}), b = areas({other, col, 1, cols});
        double most = 0;
        for (int c = 0; c < cols; ++c) most = std::max(most, std::abs(a(0, c) - b(0, c)));
        ASSERT_LE(most, areas.row_difference(row, other, col, col + cols));
    }
}

INSTANTIATE_TEST_SUITE_P(Grids, CellAreasOf,
                         testing::Values(Grid{"EPSG:32649", 600000, 4100040, 10, 10, 10980, 10980},
                                         Grid{"EPSG:32649", 699960, 4200000, 30, 30, 4000, 7000},
                                         Grid{"EPSG:32650", 199980, 4200000, 120, 120, 915, 915},
                                         Grid{"EPSG:4547", 419600, 4129100, 10, 10, 6040, 6270},
                                         Grid{"EPSG:3857", 12590000, 4480000, 10, 10, 8000, 9000},
                                         Grid{"EPSG:3857", 1000000, 9000000, 120, 120, 3000, 3000},
                                         Grid{"EPSG:26986", 33000, 960000, 100, 100, 1200, 3000},
                                         Grid{"EPSG:2249", 100000, 3100000, 330, 330, 500, 900},
                                         Grid{"EPSG:4490", 113.1, 37.3, 0.0001, 0.0001, 5000, 7000},
                                         Grid{"EPSG:4326", -180, 90, 0.25, 0.25, 720, 1440},
                                         Grid{"EPSG:32649", 650000, 4100000, 10, 10, 3, 2},
                                         Grid{"EPSG:32649", 200000, 5000000, 8000, 8000, 60, 70}));

TEST(CellAreas, OfAGeographicGridAddUpToTheirTrapezoid) {
    constexpr double degree = std::numbers::pi / 180;
    const CellAreas areas(Grid{"EPSG:4490", 113, 38, 0.01, 0.01, 100, 100});
    const auto cells = areas({0, 0, 100, 100});
    double sum = 0;
    for (const double a : cells.cells()) sum += a;
    EXPECT_NEAR(sum / cgcs2000::trapezoid_series(37 * degree, 38 * degree, degree), 1, 1e-12);
}

TEST(CellAreas, OfAPlaneAddUpToTheAreaOfTheirUnion) {
    const Grid grid{"EPSG:32649", 600000, 4100040, 10, 10, 500, 400};
    const auto cells = CellAreas(grid)(grid.window());
    double sum = 0;
    for (const double a : cells.cells()) sum += a;
    Geometry frame;
    frame.polygons.push_back({{{600000, 4095040}, {604000, 4095040}, {604000, 4100040}, {600000, 4100040}}, {}});
    const auto outline = transformed(frame, Transform("EPSG:32649", "EPSG:4490"), 10);
    EXPECT_NEAR(sum / ring_area_m2(outline.polygons[0].outer), 1, 1e-9);
}

TEST(CellAreas, VeryFineCellsAreNotSpoiledByRounding) {
    const Grid grid{"EPSG:32649", 600000, 4100040, 0.05, 0.05, 2000, 2000};
    const Grid coarse{"EPSG:32649", 600000, 4100040, 100, 100, 1, 1};
    const auto cells = CellAreas(grid)(grid.window());
    double sum = 0;
    for (const double a : cells.cells()) sum += a;
    EXPECT_NEAR(sum / by_corners(coarse, 0, 0, Transform(grid.crs, "EPSG:4490")), 1, 1e-9);
}

TEST(CellAreas, MayBeAskedByManyThreads) {
    const Grid grid{"EPSG:32649", 600000, 4100040, 10, 10, 2000, 2000};
    const CellAreas areas(grid);
    const double want = areas.cell_m2(1999, 1999);
    std::vector<double> got(4);
    std::vector<std::thread> threads;
    for (auto& out : got) threads.emplace_back([&] { out = areas(grid.window())(1999, 1999); });
    for (auto& thread : threads) thread.join();
    for (const double a : got) EXPECT_EQ(a, want);
}

TEST(CellAreas, GridsThatAreNowhereAreRefused) {
    EXPECT_THROW(CellAreas(Grid{"EPSG:2383", 400000, 4000000, 10, 10, 10, 10}), DataError);
    EXPECT_THROW(CellAreas(Grid{"EPSG:4610", 113, 37, 0.1, 0.1, 10, 10}), DataError);
    EXPECT_THROW(CellAreas(Grid{"EPSG:32649", 0, 0, 10, 10, 0, 0}), DataError);
}

}  // namespace
}  // namespace linmu
