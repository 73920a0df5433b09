// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>

#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/algo/sample_draw.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/step/registry.hpp"
#include "sample_setup.hpp"
#include "zone_coverage.hpp"

namespace linmu {
namespace {

/// The stratum of a sample that has none, and the whole frame of a two-stage one.
constexpr std::int32_t whole_frame = -1;
/// Ranks of cells that lie in a parcel by less than half come after all others.
constexpr std::uint64_t mostly_outside = std::uint64_t{1} << 63;

/// Share of each cell of a window that is inside of the area.
Plane<double> shares_inside(const ZoneCoverage& zones, const Window& window) {
    Plane<double> shares(window.rows, window.cols, 0);
    zones.visit(window, [&](std::size_t, const Coverage& coverage) {
        for (const auto& run : coverage.inside) {
            if (run.row < window.row || run.row >= window.row_end()) continue;
            const int first = std::max(run.col, window.col), last = std::min(run.col_end, window.col_end());
            for (int c = first; c < last; ++c) shares(run.row - window.row, c - window.col) = 1;
        }
        for (const auto& cell : coverage.boundary) {
            if (cell.row < window.row || cell.row >= window.row_end() || cell.col < window.col ||
                cell.col >= window.col_end())
                continue;
            auto& share = shares(cell.row - window.row, cell.col - window.col);
            share = std::min(1.0, share + cell.share);
        }
    });
    return shares;
}

class SampleDesign final : public FoldStep {
public:
    StepInfo info() const override {
        return {
            "sample-design",
            "抽样设计",
            "Draws cells of a class map as samples to be labelled: stratified, simple, systematic or two-stage by "
            "parcel, by a seed; the same for any threads and tiles. Makes points with their stratum, chance and blank "
            "fields for the reference class; ledger table 'sample_design'.",
            "measure",
            {{.name = "map", .kind = ArtifactKind::raster, .help = "class map, or map of classes of change"},
             {.name = "area",
              .kind = ArtifactKind::layer,
              .help = "polygons to draw in: the county; the parcels of a two-stage sample",
              .optional = true},
             {.name = "strata",
              .kind = ArtifactKind::raster,
              .help = "strata as codes; absent: the map's classes",
              .optional = true}},
            ArtifactKind::layer,
            1,
            false};
    }

