// SPDX-License-Identifier: MIT
#include "linmu/geo/mosaic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "linmu/core/random.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

double area(const Polygon& polygon) {
    const auto of = [](const Ring& ring) {
        double twice = 0;
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
            twice += ring[j].x * ring[i].y - ring[i].x * ring[j].y;
        return std::abs(twice) / 2;
    };
    double sum = of(polygon.outer);
    for (const auto& hole : polygon.holes) sum -= of(hole);
    return sum;
}

double area(const Geometry& g) {
    double sum = 0;
    for (const auto& polygon : g.polygons) sum += area(polygon);
    return sum;
}

Geometry star(std::uint64_t seed, double x, double y, bool holed) {
    const auto ring = [&](double size) {
        Ring out;
        const std::uint64_t n = 4 + seed % 7;
        for (std::uint64_t i = 0; i < n; ++i) {
            const double angle = 6.283185307 * static_cast<double>(i) / static_cast<double>(n);
            const double reach = size * (1 + random_unit(seed, i));
            out.push_back({x + std::round(reach * std::cos(angle)), y + std::round(reach * std::sin(angle))});
        }
        return out;
    };
    Geometry g{{{ring(20), {}}}, {}, {}};
    if (holed) g.polygons[0].holes.push_back(ring(6));
    return repaired(g);
}

TEST(MayOverlap, TellsNeighboursFromOverlaps) {
    const auto a = from_wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))");
    EXPECT_FALSE(may_overlap(a, from_wkt("POLYGON ((4 0, 8 0, 8 4, 4 4, 4 0))"))) << "a common edge";
    EXPECT_FALSE(may_overlap(a, from_wkt("POLYGON ((4 4, 8 4, 8 8, 4 4))"))) << "a common corner";
    EXPECT_FALSE(may_overlap(a, from_wkt("POLYGON ((9 9, 8 4, 8 8, 9 9))")));
    EXPECT_TRUE(may_overlap(a, from_wkt("POLYGON ((3 3, 8 3, 8 8, 3 8, 3 3))")));
    EXPECT_TRUE(may_overlap(a, a)) << "the same";
    EXPECT_TRUE(may_overlap(a, from_wkt("POLYGON ((1 1, 2 1, 2 2, 1 1))"))) << "inside";
    EXPECT_TRUE(may_overlap(from_wkt("POLYGON ((1 1, 2 1, 2 2, 1 1))"), a));
    EXPECT_TRUE(may_overlap(a, from_wkt("POLYGON ((0 0, 4 0, 4 4, 0 0))"))) << "half of it, common edges only";
    EXPECT_TRUE(may_overlap(a, from_wkt("POLYGON ((0 0, 4 4, 9 0, 0 0))"))) << "through common vertices";
    const auto ring = from_wkt("POLYGON ((-9 -9, 9 -9, 9 9, -9 9, -9 -9), (0 0, 4 0, 4 4, 0 4, 0 0))");
    EXPECT_FALSE(may_overlap(a, ring)) << "fills the hole";
    EXPECT_FALSE(may_overlap(ring, from_wkt("POLYGON ((1 1, 2 1, 2 2, 1 1))"))) << "in the hole";
}

TEST(MayOverlap, PropertyNeverMissesAnOverlap) {
    int overlaps = 0, spared = 0;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        const auto a = star(seed, 0, 0, seed % 3 == 0);
        const auto b = star(seed * 7 + 1, std::round(70 * random_unit(seed, 1)), std::round(40 * random_unit(seed, 2)),
                            seed % 5 == 0);
        const double common = area(intersection_of(a, b));
        overlaps += common > 0 ? 1 : 0;
        const bool may = may_overlap(a, b);
        spared += may ? 0 : 1;
        EXPECT_TRUE(may || common < 1e-6) << to_wkt(a) << "\n" << to_wkt(b);
        EXPECT_EQ(may, may_overlap(b, a));
    }
    EXPECT_GT(overlaps, 1000);
    EXPECT_GT(spared, 500);
}

TEST(MosaicFaults, ASeamlessMosaicHasNone) {
    const auto a = from_wkt("POLYGON ((0 0, 4 0, 4 2, 4 4, 0 4, 0 0))");
    const auto b = from_wkt("POLYGON ((4 0, 8 0, 8 4, 4 4, 4 2, 4 0))");
    const std::vector<const Geometry*> both{&a, &b};
    EXPECT_TRUE(mosaic_faults(both, nullptr, 1e-4).empty());
    const auto outline = from_wkt("POLYGON ((0 0, 8 0, 8 4, 0 4, 0 0))");
    EXPECT_TRUE(mosaic_faults(both, &outline, 1e-4).empty());
}

