// SPDX-License-Identifier: MIT
#include "linmu/geo/overlay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

constexpr const char* plane = "EPSG:4547";
constexpr double x0 = 440000, y0 = 4100000;

const AreaScale& scale() {
    static const AreaScale made(plane, {430000, 4090000, 460000, 4120000});
    return made;
}

Geometry square(double x, double y, double side) {
    return {
        {{{{x0 + x, y0 + y}, {x0 + x + side, y0 + y}, {x0 + x + side, y0 + y + side}, {x0 + x, y0 + y + side}}, {}}},
        {},
        {}};
}

OverlayShape shape(const Geometry& g) { return overlay_shape(g, scale()); }
double shared(const Geometry& a, const Geometry& b) { return shared_area(shape(a), shape(b), scale()).plane_m2; }

double ring_area(const Ring& ring) {
    double twice = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
        twice += (ring[j].x - x0) * (ring[i].y - y0) - (ring[i].x - x0) * (ring[j].y - y0);
    return std::abs(twice) / 2;
}

double length(const Ring& ring) {
    double sum = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
        sum += std::hypot(ring[i].x - ring[j].x, ring[i].y - ring[j].y);
    return sum;
}

double area(const Geometry& g) {
    double sum = 0;
    for (const auto& polygon : g.polygons) {
        sum += ring_area(polygon.outer);
        for (const auto& hole : polygon.holes) sum -= ring_area(hole);
    }
    return sum;
}

TEST(SharedArea, OfSquaresThatCrossTouchHoldOrMissEachOther) {
    const auto big = square(0, 0, 100);
    EXPECT_NEAR(shared(big, square(50, 60, 100)), 50 * 40, 1e-9);
    EXPECT_NEAR(shared(big, square(20, 30, 10)), 100, 1e-9);
    EXPECT_NEAR(shared(square(20, 30, 10), big), 100, 1e-9);
    EXPECT_NEAR(shared(big, big), 10000, 1e-9);
    EXPECT_NEAR(shared(big, square(0, 0, 30)), 900, 1e-9) << "a common corner";
    EXPECT_NEAR(shared(big, square(100, 0, 100)), 0, 1e-9) << "a common edge";
    EXPECT_NEAR(shared(big, square(100, 100, 5)), 0, 1e-9) << "a common corner, outside";
    EXPECT_NEAR(shared(big, square(30, 100, 20)), 0, 1e-9) << "an edge on an edge";
    EXPECT_EQ(shared(big, square(300, 0, 10)), 0);
}

TEST(SharedArea, AnyOrientationHolesAndParts) {
    Geometry holed = square(0, 0, 100);
    holed.polygons[0].holes.push_back(square(40, 40, 20).polygons[0].outer);
    EXPECT_NEAR(shared(holed, square(30, 30, 40)), 1600 - 400, 1e-9);
    EXPECT_NEAR(shared(holed, square(40, 40, 20)), 0, 1e-9);
    auto turned = holed;
    std::ranges::reverse(turned.polygons[0].outer);
    EXPECT_NEAR(shared(turned, square(30, 30, 40)), 1600 - 400, 1e-9);
    std::ranges::reverse(turned.polygons[0].holes[0]);
    EXPECT_NEAR(shared(turned, square(30, 30, 40)), 1600 - 400, 1e-9);
    Geometry parts = square(0, 0, 10);
    parts.polygons.push_back(square(50, 0, 10).polygons[0]);
    EXPECT_NEAR(shared(parts, square(5, 5, 50)), 25 + 5 * 5, 1e-9);
}

TEST(SharedArea, OfACircleAndAHalfPlane) {
    Geometry circle;
    auto& ring = circle.polygons.emplace_back().outer;
    constexpr int sides = 720;
    for (int i = 0; i < sides; ++i) {
        const double t = 2 * std::numbers::pi * i / sides;
        ring.push_back({x0 + 500 * std::cos(t), y0 + 500 * std::sin(t)});
    }
    const double whole = sides / 2.0 * 500 * 500 * std::sin(2 * std::numbers::pi / sides);
    EXPECT_NEAR(shared(circle, square(-1000, -1000, 2000)), whole, 1e-6);
    EXPECT_NEAR(shared(circle, square(-1000, -2000, 2000)), whole / 2, 1e-6);
    EXPECT_NEAR(shared(square(0, 0, 2000), circle), whole / 4, 1e-6);
}

/// A star-shaped polygon of random radii: simple by construction.
Geometry star(std::uint64_t seed, double cx, double cy, double r, int sides) {
    Geometry g;
    auto& ring = g.polygons.emplace_back().outer;
    for (int i = 0; i < sides; ++i) {
        const double t = 2 * std::numbers::pi * i / sides;
        const double d = r * (0.3 + 0.7 * random_unit(seed, static_cast<std::uint64_t>(i)));
        ring.push_back({x0 + cx + d * std::cos(t), y0 + cy + d * std::sin(t)});
    }
    return g;
}

TEST(SharedArea, IsThatOfGeosForRandomStars) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const auto a = star(seed, 0, 0, 100, 5 + static_cast<int>(seed % 60));
        const auto b = star(seed + 1000, 120 * random_unit(seed, 77), 120 * random_unit(seed, 78), 100,
                            5 + static_cast<int>(seed % 47));
        const double geos = area(intersection_of(a, b));
        ASSERT_NEAR(shared(a, b), geos, 1e-6 * geos + 1e-7) << seed;
    }
}

