// SPDX-License-Identifier: MIT
#include "linmu/demo/scene_maker.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "linmu/core/random.hpp"

namespace linmu::demo {
namespace {

constexpr double radians = std::numbers::pi / 180;
/// Light from the sky / light of an overhead sun, by band.
constexpr std::array<float, scene_bands> skylight{.34F, .27F, .21F, .20F, .17F, .16F, .14F, .14F, .09F, .08F};
constexpr std::array<float, scene_bands> haze{1.0F, .62F, .36F, .30F, .16F, .12F, .09F, .08F, .02F, .01F};
constexpr std::array<float, scene_bands> cloud_top{.50F, .49F, .48F, .49F, .50F, .50F, .51F, .51F, .36F, .30F};
/// What a thick cloud takes of the light below it.
constexpr std::array<float, scene_bands> cloud_takes{.48F, .55F, .61F, .62F, .66F, .68F, .70F, .70F, .76F, .78F};

std::uint64_t counter(int i) { return static_cast<std::uint64_t>(static_cast<std::int64_t>(i)); }

/// Days since an arbitrary one, for the five-day round.
int day_number(const Date& d) {
    const int y = d.month <= 2 ? d.year - 1 : d.year;
    const int m = (d.month + 9) % 12;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d.day - 1;
}

Date on_round(Date date) {
    const int off = day_number(date) % 5;
    // All wanted days lie inside their month, so that a step of at most two days does too.
    date.day += off <= 2 ? -off : 5 - off;
    return date;
}

}  // namespace

std::vector<ScenePass> scene_passes(std::array<int, 2> years, int dates_a_year, std::uint64_t seed) {
    constexpr std::array<std::pair<int, int>, 12> wanted{
        {{4, 9}, {5, 21}, {8, 15}, {10, 5}, {1, 17}, {6, 6}, {7, 25}, {10, 18}, {4, 23}, {9, 12}, {6, 25}, {12, 14}}};
    std::vector<ScenePass> passes;
    const auto count = std::min<std::size_t>(wanted.size(), static_cast<std::size_t>(std::max(5, dates_a_year)));
    for (int y = 0; y < 2; ++y) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto date = on_round({years[static_cast<std::size_t>(y)], wanted[i].first, wanted[i].second});
            const double luck = random_unit(seed ^ 101, counter(y), i);
            passes.push_back({.date = date,
                              .year_index = y,
                              .platform = day_number(date) / 5 % 2 == 0 ? 'A' : 'B',
                              .offset = y == 1,
                              .cloud_share = 0.015 + 0.12 * luck * luck,
                              .swath_edge = i == 6});
        }
    }
    std::ranges::sort(passes, {}, [](const ScenePass& p) { return p.date; });
    return passes;
}

SceneMaker::SceneMaker(const Landscape& landscape, ScenePass pass)
    : landscape_(&landscape), pass_(pass), sun_(sun_on(pass.date)),
      seed_(random_bits(landscape.seed() ^ 102, counter(day_number(pass.date)))),
      sunlit_(sunlit(landscape.relief(), sun_)), clouds_(seed_ ^ 1, landscape.size(), pass.cloud_share, sun_) {
    const auto year = static_cast<std::size_t>(pass.year_index);
    const int day = day_of_year(pass.date);
    looks_.reserve(landscape.units().size());
    for (const auto& unit : landscape.units()) {
        looks_.push_back(look_of(unit, unit.state[year], landscape.years()[year], day, landscape.seed()));
    }
}

Spectrum SceneMaker::surface(const Mixture& mixture, int row, int col) const {
    const auto fixed = landscape_->seed() ^ 103;
    const double x = col / 9.0;
    const double y = row / 9.0;
    // What differs inside a field is there all year; a small part of it is new each time.
    const auto patch = static_cast<float>(rough_noise(fixed, x, y, 2)) +
                       0.45F * quick_normal(fixed, counter(row), counter(col)) +
                       0.25F * quick_normal(seed_, counter(row), counter(col));
    const auto light = 0.12F * static_cast<float>(noise(fixed ^ 1, x / 2.5, y / 2.5)) +
                       0.06F * quick_normal(fixed ^ 2, counter(row), counter(col));
    const auto leaf = 1 + 0.06F * quick_normal(fixed ^ 3, counter(row), counter(col));
    Spectrum out{};
    for (int k = 0; k < mixture.count; ++k) {
        const auto i = static_cast<std::size_t>(k);
        const auto& look = looks_[static_cast<std::size_t>(mixture.unit[i])];
        const float cover = std::clamp(look.cover * (1 + look.patchiness * patch), 0.0F, 1.0F);
        const float crown = mixture.share[i] * cover * leaf;
        const float ground = mixture.share[i] * (1 - cover) * (1 + light);
        for (std::size_t b = 0; b < scene_bands; ++b) out[b] += crown * look.crown[b] + ground * look.ground[b];
    }
    return out;
}

SceneMaker::Light SceneMaker::light(Spot spot, double slope_east, double slope_south, bool water) const {
    Light out;
    const double zenith = sun_.zenith * radians;
    if (!water) {
        const double to_east = std::sin(sun_.azimuth * radians);
        const double to_south = -std::cos(sun_.azimuth * radians);
        const double steep = std::sqrt(1 + slope_east * slope_east + slope_south * slope_south);
        const double towards = -(slope_east * to_east + slope_south * to_south);
        const double cosine = std::max(0.0, (std::cos(zenith) + std::sin(zenith) * towards) / steep);
        out.direct = cosine / std::cos(zenith) * Relief::between(sunlit_, spot);
    }
    out.cloud = clouds_.opacity(spot);
    out.shade = clouds_.shadow(spot) * (1 - out.cloud);
    out.seen = !pass_.swath_edge || spot.s + 2.4 * spot.e > 0.16 * landscape_->size();
    return out;
}

