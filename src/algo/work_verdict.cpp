// SPDX-License-Identifier: MIT
#include "linmu/algo/work_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace linmu {
namespace {

double share(Area part, Area whole) { return whole > Area{} ? part.m2() / whole.m2() : 0; }

std::int32_t largest(const std::map<std::int32_t, Area>& areas) {
    std::int32_t best = no_code;
    Area most;
    for (const auto& [code, area] : areas)
        if (area > most) best = code, most = area;
    return best;
}

int percent(double share) { return static_cast<int>(std::lround(100 * share)); }

/// What the season curves say of the declared year.
enum class Curve {
    none,   ///< no curve, or not of that year
    few,    ///< too few dates to tell
    broke,  ///< in time
    rises,  ///< a trend, and no break in time
    still   ///< neither
};

/// One plot in the terms of the rule.
class Case {
public:
    Case(const WorkEvidence& evidence, const WorkRule& rule, const WorkQuestion& question)
        : e_(evidence), rule_(rule), q_(question) {
        std::map<std::int32_t, Area> before, after;
        Area seen;
        for (const auto& flow : e_.flows) {
            if (flow.from == no_code || flow.to == no_code) continue;
            seen += flow.area;
            before[flow.from] += flow.area;
            after[flow.to] += flow.area;
        }
        result_.seen = share(seen, e_.covered);
        result_.before = largest(before);
        result_.after = largest(after);
        for (const auto& [code, area] : before)
            if (is_target(code)) result_.target_before += share(area, seen);
        for (const auto& [code, area] : after)
            if (is_target(code)) result_.target_after += share(area, seen);
        curve_ = look_at_curve();
    }

    WorkVerdict decide() {
        if (unusable()) return result_;
        if (result_.target_after >= rule_.done_share) decide_target();
        else decide_other();
        return result_;
    }

private:
    [[nodiscard]] bool is_target(std::int32_t code) const {
        if (rule_.target.empty()) return code != result_.before;
        return std::ranges::find(rule_.target, code) != rule_.target.end();
    }

    /// Years in which a break would be in time: around the declared one, or any.
    [[nodiscard]] bool in_time(int year) const { return !q_.year || std::abs(year - *q_.year) <= rule_.year_tolerance; }

    [[nodiscard]] Curve look_at_curve() const {
        if (!e_.has_curves) return Curve::none;
        if (e_.dates < rule_.least_dates || share(e_.curves, e_.covered) < rule_.least_seen) return Curve::few;
        Area timed;
        for (const auto& [year, broken] : e_.breaks)
            if (in_time(year)) timed += broken.area;
        if (share(timed, e_.curves) >= rule_.break_share) return Curve::broke;
        if (share(e_.rising, e_.covered) >= rule_.trend_share) return Curve::rises;
        const bool covered = !q_.year || (*q_.year + rule_.year_tolerance >= q_.curve_from &&
                                          *q_.year - rule_.year_tolerance <= q_.curve_to);
        return covered ? Curve::still : Curve::none;
    }

    void say(Verdict verdict, std::string zh, std::string en) {
        result_.verdict = verdict;
        result_.reason_zh = std::move(zh);
        result_.reason = std::move(en);
    }

    bool unusable() {
        const auto cannot = [this](std::string zh, std::string en) {
            say(Verdict::cannot_tell, std::move(zh), std::move(en));
            return true;
        };
        if (e_.pure_cells < rule_.least_cells)
            return cannot(fmt::format("过小: 只有 {} 个完整像元, 需 {} 个", e_.pure_cells, rule_.least_cells),
                          fmt::format("too small: {} whole cells, {} needed", e_.pure_cells, rule_.least_cells));
        if (const auto pure = share(e_.pure, e_.area); pure < rule_.least_pure)
            return cannot(fmt::format("边缘混合像元为主: 完整像元只占 {} %", percent(pure)),
                          fmt::format("mostly mixed cells of the edge: whole cells are {} %", percent(pure)));
        if (result_.seen < rule_.least_seen)
            return cannot(fmt::format("两期都看清的只占 {} % (云, 无数据)", percent(result_.seen)),
                          fmt::format("only {} % was seen at both dates (cloud, no data)", percent(result_.seen)));
        if (const auto dark = share(e_.shadow, e_.covered); dark > rule_.most_shadow)
            return cannot(fmt::format("地形阴影占 {} %", percent(dark)),
                          fmt::format("{} % in terrain shadow", percent(dark)));
        if (!e_.same_season) return cannot("两期影像季节不同", "the two maps are of different seasons");
        return false;
    }

    [[nodiscard]] bool was_target() const { return result_.target_before >= rule_.done_share; }
    [[nodiscard]] bool too_young() const { return q_.year && q_.after - *q_.year < rule_.youngest_visible; }
    [[nodiscard]] bool older_than_maps() const { return q_.year && *q_.year <= q_.before; }

