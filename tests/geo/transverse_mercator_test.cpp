// SPDX-License-Identifier: MIT
#include "linmu/geo/transverse_mercator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

namespace linmu {
namespace {

std::vector<Point> places(double meridian, double reach) {
    std::vector<Point> out;
    for (std::uint64_t i = 0; i < 2000; ++i)
        out.push_back({meridian + reach * (2 * random_unit(1, i) - 1), -80 + 160 * random_unit(2, i)});
    return out;
}

class KrugerSeriesOf : public testing::TestWithParam<const char*> {};

/// PROJ's own is the same series ("exact" algorithm): both stay below a nanometre.
TEST_P(KrugerSeriesOf, IsProjsToANanometre) {
    const auto plane = transverse_mercator_plane(GetParam());
    ASSERT_TRUE(plane);
    const TransverseMercator ours(*plane);
    const bool wgs84 =
        plane->inverse_flattening < 298.2572231 && std::abs(plane->inverse_flattening - 298.257223563) < 1e-10;
    const Transform proj(wgs84 ? "EPSG:4326" : "EPSG:4490", GetParam());
    const Transform back(GetParam(), wgs84 ? "EPSG:4326" : "EPSG:4490");
    for (const auto& lon_lat : places(plane->meridian, 9)) {
        Point p = lon_lat;
        ours.to_plane({&p, 1});
        const Point expected = proj(lon_lat);
        EXPECT_NEAR(p.x, expected.x, 8e-9 + 4e-16 * std::abs(expected.x));
        EXPECT_NEAR(p.y, expected.y, 8e-9);
        Point q = expected;
        ours.to_lon_lat({&q, 1});
        const Point returned = back(expected);
        EXPECT_NEAR(q.x, returned.x, 1e-13 * 180 / std::cos(lon_lat.y * 0.0174533));
        EXPECT_NEAR(q.y, returned.y, 2e-14 * 180);
    }
}

INSTANTIATE_TEST_SUITE_P(Planes, KrugerSeriesOf,
                         testing::Values("EPSG:4547", "EPSG:4526", "EPSG:4534", "EPSG:32649", "EPSG:32756",
                                         "EPSG:25832"));

/// domain.md 3.5, forward check.
TEST(KrugerSeries, GivesThePublishedPlaces) {
    const TransverseMercator zone38(*transverse_mercator_plane("EPSG:4526"));
    std::vector<Point> p{{113.40, 37.00}, {113.1, 36.75}, {113.8, 37.28}};
    zone38.to_plane(p);
    EXPECT_NEAR(p[0].x, 38446592.7252, 1e-4);
    EXPECT_NEAR(p[0].y, 4096679.2697, 1e-4);
    EXPECT_NEAR(p[1].x, 38419627.0374, 1e-4);
    EXPECT_NEAR(p[1].y, 4069144.8583, 1e-4);
    EXPECT_NEAR(p[2].x, 38482263.1465, 1e-4);
    EXPECT_NEAR(p[2].y, 4127604.2008, 1e-4);
}

TEST_P(KrugerSeriesOf, TheAuthalicMapIsThatOfTheLatitude) {
    const auto plane = transverse_mercator_plane(GetParam());
    ASSERT_TRUE(plane);
    const TransverseMercator ours(*plane);
    for (const auto& lon_lat : places(plane->meridian, 9)) {
        Point p = lon_lat;
        ours.to_plane({&p, 1});
        ours.to_authalic({&p, 1});
        EXPECT_NEAR(p.x, (lon_lat.x - plane->meridian) * 0.017453292519943295, 2e-15 / std::cos(lon_lat.y * 0.0174533));
        EXPECT_NEAR(p.y / cgcs2000::authalic_q(lon_lat.y * 0.017453292519943295), 1,
                    1e-14 / std::abs(std::sin(lon_lat.y * 0.0174533)));
    }
}

/// Powers about a square's middle give what the series and the closed form give, in and between squares.
TEST_P(KrugerSeriesOf, PowersGiveAreasAsTheSeriesDo) {
    const auto plane = transverse_mercator_plane(GetParam());
    ASSERT_TRUE(plane);
    const TransverseMercator ours(*plane);
    for (const double latitude : {-72.0, -3.0, 21.0, 37.0, 53.0, 79.0}) {
        std::vector<Point> ring;
        for (std::uint64_t i = 0; i < 400; ++i) {
            const double turn = 2 * 3.14159265358979 * static_cast<double>(i) / 400;
            ring.push_back({plane->meridian + 1.4 + 0.1 * std::cos(turn), latitude + 0.1 * std::sin(turn)});
        }
        const double expected = ring_area_m2(ring);
        ours.to_plane(ring);
        ours.to_authalic(ring);
        double twice = 0;
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
            twice +=
                (ring[j].x - ring[0].x) * (ring[i].y - ring[0].y) - (ring[i].x - ring[0].x) * (ring[j].y - ring[0].y);
        EXPECT_NEAR(twice / 2 / expected, 1, 1e-12) << latitude;
    }
}

TEST(KrugerSeries, APlaceHangsOnThePointAlone) {
    const TransverseMercator ours(*transverse_mercator_plane("EPSG:4547"));
    std::vector<Point> all;
    for (std::uint64_t i = 0; i < 5000; ++i)
        all.push_back({2e5 + 2e6 * random_unit(3, i) * random_unit(4, i), 9.4e6 * (2 * random_unit(5, i) - 1)});
    auto together = all;
    ours.to_authalic(together);
    const TransverseMercator fresh(*transverse_mercator_plane("EPSG:4547"));
    for (std::size_t i = all.size(); i-- > 0;) {
        Point p = all[i];
        fresh.to_authalic({&p, 1});
        EXPECT_EQ(p, together[i]) << i;
    }
}

struct TwoPlanes {
    const char *from, *to;
};
class PlaneToPlaneOf : public testing::TestWithParam<TwoPlanes> {};

TEST_P(PlaneToPlaneOf, IsTheWayOverLonLat) {
    const auto from = transverse_mercator_plane(GetParam().from);
    const auto to = transverse_mercator_plane(GetParam().to);
    ASSERT_TRUE(from && to);
    const TransverseMercator first(*from);
    const TransverseMercator second(*to);
    const PlaneToPlane direct(*from, *to);
    for (const auto& lon_lat : places(to->meridian, 9)) {
        Point given = lon_lat;
        first.to_plane({&given, 1});
        Point expected = given;
        first.to_lon_lat({&expected, 1});
        second.to_plane({&expected, 1});
        direct.apply({&given, 1});
        EXPECT_NEAR(given.x, expected.x, 1.2e-8 + 4e-16 * std::abs(expected.x)) << lon_lat.x << ", " << lon_lat.y;
        EXPECT_NEAR(given.y, expected.y, 1.2e-8) << lon_lat.x << ", " << lon_lat.y;
    }
}

INSTANTIATE_TEST_SUITE_P(Planes, PlaneToPlaneOf,
                         testing::Values(TwoPlanes{"EPSG:32649", "EPSG:4547"}, TwoPlanes{"EPSG:4547", "EPSG:32649"},
                                         TwoPlanes{"EPSG:4546", "EPSG:4526"}, TwoPlanes{"EPSG:25832", "EPSG:32633"}));

TEST(KrugerSeries, OtherProjectionsFramesAndUnitsHaveNone) {
    EXPECT_FALSE(transverse_mercator_plane("EPSG:3857"));
    EXPECT_FALSE(transverse_mercator_plane("EPSG:4490"));
    EXPECT_FALSE(transverse_mercator_plane("EPSG:27700")) << "Airy 1830, and an origin at 49 N";
    EXPECT_FALSE(transverse_mercator_plane("+proj=tmerc +lon_0=111 +ellps=IAU76 +units=m"));
    EXPECT_FALSE(transverse_mercator_plane("EPSG:2263")) << "in feet";
    EXPECT_TRUE(is_plain_lon_lat("EPSG:4490"));
    EXPECT_TRUE(is_plain_lon_lat("EPSG:4326"));
    EXPECT_FALSE(is_plain_lon_lat("EPSG:4610")) << "Xian 1980";
    EXPECT_THROW((void)transverse_mercator_plane("nonsense"), DataError);
}

}  // namespace
}  // namespace linmu
