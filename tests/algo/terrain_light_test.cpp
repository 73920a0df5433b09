// SPDX-License-Identifier: MIT
#include "linmu/algo/terrain_light.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "linmu/algo/terrain.hpp"
#include "linmu/core/random.hpp"
#include "support/matrix.hpp"

namespace linmu {
namespace {

using test::matrix;
constexpr double radians = std::numbers::pi / 180;

TEST(TerrainLight, incidence_is_that_of_the_heights) {
    RealPlane dem(12, 12, 0);
    for (int r = 0; r < 12; ++r)
        for (int c = 0; c < 12; ++c) dem(r, c) = static_cast<float>(0.3 * r * c + 5 * std::sin(r + 2 * c));
    const auto ground = ground_normals(slope(dem, {10, 10}), aspect(dem, {10, 10}));
    for (const SunAngles sun : {SunAngles{20, 120}, SunAngles{62, 160}}) {
        const auto light = incidence(ground, sun), wanted = illumination(dem, {10, 10}, sun.zenith, sun.azimuth);
        for (std::size_t i = 0; i < light.size(); ++i) EXPECT_NEAR(light.cells()[i], wanted.cells()[i], 2e-6);
    }
}

TEST(TerrainLight, flat_ground_has_the_cosine_of_the_zenith) {
    const auto ground = ground_normals(RealPlane(1, 1, 0), RealPlane(1, 1, flat_aspect));
    EXPECT_NEAR(incidence(ground, {60, 150})(0, 0), 0.5, 1e-6);
}

// Anscombe 1973, The American Statistician 27:17-21, first set: y = 3.00 + 0.500 x, r = 0.816; here in tenths.
TEST(TerrainLight, the_line_is_that_of_published_data) {
    const std::vector<float> x{.10F, .08F, .13F, .09F, .11F, .14F, .06F, .04F, .12F, .07F, .05F};
    const std::vector<float> y{8.04F, 6.95F, 7.58F, 8.81F, 8.33F, 9.96F, 7.24F, 4.26F, 10.84F, 4.82F, 5.68F};
    LightSums sums;
    for (std::size_t i = 0; i < x.size(); ++i) sums.add(x[i], y[i]);
    const auto fit = sums.fit();
    EXPECT_EQ(fit.cells, 11);
    EXPECT_NEAR(fit.b, 3.00, 0.001);
    EXPECT_NEAR(fit.m, 50.0, 0.1);
    EXPECT_NEAR(fit.r, 0.81642, 0.00001);
    EXPECT_NEAR(fit.c(), 3.0 / 50, 1e-3);
}

TEST(TerrainLight, sums_do_not_depend_on_the_order_nor_on_how_they_are_parted) {
    LightSums forwards, backwards, parts;
    LightSums part;
    const auto cell = [](int i) {
        const auto n = static_cast<std::uint64_t>(i);
        return std::pair(static_cast<float>(2 * random_unit(1, n, 0) - 1),
                         static_cast<float>(random_unit(2, n, 0) - 0.1));
    };
    for (int i = 0; i < 5000; ++i) {
        forwards.add(cell(i).first, cell(i).second);
        backwards.add(cell(4999 - i).first, cell(4999 - i).second);
        part.add(cell(i).first, cell(i).second);
        if (i % 37 == 0) {
            parts.merge(part);
            part = {};
        }
    }
    parts.merge(part);
    EXPECT_EQ(backwards.to_text(), forwards.to_text());
    EXPECT_EQ(parts.to_text(), forwards.to_text());
    const std::string text = forwards.to_text();
    std::string_view rest = text;
    EXPECT_EQ(LightSums::from_text(rest).to_text(), text);
    EXPECT_TRUE(rest.empty());
}

TEST(TerrainLight, sums_have_room_for_the_largest_values) {
    LightSums sums;
    sums.add(-1, -static_cast<float>(LightSums::largest));
    sums.add(1, static_cast<float>(LightSums::largest));
    for (int i = 0; i < 31; ++i) {  // 2^32 cells
        const LightSums same = sums;
        sums.merge(same);
    }
    const auto fit = sums.fit();
    EXPECT_EQ(fit.cells, std::int64_t{1} << 32);
    EXPECT_DOUBLE_EQ(fit.m, LightSums::largest);
    EXPECT_DOUBLE_EQ(fit.r, 1);
}

TEST(TerrainLight, what_does_not_vary_has_no_correlation) {
    LightSums same, none;
    for (int i = 0; i < 9; ++i) same.add(0.7F, static_cast<float>(i));
    EXPECT_EQ(same.fit().r, 0);
    EXPECT_EQ(same.fit().m, 0);
    EXPECT_EQ(same.fit().c(), 0);
    EXPECT_EQ(none.fit().cells, 0);
    EXPECT_EQ(none.fit().r, 0);
}

TEST(TerrainLight, level_ground_stays_as_it_is) {
    for (const auto method : {LightMethod::cosine, LightMethod::c, LightMethod::scs, LightMethod::scs_c})
        EXPECT_EQ(light_factor(method, 0.6F, 0.6F, 1, 0.4F), 1);
}

TEST(TerrainLight, factors_follow_their_formulas) {
    const float z = 0.5F, light = 0.8F, up = 0.9F, c = 0.3F;
    EXPECT_FLOAT_EQ(light_factor(LightMethod::cosine, z, light, up, c), 0.5F / 0.8F);
    EXPECT_FLOAT_EQ(light_factor(LightMethod::scs, z, light, up, c), 0.45F / 0.8F);
    EXPECT_FLOAT_EQ(light_factor(LightMethod::c, z, light, up, c), 0.8F / 1.1F);
    EXPECT_FLOAT_EQ(light_factor(LightMethod::scs_c, z, light, up, c), 0.75F / 1.1F);
    EXPECT_FLOAT_EQ(light_factor(LightMethod::scs_c, z, light, up, -0.2F), 0.25F / 0.6F);
    EXPECT_FLOAT_EQ(light_factor(LightMethod::scs_c, z, light, up, -0.7F), 0.2F / 0.55F)
        << "a negative C takes half of the light at most";
}

TEST(TerrainLight, c_correction_gives_all_slopes_the_value_of_level_ground) {
    const double m = 0.3, b = 0.09, zenith = 55 * radians;
    for (const double light : {0.15, 0.4, 0.7, 0.99}) {
        const double seen = m * light + b;
        const auto factor = light_factor(LightMethod::c, static_cast<float>(std::cos(zenith)),
                                         static_cast<float>(light), 0.8F, static_cast<float>(b / m));
        EXPECT_NEAR(seen * static_cast<double>(factor), m * std::cos(zenith) + b, 1e-6);
    }
}

}  // namespace
}  // namespace linmu
