// SPDX-License-Identifier: MIT
#include "linmu/geo/coverage_index.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>

#include "linmu/core/block.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

constexpr int rows = 600, cols = 500;
const Grid grid{"EPSG:4547", 500000, 4100000, 10, 10, rows, cols};

/// A star around a place, which may hang over the grid's edge.
Geometry star(std::uint64_t seed) {
    const auto unit = [seed](std::uint64_t k) { return random_unit(seed, k); };
    const Point middle{grid.x(cols * unit(0)), grid.y(rows * unit(1))};
    const double radius = std::pow(10, 0.3 + 2.8 * unit(2));  // 2 m to 1.3 km
    Ring ring;
    for (int i = 0; i < 17; ++i) {
        const double angle = 2 * std::numbers::pi * i / 17;
        const double r = radius * (0.3 + 0.7 * unit(static_cast<std::uint64_t>(3 + i)));
        ring.push_back({middle.x + r * std::cos(angle), middle.y + r * std::sin(angle)});
    }
    Geometry polygon;
    polygon.polygons.push_back({std::move(ring), {}});
    return polygon;
}

std::vector<Coverage> coverages() {
    std::vector<Coverage> all;
    for (std::uint64_t i = 0; i < 200; ++i) all.push_back(coverage(star(i), grid));
    all.push_back(coverage(Geometry{}, grid));
    all.push_back(coverage(from_wkt("LINESTRING (500001 4099999, 504990 4094001)"), grid));
    all.push_back(coverage(from_wkt("POINT (500005 4099995)"), grid));
    return all;
}

CoverageIndex index_of(const std::vector<Coverage>& all, std::size_t a_part) {
    std::vector<PackedCoverages> parts;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i % a_part == 0) parts.emplace_back();
        parts.back().add(all[i]);
    }
    return CoverageIndex::joined(std::move(parts), rows, cols);
}

std::vector<std::uint8_t> bytes_of(const CoverageIndex& index) {
    std::vector<std::uint8_t> bytes;
    for (const auto part : index.stored()) bytes.insert(bytes.end(), part.begin(), part.end());
    return bytes;
}

/// Everything that the index gives by tiles of a size, by feature, in the order of a coverage.
std::vector<Coverage> by_tiles(const CoverageIndex& index, int size) {
    std::vector<Coverage> all(index.size());
    for (const auto& tile : tiles(grid.window(), size)) {
        index.visit(tile, [&](std::size_t feature, const Coverage& part) {
            auto& whole = all[feature];
            whole.inside.insert(whole.inside.end(), part.inside.begin(), part.inside.end());
            whole.boundary.insert(whole.boundary.end(), part.boundary.begin(), part.boundary.end());
        });
    }
    for (auto& one : all) {
        std::ranges::sort(one.inside, {}, [](const CellRun& run) { return std::pair(run.row, run.col); });
        std::ranges::sort(one.boundary, {}, [](const CellShare& cell) { return std::pair(cell.row, cell.col); });
        std::vector<CellRun> joined;
        for (const auto& run : one.inside) {
            if (!joined.empty() && joined.back().row == run.row && joined.back().col_end == run.col)
                joined.back().col_end = run.col_end;
            else joined.push_back(run);
        }
        one.inside = std::move(joined);
    }
    return all;
}

TEST(CoverageIndex, GivesEachCoverageBackToTheBitByAnyTiles) {
    const auto all = coverages();
    const auto index = index_of(all, 7);
    ASSERT_EQ(index.size(), all.size());
    for (const int size : {64, 256, 512, 1000}) {
        const auto got = by_tiles(index, size);
        for (std::size_t i = 0; i < all.size(); ++i) {
            EXPECT_EQ(got[i].inside, all[i].inside) << i << ", tiles of " << size;
            EXPECT_EQ(got[i].boundary, all[i].boundary) << i << ", tiles of " << size;
        }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::int64_t inside = 0;
        for (const auto& run : all[i].inside) inside += run.col_end - run.col;
        EXPECT_EQ(index.inside_cells(i), inside);
        EXPECT_EQ(index.status(i), all[i].status);
    }
}