void SceneMaker::illuminate(Spectrum& s, const Light& light) const {
    const auto sun = static_cast<float>(std::cos(sun_.zenith * radians));
    const auto direct = static_cast<float>(light.direct);
    for (std::size_t b = 0; b < scene_bands; ++b) s[b] *= (sun * direct + skylight[b]) / (sun + skylight[b]);
}

void SceneMaker::observe(Spectrum& s, const Light& light, Spot spot, int row, int col) const {
    const auto thick = static_cast<float>(0.004 + 0.004 * noise(seed_ ^ 2, spot.e / 5000, spot.s / 5000));
    const auto cloud = static_cast<float>(0.97 * light.cloud);
    const auto billow = static_cast<float>(1 + 0.2 * noise(seed_ ^ 3, spot.e / 250, spot.s / 250));
    for (std::size_t b = 0; b < scene_bands; ++b) {
        s[b] *= 1 - cloud_takes[b] * static_cast<float>(light.shade);
        s[b] += thick * haze[b];
        s[b] += cloud * (cloud_top[b] * billow - s[b]);
        s[b] += (0.0014F + 0.012F * s[b]) * quick_normal(seed_ + 10 + b, counter(row), counter(col));
        s[b] = std::max(s[b], 0.0002F);
    }
}

std::int32_t SceneMaker::classify(const Spectrum& s, const Light& light, int row, int col) const {
    if (!light.seen) return no_code;
    const double luck = random_unit(seed_ ^ 4, counter(row / 2), counter(col / 2));
    if (light.cloud > 0.55) return luck < 0.01 ? 8 : 9;
    if (light.cloud > 0.22) return luck < 0.03 ? 7 : 8;
    if (light.cloud > 0.07) return luck < 0.15 ? 5 : 10;
    if (light.shade > 0.30) return luck < 0.04 ? 4 : 3;
    if (light.shade > 0.15 && luck < 0.5) return 3;
    const double ndvi = (s[6] - s[2]) / (s[6] + s[2]);
    const double ndwi = (s[1] - s[6]) / (s[1] + s[6]);
    if (ndwi > 0.02 && s[8] < 0.06F) return 6;
    if (light.direct < 0.22) return luck < 0.08 ? 6 : 2;
    if (s[2] > 0.16F && s[0] > 0.12F && luck < 0.05) return 8;  // bright roofs and stone look like cloud
    if (luck > 0.997) return 7;
    return ndvi > 0.32 ? 4 : 5;
}

SceneRows SceneMaker::rows(int row, int rows, int cols) const {
    constexpr double cell = 2 * Landscape::half;
    const auto mixture = mixtures(*landscape_, {row, 0, rows, cols});
    SceneRows out{row, {}, CodePlane(rows / 2, cols / 2, no_code)};
    for (std::size_t b = 0; b < scene_bands; ++b) {
        out.bands[b] = is_fine_band(b) ? RealPlane(rows, cols, no_value) : RealPlane(rows / 2, cols / 2, no_value);
    }
    const auto& relief = landscape_->relief();
    Plane<float> z(rows + 2, cols + 2, 0);
    for (int r = 0; r < rows + 2; ++r) {
        for (int c = 0; c < cols + 2; ++c)
            z(r, c) = static_cast<float>(relief.elevation({(c - 0.5) * cell, (row + r - 0.5) * cell}));
    }
    for (int r = 0; r < rows; r += 2) {
        for (int c = 0; c < cols; c += 2) {
            Spectrum mean{};
            Light worst;
            worst.direct = 0;
            for (int k = 0; k < 4; ++k) {
                const int rr = r + k / 2;
                const int cc = c + k % 2;
                const Spot spot{(cc + 0.5) * cell, (row + rr + 0.5) * cell};
                const bool water = looks_[static_cast<std::size_t>(mixture(rr, cc).unit[0])].water;
                const auto lit = light(spot, (z(rr + 1, cc + 2) - z(rr + 1, cc)) / (2 * cell),
                                       (z(rr + 2, cc + 1) - z(rr, cc + 1)) / (2 * cell), water);
                auto s = surface(mixture(rr, cc), row + rr, cc);
                illuminate(s, lit);
                observe(s, lit, spot, row + rr, cc);
                for (std::size_t b = 0; b < scene_bands; ++b) {
                    mean[b] += s[b] / 4;
                    if (is_fine_band(b) && lit.seen) out.bands[b](rr, cc) = s[b];
                }
                worst.direct += lit.direct / 4;
                worst.cloud += lit.cloud / 4;
                worst.shade += lit.shade / 4;
                worst.seen = worst.seen && lit.seen;
            }
            if (worst.seen) {
                for (std::size_t b = 0; b < scene_bands; ++b) {
                    if (!is_fine_band(b)) out.bands[b](r / 2, c / 2) = mean[b];
                }
            }
            out.classification(r / 2, c / 2) = classify(mean, worst, row + r, c);
        }
    }
    return out;
}

}  // namespace linmu::demo
