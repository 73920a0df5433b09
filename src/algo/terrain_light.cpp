// SPDX-License-Identifier: MIT
#include "linmu/algo/terrain_light.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <numbers>

namespace linmu {
namespace {

__extension__ using Whole = __int128;

constexpr double radians = std::numbers::pi / 180;
constexpr double steps = 1 << 24;  ///< a unit

std::int64_t whole(float value) {
    const double scaled = static_cast<double>(value) * steps;
    return static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
}

std::string words(Whole value) {
    return fmt::format("{} {} ", static_cast<std::int64_t>(value >> 64), static_cast<std::uint64_t>(value));
}

template <class T>
T next_word(std::string_view& text) {
    T value{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    assert(fault == std::errc{});
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return value;
}

Whole from_words(std::string_view& text) {
    const auto high = next_word<std::int64_t>(text);
    return (static_cast<Whole>(high) << 64) | static_cast<Whole>(next_word<std::uint64_t>(text));
}

}  // namespace

GroundNormals ground_normals(const RealPlane& slope, const RealPlane& aspect) {
    const int rows = slope.rows(), cols = slope.cols();
    GroundNormals out{RealPlane::unset(rows, cols), RealPlane::unset(rows, cols), RealPlane::unset(rows, cols)};
    for (std::size_t i = 0; i < slope.size(); ++i) {
        const double steep = static_cast<double>(slope.cells()[i]) * radians;
        const double facing = static_cast<double>(aspect.cells()[i]) * radians;
        out.east.cells()[i] = static_cast<float>(std::sin(steep) * std::sin(facing));
        out.north.cells()[i] = static_cast<float>(std::sin(steep) * std::cos(facing));
        out.up.cells()[i] = static_cast<float>(std::cos(steep));
    }
    return out;
}

RealPlane incidence(const GroundNormals& ground, SunAngles sun) {
    const auto east = static_cast<float>(std::sin(sun.zenith * radians) * std::sin(sun.azimuth * radians));
    const auto north = static_cast<float>(std::sin(sun.zenith * radians) * std::cos(sun.azimuth * radians));
    const auto up = static_cast<float>(std::cos(sun.zenith * radians));
    auto out = RealPlane::unset(ground.up.rows(), ground.up.cols());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const float light = east * ground.east.cells()[i] + north * ground.north.cells()[i] + up * ground.up.cells()[i];
        out.cells()[i] = light > 1 ? 1 : light;
    }
    return out;
}

double LightFit::c() const { return m == 0 ? 0 : b / m; }

void LightSums::add(float light, float value) {
    assert(std::abs(light) <= 1 && std::abs(static_cast<double>(value)) <= largest);
    const std::int64_t x = whole(light), y = whole(value);
    ++cells_;
    light_ += x;
    value_ += y;
    light_light_ += static_cast<Whole>(x) * x;
    light_value_ += static_cast<Whole>(x) * y;
    value_value_ += static_cast<Whole>(y) * y;
}

void LightSums::merge(const LightSums& other) {
    cells_ += other.cells_;
    light_ += other.light_;
    value_ += other.value_;
    light_light_ += other.light_light_;
    light_value_ += other.light_value_;
    value_value_ += other.value_value_;
}

LightFit LightSums::fit() const {
    LightFit out;
    out.cells = cells_;
    if (cells_ < 2) return out;
    const auto n = static_cast<double>(cells_);
    const double x = static_cast<double>(light_) / steps / n, y = static_cast<double>(value_) / steps / n;
    const auto centred = [&](Whole sum, double a, double b) {
        return static_cast<double>(sum) / (steps * steps) / n - a * b;
    };
    const double xx = centred(light_light_, x, x), xy = centred(light_value_, x, y), yy = centred(value_value_, y, y);
    // What varies by less than a step varies by rounding only.
    const double least = 1 / (steps * steps);
    out.b = y;
    if (xx <= least) return out;
    out.m = xy / xx;
    out.b = y - out.m * x;
    if (yy > least) out.r = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
    return out;
}

std::string LightSums::to_text() const {
    std::string text = fmt::format("{} ", cells_);
    for (const auto sum : {light_, value_, light_light_, light_value_, value_value_}) text += words(sum);
    return text;
}

LightSums LightSums::from_text(std::string_view& text) {
    LightSums out;
    out.cells_ = next_word<std::int64_t>(text);
    for (auto* sum : {&out.light_, &out.value_, &out.light_light_, &out.light_value_, &out.value_value_})
        *sum = from_words(text);
    return out;
}

float light_factor(LightMethod method, float cos_zenith, float light, float up, float c) {
    assert(light > 0);
    const bool straight = method == LightMethod::cosine || method == LightMethod::scs;
    const float sky = straight ? 0 : std::max(c, -0.5F * std::min(light, cos_zenith));
    const bool upright = method == LightMethod::scs || method == LightMethod::scs_c;
    return ((upright ? cos_zenith * up : cos_zenith) + sky) / (light + sky);
}

}  // namespace linmu
