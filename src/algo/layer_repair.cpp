// SPDX-License-Identifier: MIT
#include "linmu/algo/layer_repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "linmu/core/error.hpp"
#include "linmu/geo/mend.hpp"
#include "linmu/geo/mosaic.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

constexpr std::size_t at_once = 256;

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> change_names{{{"repeated-points", "删除重复点"},
                                                                                     {"stubs", "删除无面积环"},
                                                                                     {"spike", "削除尖角"},
                                                                                     {"invalidity", "修正几何"},
                                                                                     {"duplicate", "剔除重复图斑"},
                                                                                     {"overlap", "扣除重叠"},
                                                                                     {"gap", "填补缝隙"},
                                                                                     {"isolated", "隔离"}}};

std::string key(Mend::Kind kind) { return std::string(change_names.at(static_cast<std::size_t>(kind)).first); }

bool finite(const Geometry& geometry) {
    const auto good = [](const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); };
    return std::ranges::all_of(geometry.polygons, [&](const Polygon& polygon) {
        return std::ranges::all_of(polygon.outer, good) &&
               std::ranges::all_of(polygon.holes, [&](const Ring& hole) { return std::ranges::all_of(hole, good); });
    });
}

/// A feature on its way.
struct Item {
    Geometry geometry;
    Area area;
    bool gone = false;
};

class Repairer {
public:
    Repairer(const Layer& layer, const RepairRules& rules, const std::function<Area(const Geometry&)>& area,
             const ParallelFor& parallel)
        : layer_(layer), rules_(rules), area_(area), parallel_(parallel), items_(layer.features.size()) {}

    RepairResult run() {
        mend_each();
        if (rules_.duplicates) drop_duplicates();
        if (rules_.overlaps != OverlapRule::none) cut_overlaps();
        if (rules_.fill_gaps_m2 > 0) fill_gaps();
        collect();
        return std::move(result_);
    }

private:
    // An invalid shape's area is the formula's; where there is no number there is no area.
    Area area_of(const Geometry& geometry) const { return finite(geometry) ? area_(geometry) : Area{}; }

    void mend_each() {
        const std::size_t n = items_.size();
        struct Part {
            std::vector<Change> changes;
            Area before;
        };
        std::vector<Part> parts((n + at_once - 1) / at_once);
        parallel_(parts.size(), [&](std::size_t chunk) {
            for (std::size_t i = chunk * at_once; i < std::min(n, (chunk + 1) * at_once); ++i)
                parts[chunk].before += mend(i, parts[chunk].changes);
        });
        for (auto& part : parts) {
            result_.before += part.before;
            std::ranges::move(part.changes, std::back_inserter(result_.changes));
        }
    }

    /// The area before.
    Area mend(std::size_t i, std::vector<Change>& changes) {
        const auto& feature = layer_.features[i];
        auto& item = items_[i];
        const Area before = area_of(feature.geometry);
        auto made = mended(feature.geometry, {rules_.precision, rules_.spike_angle, rules_.x_scale});
        item.area = before;
        if (!made.trouble.empty()) {
            item.gone = true;
            changes.push_back({feature.fid, "isolated", made.trouble, {}, place_of(feature.geometry), before, Area{}});
            return before;
        }
        for (const auto& step : made.mends) {
            const Area after = area_of(step.after);
            changes.push_back({feature.fid, key(step.kind), step.reason, {}, step.where, item.area, after});
            item.area = after;
        }
        item.geometry = std::move(made.geometry);
        return before;
    }

    static Point place_of(const Geometry& geometry) {
        for (const auto& polygon : geometry.polygons) {
            for (const auto& p : polygon.outer) {
                if (std::isfinite(p.x) && std::isfinite(p.y)) return p;
            }
        }
        return {};
    }

    void remove(std::size_t i, const char* kind, std::string reason, std::size_t keeper, const Point& where) {
        auto& item = items_[i];
        result_.changes.push_back(
            {layer_.features[i].fid, kind, std::move(reason), layer_.features[keeper].fid, where, item.area, Area{}});
        item.gone = true;
    }

    void drop_duplicates() {
        std::vector<const Geometry*> shapes;
        for (const auto& item : items_) shapes.push_back(&item.geometry);
        const auto same = duplicates_among(shapes);
        for (std::size_t i = 0; i < same.size(); ++i) {
            if (same[i] && !items_[i].gone)
                remove(i, "duplicate", "the same shape is there before", *same[i], place_of(items_[i].geometry));
        }
    }

    std::vector<Box> boxes() const {
        std::vector<Box> out;
        for (const auto& item : items_) out.push_back(item.gone ? Box{} : bounds(item.geometry));
        return out;
    }

