// SPDX-License-Identifier: MIT
#include "linmu/algo/overlay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "linmu/core/error.hpp"
#include "linmu/core/layer_bounds.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

namespace linmu {
namespace {

/// Small enough to keep many threads busy.
constexpr std::size_t features_a_chunk = 256;

std::size_t chunks_of(std::size_t count) { return (count + features_a_chunk - 1) / features_a_chunk; }

template <class Work>
void for_each_chunk(std::size_t count, const ParallelFor& parallel, Work work) {
    parallel(chunks_of(count),
             [&](std::size_t c) { work(c, c * features_a_chunk, std::min(count, (c + 1) * features_a_chunk)); });
}

/// Bits 0 to 15 of a number, each with a gap before the next.
std::uint32_t with_gaps(std::uint32_t bits) {
    bits = (bits | bits << 8) & 0x00FF00FFU;
    bits = (bits | bits << 4) & 0x0F0F0F0FU;
    bits = (bits | bits << 2) & 0x33333333U;
    return (bits | bits << 1) & 0x55555555U;
}

/// By the place of the boxes' centres along a Z-curve (Morton 1966); without empty boxes.
std::vector<std::uint32_t> order_along_curve(const std::vector<Box>& boxes) {
    Box all;
    for (const auto& box : boxes) all.join(box);
    if (all.empty()) return {};
    const auto step = [](double v, double from, double to) {
        return to > from ? with_gaps(static_cast<std::uint32_t>((v - from) / (to - from) * 65535)) : 0U;
    };
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
    places.reserve(boxes.size());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const auto& box = boxes[i];
        if (box.empty()) continue;
        const auto place = step((box.xmin + box.xmax) / 2, all.xmin, all.xmax) |
                           step((box.ymin + box.ymax) / 2, all.ymin, all.ymax) << 1;
        places.emplace_back(place, static_cast<std::uint32_t>(i));
    }
    std::ranges::sort(places);
    std::vector<std::uint32_t> order;
    order.reserve(places.size());
    for (const auto& place : places) order.push_back(place.second);
    return order;
}

/// Lists that chunks have made, one after another.
template <class T>
std::vector<T> joined(std::vector<std::vector<T>> parts) {
    std::size_t count = 0;
    for (const auto& part : parts) count += part.size();
    std::vector<T> all;
    all.reserve(count);
    for (auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

/// Added by size, so that the sum does not hang on the order of features.
double sum_by_size(std::vector<double> parts) {
    std::ranges::sort(parts);
    return std::accumulate(parts.begin(), parts.end(), 0.0);
}

double diagonal(const Box& a, const Box& b) {
    const double dx = std::min(a.xmax, b.xmax) - std::max(a.xmin, b.xmin);
    const double dy = std::min(a.ymax, b.ymax) - std::max(a.ymin, b.ymin);
    return std::sqrt(dx * dx + dy * dy);
}

}  // namespace

Box bounds_in(const std::string& plane_crs, const std::vector<const Layer*>& layers, const ParallelFor& parallel) {
    Box all;
    for (const auto* layer : layers) {
        const Transform to_plane(layer->spec.crs, plane_crs);
        Box own = bounds(*layer, parallel);
        if (own.empty()) continue;
        Geometry frame;
        frame.polygons.push_back(
            {{{own.xmin, own.ymin}, {own.xmax, own.ymin}, {own.xmax, own.ymax}, {own.xmin, own.ymax}}, {}});
        const double edge = std::max(own.xmax - own.xmin, own.ymax - own.ymin) / 16;
        all.join(bounds(transformed(frame, to_plane, edge)));
    }
    return all;
}

OverlayLayer::OverlayLayer(const Layer& layer, const OverlayPlane& plane, const AreaScale& scale,
                           const ParallelFor& parallel)
    : layer_(&layer), to_plane_(layer.spec.crs, plane.crs), shapes_(layer.features.size()),
      own_(layer.features.size()) {
    std::vector<std::vector<std::pair<std::size_t, Geometry>>> repairs(chunks_of(size()));
    const SurveyArea area(layer.spec.crs, plane.crs, plane.max_edge);
    for_each_chunk(size(), parallel, [&](std::size_t c, std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            const auto& feature = layer.features[i];
            if (!feature.geometry.lines.empty() || !feature.geometry.points.empty())
                throw DataError(fmt::format("layer '{}', feature {}: lines and points have no area; give polygons",
                                            layer.spec.name, feature.fid));
            const Geometry* geometry = &feature.geometry;
            if (const auto fault = invalidity(*geometry)) {
                if (!plane.repair)
                    throw DataError(
                        fmt::format("layer '{}', feature {}: {} at {:.2f}, {:.2f}; mend the layer, or set "
                                    "invalid = \"repair\"",
                                    layer.spec.name, feature.fid, fault->reason, fault->where.x, fault->where.y));
                repairs[c].emplace_back(i, linmu::repaired(*geometry));
                geometry = &repairs[c].back().second;
            }
            own_[i] = area(*geometry);
            shapes_[i] = overlay_shape(to_plane_.identity() ? *geometry : transformed(*geometry, to_plane_), scale);
        }
    });
    for (auto& part : repairs) {
        for (auto& [i, geometry] : part) repaired_.emplace(i, std::move(geometry));
    }
    std::vector<Box> boxes;
    boxes.reserve(size());
    for (const auto& shape : shapes_) boxes.push_back(shape.box);
    index_ = std::make_unique<BoxIndex>(boxes);
    near_order_ = order_along_curve(boxes);
}

Geometry OverlayLayer::in_plane(std::size_t i) const {
    const auto mended = repaired_.find(i);
    return transformed(mended == repaired_.end() ? layer_->features[i].geometry : mended->second, to_plane_);
}

std::string to_string(Sliver sliver) {
    switch (sliver) {
        case Sliver::digitising: return "digitising";
        case Sliver::shift: return "boundary shift";
        case Sliver::none: break;
    }
    return "";
}

namespace {

/// Ground that two shapes share, if it is more than the noise of coordinates. Hairs thinner than the grid are kept, to
/// be classed as slips of digitising; those of a hundredth of it are what doubles make of a line that both share.
std::optional<SharedPiece> piece_of(const OverlayShape& a, const OverlayShape& b, const AreaScale& scale, double grid) {
    SharedPiece piece;
    if (same_shape(a, b)) {
        piece.plane_m2 = a.plane_m2;
        piece.m2 = a.m2;
    } else {
        const auto shared = shared_area(a, b, scale);
        piece.plane_m2 = shared.plane_m2;
        piece.m2 = shared.m2;
    }
    if (piece.plane_m2 <= grid / 100 * diagonal(a.box, b.box)) return {};
    return piece;
}

/// Where the pieces of each feature of the first layer begin in a list of them by feature, and the end.
std::vector<std::size_t> first_pieces(std::span<const std::vector<SharedPiece>> parts, std::size_t count) {
    std::vector<std::size_t> first(count + 1, 0);
    for (const auto& pieces : parts) {
        for (const auto& piece : pieces) ++first[piece.a + 1];
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    return first;
}
std::vector<std::size_t> first_pieces(const std::vector<SharedPiece>& pieces, std::size_t count) {
    return first_pieces({&pieces, 1}, count);
}

/// Parts that have the pieces of a feature together, as one list by feature; those of one feature stay in their order.
std::vector<SharedPiece> by_first(const std::vector<std::vector<SharedPiece>>& parts, std::size_t count,
                                  const ParallelFor& parallel) {
    const auto place = first_pieces(parts, count);
    std::vector<SharedPiece> out(place.back());
    parallel(parts.size(), [&](std::size_t c) {
        std::size_t at = 0;
        for (std::size_t p = 0; p < parts[c].size(); ++p) {
            const auto& piece = parts[c][p];
            at = p > 0 && parts[c][p - 1].a == piece.a ? at + 1 : place[piece.a];
            out[at] = piece;
        }
    });
    return out;
}

/// The pieces that find(i, add) adds for each feature i of `layer`, in the order of features.
template <class Find>
std::vector<SharedPiece> pieces_by_feature(const OverlayLayer& layer, const ParallelFor& parallel, Find find) {
    const auto order = layer.near_order();
    std::vector<std::vector<SharedPiece>> found(chunks_of(order.size()));
    for_each_chunk(order.size(), parallel, [&](std::size_t c, std::size_t first, std::size_t last) {
        for (const auto i : order.subspan(first, last - first)) {
            find(i, [&](std::size_t other, SharedPiece piece) {
                piece.a = i;
                piece.b = static_cast<std::uint32_t>(other);
                found[c].push_back(piece);
            });
        }
    });
    return by_first(found, layer.size(), parallel);
}

}  // namespace

std::vector<SharedPiece> shared_pieces(const OverlayLayer& a, const OverlayLayer& b, const AreaScale& scale,
                                       double grid, const ParallelFor& parallel) {
    return pieces_by_feature(a, parallel, [&](std::size_t i, auto add) {
        for (const auto k : b.touching(a.shape(i).box))
            if (const auto piece = piece_of(a.shape(i), b.shape(k), scale, grid)) add(k, *piece);
    });
}

std::vector<SharedPiece> own_overlaps(const OverlayLayer& layer, const AreaScale& scale, double grid,
                                      const ParallelFor& parallel) {
    return pieces_by_feature(layer, parallel, [&](std::size_t i, auto add) {
        for (const auto k : layer.touching(layer.shape(i).box)) {
            if (k <= i) continue;
            auto piece = piece_of(layer.shape(i), layer.shape(k), scale, grid);
            if (!piece) continue;
            piece->area = Area::from_m2(piece->m2);
            add(k, *piece);
        }
    });
}

std::vector<Area> shared_out(Area total, const std::vector<double>& shares) {
    const double sum = sum_by_size(shares);
    std::vector<std::int64_t> units(shares.size());
    if (sum <= 0) {
        if (!units.empty()) units.back() = total.units();
    } else {
        std::vector<double> parts(shares.size());
        for (std::size_t i = 0; i < shares.size(); ++i) {
            const double exact = shares[i] / sum * static_cast<double>(total.units());
            units[i] = static_cast<std::int64_t>(std::floor(exact));
            parts[i] = exact - std::floor(exact);
        }
        auto missing = total.units() - std::accumulate(units.begin(), units.end(), std::int64_t{0});
        std::vector<std::size_t> order(shares.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return parts[i]; });
        for (std::size_t k = 0; missing != 0; k = (k + 1) % order.size()) {
            const std::int64_t step = missing > 0 ? 1 : -1;
            units[order[k]] += step;
            missing -= step;
        }
    }
    std::vector<Area> out;
    out.reserve(units.size());
    for (const auto u : units) out.emplace_back(u);
    return out;
}

namespace {

/// Which features of one layer overlap which, to be asked.
class OverlapSet {
public:
    OverlapSet(const std::vector<SharedPiece>& overlaps, std::size_t count) : partners_(overlaps.empty() ? 0 : count) {
        for (const auto& o : overlaps) partners_[o.a].push_back(o.b);
    }
    /// REQUIRES: ascending.
    [[nodiscard]] bool any_among(const std::vector<std::uint32_t>& features) const {
        if (partners_.empty()) return false;
        return std::ranges::any_of(features, [&](std::uint32_t f) {
            return std::ranges::any_of(partners_[f],
                                       [&](std::uint32_t p) { return std::ranges::binary_search(features, p); });
        });
    }

private:
    std::vector<std::vector<std::uint32_t>> partners_;
};

/// Of a feature: what the other layer does not cover, and what it covers more than once, on the ellipsoid.
struct Cover {
    double uncovered = 0;
    double twice = 0;
};

/// Where covering features overlap one another, sums can't tell gaps from overlaps, so the ground is cut.
SharedArea uncovered_ground(const OverlayLayer& layer, std::size_t i, const OverlayLayer& other,
                            const std::vector<std::uint32_t>& covering, const AreaScale& scale, double grid) {
    std::vector<Geometry> parts;
    parts.reserve(covering.size());
    for (const auto k : covering) parts.push_back(other.in_plane(k));
    std::vector<const Geometry*> list;
    for (const auto& part : parts) list.push_back(&part);
    const auto shape = overlay_shape(part_outside(layer.in_plane(i), joined_parts(list, grid), grid), scale);
    return {shape.plane_m2, shape.m2};
}

Cover cover_of(const OverlayLayer& layer, std::size_t i, const OverlayLayer& other,
               const std::vector<std::uint32_t>& covering, SharedArea pieces, const OverlapSet& overlaps,
               const AreaScale& scale, double grid) {
    const auto& shape = layer.shape(i);
    const double noise = grid * shape.perimeter;
    if (!overlaps.any_among(covering)) {
        const bool whole = shape.plane_m2 - pieces.plane_m2 <= noise;
        return {whole ? 0 : shape.m2 - pieces.m2, 0};
    }
    auto left = uncovered_ground(layer, i, other, covering, scale, grid);
    if (left.plane_m2 <= noise) left = {};
    const double twice_plane = pieces.plane_m2 + left.plane_m2 - shape.plane_m2;
    return {left.m2, twice_plane <= noise ? 0 : pieces.m2 + left.m2 - shape.m2};
}

/// Pieces of each feature of the second layer, as positions in the list.
std::vector<std::vector<std::uint32_t>> by_second(const std::vector<SharedPiece>& pieces, std::size_t count) {
    std::vector<std::vector<std::uint32_t>> out(count);
    for (std::size_t p = 0; p < pieces.size(); ++p) out[pieces[p].b].push_back(static_cast<std::uint32_t>(p));
    return out;
}

/// A feature of the first layer: its row closes by levelling.
OverlayRest close_first(const OverlayLayer& a, std::size_t i, const OverlayLayer& b, std::span<SharedPiece> pieces,
                        const OverlapSet& overlaps, const AreaScale& scale, double grid) {
    OverlayRest rest{static_cast<std::uint32_t>(i), {}, {}, {}};
    if (pieces.empty()) {
        rest.uncovered = a.own(i);
        return rest;
    }
    std::vector<std::uint32_t> covering;
    std::vector<double> shares, in_plane;
    for (const auto& piece : pieces) {
        covering.push_back(piece.b);
        shares.push_back(piece.m2);
        in_plane.push_back(piece.plane_m2);
    }
    const auto cover =
        cover_of(a, i, b, covering, {sum_by_size(std::move(in_plane)), sum_by_size(shares)}, overlaps, scale, grid);
    const bool open = cover.uncovered > 0;
    const bool doubled = cover.twice > 0;
    if (open) shares.push_back(cover.uncovered);
    if (doubled) shares.push_back(-cover.twice);
    auto areas = shared_out(a.own(i), shares);
    if (doubled) {
        rest.twice = Area{-areas.back().units()};
        areas.pop_back();
    }
    if (open) {
        rest.uncovered = areas.back();
        areas.pop_back();
    }
    for (std::size_t p = 0; p < pieces.size(); ++p) pieces[p].area = areas[p];
    return rest;
}

/// A feature of the second layer: its pieces are fixed, what is left is told.
OverlayRest close_second(const OverlayLayer& b, std::size_t k, const OverlayLayer& a,
                         const std::vector<SharedPiece>& pieces, const std::vector<std::uint32_t>& mine,
                         const OverlapSet& overlaps, const AreaScale& scale, double grid) {
    OverlayRest rest{static_cast<std::uint32_t>(k), {}, {}, {}};
    if (mine.empty()) {
        rest.uncovered = b.own(k);
        return rest;
    }
    std::vector<std::uint32_t> covering;
    std::vector<double> on_ellipsoid, in_plane;
    Area fixed;
    for (const auto p : mine) {
        covering.push_back(pieces[p].a);
        on_ellipsoid.push_back(pieces[p].m2);
        in_plane.push_back(pieces[p].plane_m2);
        fixed += pieces[p].area;
    }
    const SharedArea sum{sum_by_size(std::move(in_plane)), sum_by_size(std::move(on_ellipsoid))};
    const auto cover = cover_of(b, k, a, covering, sum, overlaps, scale, grid);
    rest.uncovered = Area::from_m2(cover.uncovered);
    rest.twice = Area::from_m2(cover.twice);
    rest.rounding = b.own(k) - fixed - rest.uncovered + rest.twice;
    const double most = 1 + 1e-6 * b.own(k).m2() + 4 * grid * b.shape(k).perimeter;
    if (std::abs(rest.rounding.m2()) > most)
        throw DataError(
            fmt::format("layer '{}', feature {}: its pieces and what is left differ from its own area of "
                        "{:.4f} m2 by {:.4f} m2, which is no matter of rounding; check the layer for "
                        "invalid polygons",
                        b.layer().spec.name, b.layer().features[k].fid, b.own(k).m2(), rest.rounding.m2()));
    return rest;
}

bool any(const OverlayRest& rest) {
    return rest.uncovered != Area{} || rest.twice != Area{} || rest.rounding != Area{};
}

}  // namespace

OverlayLedger overlay_ledger(const OverlayLayer& a, const OverlayLayer& b, std::vector<SharedPiece> pieces,
                             const AreaScale& scale, double grid, const ParallelFor& parallel) {
    const OverlapSet of_a(own_overlaps(a, scale, grid, parallel), a.size());
    const OverlapSet of_b(own_overlaps(b, scale, grid, parallel), b.size());
    OverlayLedger ledger{std::move(pieces), {}, {}};
    const auto first_of = first_pieces(ledger.pieces, a.size());
    std::vector<std::vector<OverlayRest>> rests(chunks_of(a.size()));
    for_each_chunk(a.size(), parallel, [&](std::size_t c, std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            const std::span mine(ledger.pieces.data() + first_of[i], first_of[i + 1] - first_of[i]);
            const auto rest = close_first(a, i, b, mine, of_b, scale, grid);
            if (any(rest)) rests[c].push_back(rest);
        }
    });
    ledger.rest_a = joined(std::move(rests));
    const auto of_second = by_second(ledger.pieces, b.size());
    rests.assign(chunks_of(b.size()), {});
    for_each_chunk(b.size(), parallel, [&](std::size_t c, std::size_t first, std::size_t last) {
        for (std::size_t k = first; k < last; ++k) {
            const auto rest = close_second(b, k, a, ledger.pieces, of_second[k], of_a, scale, grid);
            if (any(rest)) rests[c].push_back(rest);
        }
    });
    ledger.rest_b = joined(std::move(rests));
    return ledger;
}

