// SPDX-License-Identifier: MIT
#include "linmu/algo/shift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>

#include "common.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/step/registry.hpp"
#include "scene_bands.hpp"
#include "shift_table.hpp"

namespace linmu {
namespace {

constexpr int smallest_chip = 32;

/// One picture that is compared: a scene's band, or the reference's.
struct Picture {
    std::string scene;  ///< empty: the reference raster
    std::size_t input, band;
};

/// What a tile holds of a chip, of all pictures.
struct Piece {
    std::size_t chip;
    Window window;
    std::vector<RealPlane> cells;  ///< by picture
};

class ShiftCheck final : public FoldStep {
public:
    StepInfo info() const override {
        return {
            "shift",
            "配准检查",
            "Measures by phase correlation how far each scene lies beside a reference, to hundredths of a cell, on "
            "chips "
            "spread over the grid. Into the ledger table 'scene_shift'.",
            "prepare",
            {{.name = "scenes", .kind = ArtifactKind::raster, .help = "bands of scenes, best masked"},
             {.name = "reference",
              .kind = ArtifactKind::raster,
              .help = "picture to hold them against, first band: an orthophoto, a composite; absent: one of the scenes",
              .optional = true}},
            ArtifactKind::table,
            1,
            false};
    }

    void declare(Params& p) override {
        p.add("name", "of the check in the ledger, as before or after; empty: the id of this step", &name_);
        p.add("band", "the band that is compared: N or R; empty: the only one", &band_);
        p.add("reference", "scene to hold the others against: clearest, first, or a scene's name", &reference_);
        p.add("limit", "a scene farther off than this is said to be shifted", &limit_).unit("cell").limits(0.02, 10);
        p.add("max-shift", "how far is looked", &farthest_).unit("cell").limits(1, 100);
        p.add("chip", "side of a chip; a smaller grid takes smaller ones", &side_)
            .unit("cell")
            .limits(smallest_chip, 2048);
        p.add("chips", "how many chips along each side of the grid, at most; a scene's need chips^2 x chip^2 x 4 bytes",
              &across_)
            .limits(1, 64);
        p.add("least-clear", "share of a chip's cells that must have a value", &least_clear_).limits(0.1, 1);
        p.add("least-peak",
              "chips count whose correlation stands out by so many standard deviations of unlike pictures'",
              &least_peak_)
            .limits(3, 100);
        p.add("least-chips", "a scene with fewer chips that count is unsure; with a smaller grid, half of its chips",
              &least_chips_)
            .limits(1, 1000);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        grid_ = inputs[0].raster.grid;
        if (const Crs crs = parse_crs(grid_.crs); !crs.geographic) metres_ = crs.metres_per_unit;
        find_pictures(inputs, context);
        place_chips();
        if (name_.empty()) name_ = context.id;
        context.notes->push_back(fmt::format(
            "{} chips of {} x {} cells, {:.0f} MB of {} pictures", chips_.size(), chip_rows_, chip_cols_,
            4e-6 * static_cast<double>(chips_.size() * pictures_.size()) * chip_rows_ * chip_cols_, pictures_.size()));
        return Artifact::of(scene_shift_table().spec);
    }

    void start(std::span<const Layer* const>, RunContext&) override {
        cells_.assign(chips_.size() * pictures_.size(), RealPlane(chip_rows_, chip_cols_, no_value));
    }

    std::shared_ptr<void> measure(const Window& window, std::span<const BlockPtr> inputs) const override {
        auto pieces = std::make_shared<std::vector<Piece>>();
        for (std::size_t k = 0; k < chips_.size(); ++k) {
            const Window part = intersection(chips_[k], window);
            if (part.empty()) continue;
            Piece piece{k, part, {}};
            for (const auto& picture : pictures_)
                piece.cells.push_back(part_of(inputs[picture.input]->real(picture.band), window, part));
            pieces->push_back(std::move(piece));
        }
        return pieces;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        for (const auto& piece : *std::static_pointer_cast<std::vector<Piece>>(part)) {
            const Window& chip = chips_[piece.chip];
            for (std::size_t p = 0; p < pictures_.size(); ++p) {
                auto& plane = cells_[piece.chip * pictures_.size() + p];
                for (int r = 0; r < piece.window.rows; ++r) {
                    std::ranges::copy(piece.cells[p].row(r), plane.row(piece.window.row - chip.row + r).begin() +
                                                                 (piece.window.col - chip.col));
                }
            }
        }
    }

