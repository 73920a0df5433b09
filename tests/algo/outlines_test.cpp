// SPDX-License-Identifier: MIT
#include "linmu/algo/outlines.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "linmu/geo/mosaic.hpp"
#include "linmu/geo/topology.hpp"
#include "support/matrix.hpp"
#include "support/random_classes.hpp"

namespace linmu {
namespace {

using test::matrix;
using test::random_classes;
using test::run_map;
constexpr auto n = no_code;

Grid unit_grid(const CodePlane& plane) { return {"EPSG:4547", 0, 0, 1, 1, plane.rows(), plane.cols()}; }

std::vector<Geometry> outlines_of(const CodePlane& plane, const OutlineOptions& options) {
    const auto map = run_map(plane);
    const auto labels = label_patches(map, options.connectivity, in_turn);
    return outlines(map, labels, unit_grid(plane), options, in_turn);
}

double ring_area(const Ring& ring) {
    double sum = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const auto &a = ring[i], &b = ring[(i + 1) % ring.size()];
        sum += a.x * b.y - b.x * a.y;
    }
    return std::abs(sum) / 2;
}

double area_of(const Geometry& geometry) {
    double sum = 0;
    for (const auto& polygon : geometry.polygons) {
        sum += ring_area(polygon.outer);
        for (const auto& hole : polygon.holes) sum -= ring_area(hole);
    }
    return sum;
}

void expect_coverage(const std::vector<Geometry>& geometries, double total) {
    std::vector<const Geometry*> all;
    double sum = 0;
    for (const auto& geometry : geometries) {
        const auto fault = invalidity(geometry);
        EXPECT_FALSE(fault) << fault->reason << ' ' << to_wkt(geometry);
        all.push_back(&geometry);
        sum += area_of(geometry);
    }
    EXPECT_NEAR(sum, total, 1e-6);
    for (const auto& face : mosaic_faults(all, nullptr, 1e-9)) EXPECT_NE(face.times, 2) << "two patches share ground";
}

TEST(Outlines, ACellIsASquareAndARingHasAHole) {
    const auto found = outlines_of(matrix<std::int32_t>({{1, 1, 1}, {1, 2, 1}, {1, 1, 1}}), {});
    ASSERT_EQ(found.size(), 2U);
    ASSERT_EQ(found[0].polygons.size(), 1U);
    EXPECT_EQ(found[0].polygons[0].outer.size(), 4U);
    ASSERT_EQ(found[0].polygons[0].holes.size(), 1U);
    EXPECT_EQ(found[0].polygons[0].holes[0].size(), 4U);
    EXPECT_EQ(area_of(found[0]), 8);
    EXPECT_EQ(area_of(found[1]), 1);
}

TEST(Outlines, WhereThreeMeetEachHasAVertex) {
    const auto found = outlines_of(matrix<std::int32_t>({{1, 1, 1, 1}, {2, 2, 3, 3}}), {});
    const auto& above = found[0].polygons[0].outer;
    EXPECT_EQ(above.size(), 5U);
    EXPECT_NE(std::ranges::find(above, Point{2, -1}), above.end());
    const auto below = outlines_of(matrix<std::int32_t>({{2, 2, 3, 3}, {1, 1, 1, 1}}), {})[2].polygons[0].outer;
    EXPECT_EQ(below.size(), 5U);
    EXPECT_NE(std::ranges::find(below, Point{2, -1}), below.end());
}

TEST(Outlines, CellsThatMeetAtACornerOnlyMakeNoInvalidRing) {
    // 1 goes round 2 and touches itself at its corner.
    const auto plane = matrix<std::int32_t>({{1, 1, 1, 3}, {1, 2, 1, 3}, {1, 1, 2, 3}, {3, 3, 3, 3}});
    expect_coverage(outlines_of(plane, {}), 16);
    const auto eight = outlines_of(plane, {Connectivity::eight, 0});
    ASSERT_EQ(eight.size(), 3U);
    EXPECT_EQ(eight[2].polygons.size(), 2U) << "the two cells of 2 are one patch of two parts";
    expect_coverage(eight, 16);
}

TEST(Outlines, OfRandomMapsAreAValidCoverage) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        for (const int classes : {1, 2, 4}) {
            const auto plane = random_classes(23, 29, classes, seed);
            double total = 0;
            for (const auto cell : plane.cells()) total += cell == n ? 0 : 1;
            for (const auto connectivity : {Connectivity::four, Connectivity::eight}) {
                for (const double simplify : {0.0, 0.8, 3.0}) {
                    SCOPED_TRACE(testing::Message() << seed << ' ' << classes << ' ' << simplify);
                    const auto found = outlines_of(plane, {connectivity, simplify});
                    std::vector<const Geometry*> all;
                    for (const auto& geometry : found) {
                        const auto fault = invalidity(geometry);
                        EXPECT_FALSE(fault) << fault->reason << ' ' << to_wkt(geometry);
                        all.push_back(&geometry);
                    }
                    for (const auto& face : mosaic_faults(all, nullptr, 1e-9)) EXPECT_LT(face.times, 2);
                    if (simplify > 0) continue;
                    const auto map = run_map(plane);
                    const auto cells = patch_cells(map, label_patches(map, connectivity, in_turn));
                    for (std::size_t i = 0; i < found.size(); ++i)
                        EXPECT_EQ(area_of(found[i]), static_cast<double>(cells[i]));
                }
            }
        }
    }
}

