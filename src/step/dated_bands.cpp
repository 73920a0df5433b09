// SPDX-License-Identifier: MIT
#include "dated_bands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/algo/series.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {
namespace {

/// A band of an input, before it is known which series it belongs to.
struct Found {
    const BandSpec* spec;
    Date date;
    std::pair<std::size_t, std::size_t> place;
};

/// "2025-05-20", or "2025" for a value of the whole year.
Date date_or_year(const std::string& text) {
    const bool year = text.size() == 4 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    return parse_date(year ? text + "-07-01" : text);
}

std::vector<Found> bands_of(std::span<const Artifact> inputs, const PlanContext& context) {
    std::vector<Found> all;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto& bands = inputs[i].raster.bands;
        for (std::size_t b = 0; b < bands.size(); ++b) {
            if (bands[b].kind != BandKind::real)
                throw DataError(fmt::format(
                    "band '{}' of '{}' holds codes; mask the scenes first (a mask step takes their quality band)",
                    bands[b].name, context.input_ids[i]));
            all.push_back({&bands[b], bands[b].date.value_or(Date{}), {i, b}});
        }
    }
    return all;
}

void set_dates(std::vector<Found>& all, const std::vector<std::string>& dates) {
    if (dates.size() != all.size())
        throw UsageError(fmt::format("'dates' names {} dates, but the inputs have {} bands; give one a band, in order",
                                     dates.size(), all.size()));
    for (std::size_t i = 0; i < all.size(); ++i) all[i].date = date_or_year(dates[i]);
}

void need_dates(const std::vector<Found>& all, const PlanContext& context) {
    for (const auto& found : all)
        if (!found.spec->date)
            throw DataError(
                fmt::format("band '{}' of '{}' has no date; take bands of scenes, or give dates = [\"2024-07-15\", "
                            "...], one a band",
                            found.spec->name, context.input_ids[found.place.first]));
}

void add(std::vector<DatedBand>& series, const Found& found, const std::string& name) {
    auto it = std::ranges::find(series, name, &DatedBand::name);
    if (it == series.end()) it = series.insert(it, DatedBand{name, found.spec->unit, {}, {}});
    it->dates.push_back(found.date);
    it->places.push_back(found.place);
}

/// By date; bands of one date keep their order.
void sort_dates(DatedBand& band) {
    std::vector<std::size_t> order(band.dates.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return band.dates[i]; });
    DatedBand sorted{band.name, band.unit, {}, {}};
    for (const auto i : order) {
        sorted.dates.push_back(band.dates[i]);
        sorted.places.push_back(band.places[i]);
    }
    band = std::move(sorted);
}

}  // namespace

std::vector<int> DatedBand::days() const {
    std::vector<int> out;
    for (const auto& date : dates) out.push_back(day_number(date));
    return out;
}

std::vector<std::span<const float>> DatedBand::cells(std::span<const BlockPtr> inputs) const {
    std::vector<std::span<const float>> out;
    for (const auto& [input, band] : places) out.push_back(inputs[input]->real(band).cells());
    return out;
}

BandSpec DatedBand::output(std::string_view what, std::string of_unit) const {
    return {.name = fmt::format("{}_{}", name, what), .kind = BandKind::real, .unit = std::move(of_unit)};
}

std::vector<Port> DatedInput::ports() {
    return {{.name = "dates",
             .kind = ArtifactKind::raster,
             .help = "bands of scenes, masked; or rasters of one date a band",
             .many = true}};
}

void DatedInput::declare(Params& params) {
    params.add("bands", "bands to take; empty: all", &names_);
    params.add("dates", "dates of the bands, in order, where they have none of their own: \"2024-07-15\", or \"2024\"",
               &dates_);
}

std::vector<DatedBand> DatedInput::series(std::span<const Artifact> inputs, const PlanContext& context) const {
    auto all = bands_of(inputs, context);
    if (!dates_.empty()) set_dates(all, dates_);
    else need_dates(all, context);
    std::vector<std::string> known;
    for (const auto& found : all) known.push_back(found.spec->name);
    const bool one_name = std::ranges::all_of(known, [&](const std::string& name) { return name == known.front(); });
    std::vector<DatedBand> series;
    for (const auto& found : all) {
        if (!dates_.empty()) add(series, found, one_name ? known.front() : "value");
        else if (names_.empty() || std::ranges::find(names_, found.spec->name) != names_.end())
            add(series, found, found.spec->name);
    }
    if (dates_.empty()) {
        for (const auto& name : names_)
            if (std::ranges::find(known, name) == known.end())
                throw DataError(fmt::format("the inputs have no band '{}'{}", name, hint(name, known)));
    } else if (!names_.empty()) {
        throw UsageError("'bands' and 'dates' can't go together: with dates, all bands are one series");
    }
    for (auto& band : series) sort_dates(band);
    return series;
}

}  // namespace linmu