    Made finish(RunContext& context) override {
        Table table = scene_shift_table();
        const std::size_t reference = reference_picture();
        std::vector<std::vector<Shift>> shifts(pictures_.size());
        for (std::size_t k = 0; k < chips_.size(); ++k) compare(k, reference, shifts);
        for (std::size_t p = 0; p < pictures_.size(); ++p) {
            if (!pictures_[p].scene.empty()) add_row(table, p, reference, shifts[p], context);
        }
        context.ledger->put(table);
        return {{}, std::move(table)};
    }

    std::string save() override {
        std::string state;
        for (const auto& plane : cells_)
            state.append(reinterpret_cast<const char*>(plane.cells().data()), plane.cells().size_bytes());
        return state;
    }

    void load(std::string_view state) override {
        for (auto& plane : cells_) {
            std::memcpy(plane.cells().data(), state.data(), plane.cells().size_bytes());
            state.remove_prefix(plane.cells().size_bytes());
        }
    }

private:
    void find_pictures(std::span<const Artifact> inputs, const PlanContext& context) {
        const auto& bands = inputs[0].raster.bands;
        std::vector<std::string> names;
        for (const auto& scene : scenes_of(bands, context.input_ids[0])) {
            std::vector<BandSpec> measured;
            for (const auto band : scene.real) measured.push_back(bands[band]);
            const auto band = scene.real.at(band_index(measured, band_, scene.scene));
            pictures_.push_back({scene.scene, 0, band});
            names.push_back(scene.scene);
        }
        if (band_.empty()) band_ = bands[pictures_.front().band].name;
        if (inputs.size() > 1) {
            if (inputs[1].raster.bands.at(0).kind != BandKind::real)
                throw DataError(fmt::format("'{}' holds codes; a reference is a picture", context.input_ids[1]));
            if (reference_ != "clearest")
                throw UsageError("'reference' names a scene, but a reference raster goes in; take one of them");
            reference_id_ = context.input_ids[1];
            pictures_.push_back({"", 1, 0});
            return;
        }
        if (pictures_.size() < 2)
            throw DataError(fmt::format(
                "there is one scene only, '{}'; a shift needs a second one or a reference raster", names.front()));
        if (reference_ != "clearest" && reference_ != "first" && std::ranges::find(names, reference_) == names.end())
            throw UsageError(fmt::format("'reference': there is no scene '{}'{}", reference_, hint(reference_, names)));
    }

    void place_chips() {
        const int least = std::max(smallest_chip, 4 * farthest_);
        if (std::min(grid_.rows, grid_.cols) < least)
            throw DataError(fmt::format("the grid has {} x {} cells; to find shifts of {} cells it needs {} at least",
                                        grid_.rows, grid_.cols, farthest_, least));
        chip_rows_ = std::min(std::max(side_, least), grid_.rows);
        chip_cols_ = std::min(std::max(side_, least), grid_.cols);
        const auto rows = starts(grid_.rows, chip_rows_), cols = starts(grid_.cols, chip_cols_);
        for (const int row : rows) {
            for (const int col : cols) chips_.push_back({row, col, chip_rows_, chip_cols_});
        }
    }

    /// Places along one side, from edge to edge; chips do not overlap.
    [[nodiscard]] std::vector<int> starts(int cells, int chip) const {
        const int count = std::min(across_, cells / chip);
        if (count == 1) return {(cells - chip) / 2};
        std::vector<int> out;
        for (int i = 0; i < count; ++i) out.push_back(static_cast<int>(std::int64_t{cells - chip} * i / (count - 1)));
        return out;
    }

    static RealPlane part_of(const RealPlane& plane, const Window& window, const Window& part) {
        auto out = RealPlane::unset(part.rows, part.cols);
        for (int r = 0; r < part.rows; ++r) {
            const auto from =
                plane.row(part.row - window.row + r).subspan(static_cast<std::size_t>(part.col - window.col));
            std::copy_n(from.begin(), part.cols, out.row(r).begin());
        }
        return out;
    }

    [[nodiscard]] const RealPlane& chip(std::size_t k, std::size_t picture) const {
        return cells_[k * pictures_.size() + picture];
    }

