// SPDX-License-Identifier: MIT
#include "accuracy_samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/number_of.hpp"

namespace linmu {
namespace {

std::optional<std::size_t> place_in(const std::vector<Field>& fields, const std::string& name) {
    const auto at = std::ranges::find(fields, name, &Field::name);
    return at == fields.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - fields.begin()));
}

}  // namespace

std::size_t LabelledSamples::place_of(const std::string& name) const {
    const auto found = std::ranges::find(classes, name);
    return found == classes.end() ? no_class : static_cast<std::size_t>(found - classes.begin());
}

std::string LabelledSamples::class_name(std::size_t k) const {
    return k < classes.size() ? classes[k] : unclassed_name;
}

bool LabelledSamples::has_unclassed() const {
    return std::ranges::any_of(units, [](const SampleUnit& u) { return u.map == no_class; });
}

bool LabelledSamples::strata_are_map_classes() const {
    return std::ranges::all_of(
        units, [this](const SampleUnit& u) { return u.map != no_class && classes[u.map] == strata[u.stratum].name; });
}

double LabelledSamples::whole_m2() const {
    double sum = 0;
    for (const double m2 : strata_m2) sum += m2;
    return sum;
}

MappedAreas LabelledSamples::areas_of_strata() const {
    MappedAreas areas;
    for (std::size_t h = 0; h < strata.size(); ++h) areas[strata[h].name] = Area::from_m2(strata_m2[h]);
    return areas;
}

bool LabelledSamples::tells_of(const std::string& mapped_class) const {
    return place_of(mapped_class) != no_class || (mapped_class == unclassed_name && has_unclassed());
}

std::string LabelledSamples::estimator_name() const {
    if (std::ranges::any_of(units, [](const SampleUnit& u) { return u.cluster >= 0; }))
        return "two-stage ratio (Cochran 1977, 11)";
    if (of_parcels) return "parcels by area, combined ratio (Cochran 1977, 6.11)";
    if (stratified_afterwards) return "stratified afterwards (Card 1982; Olofsson et al. 2014)";
    return strata_are_map_classes() ? "stratified (Olofsson et al. 2014)" : "stratified ratio (Stehman 2014)";
}

SampleReader::SampleReader(SampleReading how, const std::vector<Field>& fields, const std::string& id)
    : how_(std::move(how)), labels_(how_.legend) {
    const auto& names = how_.fields;
    class_at_ = field_index(fields, names.reference, id);
    map_class_at_ = field_index(fields, names.map, id);
    if (how_.strata == "design") stratum_at_ = field_index(fields, names.stratum, id);
    stratum_area_at_ = place_in(fields, names.stratum_area);
    stratum_units_at_ = place_in(fields, names.stratum_units);
    unit_area_at_ = place_in(fields, names.unit_area);
    cluster_at_ = place_in(fields, names.cluster);
    unit_at_ = place_in(fields, names.unit);
    for (const auto& layer : how_.zones)
        if (const auto at = place_in(fields, layer)) zones_at_[layer] = *at;
    area_is_units_ = stratum_area_at_ && fields[*stratum_area_at_].type == FieldType::area;
}

void SampleReader::plan_design(const TableSpec& table, const std::string& id) {
    design_stratum_at_ = field_index(table.columns, "stratum", id);
    design_area_at_ = field_index(table.columns, "area_m2", id);
    design_units_at_ = place_in(table.columns, "units");
}

bool SampleReader::none_labelled(const Layer& samples) const {
    return std::ranges::all_of(samples.features,
                               [&](const Feature& f) { return trimmed_text(f.values[class_at_]).empty(); });
}

LabelledSamples SampleReader::strata_of(const Layer& samples, const Table* design) const {
    LabelledSamples found;
    if (design != nullptr) read_design(*design, found);
    for (const auto& feature : samples.features) (void)stratum_of(feature, {}, design != nullptr, found);
    return found;
}

LabelledSamples SampleReader::read(const Layer& samples, const Table* design, const MappedAreas& mapped) const {
    LabelledSamples found;
    found.of_parcels = are_parcels(samples);
    found.stratified_afterwards = how_.strata == "map";
    found.classes = classes_of(samples, mapped);
    if (design != nullptr) read_design(*design, found);
    for (const auto& feature : samples.features) {
        const auto stratum = stratum_of(feature, mapped, design != nullptr, found);
        const auto reference = reference_name(feature);
        if (reference.empty()) {
            ++found.blank;
            continue;
        }
        found.units.push_back(unit_of(feature, stratum, reference, found));
        for (const auto& [layer, at] : zones_at_) found.zones[layer].push_back(trimmed_text(feature.values[at]));
    }
    if (!found.stratified_afterwards) return found;
    // What the map shows and no sample has: its stratum is empty.
    for (const auto& [name, area] : mapped)
        if (name != unclassed_name && name != beyond_map_name) (void)add_stratum(name, area.m2(), 0, found);
    return found;
}

void SampleReader::read_design(const Table& design, LabelledSamples& into) const {
    for (const auto& row : design.rows)
        (void)add_stratum(trimmed_text(row[design_stratum_at_]), number_of(row[design_area_at_]).value_or(0),
                          design_units_at_ ? number_of(row[*design_units_at_]).value_or(0) : 0, into);
}

