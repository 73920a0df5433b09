// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "linmu/core/area.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/core/parallel.hpp"
#include "linmu/geo/overlay.hpp"
#include "linmu/geo/shared_transform.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {

/// Where and how finely layers are laid over one another.
struct OverlayPlane {
    std::string crs;  ///< the survey's plane; edges are straight in it
    double grid =
        1e-4;  ///< m; gaps thinner than this on the average are none; hairs that two share count to 1/100 of it
    double max_edge = 70;  ///< m, of SurveyArea
    bool repair = true;    ///< false: an invalid polygon is refused
};

/// A layer of polygons made ready: shapes in the plane, the survey's own area of each, an index.
class OverlayLayer {
public:
    /// `layer` must outlive this. Throws DataError for lines or points, and for invalid polygons unless they are to be
    /// repaired.
    OverlayLayer(const Layer& layer, const OverlayPlane& plane, const AreaScale& scale, const ParallelFor& parallel);

    [[nodiscard]] std::size_t size() const noexcept { return shapes_.size(); }
    [[nodiscard]] const Layer& layer() const noexcept { return *layer_; }
    [[nodiscard]] const OverlayShape& shape(std::size_t i) const { return shapes_[i]; }
    [[nodiscard]] Area own(std::size_t i) const { return own_[i]; }
    /// Other own areas, in the order of features: of pieces that were levelled before.
    void set_own(std::vector<Area> own) { own_ = std::move(own); }
    [[nodiscard]] std::vector<std::size_t> touching(const Box& box) const { return index_->touching(box); }
    /// Features with ground, in an order in which neighbours are near each other: whoever goes through them so finds a neighbour's
    /// shape in the processor's near memory, whatever the order of the file is.
    [[nodiscard]] std::span<const std::uint32_t> near_order() const noexcept { return near_order_; }
    /// The geometry in the plane, repaired where that was needed. Safe for many threads.
    [[nodiscard]] Geometry in_plane(std::size_t i) const;
    [[nodiscard]] std::size_t repaired_count() const noexcept { return repaired_.size(); }

private:
    const Layer* layer_;
    SharedTransform to_plane_;
    std::vector<OverlayShape> shapes_;
    std::vector<Area> own_;
    std::map<std::size_t, Geometry> repaired_;
    std::unique_ptr<BoxIndex> index_;
    std::vector<std::uint32_t> near_order_;
};

/// The bounds of layers in a plane, for AreaScale.
[[nodiscard]] Box bounds_in(const std::string& plane_crs, const std::vector<const Layer*>& layers,
                            const ParallelFor& parallel);

/// What kind of difference a thin piece is.
enum class Sliver {
    none,        ///< real: a piece of ground like any other
    digitising,  ///< thinner than a vertex can be placed
    shift        ///< the common boundary of two parcels that both live on was drawn in another place
};
[[nodiscard]] std::string to_string(Sliver sliver);

/// Ground that feature `a` of one layer and `b` of the other share.
struct SharedPiece {
    std::uint32_t a = 0, b = 0;
    double plane_m2 = 0, m2 = 0;
    Area area;                                               ///< levelled, see overlay_ledger
    double width = std::numeric_limits<double>::infinity();  ///< m, mean: 2 area / perimeter; told of thin pieces only
    Sliver sliver = Sliver::none;
};
/// All pairs of features that share ground, ordered by a, then b. Boxes first; the same shape at once; else shared_area.
[[nodiscard]] std::vector<SharedPiece> shared_pieces(const OverlayLayer& a, const OverlayLayer& b,
                                                     const AreaScale& scale, double grid, const ParallelFor& parallel);
/// The same within one layer, a < b: who overlaps whom.
[[nodiscard]] std::vector<SharedPiece> own_overlaps(const OverlayLayer& layer, const AreaScale& scale, double grid,
                                                    const ParallelFor& parallel);

/// What closes a feature's account beside its pieces: pieces + uncovered - twice + rounding = own area.
struct OverlayRest {
    std::uint32_t feature = 0;
    Area uncovered;  ///< not covered by the other layer
    Area twice;      ///< counted more than once, since the other layer overlaps itself there
    Area rounding;   ///< of the second layer only
};
struct OverlayLedger {
    std::vector<SharedPiece> pieces;
    std::vector<OverlayRest> rest_a, rest_b;  ///< of features that have any
};

/// Pieces of each feature of `a`, with what is uncovered and less what is counted twice, are brought to its own area:
/// multiplied by own area / sum (which differ by the edge model of long edges, 1e-8 or less), then rounded by largest
/// remainder (ties: the first). So each row closes to the last digit. The pieces of a feature of `b` are then fixed; what
/// is left of its own area is told as `rounding`. Throws DataError where that is no matter of rounding.
[[nodiscard]] OverlayLedger overlay_ledger(const OverlayLayer& a, const OverlayLayer& b,
                                           std::vector<SharedPiece> pieces, const AreaScale& scale, double grid,
                                           const ParallelFor& parallel);

struct SliverRule {
    double digitising_width = 0.1;  ///< m
    double shift_width = 1.5;       ///< m
    double elongation = 5;          ///< length / width from which a piece is a strip along a boundary
};
/// Classes thin pieces. `alike(a, b)`: is b the later state of the same parcel, or of a parcel of the same class?
void class_slivers(const OverlayLayer& a, const OverlayLayer& b, OverlayLedger& ledger, const SliverRule& rule,
                   double grid, const std::function<bool(std::size_t, std::size_t)>& alike,
                   const ParallelFor& parallel);

/// Areas that add up to `total` exactly: shares * total / sum of shares, by largest remainder (ties: the first).
[[nodiscard]] std::vector<Area> shared_out(Area total, const std::vector<double>& shares);

}  // namespace linmu
