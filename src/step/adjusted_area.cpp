// SPDX-License-Identifier: MIT
#include "adjusted_area.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "accuracy_table.hpp"
#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// A class of the map that is a smaller part of a zone needs no samples of its own for the zone's interval.
constexpr double small_part = 0.05;

const std::vector<Field> area_columns{{"map", FieldType::text, "", "图"},
                                      {"level", FieldType::text, "", "范围"},
                                      {"zone", FieldType::text, "", "单位代码"},
                                      {"class", FieldType::text, "", "地类"},
                                      {"mapped", FieldType::area, "m2", "制图面积"},
                                      {"area", FieldType::area, "m2", "校正面积"},
                                      {"standard_error", FieldType::area, "m2", "标准误"},
                                      {"low", FieldType::area, "m2", "下限"},
                                      {"high", FieldType::area, "m2", "上限"},
                                      {"share", FieldType::real, "", "面积比例"},
                                      {"share_se", FieldType::real, "", "比例标准误"},
                                      {"samples", FieldType::integer, "", "样本数"},
                                      {"method", FieldType::text, "", "方法"},
                                      {"interval", FieldType::text, "", "区间方法"},
                                      {"status", FieldType::text, "", "状态"},
                                      {"status_zh", FieldType::text, "", "状态说明"},
                                      {"interval_note", FieldType::text, "", "区间说明"}};

Value units_of(double m2) { return std::isnan(m2) ? Value{} : Value{Area::from_m2(m2).units()}; }

/// Areas add up to `whole` to the last unit; what rounding leaves goes to the largest.
std::vector<std::int64_t> closed_units(const std::vector<IntervalEstimate>& areas, double whole) {
    std::vector<std::int64_t> units;
    std::int64_t sum = 0;
    for (const auto& a : areas) {
        units.push_back(std::isnan(a.value) ? 0 : Area::from_m2(a.value).units());
        sum += units.back();
    }
    if (!units.empty() && sum > 0) *std::ranges::max_element(units) += Area::from_m2(whole).units() - sum;
    return units;
}

/// A sum of classes that the samples know.
struct KnownSum {
    std::string name;
    ClassSum classes;
};

/// Nothing of a sum that leaves one class, which is told by itself, or none.
std::optional<KnownSum> known_part(const SumText& text, const LabelledSamples& samples) {
    KnownSum known;
    const auto take = [&](const std::vector<std::string>& names, std::vector<std::size_t>& into, const char* mark) {
        for (const auto& name : names) {
            const auto k = samples.place_of(name);
            if (k == no_class) continue;
            into.push_back(k);
            if (!known.name.empty()) known.name += mark;
            known.name += name;
        }
    };
    take(text.plus, known.classes.plus, " + ");
    take(text.minus, known.classes.minus, " - ");
    const auto classes = known.classes.plus.size() + known.classes.minus.size();
    return classes > 1 && !known.classes.plus.empty() ? std::optional(known) : std::nullopt;
}

std::optional<Area> mapped_area(const MappedAreas& mapped, const std::string& name) {
    if (mapped.empty()) return {};
    const auto found = mapped.find(name);
    return found == mapped.end() ? Area{} : found->second;
}

std::optional<Area> mapped_sum(const MappedAreas& mapped, const ClassSum& sum, const LabelledSamples& samples) {
    if (mapped.empty()) return {};
    Area all;
    for (const auto k : sum.plus) all += mapped_area(mapped, samples.classes[k]).value_or(Area{});
    for (const auto k : sum.minus) all -= mapped_area(mapped, samples.classes[k]).value_or(Area{});
    return all;
}

std::int64_t samples_mapped_as(const LabelledSamples& samples, std::size_t k) {
    return std::ranges::count(samples.units, k, &SampleUnit::map);
}

