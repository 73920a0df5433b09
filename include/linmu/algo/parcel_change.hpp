// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "linmu/algo/class_area.hpp"
#include "linmu/core/area.hpp"
#include "linmu/core/block.hpp"

namespace linmu {

/// An area that was `from` and is `to`; `no_code` is "not seen".
struct Flow {
    std::int32_t from = no_code;
    std::int32_t to = no_code;
    Area area;
    friend bool operator==(const Flow&, const Flow&) = default;
};

/// What two class maps show inside of one parcel. Codes may be of any legend, and are compared for equality only: to ask for
/// farmland alone, map the codes to farmland and its fates first.
struct ParcelEvidence {
    std::int32_t parcel = 0;
    Area area;                          ///< the parcel's own (survey) area
    std::int64_t pure_cells = 0;        ///< cells wholly inside
    std::optional<std::int32_t> known;  ///< class before, where the survey tells it; else the map's most
    std::vector<Flow> flows;            ///< areas by pair of classes
};

/// Evidence from a transition by cells: the flows of `parcel` in `changes`.
[[nodiscard]] std::vector<Flow> flows_of(const ChangeAreas& changes, std::int32_t parcel);

/// Evidence where only class areas are known (maps on different grids): as little change as they allow. What a class keeps
/// is the smaller of its two areas; its loss goes to the gaining classes in order of codes. Areas that don't add up to the same stay as flows to or from `no_code`.
[[nodiscard]] std::vector<Flow> least_flows(const ClassAreas& before, const ClassAreas& after, std::int32_t parcel);

/// When a parcel counts as changed (domain.md section 12). Shares are of the area seen at both dates.
struct ParcelRule {
    double whole_share =
        0.5;  ///< share that changed, and that the new class has, from which the parcel changed as a whole
    std::int64_t least_cells = 6;          ///< fewer pure cells: too small to tell
    double least_seen = 0.5;               ///< a smaller share of flows seen at both dates: not seen
    Area least_part = Area::from_m2(400);  ///< a changed part of this size is reported: minimum mapping unit
    std::map<std::int32_t, Area>
        least_part_of;  ///< the same by class after, where it differs: 200 m2 for built-up land, ...
};

enum class ParcelStatus {
    unchanged,
    changed,  ///< as a whole
    mixed,    ///< a part as large as the mapping unit: a suggestion to split the parcel
    too_small,
    unseen
};
[[nodiscard]] std::string_view to_string(ParcelStatus status);

struct ParcelChange {
    std::int32_t parcel = 0;
    std::int32_t before = no_code;
    std::int32_t after = no_code;  ///< `before` unless changed as a whole
    ParcelStatus status = ParcelStatus::unseen;
    Area area;                 ///< of the parcel
    Area changed;              ///< the parcel's area when changed as a whole, the sum of parts when mixed, else 0
    double changed_share = 0;  ///< of what was seen; NaN when nothing was
    std::vector<Flow> parts;   ///< of a mixed parcel, by area descending, then codes: what to look at
};

/// The verdict on one parcel. Ties keep the old class. It is a suspicion for the field, never a change of the survey.
/// Cells whose class before is not the parcel's are no evidence: the flow from another class counts as unchanged,
/// so a house that stood in a field at both dates, or a misread corner, makes no change.
[[nodiscard]] ParcelChange parcel_change(const ParcelEvidence& evidence, const ParcelRule& rule);

/// Adds a parcel to a table of flows of a zone, so that the table's total is the sum of parcels' areas: the whole parcel
/// to (before, after); of a mixed one its parts to theirs and the rest to (before, before).
/// The margins are the areas by parcel at the two dates; inflow and outflow of a class are its off-diagonal sums.
void add_parcel(ChangeAreas& into, std::int32_t zone, const ParcelChange& change);

}  // namespace linmu
