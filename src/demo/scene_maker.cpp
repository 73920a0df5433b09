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

constexpr double scene_cell = 2 * Landscape::half;

/// What a provider's detector says of a cloud: sure of thick ones, unsure of veils.
std::int32_t cloud_percent(double opacity) {
    return static_cast<std::int32_t>(std::lround(100 * smooth_step(0.01, 0.5, opacity)));
}

/// Exact shares of the pattern's cells in a square.
Mixture mixture_at(const CodePlane& pattern, const Window& window, Spot middle, double cell) {
    const auto first = [&](double at) { return static_cast<int>(std::floor((at - cell / 2) / Landscape::half)); };
    const auto overlap = [&](int i, double at) {
        const double low = std::max(i * Landscape::half, at - cell / 2);
        const double high = std::min((i + 1) * Landscape::half, at + cell / 2);
        return std::max(0.0, high - low) / cell;
    };
    Mixture out;
    for (int r = first(middle.s); r * Landscape::half < middle.s + cell / 2; ++r) {
        for (int c = first(middle.e); c * Landscape::half < middle.e + cell / 2; ++c) {
            const auto share = static_cast<float>(overlap(r, middle.s) * overlap(c, middle.e));
            if (share > 0) out.add(pattern(r - window.row, c - window.col), share);
        }
    }
    return out;
}

std::int32_t largest(const Mixture& mixture) {
    const auto end = mixture.share.begin() + mixture.count;
    return mixture.unit[static_cast<std::size_t>(std::max_element(mixture.share.begin(), end) - mixture.share.begin())];
}

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

SceneMaker::Grain SceneMaker::grain(int row, int col) const {
    const auto fixed = landscape_->seed() ^ 103;
    const auto draw = [&](std::uint64_t seed) { return quick_normal(seed, counter(row), counter(col)); };
    Grain out{col / 9.0, row / 9.0, draw(fixed), draw(seed_), draw(fixed ^ 2), draw(fixed ^ 3), {}};
    for (std::size_t b = 0; b < scene_bands; ++b) out.sensor[b] = draw(seed_ + 10 + b);
    return out;
}

