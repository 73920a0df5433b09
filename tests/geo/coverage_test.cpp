// SPDX-License-Identifier: MIT
#include "linmu/geo/coverage.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>

#include "linmu/core/block.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/topology.hpp"
#include "support/paths.hpp"

namespace linmu {
namespace {

Grid unit_grid(int rows, int cols) { return {"EPSG:4547", 0, static_cast<double>(rows), 1, 1, rows, cols}; }

Plane<double> dense(const Coverage& cover, const Grid& grid) {
    Plane<double> out(grid.rows, grid.cols, 0);
    for (const auto& run : cover.inside) {
        for (int c = run.col; c < run.col_end; ++c) out(run.row, c) += 1;
    }
    for (const auto& cell : cover.boundary) out(cell.row, cell.col) += cell.share;
    return out;
}

double cells_of(const Coverage& cover) {
    double sum = 0;
    for (const auto& run : cover.inside) sum += run.col_end - run.col;
    for (const auto& cell : cover.boundary) sum += cell.share;
    return sum;
}

double shoelace(const Ring& ring) {
    double twice = 0;
    for (std::size_t i = 1; i + 1 < ring.size(); ++i) {
        twice += (ring[i].x - ring[0].x) * (ring[i + 1].y - ring[0].y) -
                 (ring[i + 1].x - ring[0].x) * (ring[i].y - ring[0].y);
    }
    return std::abs(twice) / 2;
}

Geometry polygon(Ring outer, std::vector<Ring> holes = {}) {
    Geometry g;
    g.polygons.push_back({std::move(outer), std::move(holes)});
    return g;
}

/// A star-shaped ring with `n` vertices.
Ring random_ring(std::uint64_t seed, Point middle, double radius, int n) {
    Ring ring;
    for (int i = 0; i < n; ++i) {
        const double angle = 2 * std::numbers::pi * i / n;
        const double r = radius * (0.3 + 0.7 * random_unit(seed, static_cast<std::uint64_t>(i)));
        ring.push_back({middle.x + r * std::cos(angle), middle.y + r * std::sin(angle)});
    }
    return ring;
}

void expect_ordered(const Coverage& cover, const Grid& grid) {
    std::map<std::pair<int, int>, int> seen;
    for (std::size_t i = 0; i < cover.inside.size(); ++i) {
        const auto& run = cover.inside[i];
        ASSERT_TRUE(run.row >= 0 && run.row < grid.rows && run.col >= 0 && run.col < run.col_end &&
                    run.col_end <= grid.cols);
        if (i > 0 && cover.inside[i - 1].row == run.row) {
            ASSERT_GT(run.col, cover.inside[i - 1].col_end);
        }
        if (i > 0) {
            ASSERT_GE(run.row, cover.inside[i - 1].row);
        }
        for (int c = run.col; c < run.col_end; ++c) ++seen[{run.row, c}];
    }
    for (std::size_t i = 0; i < cover.boundary.size(); ++i) {
        const auto& cell = cover.boundary[i];
        ASSERT_TRUE(cell.share > 0 && cell.share < 1);
        if (i > 0) {
            ASSERT_LT(std::pair(cover.boundary[i - 1].row, cover.boundary[i - 1].col), std::pair(cell.row, cell.col));
        }
        ++seen[{cell.row, cell.col}];
    }
    for (const auto& [cell, times] : seen) ASSERT_EQ(times, 1);
}

/// Cases of the exactextract project: a polygon, a grid, the matrix of fractions.
TEST(Coverage, EqualsTheCasesOfExactextract) {
    const auto path = test::shared_data("coverage_fraction_cases/cases.json");
    LINMU_NEEDS(path);
    const auto cases = nlohmann::json::parse(std::ifstream(path)).at("cases");
    ASSERT_GE(cases.size(), 10U);
    for (const auto& one : cases) {
        const auto extent = one.at("extent_xmin_ymin_xmax_ymax").get<std::vector<double>>();
        Grid grid{"EPSG:4547", extent[0], extent[3], one.at("dx"), one.at("dy"), 0, 0};
        grid.cols = static_cast<int>(std::lround((extent[2] - extent[0]) / grid.cell_x));
        grid.rows = static_cast<int>(std::lround((extent[3] - extent[1]) / grid.cell_y));
        const auto shape = from_wkt(one.at("wkt").get<std::string>());
        const auto cover = coverage(shape, grid);
        const auto got = dense(cover, grid);
        const auto want = one.at("fractions_top_row_first").get<std::vector<std::vector<double>>>();
        // Where the matrix is smaller than the grid it covers the envelope of the polygon.
        const bool envelope =
            static_cast<int>(want.size()) != grid.rows || static_cast<int>(want[0].size()) != grid.cols;
        const auto box = bounds(shape);
        const int row0 = envelope ? static_cast<int>(std::floor(grid.row(box.ymax))) : 0;
        const int col0 = envelope ? static_cast<int>(std::floor(grid.column(box.xmin))) : 0;
        double sum = 0;
        for (std::size_t r = 0; r < want.size(); ++r) {
            for (std::size_t c = 0; c < want[r].size(); ++c) {
                EXPECT_NEAR(got(row0 + static_cast<int>(r), col0 + static_cast<int>(c)), want[r][c], 1e-6)
                    << one.at("name");
                sum += want[r][c];
            }
        }
        EXPECT_NEAR(cells_of(cover), sum, 1e-5) << one.at("name");
    }
}

TEST(Coverage, OfCellsIsRunsAndNothingElse) {
    // A corner that no double holds exactly, and cells of a third.
    const Grid grid{"EPSG:4547", 419600.3, 4129100.7, 10.0 / 3, 10.0 / 3, 300, 300};
    for (int k = 0; k < 50; ++k) {
        const int r0 = 7 + k, r1 = 60 + 2 * k, c0 = 3 + 2 * k, c1 = 150 + k;
        const auto cover = coverage(polygon({{grid.x(c0), grid.y(r0)},
                                             {grid.x(c1), grid.y(r0)},
                                             {grid.x(c1), grid.y(r1)},
                                             {grid.x(c0), grid.y(r1)}}),
                                    grid);
        EXPECT_TRUE(cover.boundary.empty());
        ASSERT_EQ(static_cast<int>(cover.inside.size()), r1 - r0);
        for (const auto& run : cover.inside) EXPECT_TRUE(run.col == c0 && run.col_end == c1);
    }
}

TEST(Coverage, OfTheWholeGridIsAllCells) {
    const Grid grid{"EPSG:4547", 419600.3, 4129100.7, 0.7, 0.7, 300, 200};
    const Ring frame{
        {grid.x(0), grid.y(0)}, {grid.x(200), grid.y(0)}, {grid.x(200), grid.y(300)}, {grid.x(0), grid.y(300)}};
    const auto cover = coverage(polygon(frame), grid);
    EXPECT_FALSE(cover.outside);
    EXPECT_TRUE(cover.boundary.empty());
    EXPECT_EQ(cells_of(cover), 60000);
}

TEST(Coverage, SumsToTheAreaOfThePolygon) {
    const Grid grid{"EPSG:32649", 600000, 4100040, 10, 10, 400, 500};
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const double radius = std::pow(10, 0.5 + 2.7 * random_unit(seed, 99));
        const auto ring =
            random_ring(seed, {602500 + 100 * random_unit(seed, 100), 4098040 + 100 * random_unit(seed, 101)}, radius,
                        3 + static_cast<int>(seed % 60));
        const auto cover = coverage(polygon(ring), grid);
        EXPECT_FALSE(cover.outside);
        EXPECT_NEAR(cells_of(cover) * 100 / shoelace(ring), 1, 1e-9) << radius;
        expect_ordered(cover, grid);
    }
}

TEST(Coverage, OfEachCellIsTheAreaOfItsIntersection) {
    const auto grid = unit_grid(12, 14);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto shape = polygon(random_ring(seed, {7, 6}, 5.9, 17), {random_ring(seed + 1000, {7, 6}, 1.5, 9)});
        const auto got = dense(coverage(shape, grid), grid);
        for (int r = 0; r < grid.rows; ++r) {
            for (int c = 0; c < grid.cols; ++c) {
                const auto cell = polygon({{grid.x(c), grid.y(r)},
                                           {grid.x(c + 1), grid.y(r)},
                                           {grid.x(c + 1), grid.y(r + 1)},
                                           {grid.x(c), grid.y(r + 1)}});
                double want = 0;
                for (const auto& part : intersection_of(shape, cell).polygons) {
                    want += shoelace(part.outer);
                    for (const auto& hole : part.holes) want -= shoelace(hole);
                }
                EXPECT_NEAR(got(r, c), want, 1e-12);
            }
        }
    }
}

