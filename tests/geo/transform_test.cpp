// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

void expect_near(Point got, Point want, double within) {
    EXPECT_NEAR(got.x, want.x, within);
    EXPECT_NEAR(got.y, want.y, within);
}

TEST(Transform, GivesThePublishedPlaneCoordinatesOfZone38) {
    const Transform to_plane("EPSG:4490", "EPSG:4526");
    expect_near(to_plane({113.40, 37.00}), {38446592.7252, 4096679.2697}, 1e-4);
    expect_near(to_plane({113.10, 36.75}), {38419627.0374, 4069144.8583}, 1e-4);
    expect_near(to_plane({113.80, 37.28}), {38482263.1465, 4127604.2008}, 1e-4);
}

TEST(Transform, TheZonePrefixIsTheOnlyDifferenceOf4526And4547) {
    expect_near(Transform("EPSG:4526", "EPSG:4547")({38446592.7252, 4096679.2697}), {446592.7252, 4096679.2697}, 1e-6);
}

TEST(Transform, Wgs84AndCgcs2000AreOneFrame) {
    const Point lon_lat{113.4, 37.0};
    expect_near(Transform("EPSG:4326", "EPSG:4490")(lon_lat), lon_lat, 0);
    EXPECT_TRUE(Transform("EPSG:4326", "EPSG:4490").identity());
    const auto utm = Transform("EPSG:4326", "EPSG:32649")(lon_lat);
    expect_near(Transform("EPSG:32649", "EPSG:4547")(utm), {446592.7252, 4096679.2697}, 1e-3);
    expect_near(Transform("EPSG:4547", "EPSG:32649")({446592.7252, 4096679.2697}), utm, 1e-3);
    const auto web = Transform("EPSG:4547", "EPSG:3857")({446592.7252, 4096679.2697});
    expect_near(Transform("EPSG:3857", "EPSG:4326")(web), lon_lat, 1e-8);
}

TEST(Transform, FramesOnTheSameEllipsoidAreOneFrameToo) {
    // ETRS89, RGF93, SIRGAS 2000, NAD83: each pair of plane and place from EPSG's own definition of its origin.
    const std::string plane = "+proj=tmerc +lat_0=0 +lon_0=3 +k=1 +x_0=500000 +ellps=GRS80";
    expect_near(Transform("EPSG:2154", "EPSG:4490")({700000, 6600000}), {3, 46.5}, 1e-9);
    EXPECT_NEAR(Transform("EPSG:2154", plane)({700000, 6600000}).x, 500000, 1e-6);
    EXPECT_NEAR(Transform("EPSG:25831", plane)({500000, 5000000}).x, 500000, 1e-6);
    expect_near(Transform("EPSG:31983", "EPSG:4326")({500000, 10000000}), {-45, 0}, 1e-9);
    expect_near(Transform("EPSG:26986", "EPSG:4490")({200000, 750000}), {-71.5, 41}, 1e-9);
}

TEST(Transform, SamePlaceWhicheverWayOneGoes) {
    const Point lon_lat{3.1, 46.2};
    const auto direct = Transform("EPSG:4490", "EPSG:2154")(lon_lat);
    const auto roundabout = Transform("EPSG:4326", "EPSG:2154")(Transform("EPSG:4490", "EPSG:4326")(lon_lat));
    expect_near(direct, roundabout, 1e-6);
}

TEST(Transform, AnotherDatumGoesByItsKnownShift) {
    // OSGB36 to WGS 84: some 100 m; through that to CGCS2000 the same.
    const Point place = Transform("EPSG:27700", "EPSG:4490")({400000, 400000});
    expect_near(place, Transform("EPSG:27700", "EPSG:4326")({400000, 400000}), 1e-12);
    const Point unshifted = Transform("EPSG:27700", "EPSG:4277")({400000, 400000});
    EXPECT_GT(std::hypot((place.x - unshifted.x) * 66000, (place.y - unshifted.y) * 111000), 50);
}