    void declare(Params& p) override {
        setup_.declare(p);
        p.add("method", "how to draw", &method_).choices({"stratified", "simple", "systematic", "two-stage"});
        p.add("parcels", "two-stage: so many parcels are drawn, by size; a large one may be drawn twice", &parcels_)
            .limits(2, 100'000);
        p.add("each", "two-stage: cells in each parcel drawn", &each_).limits(1, 1000);
        p.add("key", "field of the area with the parcel's code; empty: its number", &key_);
        p.add("spacing", "systematic: distance of samples; 0: by n", &spacing_).unit("m").limits(0, 1e6);
        p.add("unclassed", "draw cells that the map does not class too, as a stratum 'no value'", &unclassed_);
        p.add("map", "name of the map in the ledger; empty: the id of its step", &map_);
        p.add("band", "class band; empty: the only one", &band_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const RasterSpec& raster = inputs[0].raster;
        grid_ = raster.grid;
        band_at_ = band_index(raster.bands, band_, context.input_ids[0]);
        classes_ = names_of(raster.bands[band_at_], context.input_ids[0]);
        if (map_.empty()) map_ = context.input_ids[0];
        if (inputs.size() > 2) strata_names_ = names_of(inputs[2].raster.bands.at(0), context.input_ids[2]);
        if (!key_.empty() && inputs.size() > 1)
            key_at_ = field_index(inputs[1].layer.fields, key_, context.input_ids[1]);
        check(inputs.size());
        return Artifact::of(LayerSpec{"samples", grid_.crs, sample_fields()});
    }

    void start(std::span<const Layer* const> layers, RunContext& context) override {
        area_ = layers.empty() ? nullptr : layers[0];
        zones_ = std::make_unique<ZoneCoverage>(area_, key_at_, grid_, context);
        pool_ = SamplePool(most());
        if (method_ == "systematic") set_lattice();
        if (method_ == "two-stage") draw_parcels();
    }

    std::shared_ptr<void> measure(const Window& window, std::span<const BlockPtr> inputs) const override {
        auto part = std::make_shared<SamplePool>(most());
        const auto& map = inputs[0]->code(band_at_);
        const auto& strata = inputs.size() > 1 ? inputs[1]->code(0) : map;
        add_frame(*part, window, map, strata);
        if (method_ == "two-stage") add_parcels(*part, window, map);
        return part;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        pool_.merge(*std::static_pointer_cast<SamplePool>(part));
    }

    Made finish(RunContext& context) override {
        Layer layer{{"samples", grid_.crs, sample_fields()}, {}};
        auto strata = strata_of_pool(context);
        if (method_ == "stratified" || method_ == "simple") setup_.allocate_to(strata, context);
        auto samples = method_ == "two-stage" ? samples_of_parcels(strata, context) : samples_of_strata(strata);
        if (samples.empty())
            throw DataError("no sample was drawn: the lattice or the parcels hold no cell with a class");
        setup_.record(strata, map_, method_, "cell", context);
        classes_.record(*context.ledger);
        write(layer, samples, strata);
        return {std::move(layer), {}};
    }

    std::string save() override { return pool_.bytes(); }
    void load(std::string_view state) override { pool_ = SamplePool::from(state, most()); }

private:
    struct Chosen {
        RankedUnit cell;
        std::size_t stratum = 0;
        std::optional<std::int64_t> cluster;
        std::string parcel;
    };

    static ClassNames names_of(const BandSpec& spec, const std::string& where) {
        if (spec.kind != BandKind::code)
            throw DataError(
                fmt::format("'{}' holds measured values; a class map has codes (read it with kind = \"code\")", where));
        return ClassNames(spec.legend);
    }

    void check(std::size_t inputs) const {
        if (method_ == "two-stage") {
            if (inputs < 2) throw UsageError("method = \"two-stage\" needs the parcels as its second input");
            return;
        }
        if (method_ == "systematic" && spacing_ > 0) return;
        setup_.check();
        if (method_ == "systematic" && setup_.wanted() == 0)
            throw UsageError("method = \"systematic\" needs n, or the samples' spacing in metres");
    }

    [[nodiscard]] std::size_t most() const {
        if (method_ == "two-stage") return static_cast<std::size_t>(each_) * static_cast<std::size_t>(largest_hits_);
        return method_ == "systematic" ? std::size_t{1} << 40 : setup_.most();
    }

    [[nodiscard]] bool with_strata() const { return method_ == "stratified"; }

    /// Every step_ th row and column from a random one.
    void set_lattice() {
        const auto cell = grid_.cell_x * parse_crs(grid_.crs).metres_per_unit;
        if (spacing_ > 0 && parse_crs(grid_.crs).geographic)
            throw UsageError("spacing is in metres, and the map's CRS in degrees; give n instead");
        if (spacing_ > 0) step_ = std::max(1, static_cast<int>(std::lround(spacing_ / cell)));
        else step_ = std::max(1, static_cast<int>(std::sqrt(frame_cells() / setup_.wanted())));
        first_row_ = static_cast<int>(random_bits(setup_.seed(), 1) % static_cast<std::uint64_t>(step_));
        first_col_ = static_cast<int>(random_bits(setup_.seed(), 2) % static_cast<std::uint64_t>(step_));
    }

    /// About: the lattice's step comes from it.
    [[nodiscard]] double frame_cells() const {
        Area area;
        for (std::size_t zone = 0; zone < zones_->size(); ++zone) area += zones_->polygon_area(zone);
        const auto middle = zones_->areas({grid_.rows / 2, grid_.cols / 2, 1, 1});
        const double cell = Area{middle.run(grid_.rows / 2, grid_.cols / 2, grid_.cols / 2 + 1)}.m2();
        return std::min(area.m2() / cell, static_cast<double>(grid_.rows) * grid_.cols);
    }

    void draw_parcels() {
        std::vector<double> sizes;
        for (std::size_t zone = 0; zone < zones_->size(); ++zone) {
            const bool there =
                zones_->status(zone) != CoverageStatus::outside && zones_->status(zone) != CoverageStatus::invalid;
            sizes.push_back(there ? zones_->polygon_area(zone).m2() : 0);
        }
        hits_ = hits_by_size(sizes, parcels_, setup_.seed());
        largest_hits_ = std::max(1, *std::ranges::max_element(hits_));
        pool_ = SamplePool(most());
    }

    void add_frame(SamplePool& pool, const Window& window, const CodePlane& map, const CodePlane& strata) const {
        const TileAreas areas = zones_->areas(window);
        const auto shares = area_ ? shares_inside(*zones_, window) : Plane<double>(window.rows, window.cols, 1.0);
        StratumPool* into = nullptr;  // of the cell before, mostly the same
        std::int32_t into_code = 0;
        for (int r = 0; r < window.rows; ++r) {
            for (int c = 0; c < window.cols; ++c) {
                const double share = shares(r, c);
                if (!(share > 0)) continue;
                const auto code = stratum_of(map(r, c), strata(r, c));
                if (!into || code != into_code) into = &pool.stratum(code), into_code = code;
                const int row = window.row + r, col = window.col + c;
                into->area += Area{share < 1 ? areas.share(row, col, share) : areas.run(row, col, col + 1)};
                if (share < 0.5 || (code == no_code && !unclassed_)) continue;
                ++into->units;
                if (method_ != "two-stage" && in_lattice(row, col)) into->chosen.add(unit(row, col, map(r, c)));
            }
        }
    }

    [[nodiscard]] std::int32_t stratum_of(std::int32_t map, std::int32_t stratum) const {
        if (map == no_code || stratum == no_code) return no_code;
        return with_strata() ? stratum : whole_frame;
    }

    [[nodiscard]] bool in_lattice(int row, int col) const {
        return step_ == 0 || ((row - first_row_) % step_ == 0 && (col - first_col_) % step_ == 0);
    }

    [[nodiscard]] RankedUnit unit(int row, int col, std::int32_t code) const {
        const auto number = static_cast<std::int64_t>(row) * grid_.cols + col;
        return {rank_of(setup_.seed(), number), number, code};
    }

    /// Cells of the parcels that were drawn, by parcel.
    void add_parcels(SamplePool& pool, const Window& window, const CodePlane& map) const {
        zones_->visit(window, [&](std::size_t zone, const Coverage& coverage) {
            if (hits_[zone] == 0) return;
            const auto add = [&](int row, int col, double share) {
                if (!window.contains({row, col, 1, 1})) return;
                const auto code = map(row - window.row, col - window.col);
                if (code == no_code && !unclassed_) return;
                auto cell = unit(row, col, code);
                cell.rank = share >= 0.5 ? cell.rank >> 1 : cell.rank >> 1 | mostly_outside;
                pool.add_unit(static_cast<std::int32_t>(zone), cell);
            };
            for (const auto& run : coverage.inside)
                for (int col = run.col; col < run.col_end; ++col) add(run.row, col, 1);
            for (const auto& cell : coverage.boundary) add(cell.row, cell.col, cell.share);
        });
    }

    [[nodiscard]] std::string stratum_name(std::int32_t code) const {
        if (code == whole_frame && !with_strata()) return "all";
        return strata_names_ ? strata_names_->key(code) : classes_.key(code);
    }

    /// What may be drawn from; what the map does not class is told and left out.
    std::vector<DesignStratum> strata_of_pool(RunContext& context) {
        std::vector<DesignStratum> strata;
        codes_.clear();
        for (const auto& [code, pool] : pool_.strata()) {
            if (method_ == "two-stage" && code != whole_frame) continue;
            if (code == no_code && !unclassed_) {
                context.note(fmt::format(
                    "{:.0f} m2 have no class and are not sampled (unclassed = true draws there too)", pool.area.m2()));
                continue;
            }
            strata.push_back({stratum_name(code), pool.units, pool.area, 0});
            codes_.push_back(code);
        }
        if (strata.empty()) throw DataError("there is nothing to draw samples from: no cell of the area has a class");
        if (with_strata() && strata.size() == 1)
            context.note(
                fmt::format("the map has one class only, {}: what is of other classes can still be found in it, "
                            "no accuracy of others",
                            strata[0].name));
        return strata;
    }

    std::vector<Chosen> samples_of_strata(std::vector<DesignStratum>& strata) const {
        std::vector<Chosen> samples;
        for (std::size_t h = 0; h < strata.size(); ++h) {
            auto units = pool_.strata().at(codes_[h]).chosen.sorted();
            if (method_ == "systematic") strata[h].drawn = std::ssize(units);
            else units.resize(static_cast<std::size_t>(strata[h].drawn));
            for (const auto& one : units) samples.push_back({one, h, {}, {}});
        }
        return samples;
    }

    /// Each hit of a parcel is a cluster of its own.
    std::vector<Chosen> samples_of_parcels(std::vector<DesignStratum>& strata, RunContext& context) const {
        std::vector<Chosen> samples;
        std::int64_t cluster = 0, fewer = 0;
        for (std::size_t zone = 0; zone < hits_.size(); ++zone) {
            if (hits_[zone] == 0) continue;
            const auto cells = cells_of_parcel(static_cast<std::int32_t>(zone));
            for (int hit = 0; hit < hits_[zone]; ++hit, ++cluster) {
                const auto first = static_cast<std::size_t>(hit) * static_cast<std::size_t>(each_);
                const auto last = std::min(cells.size(), first + static_cast<std::size_t>(each_));
                if (last < first + static_cast<std::size_t>(each_)) ++fewer;
                for (auto k = first; k < last; ++k) samples.push_back({cells[k], 0, cluster, zones_->key(zone)});
            }
        }
        if (fewer > 0)
            context.note(fmt::format("{} of {} parcels drawn have fewer than {} cells", fewer, cluster, each_));
        strata[0].drawn = std::ssize(samples);
        return samples;
    }

    /// Those that lie in it by half or more; where there are none, one that it touches.
    [[nodiscard]] std::vector<RankedUnit> cells_of_parcel(std::int32_t zone) const {
        const auto found = pool_.strata().find(zone);
        if (found == pool_.strata().end()) return {};
        auto cells = found->second.chosen.sorted();
        const auto inside = std::ranges::count_if(cells, [](const RankedUnit& u) { return u.rank < mostly_outside; });
        cells.resize(static_cast<std::size_t>(std::max<std::ptrdiff_t>(inside, cells.empty() ? 0 : 1)));
        return cells;
    }

    /// In random order, so that the order tells nothing of the class, and the first of each stratum are a smaller sample.
    void write(Layer& layer, std::vector<Chosen>& samples, const std::vector<DesignStratum>& strata) const {
        std::ranges::sort(samples, {}, [](const Chosen& s) { return std::pair(s.cluster, s.cell); });
        const SampleWriter writer(grid_.crs, setup_.epoch());
        for (const auto& sample : samples) {
            const auto& stratum = strata[sample.stratum];
            const auto row = static_cast<int>(sample.cell.unit / grid_.cols),
                       col = static_cast<int>(sample.cell.unit % grid_.cols);
            DrawnSample drawn{.id = std::ssize(layer.features) + 1,
                              .stratum = stratum.name,
                              .map_class = classes_.key(sample.cell.map),
                              .unit = "cell",
                              .stratum_units = stratum.units,
                              .stratum_m2 = stratum.area.m2(),
                              .unit_m2 = Area{zones_->areas({row, col, 1, 1}).run(row, col, col + 1)}.m2(),
                              .probability = static_cast<double>(stratum.drawn) / static_cast<double>(stratum.units),
                              .cluster = sample.cluster,
                              .parcel = sample.parcel};
            const Point where{grid_.x(col + 0.5), grid_.y(row + 0.5)};
            layer.features.push_back(writer.feature(drawn, {{}, {}, {where}}, where));
        }
    }

    SampleSetup setup_;
    std::string method_ = "stratified", key_, map_, band_;
    int parcels_ = 100, each_ = 5, step_ = 0, first_row_ = 0, first_col_ = 0, largest_hits_ = 1;
    double spacing_ = 0;
    bool unclassed_ = false;
    Grid grid_;
    std::size_t band_at_ = 0;
    std::optional<std::size_t> key_at_;
    ClassNames classes_;
    std::optional<ClassNames> strata_names_;
    const Layer* area_ = nullptr;
    std::unique_ptr<ZoneCoverage> zones_;
    std::vector<int> hits_;
    SamplePool pool_;
    std::vector<std::int32_t> codes_;
};

}  // namespace

std::unique_ptr<Step> make_sample_design() { return std::make_unique<SampleDesign>(); }

}  // namespace linmu
