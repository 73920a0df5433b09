// SPDX-License-Identifier: MIT
#include "linmu/geo/crs_proof.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Corners and middle of Zuoquan county, lon, lat.
const std::vector<Point> county{{113.10, 36.75}, {113.80, 36.75}, {113.80, 37.28}, {113.10, 37.28}, {113.45, 37.0}};

std::vector<Point> county_in(std::string_view crs, bool swapped = false) {
    auto points = county;
    Transform("EPSG:4490", crs).apply(points);
    for (auto& p : points)
        if (swapped) std::swap(p.x, p.y);
    return points;
}

HomeZones county_home() {
    HomeZones home{"the county", {113.10, 36.75, 113.80, 37.28}, {}};
    home.zones.push_back({{{{county[0], county[1], county[2], county[3]}, {}}}, {}, {}});
    return home;
}

template <class Work>
std::string fault_of(Work work) {
    try {
        work();
    } catch (const DataError& error) {
        return error.what();
    }
    return "no fault";
}

TEST(CrsProof, WhatIsSaidIsTakenWhenTheCoordinatesFit) {
    for (const char* crs : {"EPSG:4490", "EPSG:4326", "EPSG:4526", "EPSG:4547", "EPSG:4497", "EPSG:4508", "EPSG:32649",
                            "EPSG:32650", "EPSG:3857"}) {
        const auto proof = prove_crs(crs, county_in(crs), nullptr);
        EXPECT_EQ(proof.crs, crs);
        EXPECT_FALSE(proof.differs || proof.swapped);
        EXPECT_THAT(proof.note, HasSubstr("as said, 5 of 5 points"));
    }
}

struct Mistake {
    const char* said;
    const char* truly;
};

class ZonePrefix : public testing::TestWithParam<Mistake> {};

TEST_P(ZonePrefix, IsSeenInTheEastings) {
    const auto [said, truly] = GetParam();
    const auto proof = prove_crs(said, county_in(truly), nullptr);
    // EPSG:4508 and EPSG:4546 are one plane: both stand on 111E.
    EXPECT_TRUE(same_but_shift(proof.crs, truly)) << proof.crs;
    EXPECT_TRUE(proof.differs);
    EXPECT_FALSE(proof.swapped);
    EXPECT_THAT(proof.note, HasSubstr(std::string(said) + " is said, but its eastings"));
    const auto swapped = prove_crs(said, county_in(truly, true), nullptr);
    EXPECT_TRUE(same_but_shift(swapped.crs, truly)) << swapped.crs;
    EXPECT_TRUE(swapped.swapped);
}

// CGCS2000 in zones of 3 and 6 degrees, Xian 1980, UTM with Germany's prefix.
INSTANTIATE_TEST_SUITE_P(Both, ZonePrefix,
                         testing::Values(Mistake{"EPSG:4547", "EPSG:4526"}, Mistake{"EPSG:4526", "EPSG:4547"},
                                         Mistake{"EPSG:4508", "EPSG:4497"}, Mistake{"EPSG:4497", "EPSG:4508"}));

TEST(CrsProof, XianAndGermanPrefixesWorkTheSame) {
    const std::vector<Point> xian{{38450000, 4100000}, {38460000, 4101000}};
    EXPECT_EQ(prove_crs("EPSG:2383", xian, nullptr).crs, "EPSG:2362");
    const std::vector<Point> holstein{{32560000, 6010000}, {32561000, 6011000}};
    EXPECT_EQ(prove_crs("EPSG:25832", holstein, nullptr).crs, "EPSG:4647");
}

TEST(CrsProof, APrefixOfAnotherZoneThanTheMeridiansIsRefusedWithTheRightOne) {
    EXPECT_THAT(fault_of([] { (void)prove_crs("EPSG:4546", county_in("EPSG:4526"), nullptr); }),
                testing::AllOf(HasSubstr("the CRS cannot be EPSG:4546"), HasSubstr("EPSG:4526 (3-degree zone 38")));
}