/// Smooth land: three classes whose boundaries run at a slant, with islands.
CodePlane smooth_classes(int rows, int cols) {
    CodePlane plane(rows, cols, 0);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < cols; ++c)
            plane(r, c) = static_cast<int>(
                std::floor(1.5 + 1.4 * std::sin(r * 0.07 + 0.4 * std::sin(c * 0.11)) * std::cos(c * 0.05 + r * 0.02)));
    return plane;
}

TEST(Outlines, SimplifiedHaveFewerVerticesAndFillTheSameGround) {
    const auto plane = smooth_classes(120, 150);
    const auto count = [](const std::vector<Geometry>& all) {
        std::size_t sum = 0;
        for (const auto& g : all)
            for (const auto& p : g.polygons) {
                sum += p.outer.size();
                for (const auto& hole : p.holes) sum += hole.size();
            }
        return sum;
    };
    const auto exact = outlines_of(plane, {}), simple = outlines_of(plane, {Connectivity::four, 1.5});
    EXPECT_LT(count(simple) * 4, count(exact));
    // The map's border keeps its corners, as they touch no other patch... but where two patches meet on it.
    std::vector<const Geometry*> all;
    double sum = 0;
    for (std::size_t i = 0; i < simple.size(); ++i) {
        EXPECT_FALSE(invalidity(simple[i]));
        all.push_back(&simple[i]);
        sum += area_of(simple[i]);
    }
    EXPECT_NEAR(sum, 120 * 150, 4 * 2.25) << "only the map's own corners may go";
    for (const auto& face : mosaic_faults(all, nullptr, 1e-9)) ADD_FAILURE() << face.times << " times";
}

TEST(Outlines, AreTheSameByAnyChunksOfWork) {
    const auto plane = random_classes(300, 40, 3, 77);
    const auto map = run_map(plane);
    const auto labels = label_patches(map, Connectivity::four, in_turn);
    const auto backwards = [](std::size_t count, const std::function<void(std::size_t)>& work) {
        while (count > 0) work(--count);
    };
    const auto a = outlines(map, labels, unit_grid(plane), {Connectivity::four, 1}, in_turn);
    const auto b = outlines(map, labels, unit_grid(plane), {Connectivity::four, 1}, backwards);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(to_wkt(a[i]), to_wkt(b[i]));
}

}  // namespace
}  // namespace linmu