std::size_t SampleReader::add_stratum(const std::string& name, double area_m2, double units,
                                      LabelledSamples& into) const {
    const auto known = std::ranges::find(into.strata, name, &SampleStratum::name);
    if (known != into.strata.end()) return static_cast<std::size_t>(known - into.strata.begin());
    into.strata.push_back({name, into.of_parcels ? units : area_m2, units});
    into.strata_m2.push_back(area_m2);
    return into.strata.size() - 1;
}

std::size_t SampleReader::stratum_of(const Feature& feature, const MappedAreas& mapped, bool designed,
                                     LabelledSamples& into) const {
    if (how_.strata == "map") {
        const auto name = map_name(feature);
        const auto area = mapped.find(name);
        if (area == mapped.end())
            throw DataError(fmt::format("sample {}: the ledger has no area of '{}' in map '{}', layer '{}'",
                                        feature.fid, name, how_.map, how_.layer));
        return add_stratum(name, area->second.m2(), 0, into);
    }
    const auto name = trimmed_text(feature.values[*stratum_at_]);
    if (name.empty())
        throw DataError(fmt::format("sample {} has no stratum in '{}'", feature.fid, how_.fields.stratum));
    if (!designed)
        return add_stratum(name, stratum_area(feature, name, into), stratum_units(feature, name, into.of_parcels),
                           into);
    const auto known = std::ranges::find(into.strata, name, &SampleStratum::name);
    if (known == into.strata.end())
        throw DataError(fmt::format("sample {} is of stratum '{}', which the design lacks", feature.fid, name));
    return static_cast<std::size_t>(known - into.strata.begin());
}

double SampleReader::stratum_area(const Feature& feature, const std::string& name, const LabelledSamples& known) const {
    const auto& field = how_.fields.stratum_area;
    if (!stratum_area_at_)
        throw DataError(
            fmt::format("samples have no field '{}' with the area of their stratum; name it by stratum-area, or "
                        "give the design as second input",
                        field));
    double area = number_of(feature.values[*stratum_area_at_]).value_or(0);
    if (area_is_units_) area /= 1e4;
    if (!(area > 0))
        throw DataError(
            fmt::format("sample {}: '{}' of stratum '{}' is {} m2, which is no area", feature.fid, field, name, area));
    const auto at = std::ranges::find(known.strata, name, &SampleStratum::name) - known.strata.begin();
    if (at == std::ssize(known.strata)) return area;
    const double other = known.strata_m2[static_cast<std::size_t>(at)];
    if (std::abs(other - area) > 1e-6 * area)
        throw DataError(fmt::format("sample {}: '{}' of stratum '{}' is {} m2, but {} of another sample", feature.fid,
                                    field, name, area, other));
    return area;
}

double SampleReader::stratum_units(const Feature& feature, const std::string& name, bool of_parcels) const {
    const double units = stratum_units_at_ ? number_of(feature.values[*stratum_units_at_]).value_or(0) : 0;
    if (of_parcels && !(units > 0))
        throw DataError(fmt::format("sample {}: parcels need the number of parcels of stratum '{}' in '{}'",
                                    feature.fid, name, how_.fields.stratum_units));
    return units;
}

std::string SampleReader::map_name(const Feature& feature) const {
    const auto text = trimmed_text(feature.values[map_class_at_]);
    if (text.empty() || text == unclassed_name) return unclassed_name;
    const auto key = labels_.key_of(text);
    return key.empty() ? text : key;
}

/// "" of a sample that nobody has labelled.
std::string SampleReader::reference_name(const Feature& feature) const {
    const auto text = trimmed_text(feature.values[class_at_]);
    auto key = labels_.key_of(text);
    if (key.empty() && !text.empty())
        throw DataError(fmt::format("sample {}: '{}' is no class of legend {}; sample-check lists all that is wrong",
                                    feature.fid, text, how_.legend));
    return key;
}

bool SampleReader::are_parcels(const Layer& samples) const {
    const bool parcels = how_.unit == "parcel" || (how_.unit == "auto" && unit_at_ && !samples.features.empty() &&
                                                   trimmed_text(samples.features[0].values[*unit_at_]) == "parcel");
    if (parcels && !unit_area_at_)
        throw DataError(
            fmt::format("samples that are parcels need their area: there is no field '{}'", how_.fields.unit_area));
    return parcels;
}

std::vector<std::string> SampleReader::classes_of(const Layer& samples, const MappedAreas& mapped) const {
    std::vector<std::string> seen;
    for (const auto& feature : samples.features) {
        seen.push_back(map_name(feature));
        if (auto name = reference_name(feature); !name.empty()) seen.push_back(std::move(name));
    }
    for (const auto& entry : mapped) seen.push_back(entry.first);
    std::erase(seen, unclassed_name);
    std::erase(seen, beyond_map_name);
    return labels_.in_order(seen);
}

SampleUnit SampleReader::unit_of(const Feature& feature, std::size_t stratum, const std::string& reference,
                                 const LabelledSamples& samples) const {
    SampleUnit unit{
        .stratum = stratum, .map = samples.place_of(map_name(feature)), .reference = samples.place_of(reference)};
    if (samples.of_parcels) unit.size = number_of(feature.values[*unit_area_at_]).value_or(0);
    if (samples.of_parcels && !(unit.size > 0))
        throw DataError(fmt::format("sample {} has no area in '{}'", feature.fid, how_.fields.unit_area));
    if (cluster_at_ && !std::holds_alternative<std::monostate>(feature.values[*cluster_at_]))
        unit.cluster = static_cast<std::int64_t>(number_of(feature.values[*cluster_at_]).value_or(0));
    return unit;
}

}  // namespace linmu