TEST(CrsProof, NorthingsBeforeEastingsAreSwappedBack) {
    for (const char* crs : {"EPSG:4490", "EPSG:4547", "EPSG:4526", "EPSG:32649"}) {
        const auto proof = prove_crs(crs, county_in(crs, true), nullptr);
        EXPECT_EQ(proof.crs, crs);
        EXPECT_TRUE(proof.swapped && proof.differs);
        EXPECT_THAT(proof.note, HasSubstr("x was the northing"));
    }
}

TEST(CrsProof, ACrsThatCannotBeIsRefusedWithThoseThatFit) {
    const auto degrees = fault_of([] { (void)prove_crs("EPSG:4547", county, nullptr); });
    EXPECT_THAT(degrees, HasSubstr("cannot be EPSG:4547: the point 113.1, 36.75 is in degrees, not in metres; "));
    EXPECT_THAT(degrees, HasSubstr("fit EPSG:4490 (degrees, in China)"));
    EXPECT_THAT(fault_of([] { (void)prove_crs("EPSG:4490", county_in("EPSG:3857"), nullptr); }),
                HasSubstr("EPSG:3857 (web Mercator"));
    EXPECT_THAT(fault_of([] { (void)prove_crs("EPSG:2056", county_in("EPSG:4526"), nullptr); }),
                HasSubstr("EPSG:4526"));
}

TEST(CrsProof, AWrongMeridianShowsOnlyWhereTheHomeIsKnown) {
    const auto points = county_in("EPSG:4547");
    EXPECT_EQ(prove_crs("EPSG:4546", points, nullptr).crs, "EPSG:4546");
    const auto home = county_home();
    const auto fault = fault_of([&] { (void)prove_crs("EPSG:4546", points, &home); });
    EXPECT_THAT(fault, HasSubstr("outside of the county"));
    EXPECT_THAT(fault, HasSubstr("EPSG:4547 (plane of CGCS2000 about 114E"));
    EXPECT_THAT(fault, Not(HasSubstr("EPSG:4546 (")));
    EXPECT_EQ(prove_crs("EPSG:4547", points, &home).crs, "EPSG:4547");
}

TEST(CrsProof, OneStrayPointOfManyIsToldAndDecidesNothing) {
    auto points = county_in("EPSG:4526");
    for (int i = 0; i < 4; ++i) points.insert(points.end(), points.begin(), points.begin() + 5);
    points[7] = {0, 0};
    const auto proof = prove_crs("EPSG:4547", points, nullptr);
    EXPECT_EQ(proof.crs, "EPSG:4526");
    EXPECT_EQ(proof.strays, std::vector<std::size_t>{7});
}

TEST(CrsProof, GuessesForALayerWithoutACrs) {
    EXPECT_EQ(guess_crs(county, nullptr).front().crs, "EPSG:4490");
    EXPECT_EQ(guess_crs(county_in("EPSG:4526"), nullptr).front().crs, "EPSG:4526");
    EXPECT_EQ(guess_crs(county_in("EPSG:4497"), nullptr).front().crs, "EPSG:4497");
    EXPECT_TRUE(guess_crs(county_in("EPSG:4526", true), nullptr).front().swapped);
    EXPECT_THAT(guesses_text(county_in("EPSG:4547"), nullptr), HasSubstr("whose meridian they don't tell"));
    const auto home = county_home();
    const auto planes = guess_crs(county_in("EPSG:4547"), &home);
    ASSERT_EQ(planes.size(), 1U);
    EXPECT_EQ(planes.front().crs, "EPSG:4547");
    EXPECT_THAT(guesses_text({}, nullptr), HasSubstr("crs = "));
}

