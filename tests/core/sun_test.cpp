// SPDX-License-Identifier: MIT
#include "linmu/core/sun.hpp"

#include <gtest/gtest.h>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// Meeus, Astronomical Algorithms, example 28.b and NREL's solar position algorithm report (NREL/TP-560-34302), table A5.1:
/// 17 October 2003, 12:30:30 of UTC-7, 105.1786 W, 39.742476 N: topocentric zenith 50.11162 with refraction, azimuth 194.34024.
TEST(Sun, StandsWhereTheReferenceAlgorithmSays) {
    const auto sun = sun_position("2003-10-17T19:30:30Z", -105.1786, 39.742476);
    EXPECT_NEAR(sun.zenith, 50.13, 0.02) << "without refraction";
    EXPECT_NEAR(sun.azimuth, 194.340, 0.02);
}

/// Mean angles in the metadata of real Sentinel-2 products, for places near the tiles' middles.
TEST(Sun, AgreesWithSatelliteMetadata) {
    const auto austria = sun_position("2023-08-15T10:03:40Z", 15.7, 45.55);
    EXPECT_NEAR(austria.zenith, 90 - 55.76, 0.5);
}

TEST(Sun, IsFarthestInJulyAndNearestInJanuary) {
    EXPECT_NEAR(sun_distance("2025-01-04T13:00:00Z"), 0.98333, 1e-4);
    EXPECT_NEAR(sun_distance("2025-07-03T20:00:00Z"), 1.01664, 1e-4);
}

TEST(Sun, NeedsATimeOfDay) {
    EXPECT_THROW((void)sun_position("2025-05-20", 113, 37), DataError);
    EXPECT_THROW((void)sun_position("2025-05-20T99:00:00Z", 113, 37), DataError);
}

}  // namespace
}  // namespace linmu
