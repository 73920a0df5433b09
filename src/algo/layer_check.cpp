// SPDX-License-Identifier: MIT
#include "linmu/algo/layer_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "linmu/core/error.hpp"
#include "linmu/geo/faults.hpp"
#include "linmu/geo/mend.hpp"
#include "linmu/geo/mosaic.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

constexpr std::size_t at_once = 256;

struct KindName {
    std::string_view kind, zh;
};
constexpr std::array<KindName, 6> layer_kinds{{{"duplicate", "重复图形"},
                                               {"overlap", "重叠"},
                                               {"gap", "缝隙"},
                                               {"sliver", "狭长碎片"},
                                               {"multipart", "多部件"},
                                               {"outside", "超出范围"}}};

std::optional<FaultKind> fault_kind(std::string_view key) {
    for (std::size_t i = 0; i < fault_kinds; ++i) {
        if (name_of(static_cast<FaultKind>(i)).key == key) return static_cast<FaultKind>(i);
    }
    return {};
}

template <class Visit>
void for_each_ring(const Geometry& geometry, Visit visit) {
    for (const auto& polygon : geometry.polygons) {
        visit(polygon.outer);
        for (const auto& hole : polygon.holes) visit(hole);
    }
}

Point first_point(const Geometry& geometry) {
    if (!geometry.polygons.empty() && !geometry.polygons.front().outer.empty())
        return geometry.polygons.front().outer[0];
    if (!geometry.lines.empty() && !geometry.lines.front().empty()) return geometry.lines.front()[0];
    return geometry.points.empty() ? Point{} : geometry.points[0];
}

/// The work over one layer.
class Checker {
public:
    Checker(const Layer& layer, const Geometry* outline, const CheckRules& rules, const LayerMeasure& measure,
            const ParallelFor& parallel)
        : layer_(layer), outline_(outline), rules_(rules), measure_(measure), parallel_(parallel),
          precision_(rules.precision / measure.y_metres) {
        if (outline) kept_to_.emplace(*outline);
    }

    CheckResult run() {
        each_feature();
        duplicates();
        if (rules_.overlaps) overlaps();
        if (rules_.gaps) gaps();
        return std::move(result_);
    }

private:
    using Found = std::vector<Finding>;

    /// `work(i)` in parallel by chunks of features; what it finds goes to the result in the layer's order.
    template <class Work>
    void over_features(Work work) {
        const std::size_t n = layer_.features.size();
        std::vector<Found> found((n + at_once - 1) / at_once);
        parallel_(found.size(), [&](std::size_t chunk) {
            const std::size_t first = chunk * at_once;
            for (std::size_t i = first; i < std::min(n, first + at_once); ++i) work(i, found[chunk]);
        });
        for (auto& part : found) std::ranges::move(part, std::back_inserter(result_.findings));
    }

    // -- one feature

    void each_feature() {
        valid_.resize(layer_.features.size());
        over_features([&](std::size_t i, Found& found) {
            const auto& feature = layer_.features[i];
            shape_faults(feature, found);
            const auto& ground = valid_[i] = valid_shape(feature.geometry);
            if (rules_.multiparts && feature.geometry.polygons.size() > 1)
                found.push_back({"multipart",
                                 feature.fid,
                                 {},
                                 {},
                                 first_point(feature.geometry),
                                 static_cast<double>(feature.geometry.polygons.size()),
                                 "",
                                 {}});
            if (ground.polygons.empty()) return;
            sliver(feature.fid, ground, found);
            if (outline_) outside(feature.fid, ground, found);
        });
    }

    void shape_faults(const Feature& feature, Found& found) const {
        if (!(rules_.spike_angle > 0) && plainly_valid(feature.geometry)) return;
        const bool scaled = measure_.x_metres != measure_.y_metres;
        const auto list = scaled ? faults(feature.geometry) : faults(feature.geometry, rules_.spike_angle);
        for (const auto& f : list) add_fault(feature.fid, f, f.where, found);
        if (!scaled || !(rules_.spike_angle > 0)) return;
        for (const auto& f : faults(in_metres(feature.geometry), rules_.spike_angle)) {
            if (f.kind == FaultKind::spike)
                add_fault(feature.fid, f, {f.where.x / measure_.x_metres, f.where.y / measure_.y_metres}, found);
        }
    }

    static void add_fault(std::int64_t fid, const Fault& f, const Point& where, Found& found) {
        const bool spike = f.kind == FaultKind::spike;
        found.push_back({std::string(name_of(f.kind).key), fid, {}, {}, where, f.measure, spike ? "degree" : "", {}});
    }