TEST(CoverageIndex, HasTheSameBytesForAnyParts) {
    const auto all = coverages();
    const auto one = index_of(all, 1000), many = index_of(all, 3);
    ASSERT_EQ(bytes_of(one).size(), bytes_of(many).size());
    EXPECT_EQ(bytes_of(one), bytes_of(many));
    EXPECT_LT(
        bytes_of(one).size(), 12 * [&] {
            std::size_t items = 0;
            for (const auto& c : all) items += c.inside.size() + c.boundary.size();
            return items;
        }());
}

TEST(CoverageIndex, RefusesBytesOfAnotherForm) {
    const auto index = index_of(coverages(), 50);
    const auto bytes = bytes_of(index);
    EXPECT_NO_THROW((void)CoverageIndex::over(bytes, nullptr));
    EXPECT_THROW((void)CoverageIndex::over(std::span(bytes).first(40), nullptr), DataError);
    EXPECT_THROW((void)CoverageIndex::over(std::span(bytes).first(bytes.size() - 8), nullptr), DataError);
    auto other = bytes;
    other[7] = '9';
    EXPECT_THROW((void)CoverageIndex::over(other, nullptr), DataError);
}

TEST(CoverageIndex, OverlappingAndNestedFeaturesEachHaveTheirCells) {
    const auto outer = coverage(
        from_wkt("POLYGON ((500000 4100000, 500100 4100000, 500100 4099900, 500000 4099900, 500000 4100000))"), grid);
    const auto inner = coverage(
        from_wkt("POLYGON ((500020 4099980, 500060 4099980, 500060 4099925, 500020 4099925, 500020 4099980))"), grid);
    const auto got = by_tiles(index_of({outer, inner, outer}, 2), 64);
    EXPECT_EQ(got[0].inside, outer.inside);
    EXPECT_EQ(got[1].inside, inner.inside);
    EXPECT_EQ(got[1].boundary, inner.boundary);
    EXPECT_EQ(got[2].inside, outer.inside);
}

CoverageStatus status_of(const char* wkt) { return coverage(from_wkt(wkt), grid).status; }

TEST(CoverageStatus, SaysHowAFeatureLies) {
    using enum CoverageStatus;
    EXPECT_EQ(status_of("POLYGON ((500000 4100000, 500100 4100000, 500100 4099900, 500000 4099900, 500000 4100000))"),
              ok);
    EXPECT_EQ(status_of("POLYGON ((499990 4100000, 500100 4100000, 500100 4099900, 499990 4099900, 499990 4100000))"),
              partly_outside);
    EXPECT_EQ(status_of("POLYGON ((499900 4100000, 500000 4100000, 500000 4099900, 499900 4099900, 499900 4100000))"),
              outside);
    EXPECT_EQ(status_of("POLYGON ((500001 4099999, 500003 4099999, 500003 4099997, 500001 4099999))"), small);
    // A bow tie: its halves turn against each other.
    EXPECT_EQ(status_of("POLYGON ((500000 4100000, 500100 4099900, 500100 4100000, 500000 4099900, 500000 4100000))"),
              invalid);
    EXPECT_EQ(status_of("POLYGON ((500000 4100000, 500100 4100000, 500050 4100000, 500000 4100000))"), invalid);
    EXPECT_EQ(coverage(Geometry{}, grid).status, invalid);
    EXPECT_EQ(status_of("LINESTRING (500001 4099999, 500051 4099999)"), ok);
    EXPECT_EQ(status_of("LINESTRING (499951 4099999, 500051 4099999)"), partly_outside);
    EXPECT_EQ(status_of("LINESTRING (500001 4100009, 500051 4100009)"), outside);
    EXPECT_EQ(status_of("LINESTRING (500001 4099999, 500001 4099999)"), invalid);
    EXPECT_EQ(status_of("POINT (500001 4099999)"), ok);
    EXPECT_EQ(status_of("POINT (499999 4099999)"), outside);
}

