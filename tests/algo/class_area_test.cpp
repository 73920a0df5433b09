// SPDX-License-Identifier: MIT
#include "linmu/algo/class_area.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "support/matrix.hpp"

namespace linmu {
namespace {

using test::matrix;

/// A polygon over rows 1 and 2 of a 4 x 5 grid: three cells wholly, three in part.
const Coverage shape{{{1, 1, 3}, {2, 1, 2}}, {{1, 3, 0.5}, {2, 0, 0.25}, {2, 2, 1.0 / 3}}, false};
const auto classes = matrix<std::int32_t>({{9, 9, 9, 9, 9}, {9, 1, 2, 2, 9}, {no_code, 1, 1, 9, 9}, {9, 9, 9, 9, 9}});

TileAreas whole(const Plane<double>& cell_m2) { return {Window{0, 0, cell_m2.rows(), cell_m2.cols()}, cell_m2}; }

TEST(ClassArea, sums_share_times_cell_by_class) {
    ClassAreas areas;
    add_class_areas(areas, 7, shape, classes, whole(Plane<double>(4, 5, 99.96)));
    EXPECT_EQ(areas.size(), 3U);
    EXPECT_EQ(areas.at({7, 1}), Area{2 * 999600 + 333200});
    EXPECT_EQ(areas.at({7, 2}), Area{999600 + 499800});
    EXPECT_EQ(areas.at({7, no_code}), Area{249900}) << "cells without value are a class of their own";
    EXPECT_EQ(areas.at({7, 9}), Area{});
}

TEST(ClassArea, change_has_the_areas_of_both_epochs_as_margins) {
    const auto after = matrix<std::int32_t>({{9, 9, 9, 9, 9}, {9, 1, 1, 2, 9}, {3, 1, no_code, 9, 9}, {9, 9, 9, 9, 9}});
    const auto tile = whole(Plane<double>(4, 5, 99.96));
    ChangeAreas changes;
    ClassAreas before, later;
    add_change_areas(changes, 7, shape, {classes, after}, tile);
    add_class_areas(before, 7, shape, classes, tile);
    add_class_areas(later, 7, shape, after, tile);
    EXPECT_EQ(changes.at({7, 2, 1}), Area{999600});
    EXPECT_EQ(changes.at({7, 1, 1}), Area{2 * 999600});
    EXPECT_EQ(changes.at({7, 1, no_code}), Area{333200});
    EXPECT_EQ(areas_before(changes), before);
    EXPECT_EQ(areas_after(changes), later);
}

/// A coverage with random shares, classes and cell areas over 40 x 37 cells.
struct Landscape {
    Coverage coverage;
    CodePlane codes{40, 37, 0};
    Plane<double> cell_m2{40, 37, 0};
    Landscape() {
        for (int r = 0; r < 40; ++r) {
            const auto row = static_cast<std::uint64_t>(r);
            for (int c = 0; c < 37; ++c) {
                const auto col = static_cast<std::uint64_t>(c);
                codes(r, c) = static_cast<std::int32_t>(4 * random_unit(1, row, col / 5));
                cell_m2(r, c) = 99.9 + 0.1 * random_unit(2, row, col);
            }
            if (r < 3 || r > 36) continue;
            coverage.boundary.push_back({r, 4, random_unit(3, row)});
            coverage.inside.push_back({r, 5, 11});
            coverage.inside.push_back({r, 14, 30});
            coverage.boundary.push_back({r, 30, random_unit(4, row)});
        }
    }
    [[nodiscard]] ClassAreas tiled(int size) const {
        ClassAreas areas;
        Grid grid{"", 0, 0, 1, 1, 40, 37};
        for (const Window& window : tiles(grid.window(), size)) {
            Plane<double> m2(window.rows, window.cols, 0);
            CodePlane part(window.rows, window.cols, 0);
            for (int r = 0; r < window.rows; ++r)
                for (int c = 0; c < window.cols; ++c) {
                    m2(r, c) = cell_m2(window.row + r, window.col + c);
                    part(r, c) = codes(window.row + r, window.col + c);
                }
            ClassAreas of_tile;
            add_class_areas(of_tile, 0, coverage, part, {window, m2});
            areas.merge(of_tile);
        }
        return areas;
    }
};

TEST(ClassArea, tile_size_changes_no_digit) {
    const Landscape landscape;
    const auto wanted = landscape.tiled(64);
    for (const int size : {1, 3, 7, 16, 37}) EXPECT_EQ(landscape.tiled(size), wanted) << size;
    EXPECT_GT(wanted.total(), Area::from_m2(30 * 20 * 99));
}

TEST(ClassArea, equals_the_sum_cell_by_cell) {
    const Landscape landscape;
    ClassAreas wanted;
    const auto add = [&](int r, int c, double share) {
        const auto cell = static_cast<double>(Area::from_m2(landscape.cell_m2(r, c)).units());
        wanted.add({0, landscape.codes(r, c)}, Area{std::llround(share * cell)});
    };
    for (const auto& run : landscape.coverage.inside)
        for (int c = run.col; c < run.col_end; ++c) add(run.row, c, 1);
    for (const auto& cell : landscape.coverage.boundary) add(cell.row, cell.col, cell.share);
    EXPECT_EQ(landscape.tiled(64), wanted);
}

TEST(ClassArea, of_a_slanting_polygon_is_its_exact_area) {
    const Grid grid{"EPSG:4547", 0, 400, 10, 10, 40, 37};
    const Geometry polygon{
        {{{{12.5, 33}, {301, 87.25}, {222.75, 390}, {61, 280}}, {{{100, 120}, {180, 133}, {150, 210}}}}}, {}, {}};
    ClassAreas areas;
    add_class_areas(areas, 0, coverage(polygon, grid), CodePlane(40, 37, 3), whole(Plane<double>(40, 37, 100)));
    const double outer = 63102.84375, hole = 3275.0;  // shoelace
    EXPECT_NEAR(areas.at({0, 3}).m2(), outer - hole, 0.01);
}

TEST(SparseAreas, come_back_from_bytes) {
    ClassAreas areas;
    areas.add({3, -5}, Area{-17});
    areas.add({0, no_code}, Area{1LL << 50});
    EXPECT_EQ(class_areas_from(to_bytes(areas)), areas);
    EXPECT_EQ(class_areas_from(to_bytes(ClassAreas{})), ClassAreas{});
    ChangeAreas changes;
    changes.add({3, 1, no_code}, Area{99});
    EXPECT_EQ(change_areas_from(to_bytes(changes)), changes);
}

TEST(SparseAreas, bytes_do_not_depend_on_the_order_of_adding) {
    ClassAreas a, b;
    a.add({1, 1}, Area{5}), a.add({0, 2}, Area{7}), a.add({1, 1}, Area{1});
    b.add({0, 2}, Area{7}), b.add({1, 1}, Area{1}), b.add({1, 1}, Area{5});
    EXPECT_EQ(to_bytes(a), to_bytes(b));
}

TEST(SparseAreas, damaged_bytes_are_refused) {
    ClassAreas areas;
    areas.add({3, 5}, Area{17});
    const auto bytes = to_bytes(areas);
    for (std::size_t n = 0; n < bytes.size(); ++n)
        EXPECT_THROW((void)class_areas_from(bytes.substr(0, n)), DataError) << n;
    EXPECT_THROW((void)change_areas_from(bytes), DataError);
    EXPECT_THROW((void)class_areas_from("XX" + bytes.substr(2)), DataError);
}

}  // namespace
}  // namespace linmu
