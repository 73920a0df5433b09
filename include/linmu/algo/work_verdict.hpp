// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/algo/parcel_change.hpp"
#include "linmu/core/area.hpp"

namespace linmu {

/// Cells of a plot whose curve broke in a year.
struct BreakSum {
    Area area;
    double magnitude = 0;  ///< on average
};

/// What two class maps and the season curves between them show inside of a plot. Areas by exact shares of cells.
struct WorkEvidence {
    Area area;                       ///< the plot's own, as the survey computes it
    std::int64_t pure_cells = 0;     ///< wholly inside
    Area pure;                       ///< of these
    Area covered;                    ///< by cells of the maps
    std::vector<Flow> flows;         ///< by class before and after; `no_code` is not seen
    bool has_curves = false;         ///< was there a series to look for breaks in?
    Area curves;                     ///< of cells with enough dates for a curve
    double dates = 0;                ///< clear dates a cell, on average over the plot
    std::map<int, BreakSum> breaks;  ///< by year
    Area rising;                     ///< of cells with a significant upward trend
    Area shadow;                     ///< in terrain shadow
    bool same_season = true;         ///< are the dates of both maps of one season?
};
/// The year in which most of the area broke, the earlier of equal ones; nothing when none did.
[[nodiscard]] std::optional<int> break_year(const WorkEvidence& evidence);

/// When works count as done; see data/verdicts/works.toml, which says where the numbers are from.
struct WorkRule {
    std::vector<std::int32_t> target;  ///< classes of the land when the work is done; none: any but the one before
    int youngest_visible = 5;          ///< years
    bool class_alone = false;          ///< does an unchanged class tell that nothing was done, where no curve can?
    std::int64_t least_cells = 6;
    double least_pure = 0.3, least_seen = 0.5, most_shadow = 0.5;
    double done_share = 0.5, part_share = 0.25;
    double break_share = 0.3, trend_share = 0.5;
    int year_tolerance = 1;
    double least_dates = 18;
};

/// What was declared, and what the maps and curves can say of it.
struct WorkQuestion {
    std::optional<int> year;           ///< of the work
    int before = 0, after = 0;         ///< years of the maps
    int curve_from = 0, curve_to = 0;  ///< years in which a curve can show a break
};

enum class Verdict { done, not_done, cannot_tell };
/// "done", "not done", "cannot tell"; 完成, 未完成, 不能判定.
[[nodiscard]] std::string_view to_string(Verdict verdict);
[[nodiscard]] std::string_view verdict_name_zh(Verdict verdict);

/// A verdict with its reason in words, and the figures that it rests on.
struct WorkVerdict {
    Verdict verdict = Verdict::cannot_tell;
    std::string reason, reason_zh;
    double target_before = 0, target_after = 0;      ///< share of what was seen that is a target class
    double seen = 0;                                 ///< share of the plot seen at both dates
    std::int32_t before = no_code, after = no_code;  ///< largest class
};

/// The rule, the first that holds (domain: half of a parcel is a whole change, fewer than 6 pure cells are too small, gains are slow and
/// make trends). A curve "tells" when it has dates enough; it says yes when it broke within the tolerance of the declared year, or rises.
/// Cannot tell: too few whole cells; mostly edge cells; not seen; in shadow; maps of different seasons.
/// The land is the target class now:
///   done, when a curve broke in time;
///   it was before the work too: not done when the curve says no, else cannot tell;
///   the work is younger than can be seen: cannot tell, since it cannot have made what is there;
///   the curve says no, and the work is not older than the maps: cannot tell; else done.
/// It is not:
///   cannot tell: younger than can be seen; in part; the curve says yes: worked, and no target yet; no curve tells, unless class_alone;
///   else not done.
[[nodiscard]] WorkVerdict work_verdict(const WorkEvidence& evidence, const WorkRule& rule,
                                       const WorkQuestion& question);

}  // namespace linmu