TEST(SharedArea, OnTheEllipsoidIsTheSurveysAreaOfThePiece) {
    const SurveyArea survey(plane, plane, 10);  // short chords: the limit that straight edges are
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const auto a = star(seed, 0, 0, 900, 40);
        const auto b = star(seed + 500, 300, 200, 900, 40);
        const double piece = survey.m2(intersection_of(a, b));
        ASSERT_NEAR(shared_area(shape(a), shape(b), scale()).m2, piece, 3e-9 * piece + 1e-4) << seed;
        ASSERT_NEAR(shape(a).m2, survey.m2(a), 3e-9 * survey.m2(a) + 1e-4) << seed;
    }
}

TEST(SharedPerimeter, OfStripsBoxesAndCommonEdges) {
    const auto around = [](const Geometry& a, const Geometry& b) { return shared_perimeter(shape(a), shape(b), 1e-4); };
    EXPECT_NEAR(around(square(0, 0, 100), square(99.5, 0, 100)), 2 * 100 + 2 * 0.5, 1e-6);
    EXPECT_NEAR(around(square(0, 0, 100), square(20, 20, 10)), 40, 1e-6);
    EXPECT_NEAR(around(square(0, 0, 100), square(0, 0, 100)), 400, 1e-6);
    EXPECT_NEAR(around(square(0, 0, 100), square(100, 0, 100)), 0, 1e-6);
    EXPECT_NEAR(around(square(0, 0, 100), square(0, 0, 40)), 160, 1e-6);
}

TEST(SharedPerimeter, HangsNotOnNoiseInABorderThatBothShare) {
    // Two parcels at the frame of a map: what they share lies along a border that doubles tell apart.
    for (const double noise : {-1e-9, 0.0, 1e-9}) {
        const auto a = shape(square(0, 0, 10)), above = shape(square(noise, 9, 10)),
                   beside = shape(square(9, noise, 10));
        for (const auto* b : {&above, &beside}) {
            EXPECT_NEAR(shared_perimeter(a, *b, 1e-4), 22, 1e-4) << noise;
            EXPECT_NEAR(shared_perimeter(*b, a, 1e-4), 22, 1e-4) << noise;
        }
    }
}

TEST(SharedPerimeter, IsThatOfGeosForRandomStars) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const auto a = star(seed, 0, 0, 100, 5 + static_cast<int>(seed % 60));
        const auto b = star(seed + 1000, 120 * random_unit(seed, 77), 120 * random_unit(seed, 78), 100,
                            5 + static_cast<int>(seed % 47));
        double geos = 0;
        for (const auto& polygon : intersection_of(a, b).polygons) {
            geos += length(polygon.outer);
            for (const auto& hole : polygon.holes) geos += length(hole);
        }
        ASSERT_NEAR(shared_perimeter(shape(a), shape(b), 1e-4), geos, 0.01) << seed;
    }
}

TEST(OverlayShape, IsTheSameToTheLastDigitWhereverItsRingBegins) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        auto turned = star(seed, 0, 0, 100, 30);
        const auto one = shape(turned), other = shape(star(seed + 500, 40, 20, 100, 41));
        std::ranges::rotate(turned.polygons[0].outer, turned.polygons[0].outer.begin() + 7);
        if (seed % 2 == 0) std::ranges::reverse(turned.polygons[0].outer);
        const auto two = shape(turned);
        EXPECT_EQ(one.m2, two.m2);
        EXPECT_EQ(one.perimeter, two.perimeter);
        EXPECT_EQ(shared_area(one, other, scale()).m2, shared_area(two, other, scale()).m2);
        EXPECT_EQ(shared_area(other, one, scale()).m2, shared_area(other, two, scale()).m2);
        EXPECT_EQ(shared_perimeter(one, other, 1e-4), shared_perimeter(two, other, 1e-4));
    }
}

TEST(OverlayShape, KnowsTheSameShapeWhereverItsRingBegins) {
    auto a = star(3, 0, 0, 100, 30);
    auto b = a;
    std::ranges::rotate(b.polygons[0].outer, b.polygons[0].outer.begin() + 7);
    std::ranges::reverse(b.polygons[0].outer);
    EXPECT_TRUE(same_shape(shape(a), shape(b)));
    b.polygons[0].outer[4].x += 1e-6;
    EXPECT_FALSE(same_shape(shape(a), shape(b)));
    b.polygons[0].outer[4].x = std::nan("");
    EXPECT_THROW((void)shape(b), DataError);
}

TEST(FixedPrecision, PiecesAndWhatIsLeftAddUp) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        const auto a = star(seed, 0, 0, 100, 30);
        const auto b = star(seed + 90, 60, 20, 100, 30);
        const double whole = area(common_part(a, b, 1e-4)) + area(part_outside(a, b, 1e-4));
        ASSERT_NEAR(whole, area(a), 1e-4 * 2000);
        ASSERT_NEAR(area(joined_parts({&a, &b}, 1e-4)), area(b) + area(part_outside(a, b, 1e-4)), 1e-4 * 2000);
    }
    EXPECT_TRUE(common_part(square(0, 0, 10), square(10, 0, 10), 1e-4).empty());
}

}  // namespace
}  // namespace linmu
