// SPDX-License-Identifier: MIT
#include "linmu/algo/terrain.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "support/matrix.hpp"

namespace linmu {
namespace {

using test::matrix;
constexpr float none = no_value;

/// Heights h(x east, y north) of 5 x 5 cells.
RealPlane surface(const std::function<double(double, double)>& h, CellSize cell = {10, 10}) {
    RealPlane dem(5, 5, 0);
    for (int r = 0; r < 5; ++r)
        for (int c = 0; c < 5; ++c) dem(r, c) = static_cast<float>(h(c * cell.x, (4 - r) * cell.y));
    return dem;
}

void expect_near(const RealPlane& got, const RealPlane& wanted, double tolerance) {
    ASSERT_EQ(got.rows(), wanted.rows());
    ASSERT_EQ(got.cols(), wanted.cols());
    for (int r = 0; r < got.rows(); ++r)
        for (int c = 0; c < got.cols(); ++c) {
            if (std::isnan(wanted(r, c))) EXPECT_TRUE(std::isnan(got(r, c))) << r << ", " << c;
            else EXPECT_NEAR(got(r, c), wanted(r, c), tolerance) << r << ", " << c;
        }
}

TEST(Terrain, a_plane_has_its_own_slope_everywhere) {
    const auto dem = surface([](double x, double) { return 500 + x; });
    expect_near(slope(dem, {10, 10}), RealPlane(3, 3, 45), 1e-5);
    const CellSize oblong{10, 20};
    const auto north = surface([](double, double y) { return 0.1 * y; }, oblong);
    expect_near(slope(north, oblong), RealPlane(3, 3, 5.7105931F), 1e-4);
}

TEST(Terrain, aspect_is_where_the_slope_faces_clockwise_from_north) {
    const auto facing = [](double east, double north) {
        return aspect(surface([=](double x, double y) { return 100 - east * x - north * y; }), {10, 10})(1, 1);
    };
    EXPECT_NEAR(facing(0, 1), 0, 1e-5);
    EXPECT_NEAR(facing(1, 1), 45, 1e-5);
    EXPECT_NEAR(facing(1, 0), 90, 1e-5);
    EXPECT_NEAR(facing(0, -1), 180, 1e-5);
    EXPECT_NEAR(facing(-1, 0), 270, 1e-5);
    EXPECT_NEAR(facing(-1, 1), 315, 1e-5);
    EXPECT_EQ(facing(0, 0), flat_aspect);
}

TEST(Terrain, illumination_follows_the_angle_of_the_sun) {
    const auto flat = surface([](double, double) { return 7.0; });
    expect_near(illumination(flat, {10, 10}, 60, 150), RealPlane(3, 3, 0.5F), 1e-6);
    const auto south = surface([](double, double y) { return y; });
    expect_near(illumination(south, {10, 10}, 45, 180), RealPlane(3, 3, 1), 1e-6);
    expect_near(illumination(south, {10, 10}, 45, 0), RealPlane(3, 3, 0), 1e-6);
    expect_near(illumination(south, {10, 10}, 45, 90), RealPlane(3, 3, 0.5F), 1e-6);
}

TEST(Terrain, illumination_is_the_formula_of_slope_and_aspect) {
    const auto dem = surface([](double x, double y) { return 0.01 * x * y + 0.3 * x - 0.2 * y; });
    const double degree = std::acos(-1.0) / 180, zenith = 40 * degree, azimuth = 155 * degree;
    const auto s = slope(dem, {10, 10}), f = aspect(dem, {10, 10}), light = illumination(dem, {10, 10}, 40, 155);
    for (int r = 0; r < 3; ++r)
        for (int c = 0; c < 3; ++c) {
            const double steep = static_cast<double>(s(r, c)) * degree, face = static_cast<double>(f(r, c)) * degree;
            const double expected =
                std::cos(zenith) * std::cos(steep) + std::sin(zenith) * std::sin(steep) * std::cos(azimuth - face);
            EXPECT_NEAR(light(r, c), expected, 1e-6);
        }
}

TEST(Terrain, a_missing_height_leaves_its_neighbours_without_value) {
    auto dem = surface([](double x, double) { return x; });
    dem(1, 1) = none;
    for (const auto& result : {slope(dem, {10, 10}), aspect(dem, {10, 10}), illumination(dem, {10, 10}, 30, 150)}) {
        EXPECT_TRUE(std::isnan(result(0, 0)));
        EXPECT_TRUE(std::isnan(result(1, 1)));
        EXPECT_FALSE(std::isnan(result(2, 2)));
    }
}

// GDAL 3.6.2: gdaldem slope -alg Horn dem.asc slope.tif; gdaldem aspect -alg Horn dem.asc aspect.tif; cells of 30 m.
// gdaldem gives flat cells no aspect; here they are -1.
const RealPlane heights = matrix<float>({{1025, 1036, 1020, 1021, 1021, 1035, 1064, 1063, 1054, 1017},
                                         {1056, 1053, 1047, 1023, 1026, 1028, 1036, 1047, 1024, 1001},
                                         {1074, 1068, 1041, 1022, 999, 1010, 1010, 1010, 1006, 974},
                                         {1058, 1063, 1032, 993, 978, 1010, 1010, 1010, 985, 978},
                                         {1040, 1030, 1015, 977, 946, 1010, 1010, 1010, 995, 985},
                                         {999, 1009, 988, 971, 945, 938, 968, 992, 1022, 1020},
                                         {980, 985, 990, 968, 963, 959, 977, 1019, 1039, 1056},
                                         {977, 993, none, 997, 981, 992, 1006, 1031, 1065, 1065},
                                         {977, 1016, 1027, 1020, 1018, 1008, 1028, 1045, 1059, 1070},
                                         {1004, 1031, 1060, 1053, 1032, 1026, 1019, 1041, 1048, 1041}});

TEST(Terrain, equals_gdaldem_slope) {
    expect_near(
        slope(heights, {30, 30}),
        matrix<float>(
            {{31.1793289F, 30.6747761F, 19.0783749F, 16.0511246F, 31.3350124F, 39.4319725F, 41.3804092F, 47.1931038F},
             {22.8721008F, 39.5799179F, 39.9493141F, 30.9661942F, 27.9354248F, 24.3613796F, 31.3314362F, 40.3400574F},
             {36.0853653F, 48.8354492F, 49.0551872F, 33.8063812F, 31.7922821F, 0.0F, 16.2318859F, 27.602644F},
             {43.5603409F, 48.3258133F, 47.7610474F, 34.9327812F, 49.9381332F, 37.2025452F, 9.6972723F, 24.9958763F},
             {36.6966515F, 36.7557487F, 37.4532814F, 11.630105F, 35.4971657F, 39.7660713F, 33.3065109F, 37.0589142F},
             {none, none, none, 34.0173264F, 39.4132004F, 48.5659561F, 49.9381332F, 42.2114639F},
             {none, none, none, 41.6244392F, 42.1197433F, 46.0435486F, 45.5009041F, 32.4569359F},
             {none, none, none, 39.8055725F, 29.5068626F, 31.2944374F, 32.1512299F, 21.954998F}}),
        2e-5);
}

TEST(Terrain, equals_gdaldem_aspect) {
    expect_near(
        aspect(heights, {30, 30}),
        matrix<float>(
            {{22.6805573F, 58.2079277F, 89.3097229F, 190.00798F, 210.425781F, 199.536652F, 169.646683F, 137.815552F},
             {86.035347F, 104.596573F, 127.724991F, 179.204285F, 210.19162F, 190.069061F, 162.061096F, 132.614059F},
             {141.033249F, 119.460083F, 127.65699F, 200.013565F, 249.128403F, -1.0F, 99.0578918F, 95.0290756F},
             {157.59256F, 127.464935F, 117.243652F, 197.354034F, 219.88269F, 197.241455F, 178.602814F, 28.8556595F},
             {168.061859F, 125.463364F, 98.1301041F, 121.759476F, 226.420273F, 237.264771F, 280.597351F, 337.963776F},
             {none, none, none, 20.2248611F, 337.335449F, 308.429443F, 303.857117F, 321.34021F},
             {none, none, none, 8.35807037F, 340.062012F, 315.325562F, 300.239563F, 301.607483F},
             {none, none, none, 16.2602081F, 346.373016F, 298.673157F, 276.088531F, 240.255112F}}),
        1e-4);
}

// GDAL 3.6.2: gdaldem slope -alg ZevenbergenThorne dem.asc slope.tif, and aspect.
TEST(Terrain, equals_gdaldem_slope_of_zevenbergen_and_thorne) {
    expect_near(
        slope(heights, {30, 30}, SlopeMethod::zevenbergen_thorne),
        matrix<float>(
            {{28.9875774F, 31.3968773F, 19.3102875F, 20.6071205F, 24.1688137F, 43.653965F, 42.1668816F, 47.9342117F},
             {29.8858967F, 38.882637F, 40.7031898F, 39.5097122F, 19.3708439F, 23.4286919F, 31.8096638F, 41.4956627F},
             {37.5023079F, 51.217865F, 49.5166168F, 42.8508911F, 28.0724869F, 0.0F, 22.6198654F, 29.4214401F},
             {44.7633057F, 48.9431572F, 50.3591614F, 37.8764F, 58.0836525F, 34.9920197F, 21.3312664F, 36.6579933F},
             {37.6710968F, 37.1659241F, 36.211441F, 31.7446804F, 42.9976997F, 46.5263481F, 42.3777733F, 40.9980507F},
             {none, none, none, 31.7353764F, 42.9152985F, 49.808239F, 50.6771889F, 43.3940697F},
             {none, none, none, 42.6279144F, 42.5151634F, 46.9380493F, 47.0588646F, 33.3223648F},
             {none, none, none, 41.1278687F, 30.5689945F, 33.169529F, 28.4967937F, 26.742342F}}),
        2e-5);
}

TEST(Terrain, equals_gdaldem_aspect_of_zevenbergen_and_thorne) {
    expect_near(
        aspect(heights, {30, 30}, SlopeMethod::zevenbergen_thorne),
        matrix<float>(
            {{15.7086411F, 55.0079803F, 87.2736893F, 192.8042603F, 201.8014069F, 199.3845215F, 167.2424622F,
              136.2188721F},
             {73.1416016F, 108.0604706F, 125.537674F, 165.9637451F, 211.4295654F, 180.0F, 173.829834F, 137.2906189F},
             {145.6196594F, 110.3764343F, 129.8055725F, 197.7838898F, 270.0F, -1.0F, 90.0F, 108.9704056F},
             {155.157608F, 129.6990662F, 107.6843948F, 225.0F, 221.6335449F, 180.0F, 140.1944275F, 34.0459366F},
             {166.2637329F, 123.3407059F, 101.8214874F, 62.7446709F, 204.2744446F, 238.5704346F, 279.4623413F,
              327.5288086F},
             {none, none, none, 14.0362473F, 345.4655457F, 302.3474426F, 302.1712036F, 319.2891541F},
             {none, none, none, 5.1944275F, 332.9691467F, 322.594635F, 293.7820435F, 300.4655457F},
             {none, none, none, 13.2405167F, 343.6104736F, 289.3590088F, 287.8786926F, 235.7843018F}}),
        1e-4);
}

}  // namespace
}  // namespace linmu