    [[nodiscard]] std::int64_t clear_cells(std::size_t k, std::size_t picture) const {
        return std::ranges::count_if(chip(k, picture).cells(), [](float value) { return !std::isnan(value); });
    }

    [[nodiscard]] bool is_clear(std::size_t k, std::size_t picture) const {
        return static_cast<double>(clear_cells(k, picture)) >= least_clear_ * chip_rows_ * chip_cols_;
    }

    [[nodiscard]] std::size_t reference_picture() const {
        if (pictures_.back().scene.empty()) return pictures_.size() - 1;
        if (reference_ == "first") return 0;
        if (reference_ != "clearest")
            return static_cast<std::size_t>(std::ranges::find(pictures_, reference_, &Picture::scene) -
                                            pictures_.begin());
        std::vector<std::int64_t> clear(pictures_.size());
        for (std::size_t k = 0; k < chips_.size(); ++k) {
            for (std::size_t p = 0; p < pictures_.size(); ++p) clear[p] += clear_cells(k, p);
        }
        return static_cast<std::size_t>(std::ranges::max_element(clear) - clear.begin());
    }

    /// Adds what the k-th chip says of each picture.
    void compare(std::size_t k, std::size_t reference, std::vector<std::vector<Shift>>& shifts) const {
        if (!is_clear(k, reference)) return;
        const PhaseCorrelator correlator(chip(k, reference));
        for (std::size_t p = 0; p < pictures_.size(); ++p) {
            if (p == reference || !is_clear(k, p)) continue;
            const auto found = correlator.shift_of(chip(k, p), farthest_);
            if (found && found->peak >= least_peak_) shifts[p].push_back(found->shift);
        }
    }

    void add_row(Table& table, std::size_t picture, std::size_t reference, const std::vector<Shift>& shifts,
                 const RunContext& context) const {
        const AgreedShift agreed = agreed_shift(shifts);
        const std::string verdict = picture == reference ? shift_is_reference : verdict_on(agreed);
        const Value none;
        const bool known = verdict != shift_unsure || agreed.chips > 0;
        const auto number = [&](double value) { return known ? Value{value} : none; };
        const auto metres = [&](double value) { return metres_ ? number(value * *metres_) : none; };
        const auto& scene = pictures_[picture].scene;
        const auto& other = pictures_[reference].scene;
        table.rows.push_back({name_, scene, band_, other.empty() ? reference_id_ : other, number(agreed.shift.cols),
                              number(agreed.shift.rows), metres(agreed.shift.cols * grid_.cell_x),
                              metres(-agreed.shift.rows * grid_.cell_y), std::int64_t{agreed.chips},
                              static_cast<std::int64_t>(chips_.size()), number(agreed.spread), verdict});
        if (verdict == shift_found)
            context.note(
                fmt::format("{} lies {:.2f} cells east and {:.2f} south of where it should ({} chips, spread {:.2f})",
                            scene, agreed.shift.cols, agreed.shift.rows, agreed.chips, agreed.spread));
        if (verdict == shift_unsure)
            context.note(
                fmt::format("{}: its shift could not be measured ({} of {} chips agree, spread {:.2f}); it is "
                            "not corrected",
                            scene, agreed.chips, chips_.size(), agreed.spread));
    }

    [[nodiscard]] std::string verdict_on(const AgreedShift& agreed) const {
        const int wanted = std::min(least_chips_, (static_cast<int>(chips_.size()) + 1) / 2);
        if (agreed.chips < wanted || agreed.spread > 0.5) return shift_unsure;
        return std::hypot(agreed.shift.cols, agreed.shift.rows) > limit_ ? shift_found : shift_in_place;
    }

    std::string name_, band_, reference_ = "clearest", reference_id_;
    double limit_ = 0.1, least_clear_ = 0.6, least_peak_ = 8;
    int farthest_ = 8, side_ = 256, across_ = 4, least_chips_ = 3;
    Grid grid_;
    std::optional<double> metres_;  ///< a unit of the grid; none in degrees
    int chip_rows_ = 0, chip_cols_ = 0;
    std::vector<Picture> pictures_;
    std::vector<Window> chips_;
    std::vector<RealPlane> cells_;  ///< by chip, then by picture
};

}  // namespace

std::unique_ptr<Step> make_shift() { return std::make_unique<ShiftCheck>(); }

}  // namespace linmu