TEST(MosaicFaults, AVertexOnANeighboursEdgeIsNoGap) {
    const auto a = from_wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))");
    const auto b = from_wkt("POLYGON ((4 0, 8 0, 8 4, 4 4, 4.00000001 1.7, 4 0))");
    EXPECT_TRUE(mosaic_faults(std::vector<const Geometry*>{&a, &b}, nullptr, 1e-4).empty());
}

TEST(MosaicFaults, GapsOverlapsAndOpenBaysAreFoundWithTheirArea) {
    const auto a = from_wkt("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 3 2, 3 3, 2 3, 2 2))");
    const auto b = from_wkt("POLYGON ((8 8, 14 8, 14 14, 8 14, 8 8))");
    const std::vector<const Geometry*> both{&a, &b};
    auto faults = mosaic_faults(both, nullptr, 1e-4);
    ASSERT_EQ(faults.size(), 2U);
    std::ranges::sort(faults, {}, &MosaicFace::times);
    EXPECT_EQ(faults[0].times, 0);
    EXPECT_NEAR(area(faults[0].polygon), 1, 1e-9);
    EXPECT_EQ(faults[1].times, 2);
    EXPECT_NEAR(area(faults[1].polygon), 4, 1e-9);
    const auto outline = from_wkt("POLYGON ((0 0, 14 0, 14 14, 0 14, 0 0))");
    double gaps = 0;
    for (const auto& face : mosaic_faults(both, &outline, 1e-4)) gaps += face.times == 0 ? area(face.polygon) : 0;
    EXPECT_NEAR(gaps, 196 - (99 + 36 - 4), 1e-6);
}

/// Against GEOS's union: the ground covered, and the ground covered twice.
TEST(MosaicFaults, PropertyAddsUpWithTheUnion) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        std::vector<Geometry> all;
        for (std::uint64_t i = 0; i < 12; ++i)
            all.push_back(star(seed * 100 + i, std::round(120 * random_unit(seed, i, 1)),
                               std::round(120 * random_unit(seed, i, 2)), i % 2 == 0));
        std::vector<const Geometry*> pointers;
        double sum = 0;
        for (const auto& g : all) {
            pointers.push_back(&g);
            sum += area(g);
        }
        const auto whole = union_of(all);
        double holes = 0;
        for (const auto& polygon : whole.polygons) {
            for (const auto& hole : polygon.holes) holes += area(Polygon{hole, {}});
        }
        double gaps = 0, again = 0;
        for (const auto& face : mosaic_faults(pointers, nullptr, 1e-6)) {
            if (face.times == 0) gaps += area(face.polygon);
            else again += (face.times - 1) * area(face.polygon);
        }
        EXPECT_NEAR(sum - again, area(whole), 1e-2) << seed;
        EXPECT_LE(gaps, holes + 1e-2) << seed << ": a part in a hole is no gap";
    }
}

TEST(Duplicates, AreTheSameWhateverTheStartAndTurnOfTheirRings) {
    const auto a = from_wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 1))");
    const auto b = from_wkt("POLYGON ((4 4, 4 0, 0 0, 0 4, 4 4), (2 2, 1 1, 2 1, 2 2))");
    const auto c = from_wkt("POLYGON ((4 4, 4 0, 0 0, 0 4, 4 4))");
    const Geometry none;
    const std::vector<const Geometry*> all{&a, &c, &none, &b, &none, &a};
    const auto same = duplicates_among(all);
    EXPECT_EQ(same[3], 0U);
    EXPECT_EQ(same[5], 0U);
    for (const auto i : {0U, 1U, 2U, 4U}) EXPECT_FALSE(same[i]);
}

TEST(OutlineTest, HoldsWhatLiesWellInside) {
    const Outline county(from_wkt("POLYGON ((0 0, 90 0, 90 90, 0 90, 0 0), (40 40, 50 40, 50 50, 40 50, 40 40))"));
    EXPECT_TRUE(county.holds(from_wkt("POLYGON ((10 10, 20 10, 20 20, 10 10))")));
    EXPECT_FALSE(county.holds(from_wkt("POLYGON ((42 42, 44 42, 44 44, 42 42))"))) << "in the hole";
    EXPECT_FALSE(county.holds(from_wkt("POLYGON ((110 10, 120 10, 120 20, 110 10))")));
    EXPECT_FALSE(county.holds(from_wkt("POLYGON ((0 0, 20 0, 20 20, 0 0))"))) << "at the edge: to be asked";
}

}  // namespace
}  // namespace linmu