std::map<std::pair<int, int>, double> cells_of(const char* wkt) {
    std::map<std::pair<int, int>, double> cells;
    for (const auto& cell : coverage(from_wkt(wkt), grid).boundary) cells[{cell.row, cell.col}] += cell.share;
    return cells;
}

TEST(CoverageOfLines, GivesTheShareOfTheLengthInEachCell) {
    // 40 m: 5 in cell (0, 0), 10 in each of the next three, 5 in the fifth.
    const auto straight = cells_of("LINESTRING (500005 4099995, 500045 4099995)");
    ASSERT_EQ(straight.size(), 5U);
    EXPECT_DOUBLE_EQ(straight.at({0, 0}), 0.125);
    EXPECT_DOUBLE_EQ(straight.at({0, 1}), 0.25);
    EXPECT_DOUBLE_EQ(straight.at({0, 4}), 0.125);
    // On a border of rows: the cells south of it; on the grid's last border: the last cell.
    const auto border = cells_of("LINESTRING (500000 4099990, 500020 4099990)");
    ASSERT_EQ(border.size(), 2U);
    EXPECT_DOUBLE_EQ(border.at({1, 0}), 0.5);
    EXPECT_DOUBLE_EQ(cells_of("LINESTRING (505000 4099990, 505000 4099985)").at({1, cols - 1}), 1);
    // Twice through a cell, and half of it beyond the grid.
    const auto back = cells_of("LINESTRING (500009 4099995, 500001 4099995, 499985 4099995)");
    EXPECT_NEAR(back.at({0, 0}), 9.0 / 24, 1e-12);
    EXPECT_EQ(back.size(), 1U);
}

TEST(CoverageOfLines, SharesOfRandomLinesAreTheirClippedLengths) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        Geometry line;
        line.lines.emplace_back();
        for (std::uint64_t i = 0; i < 6; ++i)
            line.lines.back().push_back({grid.x(30 * random_unit(seed, i)), grid.y(30 * random_unit(seed + 1000, i))});
        double whole = 0, sum = 0;
        for (std::size_t i = 1; i < 6; ++i)
            whole +=
                std::hypot(line.lines[0][i].x - line.lines[0][i - 1].x, line.lines[0][i].y - line.lines[0][i - 1].y);
        for (const auto& cell : coverage(line, grid).boundary) {
            sum += cell.share;
            // Sampled: how much of the line is in the cell.
            double in_cell = 0;
            constexpr int steps = 4000;
            for (std::size_t i = 1; i < 6; ++i) {
                const Point a = line.lines[0][i - 1], b = line.lines[0][i];
                int hits = 0;
                for (int k = 0; k < steps; ++k) {
                    const double t = (k + 0.5) / steps;
                    hits += static_cast<int>(grid.column(a.x + t * (b.x - a.x))) == cell.col &&
                                    static_cast<int>(grid.row(a.y + t * (b.y - a.y))) == cell.row
                                ? 1
                                : 0;
                }
                in_cell += std::hypot(b.x - a.x, b.y - a.y) * hits / steps;
            }
            ASSERT_NEAR(cell.share, in_cell / whole, 1e-3) << seed;
        }
        EXPECT_NEAR(sum, 1, 1e-12) << seed;
    }
}

TEST(CoverageOfPoints, AreTheirCells) {
    const auto cells = cells_of("MULTIPOINT ((500000 4100000), (500009 4099991), (500010 4099990), (505000 4094000))");
    ASSERT_EQ(cells.size(), 3U);
    EXPECT_DOUBLE_EQ(cells.at({0, 0}), 0.5);
    EXPECT_DOUBLE_EQ(cells.at({1, 1}), 0.25) << "a corner belongs to the cell south-east of it";
    EXPECT_DOUBLE_EQ(cells.at({rows - 1, cols - 1}), 0.25) << "but not at the grid's own";
}

}  // namespace
}  // namespace linmu