TEST(Coverage, DoesNotDependOnOrientationOrFirstVertex) {
    const auto grid = unit_grid(40, 40);
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const auto outer = random_ring(seed, {20, 20}, 18, 31);
        const auto inner = random_ring(seed + 1000, {20, 20}, 5, 12);
        const auto want = dense(coverage(polygon(outer, {inner}), grid), grid);
        Ring outer_back(outer.rbegin(), outer.rend());
        Ring inner_back(inner.rbegin(), inner.rend());
        std::rotate(outer_back.begin(), outer_back.begin() + 11, outer_back.end());
        for (const auto& shape :
             {polygon(outer_back, {inner}), polygon(outer, {inner_back}), polygon(outer_back, {inner_back})}) {
            const auto got = dense(coverage(shape, grid), grid);
            for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got.cells()[i], want.cells()[i], 1e-13);
        }
    }
}

TEST(Coverage, OfTwoPartsIsThatOfTheWhole) {
    const Grid grid{"EPSG:32649", 600000, 4100040, 10, 10, 100, 100};
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const auto ring = random_ring(seed, {600500, 4099540}, 450, 24);
        // The chord from vertex 0 to 12 passes through the middle, so both parts are star-shaped.
        Ring first(ring.begin(), ring.begin() + 13);
        Ring second(ring.begin() + 12, ring.end());
        second.push_back(ring.front());
        const auto want = dense(coverage(polygon(ring), grid), grid);
        auto got = dense(coverage(polygon(first), grid), grid);
        const auto other = dense(coverage(polygon(second), grid), grid);
        for (std::size_t i = 0; i < got.size(); ++i)
            ASSERT_NEAR(got.cells()[i] + other.cells()[i], want.cells()[i], 1e-9);
    }
}