    /// The land is what the work should make of it.
    void decide_target() {
        const bool any = rule_.target.empty();
        const auto now_zh = fmt::format("{}占 {} %", any ? "变了的" : "目标地类", percent(result_.target_after));
        const auto now =
            fmt::format("{} % is {}", percent(result_.target_after), any ? "another class" : "the target class");
        const bool grown = !was_target() || older_than_maps();
        if (curve_ == Curve::broke) return say(Verdict::done, now_zh + ", " + curve_zh(), now + ", " + curve_en());
        if (!grown)
            return curve_ == Curve::still ? say(Verdict::not_done, "作业前已是目标地类, " + curve_zh(),
                                                "it was the target class before the work, and " + curve_en())
                                          : say(Verdict::cannot_tell, "作业前已是目标地类; " + curve_zh(),
                                                "it was the target class before the work; " + curve_en());
        if (too_young())
            return say(Verdict::cannot_tell, fmt::format("{}, 但 {} 年的作业还看不出: 应是更早的", now_zh, *q_.year),
                       fmt::format("{}, but what was done in {} can't be seen yet: it must be older", now, *q_.year));
        if (curve_ == Curve::still && !older_than_maps())
            return say(Verdict::cannot_tell, now_zh + ", 但" + curve_zh(), now + ", but " + curve_en());
        say(Verdict::done, now_zh + "; " + curve_zh(), now + "; " + curve_en());
    }

    void decide_other() {
        const auto part = percent(result_.target_after);
        if (too_young())
            return say(Verdict::cannot_tell,
                       fmt::format("{} 年作业, 未满 {} 年, 影像看不出", *q_.year, rule_.youngest_visible),
                       fmt::format("done in {}: works under {} years can't be seen", *q_.year, rule_.youngest_visible));
        if (result_.target_after >= rule_.part_share)
            return say(Verdict::cannot_tell, fmt::format("只有部分 ({} %) 是目标地类", part),
                       fmt::format("only a part ({} %) is the target class", part));
        if (curve_ == Curve::broke || curve_ == Curve::rises)
            return say(Verdict::cannot_tell, "地面有变化但还不是目标地类: " + curve_zh(),
                       "the ground changed, but is no target class yet: " + curve_en());
        const bool tells = curve_ == Curve::still || rule_.class_alone;
        const bool any = rule_.target.empty();
        say(tells ? Verdict::not_done : Verdict::cannot_tell,
            (any ? "地类未变; " : fmt::format("还不是目标地类 ({} %); ", part)) + curve_zh(),
            (any ? "its class is the same; " : fmt::format("it is not the target class ({} %); ", part)) + curve_en());
    }

    [[nodiscard]] std::string curve_zh() const {
        const auto year = break_year(e_);
        switch (curve_) {
            case Curve::none: return "没有该年的时间曲线";
            case Curve::few:
                return fmt::format("清晰日期 {:.0f} 个, 不足 {:.0f} 个, 突变不能判定", e_.dates, rule_.least_dates);
            case Curve::broke:
                return fmt::format("{} 年突变 {:+.2f}", timed_year(), e_.breaks.at(timed_year()).magnitude);
            case Curve::rises: return "多年上升趋势";
            case Curve::still: break;
        }
        return year ? fmt::format("曲线只在 {} 年突变, 与申报年份不符", *year) : "曲线无突变";
    }
    [[nodiscard]] std::string curve_en() const {
        const auto year = break_year(e_);
        switch (curve_) {
            case Curve::none: return "no season curve of that year";
            case Curve::few:
                return fmt::format("{:.0f} clear dates, {:.0f} needed to tell a break", e_.dates, rule_.least_dates);
            case Curve::broke:
                return fmt::format("its curve broke in {} by {:+.2f}", timed_year(),
                                   e_.breaks.at(timed_year()).magnitude);
            case Curve::rises: return "its curve rises over the years";
            case Curve::still: break;
        }
        return year ? fmt::format("its curve broke only in {}, not in time", *year) : "its curve did not break";
    }

    /// Of the breaks in time, the year with most.
    [[nodiscard]] int timed_year() const {
        int best = 0;
        Area most;
        for (const auto& [year, broken] : e_.breaks)
            if (in_time(year) && broken.area > most) best = year, most = broken.area;
        return best;
    }

    const WorkEvidence& e_;
    const WorkRule& rule_;
    const WorkQuestion& q_;
    WorkVerdict result_;
    Curve curve_ = Curve::none;
};

}  // namespace

std::optional<int> break_year(const WorkEvidence& evidence) {
    std::optional<int> best;
    Area most;
    for (const auto& [year, broken] : evidence.breaks)
        if (broken.area > most) best = year, most = broken.area;
    return best;
}

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::done: return "done";
        case Verdict::not_done: return "not done";
        case Verdict::cannot_tell: break;
    }
    return "cannot tell";
}

std::string_view verdict_name_zh(Verdict verdict) {
    switch (verdict) {
        case Verdict::done: return "完成";
        case Verdict::not_done: return "未完成";
        case Verdict::cannot_tell: break;
    }
    return "不能判定";
}

WorkVerdict work_verdict(const WorkEvidence& evidence, const WorkRule& rule, const WorkQuestion& question) {
    return Case(evidence, rule, question).decide();
}

}  // namespace linmu
