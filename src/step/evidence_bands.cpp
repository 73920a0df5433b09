// SPDX-License-Identifier: MIT
#include "evidence_bands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {
namespace {

/// What a sum is of; areas, and areas times a value in steps of 1e-4.
enum What : std::int32_t {
    pure,
    told,
    dates,
    broken,      ///< by year
    magnitudes,  ///< by year
    rising,
    area_before,
    value_before,
    area_after,
    value_after,
    shadowed
};
constexpr double value_step = 1e-4;

Area times(Area area, float value) {
    return Area{area.units() * std::llround(static_cast<double>(value) / value_step)};
}

/// The mean that such a sum makes.
std::optional<double> mean_of(Area sum, Area area) {
    if (!(area > Area{})) return {};
    return static_cast<double>(sum.units()) / static_cast<double>(area.units()) * value_step;
}

std::optional<std::size_t> band_at(const Artifact& input, const std::string& name) {
    const auto& bands = input.raster.bands;
    const auto it = std::ranges::find(bands, name, &BandSpec::name);
    return it == bands.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - bands.begin()));
}

std::size_t wanted_band(const Artifact& input, const std::string& name, const std::string& id) {
    if (const auto at = band_at(input, name)) return *at;
    std::vector<std::string> names;
    for (const auto& band : input.raster.bands) names.push_back(band.name);
    throw DataError(fmt::format("'{}' has no band '{}'{}", id, name, hint(name, names)));
}

/// "aug-after:NDVI_aug".
std::optional<std::pair<std::size_t, std::size_t>> named_place(const std::string& text,
                                                               std::span<const Artifact> inputs,
                                                               const std::vector<std::string>& ids, std::size_t first) {
    if (text.empty()) return {};
    const auto colon = text.find(':');
    if (colon == std::string::npos)
        throw UsageError(fmt::format("'{}' does not say of which step; write \"step:band\"", text));
    const auto id = text.substr(0, colon);
    const std::vector<std::string> known(ids.begin() + static_cast<std::ptrdiff_t>(std::min(first, ids.size())),
                                         ids.end());
    const auto at = std::ranges::find(known, id);
    if (at == known.end())
        throw UsageError(fmt::format("'{}': the step '{}' is not in 'in' as evidence{}", text, id, hint(id, known)));
    const auto input = first + static_cast<std::size_t>(at - known.begin());
    return std::pair{input, wanted_band(inputs[input], text.substr(colon + 1), id)};
}

float real_at(std::span<const BlockPtr> inputs, std::pair<std::size_t, std::size_t> place, std::size_t cell) {
    return inputs[place.first]->real(place.second).cells()[cell];
}
std::int32_t code_at(std::span<const BlockPtr> inputs, std::pair<std::size_t, std::size_t> place, std::size_t cell) {
    return inputs[place.first]->code(place.second).cells()[cell];
}

int middle(const DateWindow& window) {
    const int from = day_of_year({2001, window.from.month, window.from.day}),
              to = day_of_year({2001, window.to.month, window.to.day});
    return (from + (to < from ? to + 365 : to)) / 2 % 365;
}

int around_the_year(int one, int other) {
    const int apart = std::abs(one - other) % 365;
    return std::min(apart, 365 - apart);
}

}  // namespace

int days_apart(const DateWindow& one, const DateWindow& other) { return around_the_year(middle(one), middle(other)); }

EvidenceBands::EvidenceBands(std::span<const Artifact> inputs, const std::vector<std::string>& ids, std::size_t first,
                             const EvidenceNames& names) {
    for (std::size_t i = first; i < inputs.size(); ++i) {
        const auto place = [&](const char* what) {
            return Place{i, wanted_band(inputs[i], names.series + what, ids[i])};
        };
        if (band_at(inputs[i], names.series + "_year"))
            breaks_ = Breaks{place("_year"), place("_magnitude"), place("_count"), place("_direction")};
        else if (band_at(inputs[i], names.series + "_slope")) trend_ = place("_direction");
    }
    value_before_ = named_place(names.value_before, inputs, ids, first);
    value_after_ = named_place(names.value_after, inputs, ids, first);
    shadow_ = named_place(names.shadow, inputs, ids, first);
    const auto spec = [&](const Place& place) { return inputs[place.first].raster.bands[place.second]; };
    for (const auto& value : {value_before_, value_after_})
        if (value && spec(*value).kind == BandKind::code)
            throw DataError(fmt::format("band '{}' holds codes; an index is measured", spec(*value).name));
    if (value_before_) date_before_ = spec(*value_before_).date;
    if (value_after_) date_after_ = spec(*value_after_).date;
    if (shadow_) shadow_is_code_ = spec(*shadow_).kind == BandKind::code;
}