    [[nodiscard]] Geometry in_metres(Geometry g) const {
        const auto scale = [&](Ring& ring) {
            for (auto& p : ring) p = {p.x * measure_.x_metres, p.y * measure_.y_metres};
        };
        for (auto& polygon : g.polygons) {
            scale(polygon.outer);
            std::ranges::for_each(polygon.holes, scale);
        }
        return g;
    }

    /// Empty for what can't be mended, and for lines and points.
    static Geometry valid_shape(const Geometry& geometry) {
        if (geometry.polygons.empty()) return {};
        auto result = mended(geometry);
        return result.trouble.empty() ? std::move(result.geometry) : Geometry{};
    }

    [[nodiscard]] double perimeter(const Geometry& geometry) const {
        double sum = 0;
        for_each_ring(geometry, [&](const Ring& ring) {
            for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
                sum += std::hypot((ring[i].x - ring[j].x) * measure_.x_metres,
                                  (ring[i].y - ring[j].y) * measure_.y_metres);
        });
        return sum;
    }

    void sliver(std::int64_t fid, const Geometry& ground, Found& found) const {
        if (!(rules_.sliver_width > 0) && !(rules_.sliver_ratio > 0)) return;
        const double around = perimeter(ground);
        const double area = measure_.m2(ground);
        const double width = 2 * area / around;
        if (width < rules_.sliver_width)
            found.push_back({"sliver", fid, {}, {}, inner_point(ground), width, "m", ground});
        else if (area / (around * around) < rules_.sliver_ratio)
            found.push_back({"sliver", fid, {}, {}, inner_point(ground), area / (around * around), "", ground});
    }

    void outside(std::int64_t fid, const Geometry& ground, Found& found) const {
        if (kept_to_->holds(ground)) return;
        auto piece = difference_of(ground, *outline_, precision_);
        if (piece.empty()) return;
        const double area = measure_.m2(piece);
        if (area < rules_.least_m2) return;
        const Point where = inner_point(piece);
        found.push_back({"outside", fid, {}, {}, where, area, "m2", std::move(piece)});
    }

    // -- pairs

    void duplicates() {
        std::vector<const Geometry*> shapes;
        for (const auto& feature : layer_.features) shapes.push_back(&feature.geometry);
        duplicate_of_ = duplicates_among(shapes);
        for (std::size_t i = 0; i < duplicate_of_.size(); ++i) {
            if (!duplicate_of_[i]) continue;
            const auto& feature = layer_.features[i];
            const auto& ground = valid_[i];
            result_.findings.push_back({"duplicate",
                                        feature.fid,
                                        layer_.features[*duplicate_of_[i]].fid,
                                        {},
                                        first_point(feature.geometry),
                                        ground.empty() ? 0 : measure_.m2(ground),
                                        "m2",
                                        ground});
        }
    }

    void overlaps() {
        std::vector<Box> boxes;
        for (const auto& ground : valid_) boxes.push_back(bounds(ground));
        const BoxIndex index(boxes);
        std::vector<std::pair<std::size_t, double>> sums((valid_.size() + at_once - 1) / at_once);
        over_features([&](std::size_t i, Found& found) {
            for (const auto j : index.touching(boxes[i])) {
                if (j > i && may_overlap(valid_[i], valid_[j])) overlap(i, j, found, sums[i / at_once]);
            }
        });
        for (const auto& [unlisted, area] : sums) {
            result_.unlisted += unlisted;
            result_.overlap_m2 += area;
        }
    }

    void overlap(std::size_t i, std::size_t j, Found& found, std::pair<std::size_t, double>& sums) const {
        auto piece = intersection_of(valid_[i], valid_[j]);
        if (piece.empty()) return;
        const double area = measure_.m2(piece);
        sums.second += area;
        if (duplicate_of_[j] == i) return;
        if (area < rules_.least_m2) {
            ++sums.first;
            return;
        }
        const Point where = inner_point(piece);
        found.push_back(
            {"overlap", layer_.features[i].fid, layer_.features[j].fid, {}, where, area, "m2", std::move(piece)});
    }

    // -- the whole

    void gaps() {
        std::vector<const Geometry*> grounds;
        std::vector<Box> boxes;
        for (const auto& ground : valid_) {
            grounds.push_back(&ground);
            boxes.push_back(bounds(ground));
        }
        Found found;
        std::optional<BoxIndex> index;
        for (auto& face : mosaic_faults(grounds, outline_, precision_)) {
            if (face.times != 0) continue;
            Geometry gap{{std::move(face.polygon)}, {}, {}};
            const double area = measure_.m2(gap);
            result_.gap_m2 += area;
            if (area < rules_.least_m2) {
                ++result_.unlisted;
                continue;
            }
            if (!index) index.emplace(boxes);
            const Point where = inner_point(gap);
            Finding finding{"gap", {}, {}, neighbours(gap, *index), where, area, "m2", {}};
            finding.geometry = std::move(gap);
            found.push_back(std::move(finding));
        }
        std::ranges::move(found, std::back_inserter(result_.findings));
    }