/// Why a zone has no interval, or "".
std::string doubt_of(const LabelledSamples& samples, const std::vector<double>& mapped_m2, double whole, int least) {
    for (std::size_t k = 0; k < samples.classes.size(); ++k) {
        const auto n = samples_mapped_as(samples, k);
        if (mapped_m2[k] > 0 && n == 0) return fmt::format("no sample has map class '{}'", samples.classes[k]);
        if (mapped_m2[k] >= small_part * whole && n < least)
            return fmt::format("{} samples of map class '{}' are too few for an interval ({} needed)", n,
                               samples.classes[k], least);
    }
    return {};
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

/// Where areas are, and how they were estimated.
struct AdjustedAreas::Place {
    std::string level, zone;
    MappedAreas mapped;
    double whole = 0;
    std::string method, doubt;
    std::int64_t samples = 0;
    bool in_zone = false;  ///< do the samples lie in the zone?
};

/// The zones of a layer, those first of which the samples tell something.
struct AdjustedAreas::Zones {
    std::vector<Place> places;
    std::vector<SampledZone> sampled;
    std::vector<std::vector<ZoneEstimate>> classes;  ///< by class, then by zone
};

SumText parse_sum(const std::string& text) {
    SumText sum;
    const std::string padded = " + " + text + " + ";
    for (std::size_t at = 0; at + 3 < padded.size();) {
        const bool plus = padded[at + 1] == '+';
        const auto end = std::min(padded.find(" + ", at + 3), padded.find(" - ", at + 3));
        auto name = trimmed(padded.substr(at + 3, end - at - 3));
        if (name.empty())
            throw UsageError(fmt::format("'{}' is no sum of classes; write \"broadleaf + conifer\"", text));
        (plus ? sum.plus : sum.minus).push_back(std::move(name));
        at = end;
    }
    std::ranges::sort(sum.plus);
    std::ranges::sort(sum.minus);
    if (sum.plus.size() + sum.minus.size() < 2 || sum.plus.empty())
        throw UsageError(
            fmt::format("'{}' is one class, which is told by itself; write \"broadleaf + conifer\"", text));
    return sum;
}

AdjustedAreas::AdjustedAreas(std::string map)
    : map_(std::move(map)), areas_{{"adjusted_area", "误差校正面积", area_columns}, {}},
      sums_{{"adjusted_sum", "误差校正面积 (合并地类)", area_columns}, {}} {}

void AdjustedAreas::add_unsampled(const std::string& level, const std::string& zone, const MappedAreas& mapped) {
    for (const auto& [name, area] : mapped)
        add_unknown({.level = level, .zone = zone, .mapped = {}, .method = {}, .doubt = {}}, name, area, "no samples",
                    "没有样本");
}

void AdjustedAreas::add_whole(const LabelledSamples& samples, const SampleEstimator& estimator,
                              const MappedAreas& mapped, std::span<const SumText> sums) {
    const Place place{
        "whole", "all", mapped, samples.whole_m2(), samples.estimator_name(), {}, std::ssize(samples.units)};
    std::vector<IntervalEstimate> areas;
    for (std::size_t k = 0; k < samples.classes.size(); ++k)
        areas.push_back(estimator.share(ClassSum{{k}, {}}).scaled(place.whole));
    add_classes(place, samples, areas);
    for (const auto& [name, area] : mapped)
        if (!samples.tells_of(name)) add_unknown(place, name, area, "not sampled", "未抽样");
    for (const auto& text : sums) {
        const auto sum = known_part(text, samples);
        if (!sum) continue;
        const auto area = estimator.share(sum->classes).scaled(place.whole);
        sums_.rows.push_back(
            row(place, sum->name, mapped_sum(mapped, sum->classes, samples), area, Area::from_m2(area.value).units()));
    }
}

void AdjustedAreas::add_zones(const LabelledSamples& samples, const SampleEstimator& estimator,
                              const std::string& level, const std::map<std::string, MappedAreas>& by_code,
                              std::span<const SumText> sums, const ZoneRule& rule, int least) {
    Zones zones;
    const auto where = samples.zones.find(level);
    for (const auto& [code, mapped] : by_code) {
        Place place{.level = level,
                    .zone = code,
                    .mapped = mapped,
                    .method = {},
                    .doubt = {},
                    .in_zone = where != samples.zones.end()};
        SampledZone zone{std::vector<double>(samples.classes.size() + 1), std::vector<bool>(samples.units.size())};
        for (const auto& [name, area] : mapped) {
            if (!samples.tells_of(name)) {
                add_unknown(place, name, area, "not sampled", "未抽样");
                continue;
            }
            zone.mapped_m2[std::min(samples.place_of(name), samples.classes.size())] += area.m2();
            place.whole += area.m2();
        }
        if (!(place.whole > 0)) continue;
        if (place.in_zone)
            for (std::size_t k = 0; k < zone.is_in.size(); ++k) zone.is_in[k] = where->second[k] == code;
        place.doubt = doubt_of(samples, zone.mapped_m2, place.whole, least);
        zones.places.push_back(std::move(place));
        zones.sampled.push_back(std::move(zone));
    }
    for (std::size_t k = 0; k < samples.classes.size(); ++k)
        zones.classes.push_back(zone_estimates(estimator, zones.sampled, {{k}, {}}, rule));
    for (std::size_t z = 0; z < zones.places.size(); ++z) add_zone_classes(zones.places[z], samples, zones, z);
    for (const auto& text : sums) {
        const auto sum = known_part(text, samples);
        if (!sum) continue;
        const auto found = zone_estimates(estimator, zones.sampled, sum->classes, rule);
        for (std::size_t z = 0; z < found.size(); ++z) {
            if (std::isnan(found[z].area.value)) continue;
            const auto& place = zones.places[z];
            sums_.rows.push_back(row(told_by(place, found[z]), sum->name,
                                     mapped_sum(place.mapped, sum->classes, samples), found[z].area,
                                     Area::from_m2(found[z].area.value).units()));
        }
    }
}

AdjustedAreas::Place AdjustedAreas::told_by(Place place, const ZoneEstimate& estimate) {
    place.method = describe(estimate.method);
    place.samples = estimate.samples;
    return place;
}

/// Classes are estimated one by one, and levelled so that they add up to the zone.
void AdjustedAreas::add_zone_classes(const Place& place, const LabelledSamples& samples, const Zones& zones,
                                     std::size_t z) {
    double sum = 0;
    for (const auto& by_zone : zones.classes) sum += by_zone[z].area.value;
    std::vector<IntervalEstimate> areas;
    for (const auto& by_zone : zones.classes)
        areas.push_back(sum > 0 ? by_zone[z].area.scaled(place.whole / sum) : by_zone[z].area);
    const auto units = closed_units(areas, place.whole);
    for (std::size_t k = 0; k < areas.size(); ++k) {
        const auto& name = samples.classes[k];
        const auto mapped = mapped_area(place.mapped, name);
        if (std::isnan(areas[k].value)) add_unknown(place, name, mapped, place.doubt, "样本不足");
        else areas_.rows.push_back(row(told_by(place, zones.classes[k][z]), name, mapped, areas[k], units[k]));
    }
}

void AdjustedAreas::add_unknown(const Place& place, const std::string& name, std::optional<Area> mapped,
                                const std::string& status, const std::string& status_zh) {
    areas_.rows.push_back({map_, place.level, place.zone, name, mapped ? Value{mapped->units()} : Value{}, Value{},
                           Value{}, Value{}, Value{}, Value{}, Value{}, Value{}, Value{}, Value{}, status, status_zh,
                           status_zh + " " + status});
}

void AdjustedAreas::add_classes(const Place& place, const LabelledSamples& samples,
                                const std::vector<IntervalEstimate>& areas) {
    const auto units = closed_units(areas, place.whole);
    for (std::size_t k = 0; k < areas.size(); ++k) {
        const auto& name = samples.classes[k];
        const auto mapped = mapped_area(place.mapped, name);
        if (std::isnan(areas[k].value)) add_unknown(place, name, mapped, place.doubt, "样本不足");
        else areas_.rows.push_back(row(place, name, mapped, areas[k], units[k]));
    }
}

std::vector<Value> AdjustedAreas::row(const Place& place, const std::string& name, std::optional<Area> mapped,
                                      const IntervalEstimate& area, std::int64_t units) const {
    const bool limits = place.doubt.empty() && !std::isnan(area.low);
    const auto [status, status_zh] = status_of(place, limits);
    const auto where = place.level == "whole" ? "" : " here";
    const auto told = fmt::format("{} samples{}, {}", place.samples, where, place.method);
    return {map_,
            place.level,
            place.zone,
            name,
            mapped ? Value{mapped->units()} : Value{},
            units,
            units_of(area.standard_error),
            limits ? units_of(area.low) : Value{},
            limits ? units_of(area.high) : Value{},
            area.value / place.whole,
            number_or_nothing(area.standard_error / place.whole),
            place.samples,
            place.method,
            std::string(to_string(limits ? area.method : IntervalMethod::none)),
            status,
            status_zh,
            limits ? told : fmt::format("{} {}", status_zh, status)};
}

/// Whether a row has an interval, and if not, why.
std::pair<std::string, std::string> AdjustedAreas::status_of(const Place& place, bool limits) {
    if (limits) return {"estimated", "估计"};
    if (!place.doubt.empty()) return {place.doubt, "样本不足, 无区间"};
    const auto why = place.in_zone ? fmt::format("{} samples here", place.samples)
                                   : std::string("the samples don't say where they lie: see sample-zones");
    return {"synthetic, no honest interval: " + why, "合成估计, 无可靠区间"};
}

}  // namespace linmu