TEST(Transform, OldChineseFramesAreRefusedWithAWayOut) {
    for (const auto* old : {"EPSG:2383", "EPSG:4610", "EPSG:2414", "EPSG:4214", "EPSG:4555"}) {
        for (const auto* now : {"EPSG:4490", "EPSG:4547", "EPSG:4326"}) {
            EXPECT_THAT([&] { (void)Transform(old, now); }, ThrowsMessage<DataError>(HasSubstr("+towgs84=")))
                << old << now;
            EXPECT_THAT([&] { (void)Transform(now, old); }, ThrowsMessage<DataError>(HasSubstr("survey bureau")))
                << old << now;
        }
    }
}

TEST(Transform, OldChineseFramesAreFineAmongThemselvesAndWithParameters) {
    EXPECT_NEAR(Transform("EPSG:4610", "EPSG:2383")({114, 37}).x, 500000, 1e-6);
    const std::string bound =
        "+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=500000 +a=6378140 +rf=298.257 +towgs84=100,0,0";
    const Point there = Transform(bound, "EPSG:4547")({500000, 4096000});
    EXPECT_NEAR(there.x, 500000 - 100 * std::sin(114 * M_PI / 180), 1);
}

TEST(Transform, AnUnknownFrameOnAnotherEllipsoidIsRefused) {
    EXPECT_THROW(Transform("+proj=utm +zone=33 +ellps=bessel", "EPSG:4490"), DataError);
}

TEST(Transform, ModisSinusoidalHasLonLatOfWgs84) {
    const Transform from("+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m", "EPSG:4490");
    const double r = 6371007.181;
    expect_near(from({113.4 * M_PI / 180 * r * std::cos(37 * M_PI / 180), 37 * M_PI / 180 * r}), {113.4, 37}, 1e-9);
}

TEST(Transform, ManyPointsAreTheSameAsOneByOne) {
    const Transform t("EPSG:32649", "EPSG:4547");
    std::vector<Point> points;
    for (int i = 0; i < 1000; ++i) points.push_back({600000.0 + 37 * i, 4100000.0 - 23 * i});
    auto all = points;
    t.apply(all);
    for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(all[i], t(points[i]));
}

TEST(Transform, APlaceThatIsNowhereIsNamed) {
    const Transform t("EPSG:4490", "EPSG:4547");
    EXPECT_THAT([&] { (void)t({113.4, 95.5}); }, ThrowsMessage<DataError>(HasSubstr("113.4, 95.5")));
    EXPECT_THROW((void)t({std::numeric_limits<double>::quiet_NaN(), 37}), DataError);
}

TEST(Transform, OneAThreadGivesTheSame) {
    std::vector<Point> got(4);
    std::vector<std::thread> threads;
    for (auto& out : got) threads.emplace_back([&out] { out = Transform("EPSG:4490", "EPSG:4526")({113.4, 37}); });
    for (auto& thread : threads) thread.join();
    for (const auto& p : got) EXPECT_EQ(p, got.front());
}

TEST(Transformed, KeepsKindsAndSplitsLongEdges) {
    Geometry g;
    g.polygons.push_back({{{0, 0}, {10, 0}, {10, 10}, {0, 10}}, {{{2, 2}, {3, 2}, {3, 3}}}});
    g.lines.push_back({{0, 0}, {10, 0}});
    g.points.push_back({1, 1});
    const Transform none("EPSG:4326", "EPSG:4490");
    const auto same = transformed(g, none);
    EXPECT_EQ(same.polygons[0].outer, g.polygons[0].outer);
    EXPECT_EQ(same.polygons[0].holes, g.polygons[0].holes);
    EXPECT_EQ(same.lines, g.lines);
    EXPECT_EQ(same.points, g.points);
    const auto fine = transformed(g, none, 4);
    EXPECT_EQ(fine.polygons[0].outer.size(), 12U);
    EXPECT_EQ(fine.polygons[0].holes[0].size(), 3U);
    ASSERT_EQ(fine.lines[0].size(), 4U);
    EXPECT_NEAR(fine.lines[0][1].x, 10.0 / 3, 1e-15);
    EXPECT_EQ(fine.lines[0].back(), (Point{10, 0}));
}

}  // namespace
}  // namespace linmu