    [[nodiscard]] std::vector<std::int64_t> neighbours(const Geometry& gap, const BoxIndex& index) const {
        std::vector<std::int64_t> out;
        const double near = 2 * precision_;
        Box box = bounds(gap);
        box = {box.xmin - near, box.ymin - near, box.xmax + near, box.ymax + near};
        for (const auto i : index.touching(box)) {
            if (within_distance(gap, valid_[i], near)) out.push_back(layer_.features[i].fid);
        }
        return out;
    }

    const Layer& layer_;
    const Geometry* outline_;
    const CheckRules& rules_;
    const LayerMeasure& measure_;
    const ParallelFor& parallel_;
    double precision_;
    std::optional<Outline> kept_to_;
    std::vector<Geometry> valid_;  ///< polygons as they are or, invalid, mended
    std::vector<std::optional<std::size_t>> duplicate_of_;
    CheckResult result_;
};

std::string amount(const Finding& f) {
    if (f.unit == "m2") return fmt::format("{:.4f} m2", f.measure);
    if (f.unit == "m") return fmt::format("{:.3f} m", f.measure);
    return f.unit == "degree" ? fmt::format("{:.3f} degrees", f.measure) : fmt::format("{:.6g}", f.measure);
}

}  // namespace

std::string_view finding_name_zh(std::string_view kind) {
    if (const auto fault = fault_kind(kind)) return name_of(*fault).zh;
    const auto* found = std::ranges::find(layer_kinds, kind, &KindName::kind);
    if (found == layer_kinds.end()) throw DataError(fmt::format("'{}' is no kind of finding", kind));
    return found->zh;
}

std::string sentence_en(const Finding& f) {
    const auto place = fmt::format("at {:.10g}, {:.10g}", f.where.x, f.where.y);
    if (const auto fault = fault_kind(f.kind))
        return fmt::format("feature {}: {} {}{}", *f.fid, name_of(*fault).sentence, place,
                           *fault == FaultKind::spike ? fmt::format(", of {}", amount(f)) : "");
    if (f.kind == "gap")
        return fmt::format("a gap of {} {} between features {}", amount(f), place, fmt::join(f.neighbours, ", "));
    if (f.kind == "overlap")
        return fmt::format("features {} and {} overlap by {} {}", *f.fid, *f.other, amount(f), place);
    if (f.kind == "duplicate") return fmt::format("feature {} is the same shape as feature {}", *f.fid, *f.other);
    if (f.kind == "multipart") return fmt::format("feature {} has {:.0f} parts", *f.fid, f.measure);
    if (f.kind == "outside")
        return fmt::format("{} of feature {} lie outside of the outline, {}", amount(f), *f.fid, place);
    return fmt::format("feature {} is a sliver, {} {}", *f.fid,
                       f.unit == "m" ? amount(f) + " wide" : "area / perimeter^2 = " + amount(f), place);
}

std::string sentence_zh(const Finding& f) {
    const auto place = fmt::format("({:.10g}, {:.10g})", f.where.x, f.where.y);
    const auto name = finding_name_zh(f.kind);
    if (f.kind == "gap")
        return fmt::format("要素 {} 之间有缝隙 {:.4f} 平方米，位于 {}", fmt::join(f.neighbours, "、"), f.measure,
                           place);
    if (f.kind == "overlap")
        return fmt::format("要素 {} 与 {} 重叠 {:.4f} 平方米，位于 {}", *f.fid, *f.other, f.measure, place);
    if (f.kind == "duplicate") return fmt::format("要素 {} 与要素 {} 图形重复", *f.fid, *f.other);
    if (f.kind == "multipart") return fmt::format("要素 {} 有 {:.0f} 个部件", *f.fid, f.measure);
    if (f.kind == "outside") return fmt::format("要素 {} 超出范围 {:.4f} 平方米，位于 {}", *f.fid, f.measure, place);
    if (f.kind == "sliver" && f.unit == "m")
        return fmt::format("要素 {} 为狭长碎片，宽 {:.3f} 米，位于 {}", *f.fid, f.measure, place);
    if (f.kind == "spike") return fmt::format("要素 {}：{}，{:.3f} 度，位于 {}", *f.fid, name, f.measure, place);
    return fmt::format("要素 {}：{}，位于 {}", *f.fid, name, place);
}

CheckResult check_layer(const Layer& layer, const Geometry* outline, const CheckRules& rules,
                        const LayerMeasure& measure, const ParallelFor& parallel) {
    return Checker(layer, outline, rules, measure, parallel).run();
}

}  // namespace linmu