TEST(Coverage, MovesWithTheGrid) {
    const Grid grid{"EPSG:32649", 600000, 4100040, 10, 10, 100, 100};
    const Grid shifted = crop(grid, {13, 29, 60, 50});
    const auto shape = polygon(random_ring(5, {600500, 4099540}, 450, 40));
    const auto whole = dense(coverage(shape, grid), grid);
    const auto cover = coverage(shape, shifted);
    const auto part = dense(cover, shifted);
    EXPECT_TRUE(cover.outside);
    for (int r = 0; r < shifted.rows; ++r) {
        for (int c = 0; c < shifted.cols; ++c) ASSERT_NEAR(part(r, c), whole(r + 13, c + 29), 1e-12);
    }
}

TEST(Coverage, LeavesOutWhatLiesBeyondTheGrid) {
    const auto grid = unit_grid(4, 4);
    const auto around = coverage(polygon({{-1e7, -1e7}, {1e7, -1e7}, {1e7, 1e7}, {-1e7, 1e7}}), grid);
    EXPECT_TRUE(around.outside);
    EXPECT_EQ(cells_of(around), 16);
    EXPECT_TRUE(around.boundary.empty());
    for (const Point far : {Point{-50, 2}, Point{50, 2}, Point{2, -50}, Point{2, 50}, Point{-50, -50}}) {
        const auto none = coverage(polygon(random_ring(1, far, 5, 9)), grid);
        EXPECT_TRUE(none.outside);
        EXPECT_TRUE(none.inside.empty() && none.boundary.empty());
    }
    const auto diagonal = coverage(polygon({{-4, 0}, {4, 0}, {4, 8}}), grid);
    EXPECT_NEAR(cells_of(diagonal), 16, 0);
    const auto corner = dense(coverage(polygon({{-2, 4.5}, {2.5, 0}, {-2, 0}}), grid), grid);
    EXPECT_NEAR(corner(3, 2), 0.125, 1e-15);
    EXPECT_NEAR(corner(3, 0), 1, 0);
    EXPECT_NEAR(corner(2, 0), 0.875, 1e-15);
}

TEST(Coverage, OfASliverNeverVanishes) {
    const Grid grid{"EPSG:32649", 600000, 4100040, 10, 10, 100, 100};
    for (const double width : {1e-1, 1e-3, 1e-5}) {
        const Ring sliver{{600011, 4099123}, {600876, 4099741}, {600876, 4099741 + width}, {600011, 4099123 + width}};
        const auto cover = coverage(polygon(sliver), grid);
        EXPECT_TRUE(cover.inside.empty());
        EXPECT_GE(cover.boundary.size(), 140U);
        EXPECT_NEAR(cells_of(cover) * 100, shoelace(sliver), 1e-9 * shoelace(sliver) + 1e-10);
    }
}