TEST(CrsShift, OldFramesNeedTheirSevenParameters) {
    EXPECT_FALSE(lacks_parameters("EPSG:4547"));
    EXPECT_FALSE(lacks_parameters("EPSG:32649"));
    for (const char* crs : {"EPSG:2383", "EPSG:2362", "EPSG:4610", "EPSG:2435", "EPSG:4214"}) {
        const auto why = lacks_parameters(crs);
        ASSERT_TRUE(why) << crs;
        EXPECT_THAT(*why, HasSubstr("towgs84"));
        const auto bound = with_parameters_to_wgs84(crs, "-15.8, 154.4, 82.3, 0.1, 0.2, 0.3, -1.5");
        EXPECT_FALSE(lacks_parameters(bound));
        EXPECT_TRUE(same_but_shift(crs, bound)) << crs;
        EXPECT_FALSE(same_but_shift("EPSG:4547", bound));
    }
    // The parameters work: PROJ's own answer for the same string.
    const Transform ours(with_parameters_to_wgs84("EPSG:2383", "10,20,30,0,0,0,0"), "EPSG:4326");
    const Transform peer("+proj=tmerc +lon_0=114 +x_0=500000 +a=6378140 +rf=298.257 +towgs84=10,20,30,0,0,0,0",
                         "EPSG:4326");
    EXPECT_NEAR(ours({450000, 4100000}).x, peer({450000, 4100000}).x, 1e-10);
    EXPECT_NEAR(ours({450000, 4100000}).y, peer({450000, 4100000}).y, 1e-10);
}

TEST(CrsShift, OtherThanSevenNumbersAreRefused) {
    EXPECT_THAT(fault_of([] { (void)with_parameters_to_wgs84("EPSG:2383", "1,2,3"); }), HasSubstr("has 3 numbers"));
    EXPECT_THAT(fault_of([] { (void)with_parameters_to_wgs84("EPSG:2383", "1,2,x"); }), HasSubstr("'x' is no number"));
}

double metres_between(Point a, Point b) {
    return 111320 * std::hypot((b.x - a.x) * std::cos(a.y * M_PI / 180), b.y - a.y);
}

TEST(WebMap, ShiftsAreOfTheSizeThatIsKnownAndComeBack) {
    // Domain.md 2.5: 300 to 1000 m.
    for (const auto& p : county) {
        const double gcj = metres_between(p, to_gcj02(p));
        EXPECT_GT(gcj, 300);
        EXPECT_LT(gcj, 700);
        EXPECT_LT(metres_between(p, from_web_map(to_gcj02(p), to_gcj02)), 1e-4);
        EXPECT_LT(metres_between(p, from_web_map(to_bd09(p), to_bd09)), 1e-4);
    }
    // Tian'anmen as web maps show it; published widely as a check of the formula.
    const Point there = to_gcj02({116.3913, 39.9075});
    EXPECT_NEAR(there.x, 116.39754, 2e-5);
    EXPECT_NEAR(there.y, 39.90890, 2e-5);
    EXPECT_EQ(to_gcj02({2.35, 48.85}), (Point{2.35, 48.85})) << "not outside of China";
}

TEST(WebMap, IsSuspectedOnlyWhereTheBorderShowsIt) {
    const auto home = county_home();
    std::vector<Point> parcels, inner;
    for (int i = 0; i < 60; ++i) {
        for (int k = 0; k < 60; ++k) {
            parcels.push_back({113.1 + 0.7 * (i + 0.5) / 60, 36.75 + 0.53 * (k + 0.5) / 60});
            inner.push_back({113.3 + 0.2 * (i + 0.5) / 60, 36.9 + 0.2 * (k + 0.5) / 60});
        }
    }
    EXPECT_FALSE(suspect_web_map(parcels, home));
    for (auto& p : parcels) p = to_gcj02(p);
    const auto why = suspect_web_map(parcels, home);
    ASSERT_TRUE(why);
    EXPECT_THAT(*why, HasSubstr("look like GCJ-02"));
    for (auto& p : inner) p = to_gcj02(p);
    EXPECT_FALSE(suspect_web_map(inner, home)) << "nothing can be told far from the border";
}

}  // namespace
}  // namespace linmu
