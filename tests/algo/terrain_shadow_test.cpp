// SPDX-License-Identifier: MIT
#include "linmu/algo/terrain_shadow.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "linmu/core/random.hpp"

namespace linmu {
namespace {

constexpr double radians = std::numbers::pi / 180;

/// Heights h(row, col) of the cells of `window`.
RealPlane ground(const Window& window, const std::function<double(int, int)>& h) {
    RealPlane dem(window.rows, window.cols, 0);
    for (int r = 0; r < window.rows; ++r)
        for (int c = 0; c < window.cols; ++c) dem(r, c) = static_cast<float>(h(window.row + r, window.col + c));
    return dem;
}

CodePlane shade(const Window& window, const std::function<double(int, int)>& h, CellSize cell, SunAngles sun,
                double reach) {
    return terrain_shadow(ground(window.grown(shadow_halo(cell, reach)), h), cell, sun, reach, 0);
}

/// Shaded cells of a row or column that runs away from a wall at its end; 0 at once where the next cells are lit.
int length(const CodePlane& shade, int row, int col, int row_step, int col_step) {
    int n = 0;
    while (shade(row + n * row_step, col + n * col_step) == 1) ++n;
    return n;
}

/// A wall of 100 m, one cell thick, shades what is nearer than 100 tan(zenith), measured along the ray.
TEST(TerrainShadow, a_wall_casts_a_shadow_of_its_height_times_the_tangent_of_the_zenith) {
    const Window window{0, 0, 60, 60};
    const auto column = [](int, int c) { return c == 30 ? 100.0 : 0.0; };
    const auto row = [](int r, int) { return r == 30 ? 100.0 : 0.0; };
    for (const double zenith : {30.0, 45.5, 60.0, 68.0}) {
        const double reach = 100 * std::tan(zenith * radians);
        const auto cells = [&](double side) { return static_cast<int>(reach / side); };
        // Sun in the east, south, west, north: the shadow lies on the other side.
        EXPECT_EQ(length(shade(window, column, {10, 10}, {zenith, 90}, 400), 9, 29, 0, -1), cells(10)) << zenith;
        EXPECT_EQ(length(shade(window, column, {10, 10}, {zenith, 270}, 400), 9, 31, 0, 1), cells(10)) << zenith;
        EXPECT_EQ(length(shade(window, row, {10, 10}, {zenith, 180}, 400), 29, 9, -1, 0), cells(10)) << zenith;
        EXPECT_EQ(length(shade(window, row, {10, 10}, {zenith, 0}, 400), 31, 9, 1, 0), cells(10)) << zenith;
        // Cells of 10 x 20 m.
        EXPECT_EQ(length(shade(window, row, {10, 20}, {zenith, 180}, 400), 29, 9, -1, 0), cells(20)) << zenith;
        // Across the wall by 35 degrees the shadow is as long along the ray, so shorter across.
        EXPECT_EQ(length(shade(window, row, {10, 10}, {zenith, 215}, 400), 29, 9, -1, 0),
                  cells(10 / std::cos(35 * radians)))
            << zenith;
    }
}

TEST(TerrainShadow, nothing_beyond_the_reach_casts_a_shadow) {
    const auto column = [](int, int c) { return c == 30 ? 100.0 : 0.0; };
    EXPECT_EQ(length(shade({0, 0, 3, 60}, column, {10, 10}, {80, 90}, 105), 1, 29, 0, -1), 10);
}

TEST(TerrainShadow, slopes_turned_from_the_sun_are_in_their_own_shade) {
    const auto ridge = [](int, int c) { return 2000 - 10.0 * std::abs(c - 30); };  // 45 degrees on both sides
    const auto low = shade({0, 0, 3, 60}, ridge, {10, 10}, {50, 90}, 0),
               high = shade({0, 0, 3, 60}, ridge, {10, 10}, {40, 90}, 0);
    EXPECT_EQ(low(1, 10), 1);
    EXPECT_EQ(low(1, 50), 0);
    EXPECT_EQ(high(1, 10), 0);
}

/// Hills of several sizes, 400 m between valley and top.
double hills(int r, int c) {
    double h = 0;
    for (int k = 1; k <= 6; ++k) {
        const double size = 90.0 / k, turn = 0.7 * k * k;
        h += 130.0 / k * std::sin((r * std::cos(turn) + c * std::sin(turn)) / size * 2 * std::numbers::pi + k);
    }
    return 1000 + h + random_unit(1, static_cast<std::uint64_t>(r + 1000), static_cast<std::uint64_t>(c + 1000));
}

double between(const RealPlane& dem, double row, double col) {
    const int r = static_cast<int>(std::floor(row)), c = static_cast<int>(std::floor(col));
    const double y = row - r, x = col - c;
    const auto at = [&](int i, int k) { return static_cast<double>(dem(i, k)); };
    return (1 - y) * ((1 - x) * at(r, c) + x * at(r, c + 1)) + y * ((1 - x) * at(r + 1, c) + x * at(r + 1, c + 1));
}

/// By the book: steps of a fiftieth of a cell over the bilinear surface, no halt on the way.
bool shaded_by_small_steps(const RealPlane& dem, int row, int col, double cell, SunAngles sun, double reach) {
    const double here = static_cast<double>(dem(row, col)), step = cell / 50;
    for (double d = step; d <= reach; d += step) {
        const double east = d * std::sin(sun.azimuth * radians), north = d * std::cos(sun.azimuth * radians);
        if (between(dem, row - north / cell, col + east / cell) > here + d / std::tan(sun.zenith * radians))
            return true;
    }
    return false;
}

TEST(TerrainShadow, equals_a_march_in_small_steps) {
    const CellSize cell{10, 10};
    const double reach = 600;
    const int halo = shadow_halo(cell, reach);
    const Window window{0, 0, 50, 60};
    const auto dem = ground(window.grown(halo), hills);
    for (const SunAngles sun : {SunAngles{64, 161}, SunAngles{55, 248}, SunAngles{62, 45}}) {
        // -2: no cell is in its own shade, so that the cast shadow stands alone.
        const auto got = terrain_shadow(dem, cell, sun, reach, -2);
        int shaded = 0, missed = 0, invented = 0;
        for (int r = 0; r < window.rows; ++r) {
            for (int c = 0; c < window.cols; ++c) {
                shaded += got(r, c);
                const bool small = shaded_by_small_steps(dem, r + halo, c + halo, 10, sun, reach);
                missed += small && got(r, c) == 0 ? 1 : 0;
                invented += !small && got(r, c) == 1 ? 1 : 0;
            }
        }
        EXPECT_GT(shaded, 300) << sun.azimuth;
        EXPECT_LT(shaded, 2700) << sun.azimuth;
        // Of 3000 cells. Inside a square of four centres the bilinear surface may bulge over its sides.
        EXPECT_LE(missed, 30) << sun.azimuth;
        EXPECT_LE(invented, 1) << sun.azimuth;
    }
}

TEST(TerrainShadow, tiles_give_what_the_whole_gives) {
    const CellSize cell{10, 10};
    const Window window{0, 0, 60, 70};
    const SunAngles sun{66, 158};
    const auto whole = shade(window, hills, cell, sun, 500);
    for (const int size : {7, 32}) {
        for (const auto& tile : tiles(window, size)) {
            const auto part = shade(tile, hills, cell, sun, 500);
            for (int r = 0; r < tile.rows; ++r)
                for (int c = 0; c < tile.cols; ++c) ASSERT_EQ(part(r, c), whole(tile.row + r, tile.col + c)) << size;
        }
    }
}

TEST(TerrainShadow, missing_heights_shade_nothing_and_are_told) {
    const auto wall = [](int, int c) { return c == 30 ? std::nan("") : 0.0; };
    const auto got = shade({0, 0, 3, 60}, wall, {10, 10}, {60, 90}, 300);
    EXPECT_EQ(got(1, 30), no_code);
    EXPECT_EQ(got(1, 20), 0);
    EXPECT_EQ(got(1, 40), 0);
}

}  // namespace
}  // namespace linmu
