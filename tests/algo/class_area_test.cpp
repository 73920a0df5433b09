// SPDX-License-Identifier: MIT
#include "linmu/algo/class_area.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

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

/// The class areas with other codes for the same classes.
ClassAreas renamed(const ClassAreas& areas, std::int32_t (*name)(std::int32_t)) {
    ClassAreas out;
    for (const auto& [key, area] : areas) out.add({key.zone, name(key.code)}, area);
    return out;
}

TEST(ClassArea, is_the_same_whether_cells_are_numbered_by_range_by_list_or_not_at_all) {
    const Landscape landscape;
    const auto wanted = landscape.tiled(64);
    using Name = std::int32_t (*)(std::int32_t);
    const Name with_gaps = [](std::int32_t c) { return c == 2 ? no_code : 10 - 900 * c; };
    const Name far_apart = [](std::int32_t c) { return c == 0 ? no_code : c * 500'000'000; };
    const Name below_zero = [](std::int32_t c) { return c - 3; };
    for (const Name name : {with_gaps, far_apart, below_zero}) {
        Landscape other;
        for (auto& code : other.codes.cells()) code = name(code);
        for (const int size : {7, 64}) EXPECT_EQ(other.tiled(size), renamed(wanted, name)) << size;
    }
    Landscape none;
    for (auto& code : none.codes.cells()) code = no_code;
    EXPECT_EQ(none.tiled(16).at({0, no_code}), wanted.total());
}

TEST(ClassArea, change_is_the_same_whether_pairs_are_numbered_or_not) {
    const Landscape landscape;
    const auto tile = whole(landscape.cell_m2);
    CodePlane after = landscape.codes, far = landscape.codes;
    for (int r = 0; r < 40; ++r) {
        for (int c = 0; c < 37; ++c) {
            after(r, c) = r % 3 == 0 ? no_code : 7 + c % 9;
            far(r, c) = after(r, c) == no_code ? no_code : after(r, c) * 100'000;
        }
    }
    EXPECT_GT(TileClasses(landscape.codes, after).numbers(), 0);
    EXPECT_EQ(TileClasses(landscape.codes, far).numbers(), 0);
    ChangeAreas numbered, plain;
    add_change_areas(numbered, 0, landscape.coverage, {landscape.codes, after}, tile);
    add_change_areas(plain, 0, landscape.coverage, {landscape.codes, far}, tile);
    ChangeAreas wanted;
    for (const auto& [key, area] : plain)
        wanted.add({key.zone, key.from, key.to == no_code ? no_code : key.to / 100'000}, area);
    EXPECT_EQ(numbered, wanted);
    EXPECT_EQ(areas_before(numbered), landscape.tiled(64));
}

TEST(ClassArea, change_does_not_hang_on_the_tile_before) {
    const Landscape landscape;
    const auto tile = whole(landscape.cell_m2);
    const auto changes = [&](const CodePlane& after) {
        ChangeAreas areas;
        add_change_areas(areas, 0, landscape.coverage, {landscape.codes, after}, tile);
        return areas;
    };
    const auto shifted = [&](std::int32_t by) {
        auto plane = landscape.codes;
        for (auto& code : plane.cells()) code = code == no_code ? no_code : code + by;
        return plane;
    };
    CodePlane none = landscape.codes;
    for (auto& code : none.cells()) code = no_code;
    const auto wanted = changes(shifted(0));
    constexpr auto last = std::numeric_limits<std::int32_t>::max();
    for (const std::int32_t by : {5, -9, 1, last - 20, 0, no_code + 20, -2, 13}) {
        ChangeAreas back;
        for (const auto& [key, area] : changes(shifted(by)))
            back.add({key.zone, key.from, key.to == no_code ? no_code : key.to - by}, area);
        EXPECT_EQ(back, wanted) << by;
        EXPECT_EQ(areas_after(changes(none)).at({0, no_code}), wanted.total()) << by;
    }
}

TEST(TileAreas, rows_that_are_held_once_have_each_cells_own_units) {
    for (const Grid& grid : {Grid{"EPSG:32637", 399960, 6100020, 10, 10, 10980, 10980},
                             Grid{"EPSG:32649", 200000, 5000000, 8000, 8000, 60, 70},
                             Grid{"EPSG:3857", 12590000, 4480000, 10, 10, 8000, 9000},
                             Grid{"EPSG:4490", 113.1, 37.3, 0.0001, 0.0001, 5000, 7000}}) {
        const CellAreas areas(grid);
        const Window window{grid.rows / 2, grid.cols / 3, std::min(512, grid.rows / 2), std::min(200, grid.cols / 2)};
        const TileAreas shared(window, areas), each(window, areas(window));
        for (int r = window.row; r < window.row_end(); ++r)
            for (int c = window.col; c < window.col_end(); ++c)
                ASSERT_EQ(shared.run(r, c, c + 1), each.run(r, c, c + 1)) << grid.crs << ", " << r << ", " << c;
    }
    const Grid utm{"EPSG:32637", 399960, 6100020, 10, 10, 10980, 10980};
    const TileAreas tile({0, 0, 256, 256}, CellAreas(utm));
    EXPECT_EQ(tile.row_sums(0), tile.row_sums(1)) << "neighbours round to the same units: one row for both";
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