/// Between the draws of the four cells round a place, of the same deviation everywhere; a cell of many has less of it.
SceneMaker::Grain SceneMaker::grain_at(Spot spot, double cell) const {
    const double x = spot.e / scene_cell - 0.5;
    const double y = spot.s / scene_cell - 0.5;
    const double left = std::floor(x);
    const double top = std::floor(y);
    const double u = x - left;
    const double v = y - top;
    const std::array<double, 4> share{(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v};
    double squares = 0;
    for (const double s : share) squares += s * s;
    const double scale = std::min(1.0, scene_cell / cell) / std::sqrt(squares);
    Grain out{x / 9.0, y / 9.0, 0, 0, 0, 0, {}};
    for (std::size_t k = 0; k < share.size(); ++k) {
        if (share[k] < 1e-9) continue;
        const int at = static_cast<int>(k);
        const auto one = grain(static_cast<int>(top) + at / 2, static_cast<int>(left) + at % 2);
        const auto w = static_cast<float>(share[k] * scale);
        out.place += w * one.place;
        out.day += w * one.day;
        out.ground += w * one.ground;
        out.leaf += w * one.leaf;
        for (std::size_t b = 0; b < scene_bands; ++b) out.sensor[b] += w * one.sensor[b];
    }
    return out;
}

Spectrum SceneMaker::surface(const Mixture& mixture, const Grain& grain) const {
    const auto fixed = landscape_->seed() ^ 103;
    // What differs inside a field is there all year; a small part of it is new each time.
    const auto patch =
        static_cast<float>(rough_noise(fixed, grain.x, grain.y, 2)) + 0.45F * grain.place + 0.25F * grain.day;
    const auto light =
        0.12F * static_cast<float>(noise(fixed ^ 1, grain.x / 2.5, grain.y / 2.5)) + 0.06F * grain.ground;
    const auto leaf = 1 + 0.06F * grain.leaf;
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
    out.cloud = pass_.overcast ? 1.0 : clouds_.opacity(spot);
    out.shade = clouds_.shadow(spot) * (1 - out.cloud);
    out.seen = !pass_.swath_edge || spot.s + 2.4 * spot.e > 0.16 * landscape_->size();
    return out;
}

void SceneMaker::illuminate(Spectrum& s, const Light& light) const {
    const auto sun = static_cast<float>(std::cos(sun_.zenith * radians));
    const auto direct = static_cast<float>(light.direct);
    for (std::size_t b = 0; b < scene_bands; ++b) s[b] *= (sun * direct + skylight[b]) / (sun + skylight[b]);
}

double SceneMaker::haze_at(Spot spot) const {
    if (pass_.haze <= 0) return 0;
    const double size = landscape_->size();
    const double towards = (spot.e + spot.s) / (2 * size) + 0.12 * noise(seed_ ^ 5, spot.e / 1500, spot.s / 1500);
    return pass_.haze * smooth_step(0.45, 0.8, towards);
}

void SceneMaker::observe(Spectrum& s, const Light& light, Spot spot, const Grain& grain) const {
    const auto thick = static_cast<float>(0.004 + 0.004 * noise(seed_ ^ 2, spot.e / 5000, spot.s / 5000));
    const auto cloud = static_cast<float>(0.97 * light.cloud);
    const auto aerosol = static_cast<float>(haze_at(spot));
    const auto billow = static_cast<float>(1 + 0.2 * noise(seed_ ^ 3, spot.e / 250, spot.s / 250));
    for (std::size_t b = 0; b < scene_bands; ++b) {
        s[b] *= 1 - cloud_takes[b] * static_cast<float>(light.shade);
        s[b] += thick * haze[b];
        if (aerosol > 0) s[b] += aerosol * haze[b] * (1 - s[b]);
        s[b] += cloud * (cloud_top[b] * billow - s[b]);
        s[b] += (0.0014F + 0.012F * s[b]) * grain.sensor[b];
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

/// Four 10 m cells are a 20 m cell of the coarser bands and of the classification.
template <class CellOf>
SceneRows SceneMaker::gathered(int row, int rows, int cols, CellOf&& cell_of) const {
    SceneRows out{row, {}, CodePlane(rows / 2, cols / 2, no_code), CodePlane(rows / 2, cols / 2, no_code)};
    for (std::size_t b = 0; b < scene_bands; ++b) {
        out.bands[b] = is_fine_band(b) ? RealPlane(rows, cols, no_value) : RealPlane(rows / 2, cols / 2, no_value);
    }
    for (int r = 0; r < rows; r += 2) {
        for (int c = 0; c < cols; c += 2) {
            Spectrum mean{};
            Light worst;
            worst.direct = 0;
            for (int k = 0; k < 4; ++k) {
                const int rr = r + k / 2;
                const int cc = c + k % 2;
                const Seen seen = cell_of(rr, cc);
                const auto& s = seen.reflectance;
                const auto& lit = seen.light;
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
                out.cloud_probability(r / 2, c / 2) = cloud_percent(worst.cloud);
            }
            out.classification(r / 2, c / 2) = classify(mean, worst, row + r, c);
        }
    }
    return out;
}

SceneRows SceneMaker::rows(int row, int rows, int cols) const {
    constexpr double cell = scene_cell;
    const auto mixture = mixtures(*landscape_, {row, 0, rows, cols});
    const auto& relief = landscape_->relief();
    Plane<float> z(rows + 2, cols + 2, 0);
    for (int r = 0; r < rows + 2; ++r) {
        for (int c = 0; c < cols + 2; ++c)
            z(r, c) = static_cast<float>(relief.elevation({(c - 0.5) * cell, (row + r - 0.5) * cell}));
    }
    return gathered(row, rows, cols, [&](int r, int c) {
        const Spot spot{(c + 0.5) * cell, (row + r + 0.5) * cell};
        const bool water = looks_[static_cast<std::size_t>(mixture(r, c).unit[0])].water;
        Seen out{{},
                 light(spot, (z(r + 1, c + 2) - z(r + 1, c)) / (2 * cell), (z(r + 2, c + 1) - z(r, c + 1)) / (2 * cell),
                       water)};
        const auto differences = grain(row + r, c);
        out.reflectance = surface(mixture(r, c), differences);
        illuminate(out.reflectance, out.light);
        observe(out.reflectance, out.light, spot, differences);
        return out;
    });
}

SceneRows SceneMaker::rows_at(int row, const Plane<Spot>& middles) const {
    Plane<Spot> ground(middles.rows(), middles.cols(), {});
    for (std::size_t i = 0; i < middles.size(); ++i) {
        const auto& m = middles.cells()[i];
        ground.cells()[i] = {m.e - pass_.shift.e, m.s - pass_.shift.s};
    }
    const auto cells = sights(ground, scene_cell);
    return gathered(row, middles.rows(), middles.cols(), [&](int r, int c) {
        const auto& one = cells(r, c);
        Seen out{one.reflectance, {}};
        out.light.direct = static_cast<double>(one.direct);
        out.light.cloud = static_cast<double>(one.cloud);
        out.light.shade = static_cast<double>(one.shade);
        out.light.seen = one.seen;
        return out;
    });
}

Plane<Sight> SceneMaker::sights(const Plane<Spot>& middles, double cell) const {
    constexpr int across = 200;  // cells that are seen at once, so that the pattern below turned strips stays small
    Plane<Sight> out(middles.rows(), middles.cols(), {});
    for (int col = 0; col < middles.cols(); col += across)
        see(out, middles, {0, col, middles.rows(), std::min(across, middles.cols() - col)}, cell);
    return out;
}

void SceneMaker::see(Plane<Sight>& out, const Plane<Spot>& middles, const Window& part, double cell) const {
    const double size = landscape_->size();
    const auto inside = [&](Spot s) { return s.e > -60 && s.s > -60 && s.e < size + 60 && s.s < size + 60; };
    double west = size + 60, east = -60, north = size + 60, south = -60;
    for (int r = 0; r < part.rows; ++r) {
        for (int c = part.col; c < part.col_end(); ++c) {
            const auto spot = middles(r, c);
            if (!inside(spot)) continue;
            west = std::min(west, spot.e);
            east = std::max(east, spot.e);
            north = std::min(north, spot.s);
            south = std::max(south, spot.s);
        }
    }
    if (west > east) return;
    const auto cell_of = [](double at) { return static_cast<int>(std::floor(at / Landscape::half)); };
    const double reach = cell / 2;
    const int row = cell_of(north - reach);
    const int col = cell_of(west - reach);
    const Window window{row, col, cell_of(south + reach) + 1 - row, cell_of(east + reach) + 1 - col};
    const auto pattern = landscape_->pattern(window);
    const auto& relief = landscape_->relief();
    for (int r = 0; r < part.rows; ++r) {
        for (int c = part.col; c < part.col_end(); ++c) {
            const auto spot = middles(r, c);
            if (!inside(spot)) continue;
            const auto mixture = mixture_at(pattern, window, spot, cell);
            const auto z = [&](double e, double s) { return relief.elevation({spot.e + e, spot.s + s}); };
            const auto lit = light(spot, (z(scene_cell, 0) - z(-scene_cell, 0)) / (2 * scene_cell),
                                   (z(0, scene_cell) - z(0, -scene_cell)) / (2 * scene_cell),
                                   looks_[static_cast<std::size_t>(largest(mixture))].water);
            if (!lit.seen) continue;
            const auto differences = grain_at(spot, cell);
            auto s = surface(mixture, differences);
            illuminate(s, lit);
            observe(s, lit, spot, differences);
            const auto at = [](double m) { return static_cast<int>(std::floor(m / scene_cell)); };
            out(r, c) = {.reflectance = s,
                         .cloud = static_cast<float>(lit.cloud),
                         .shade = static_cast<float>(lit.shade),
                         .direct = static_cast<float>(lit.direct),
                         .seen = true,
                         .classification = classify(s, lit, at(spot.s), at(spot.e))};
        }
    }
}

}  // namespace linmu::demo
