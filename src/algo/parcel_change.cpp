// SPDX-License-Identifier: MIT
#include "linmu/algo/parcel_change.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace linmu {
namespace {

using ByCode = std::map<std::int32_t, Area>;

bool seen(const Flow& flow) { return flow.from != no_code && flow.to != no_code; }

/// Share of areas; NaN of nothing.
double share(Area part, Area whole) { return whole > Area{} ? part.m2() / whole.m2() : std::nan(""); }

/// The code with the largest area. Ties: `preferred`, else the lowest code.
std::int32_t largest(const ByCode& areas, std::int32_t preferred) {
    std::int32_t best = no_code;
    Area most;
    for (const auto& [code, area] : areas) {
        if (area < most || (area == most && code != preferred && best != no_code)) continue;
        best = code;
        most = area;
    }
    return best;
}

/// What was seen of one parcel, in the terms of the rule.
struct Sight {
    Area covered, both;  ///< by all flows; by those seen at both dates
    std::int32_t before = no_code;
    Area changed;  ///< from `before` to something else
    ByCode after;  ///< of all that was seen, with what came from other classes taken as `before`
    std::vector<Flow> parts;

    Sight(const std::vector<Flow>& flows, std::optional<std::int32_t> known) {
        ByCode at_first;
        for (const auto& flow : flows) {
            covered += flow.area;
            if (!seen(flow)) continue;
            both += flow.area;
            at_first[flow.from] += flow.area;
        }
        before = known.value_or(largest(at_first, no_code));
        for (const auto& flow : flows) add(flow);
        std::sort(parts.begin(), parts.end(), [](const Flow& a, const Flow& b) {
            return std::tuple(-a.area.units(), a.from, a.to) < std::tuple(-b.area.units(), b.from, b.to);
        });
    }

private:
    void add(const Flow& flow) {
        if (!seen(flow)) return;
        const bool changes = flow.from == before && flow.to != before;
        after[changes ? flow.to : before] += flow.area;
        if (!changes) return;
        changed += flow.area;
        parts.push_back(flow);
    }
};

Area least_part(const ParcelRule& rule, std::int32_t code) {
    const auto found = rule.least_part_of.find(code);
    return found == rule.least_part_of.end() ? rule.least_part : found->second;
}

ByCode of_parcel(const ClassAreas& areas, std::int32_t parcel) {
    ByCode result;
    for (auto at = areas.from({parcel, no_code}); at != areas.end() && at->first.zone == parcel; ++at)
        result[at->first.code] = at->second;
    return result;
}

/// Takes up to `wanted` from the first class of `areas` that has any.
std::pair<std::int32_t, Area> take_first(ByCode& areas, Area wanted) {
    while (!areas.empty() && areas.begin()->second == Area{}) areas.erase(areas.begin());
    if (areas.empty()) return {no_code, wanted};
    auto& [code, left] = *areas.begin();
    const Area taken = std::min(left, wanted);
    left -= taken;
    return {code, taken};
}

}  // namespace

std::vector<Flow> flows_of(const ChangeAreas& changes, std::int32_t parcel) {
    std::vector<Flow> flows;
    for (auto at = changes.from({parcel, no_code, no_code}); at != changes.end() && at->first.zone == parcel; ++at)
        flows.push_back({at->first.from, at->first.to, at->second});
    return flows;
}

std::vector<Flow> least_flows(const ClassAreas& before, const ClassAreas& after, std::int32_t parcel) {
    ByCode losses = of_parcel(before, parcel), gains = of_parcel(after, parcel);
    ByCode kept;
    for (auto& [code, area] : losses) {
        const auto gain = gains.find(code);
        if (gain == gains.end()) continue;
        kept[code] = std::min(area, gain->second);
        area -= kept[code];
        gain->second -= kept[code];
    }
    std::vector<Flow> flows;
    for (const auto& [code, area] : kept)
        if (area > Area{}) flows.push_back({code, code, area});
    for (const auto& [code, area] : losses)
        for (Area left = area; left > Area{};) {
            const auto [to, moved] = take_first(gains, left);
            flows.push_back({code, to, moved});
            left -= moved;
        }
    for (const auto& [code, area] : gains)
        if (area > Area{}) flows.push_back({no_code, code, area});
    return flows;
}

std::string_view to_string(ParcelStatus status) {
    switch (status) {
        case ParcelStatus::unchanged: return "unchanged";
        case ParcelStatus::changed: return "changed";
        case ParcelStatus::mixed: return "mixed";
        case ParcelStatus::too_small: return "too small";
        case ParcelStatus::unseen: return "unseen";
    }
    return {};
}

ParcelChange parcel_change(const ParcelEvidence& evidence, const ParcelRule& rule) {
    const Sight sight(evidence.flows, evidence.known);
    ParcelChange result{evidence.parcel,
                        sight.before,
                        sight.before,
                        ParcelStatus::unchanged,
                        evidence.area,
                        {},
                        share(sight.changed, sight.both),
                        {}};
    if (evidence.pure_cells < rule.least_cells) {
        result.status = ParcelStatus::too_small;
        return result;
    }
    if (!(share(sight.both, sight.covered) >= rule.least_seen)) {
        result.status = ParcelStatus::unseen;
        return result;
    }
    const std::int32_t after = largest(sight.after, sight.before);
    const double share_after = share(sight.after.at(after), sight.both);
    if (after != sight.before && result.changed_share >= rule.whole_share && share_after >= rule.whole_share) {
        result.status = ParcelStatus::changed;
        result.after = after;
        result.changed = evidence.area;
        return result;
    }
    for (const auto& part : sight.parts)
        if (part.area >= least_part(rule, part.to)) result.parts.push_back(part);
    if (result.parts.empty()) return result;
    result.status = ParcelStatus::mixed;
    for (const auto& part : result.parts) result.changed += part.area;
    return result;
}

void add_parcel(ChangeAreas& into, std::int32_t zone, const ParcelChange& change) {
    Area rest = change.area;
    for (const auto& part : change.parts) {
        // The survey's area and the cells' may differ by a little; the table holds the survey's.
        const Area moved = std::min(part.area, rest);
        into.add({zone, part.from, part.to}, moved);
        rest -= moved;
    }
    into.add({zone, change.before, change.after}, rest);
}

}  // namespace linmu