std::optional<int> EvidenceBands::days_apart() const {
    if (!date_before_ || !date_after_) return {};
    return around_the_year(day_of_year(*date_before_), day_of_year(*date_after_));
}

/// One cell of a plot: its place in the tile and how much of it is the plot's.
struct EvidenceBands::Cell {
    std::size_t at = 0;
    Area area;
};

void EvidenceBands::add(ChangeAreas& into, std::int32_t plot, const Coverage& coverage, const TileAreas& areas,
                        std::span<const BlockPtr> inputs) const {
    const Window& window = areas.window();
    const auto cell_at = [&](int row, int col) {
        return static_cast<std::size_t>(row - window.row) * static_cast<std::size_t>(window.cols) +
               static_cast<std::size_t>(col - window.col);
    };
    for (const auto& run : coverage.inside) {
        if (run.row < window.row || run.row >= window.row + window.rows) continue;
        const int from = std::max(run.col, window.col), to = std::min(run.col_end, window.col + window.cols);
        for (int col = from; col < to; ++col) {
            const Area area{areas.run(run.row, col, col + 1)};
            into.add({plot, pure, 0}, area);
            add_cell(into, plot, {cell_at(run.row, col), area}, inputs);
        }
    }
    for (const auto& share : coverage.boundary) {
        if (share.row < window.row || share.row >= window.row + window.rows || share.col < window.col ||
            share.col >= window.col + window.cols)
            continue;
        const Area area{areas.share(share.row, share.col, share.share)};
        add_cell(into, plot, {cell_at(share.row, share.col), area}, inputs);
    }
}

void EvidenceBands::add_cell(ChangeAreas& into, std::int32_t plot, const Cell& cell,
                             std::span<const BlockPtr> inputs) const {
    const auto add = [&](What what, Area area, int year = 0) { into.add({plot, what, year}, area); };
    if (breaks_) {
        const float count = real_at(inputs, breaks_->count, cell.at);
        if (!std::isnan(count)) add(dates, Area{cell.area.units() * std::llround(count)});
        if (code_at(inputs, breaks_->direction, cell.at) != no_code) add(told, cell.area);
        const auto year = code_at(inputs, breaks_->year, cell.at);
        if (year != no_code) {
            add(broken, cell.area, year);
            add(magnitudes, times(cell.area, real_at(inputs, breaks_->magnitude, cell.at)), year);
        }
    }
    if (trend_ && code_at(inputs, *trend_, cell.at) == 1) add(rising, cell.area);
    const auto add_value = [&](const std::optional<Place>& place, What of_area, What of_value) {
        if (!place) return;
        const float value = real_at(inputs, *place, cell.at);
        if (std::isnan(value)) return;
        add(of_area, cell.area);
        add(of_value, times(cell.area, value));
    };
    add_value(value_before_, area_before, value_before);
    add_value(value_after_, area_after, value_after);
    if (!shadow_) return;
    const bool dark = shadow_is_code_ ? code_at(inputs, *shadow_, cell.at) > 0 : real_at(inputs, *shadow_, cell.at) > 0;
    if (dark) add(shadowed, cell.area);
}

WorkEvidence EvidenceBands::of(const ChangeAreas& sums, std::int32_t plot) const {
    WorkEvidence e;
    e.pure = sums.at({plot, pure, 0});
    e.has_curves = breaks_.has_value();
    e.curves = sums.at({plot, told, 0});
    e.rising = sums.at({plot, rising, 0});
    e.shadow = sums.at({plot, shadowed, 0});
    for (auto it = sums.from({plot, broken, no_code}); it != sums.end() && it->first.zone == plot; ++it) {
        if (it->first.from != broken) break;
        const auto sum = sums.at({plot, magnitudes, it->first.to});
        e.breaks[it->first.to] = {it->second, mean_of(sum, it->second).value_or(0)};
    }
    return e;
}

double EvidenceBands::dates_of(const ChangeAreas& sums, std::int32_t plot, Area covered) const {
    if (!(covered > Area{})) return 0;
    return static_cast<double>(sums.at({plot, dates, 0}).units()) / static_cast<double>(covered.units());
}

EvidenceBands::Means EvidenceBands::means_of(const ChangeAreas& sums, std::int32_t plot) const {
    const auto mean = [&](What area, What value) {
        return mean_of(sums.at({plot, value, 0}), sums.at({plot, area, 0}));
    };
    return {mean(area_before, value_before), mean(area_after, value_after)};
}

}  // namespace linmu
