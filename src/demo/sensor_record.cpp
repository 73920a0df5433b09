// SPDX-License-Identifier: MIT
#include "sensor_record.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "linmu/demo/measure.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu::demo {
namespace {

/// Where in an image cells are noted: off its middle lines, so that a turned or mirrored image is seen.
constexpr std::array<std::array<double, 2>, 4> noted{{{.21, .27}, {.48, .55}, {.63, .31}, {.82, .77}}};

Value place(int at) { return at < 0 ? Value{} : Value{std::int64_t{at}}; }

}  // namespace

Table truth_table(const std::string& layout, const Truth& truth) {
    Table table{{layout,
                 "传感器真值",
                 {{"scene", FieldType::text, "", "景"},
                  {"band", FieldType::text, "", "波段"},
                  {"what", FieldType::text, "", "项目"},
                  {"row", FieldType::integer, "", "行"},
                  {"col", FieldType::integer, "", "列"},
                  {"code", FieldType::integer, "", "代码"},
                  {"value", FieldType::real, "", "值"}}},
                {}};
    for (const auto& t : truth)
        table.rows.push_back({t.scene, t.band, t.what, place(t.row), place(t.col), place(t.code), t.value});
    return table;
}

void note_cells(Truth& truth, const std::string& scene, const std::string& band, int rows, int cols, int row,
                const CodePlane& plane) {
    for (const auto& [down, across] : noted) {
        const int r = static_cast<int>(down * rows);
        const int c = static_cast<int>(across * cols);
        if (r < row || r >= row + plane.rows()) continue;
        truth.push_back({.scene = scene,
                         .band = band,
                         .what = "cell",
                         .value = static_cast<double>(plane(r - row, c)),
                         .row = r,
                         .col = c});
    }
}

RecordedImage::RecordedImage(std::string scene, std::vector<std::string> bands, ImageForm form, Holds holds)
    : scene_(std::move(scene)), bands_(std::move(bands)), holds_(holds), rows_(form.rows), cols_(form.cols),
      writer_(std::move(form)) {}

void RecordedImage::write(int row, std::span<const CodePlane> planes) {
    writer_.write(row, planes);
    if (holds_ == Holds::codes) {
        for (const auto code : planes.front().cells()) ++counts_[code];
        return;
    }
    for (std::size_t b = 0; b < planes.size(); ++b) note_cells(cells_, scene_, bands_[b], rows_, cols_, row, planes[b]);
}

void RecordedImage::close(Truth& truth) {
    writer_.close();
    for (const auto& [code, count] : counts_) {
        truth.push_back({.scene = scene_,
                         .band = bands_.front(),
                         .what = "count",
                         .value = static_cast<double>(count),
                         .code = code});
    }
    truth.insert(truth.end(), cells_.begin(), cells_.end());
}

Sky sky_of(const Sight& sight) {
    if (!sight.seen) return Sky::fill;
    if (sight.cloud > 0.22) return Sky::cloud;
    if (sight.cloud > 0.07) return Sky::cirrus;
    if (sight.shade > 0.20) return Sky::shadow;
    if (sight.cloud > 0.02 || sight.shade > 0.08) return Sky::near_cloud;
    const auto& s = sight.reflectance;
    const float ndwi = (s[1] - s[6]) / (s[1] + s[6]);
    return ndwi > 0.02F && s[8] < 0.06F ? Sky::water : Sky::clear;
}

const char* sky_name(Sky sky) {
    constexpr std::array names{"fill", "clear", "water", "cloud", "cirrus", "cloud-shadow", "near-cloud"};
    return names[static_cast<std::size_t>(sky)];
}

void SkyCount::close(const std::string& scene, Truth& truth) const {
    for (const auto& [sky, count] : counts_)
        truth.push_back({.scene = scene, .band = sky_name(sky), .what = "flag", .value = static_cast<double>(count)});
}

double SkyCount::percent(Sky sky) const {
    double all = 0;
    double these = 0;
    for (const auto& [state, count] : counts_) {
        if (state != Sky::fill) all += static_cast<double>(count);
        if (state == sky) these = static_cast<double>(count);
    }
    return all > 0 ? 100 * these / all : 0;
}

Places::Places(const Landscape& landscape, const Grid& grid) : grid_(grid), county_(scene_grid(landscape.size())) {
    if (grid.crs != county_.crs) transform_ = std::make_unique<Transform>(grid.crs, county_.crs);
}
Places::~Places() = default;

Plane<Spot> Places::of(const Window& window) const {
    Plane<Spot> out(window.rows, window.cols, {});
    for (int r = 0; r < window.rows; ++r) {
        for (int c = 0; c < window.cols; ++c) {
            Point p{grid_.x(window.col + c + 0.5), grid_.y(window.row + r + 0.5)};
            if (transform_) p = (*transform_)(p);
            out(r, c) = {p.x - county_.x0, county_.y0 - p.y};
        }
    }
    return out;
}

}  // namespace linmu::demo