    void cut_overlaps() {
        const auto all = boxes();
        const BoxIndex index(all);
        std::vector<std::vector<std::size_t>> partners(items_.size());
        parallel_((items_.size() + at_once - 1) / at_once, [&](std::size_t chunk) {
            for (std::size_t i = chunk * at_once; i < std::min(items_.size(), (chunk + 1) * at_once); ++i) {
                for (const auto j : index.touching(all[i])) {
                    if (j > i && may_overlap(items_[i].geometry, items_[j].geometry)) partners[i].push_back(j);
                }
            }
        });
        // One after another: what one cut leaves is what the next one finds.
        for (std::size_t i = 0; i < items_.size(); ++i) {
            for (const auto j : partners[i]) {
                if (!items_[i].gone && !items_[j].gone) cut(i, j);
            }
        }
    }

    void cut(std::size_t i, std::size_t j) {
        const auto common = intersection_of(items_[i].geometry, items_[j].geometry);
        if (common.empty() || area_of(common) == Area{}) return;
        const bool second_keeps = rules_.overlaps == OverlapRule::larger && items_[j].area > items_[i].area;
        const std::size_t keeper = second_keeps ? j : i;
        const std::size_t loser = second_keeps ? i : j;
        const Point where = inner_point(common);
        auto rest = mended(difference_of(items_[loser].geometry, items_[keeper].geometry, rules_.precision));
        if (!rest.trouble.empty()) return remove(loser, "overlap", "all of it is another's ground", keeper, where);
        change(loser, "overlap",
               second_keeps || rules_.overlaps == OverlapRule::larger ? "the larger keeps it" : "the first keeps it",
               keeper, where, std::move(rest.geometry));
    }

    void change(std::size_t i, const char* kind, const char* reason, std::optional<std::size_t> other,
                const Point& where, Geometry geometry) {
        auto& item = items_[i];
        const Area after = area_of(geometry);
        std::optional<std::int64_t> fid;
        if (other) fid = layer_.features[*other].fid;
        result_.changes.push_back({layer_.features[i].fid, kind, reason, fid, where, item.area, after});
        item.geometry = std::move(geometry);
        item.area = after;
    }

    void fill_gaps() {
        std::vector<const Geometry*> grounds;
        for (const auto& item : items_) {
            if (!item.gone) grounds.push_back(&item.geometry);
        }
        const BoxIndex index(boxes());
        for (auto& face : mosaic_faults(grounds, nullptr, rules_.precision)) {
            const Geometry gap{{std::move(face.polygon)}, {}, {}};
            if (face.times != 0 || area_of(gap).m2() > rules_.fill_gaps_m2) continue;
            if (const auto to = longest_neighbour(gap, index)) fill(*to, gap);
        }
    }

    std::optional<std::size_t> longest_neighbour(const Geometry& gap, const BoxIndex& index) const {
        std::optional<std::size_t> best;
        double longest = 0;
        for (const auto i : index.touching(bounds(gap))) {
            if (items_[i].gone) continue;
            const double length = common_boundary(gap, items_[i].geometry, rules_.precision);
            if (length > longest) std::tie(longest, best) = std::pair(length, std::optional(i));
        }
        return best;
    }

    void fill(std::size_t i, const Geometry& gap) {
        auto made = mended(union_of(items_[i].geometry, gap, rules_.precision));
        if (made.trouble.empty())
            change(i, "gap", "it has the longest boundary with the gap", {}, inner_point(gap),
                   std::move(made.geometry));
    }

    void collect() {
        Area sum = result_.before;
        for (const auto& c : result_.changes) sum += c.after - c.before;
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (items_[i].gone) {
                result_.isolated.push_back(layer_.features[i]);
                continue;
            }
            result_.after += items_[i].area;
            result_.features.push_back(
                {layer_.features[i].fid, std::move(items_[i].geometry), layer_.features[i].values});
        }
        if (sum != result_.after || result_.features.size() + result_.isolated.size() != layer_.features.size())
            throw DataError(
                fmt::format("the ledger of repairs does not close: {} m2 before and after all changes, {} m2 in "
                            "the layer",
                            sum.m2(), result_.after.m2()));
    }

    const Layer& layer_;
    const RepairRules& rules_;
    const std::function<Area(const Geometry&)>& area_;
    const ParallelFor& parallel_;
    std::vector<Item> items_;
    RepairResult result_;
};

}  // namespace

std::string_view change_name_zh(std::string_view kind) {
    const auto* found = std::ranges::find(change_names, kind, &std::pair<std::string_view, std::string_view>::first);
    if (found == change_names.end()) throw DataError(fmt::format("'{}' is no kind of change", kind));
    return found->second;
}

RepairResult repair_layer(const Layer& layer, const RepairRules& rules,
                          const std::function<Area(const Geometry&)>& area, const ParallelFor& parallel) {
    return Repairer(layer, rules, area, parallel).run();
}

}  // namespace linmu