TEST(Coverage, APartInTheHoleOfAnotherCounts) {
    Geometry g = polygon({{1, 1}, {9, 1}, {9, 9}, {1, 9}}, {{{2, 2}, {8, 2}, {8, 8}, {2, 8}}});
    g.polygons.push_back({{{4.5, 4.5}, {5.5, 4.5}, {5.5, 5.5}, {4.5, 5.5}}, {}});
    EXPECT_NEAR(cells_of(coverage(g, unit_grid(10, 10))), 64 - 36 + 1, 1e-12);
}

TEST(Coverage, OfNothingIsNothing) {
    const auto cover = coverage({}, unit_grid(3, 3));
    EXPECT_TRUE(cover.inside.empty() && cover.boundary.empty() && !cover.outside);
    EXPECT_EQ(cells_of(coverage(polygon({{1, 1}}), unit_grid(3, 3))), 0);
    EXPECT_THROW(
        (void)coverage(polygon({{1, 1}, {2, 2}, {std::numeric_limits<double>::quiet_NaN(), 3}}), unit_grid(3, 3)),
        DataError);
}

/// A partition of 2,000 x 2,000 cells into some 40,000 skew parcels: each cell is shared out fully.
TEST(Coverage, OfAPartitionFillsEachCell) {
    const Grid grid{"EPSG:32649", 600000, 4100040, 10, 10, 2000, 2000};
    constexpr int n = 200;
    const auto corner = [&](int i, int j) -> Point {
        const bool rim_x = j == 0 || j == n;
        const bool rim_y = i == 0 || i == n;
        const auto a = static_cast<std::uint64_t>(i);
        const auto b = static_cast<std::uint64_t>(j);
        return {grid.x(2000.0 * j / n + (rim_x ? 0 : 6 * (random_unit(1, a, b) - 0.5))),
                grid.y(2000.0 * i / n + (rim_y ? 0 : 6 * (random_unit(2, a, b) - 0.5)))};
    };
    std::vector<Geometry> parcels;
    for (int i = 0; i < n; ++i) {
        for (int j = 0; j < n; ++j)
            parcels.push_back(polygon({corner(i, j), corner(i, j + 1), corner(i + 1, j + 1), corner(i + 1, j)}));
    }
    Plane<double> sum(grid.rows, grid.cols, 0);
    const auto start = std::chrono::steady_clock::now();
    std::vector<Coverage> covers;
    for (const auto& parcel : parcels) covers.push_back(coverage(parcel, grid));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    RecordProperty("parcels_a_second", std::to_string(static_cast<double>(parcels.size()) / took.count()));
    for (const auto& cover : covers) {
        ASSERT_FALSE(cover.outside);
        for (const auto& run : cover.inside) {
            for (int c = run.col; c < run.col_end; ++c) sum(run.row, c) += 1;
        }
        for (const auto& cell : cover.boundary) sum(cell.row, cell.col) += cell.share;
    }
    for (const double share : sum.cells()) ASSERT_NEAR(share, 1, 1e-9);
}

TEST(Coverage, OfACountyCostsItsBoundaryAndNotItsInside) {
    const Grid grid{"EPSG:4547", 419600, 4129100, 2, 2, 30000, 31000};
    Ring border;
    for (int i = 0; i < 20000; ++i) {
        const double angle = 2 * std::numbers::pi * i / 20000;
        const double r = 24000 + 3000 * std::sin(7 * angle) + 20 * random_unit(3, static_cast<std::uint64_t>(i));
        border.push_back({450000 + r * std::cos(angle), 4099000 + r * std::sin(angle)});
    }
    const auto start = std::chrono::steady_clock::now();
    const auto cover = coverage(polygon(border), grid);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    RecordProperty("seconds_for_a_county", std::to_string(took.count()));
    EXPECT_NEAR(cells_of(cover) * 4 / shoelace(border), 1, 1e-9);
    EXPECT_LT(cover.boundary.size() + cover.inside.size(), 500000U);
    EXPECT_LT(took.count(), 5);
}

}  // namespace
}  // namespace linmu