namespace {

/// Widths are told to 0.1 mm: what is finer is the rounding of coordinates that are brought to the plane.
constexpr double told_a_metre = 1e4;
constexpr std::uint32_t nobody = 0xFFFFFFFFU;

/// With whom each feature shares most of its ground.
struct Partners {
    std::vector<std::uint32_t> of_a, of_b;
};

Partners partners_of(const std::vector<SharedPiece>& pieces, std::size_t a_count, std::size_t b_count) {
    Partners partners{std::vector(a_count, nobody), std::vector(b_count, nobody)};
    std::vector<Area> most_a(a_count), most_b(b_count);
    for (const auto& piece : pieces) {
        if (partners.of_a[piece.a] == nobody || piece.area > most_a[piece.a]) {
            most_a[piece.a] = piece.area;
            partners.of_a[piece.a] = piece.b;
        }
        if (partners.of_b[piece.b] == nobody || piece.area > most_b[piece.b]) {
            most_b[piece.b] = piece.area;
            partners.of_b[piece.b] = piece.a;
        }
    }
    return partners;
}

}  // namespace

void class_slivers(const OverlayLayer& a, const OverlayLayer& b, OverlayLedger& ledger, const SliverRule& rule,
                   double grid, const std::function<bool(std::size_t, std::size_t)>& alike,
                   const ParallelFor& parallel) {
    const auto partners = partners_of(ledger.pieces, a.size(), b.size());
    const double thin = std::max(rule.digitising_width, rule.shift_width);
    const auto both_live_on = [&](const SharedPiece& piece) {
        const auto later = partners.of_a[piece.a];
        const auto earlier = partners.of_b[piece.b];
        return later != piece.b && earlier != piece.a && alike(piece.a, later) && alike(earlier, piece.b);
    };
    const auto look = [&](SharedPiece& piece) {
        const auto& first = a.shape(piece.a);
        const auto& second = b.shape(piece.b);
        if (piece.plane_m2 >= thin * diagonal(first.box, second.box)) return;
        const double length = shared_perimeter(first, second, grid) / 2;
        if (length <= 0) return;
        piece.width = piece.plane_m2 / length;
        if (piece.width < rule.digitising_width) piece.sliver = Sliver::digitising;
        else if (piece.width < rule.shift_width && length >= rule.elongation * piece.width && both_live_on(piece))
            piece.sliver = Sliver::shift;
        piece.width = std::round(piece.width * told_a_metre) / told_a_metre;
    };
    const auto first_of = first_pieces(ledger.pieces, a.size());
    const auto order = a.near_order();
    for_each_chunk(order.size(), parallel, [&](std::size_t, std::size_t first, std::size_t last) {
        for (const auto i : order.subspan(first, last - first))
            for (auto p = first_of[i]; p < first_of[i + 1]; ++p) look(ledger.pieces[p]);
    });
}

}  // namespace linmu
