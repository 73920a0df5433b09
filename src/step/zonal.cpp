// SPDX-License-Identifier: MIT
#include "linmu/algo/zonal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <set>

#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"
#include "zone_coverage.hpp"

namespace linmu {
namespace {

/// A band that is summed: where it comes from, and how its columns begin.
struct ZonalBand {
    std::size_t input = 0, band = 0;
    BandKind kind = BandKind::real;
    std::string name;
    ClassNames classes;
};

/// What a feature's weights mean.
enum class Measure { area, length, points };

std::vector<double> quantiles_of(const std::vector<std::string>& texts) {
    std::vector<double> quantiles;
    for (const auto& text : texts) {
        char* end = nullptr;
        const double p = std::strtod(text.c_str(), &end);
        if (text.empty() || *end != '\0' || !(p >= 0 && p <= 1))
            throw UsageError(fmt::format("quantiles: '{}' is no number from 0 to 1 (0.5 is the median)", text));
        quantiles.push_back(p);
    }
    return quantiles;
}

std::string quantile_name(double p) { return p == 0.5 ? "median" : fmt::format("q{:g}", p * 100); }

Value value_of(const std::optional<double>& number) { return number ? Value{*number} : Value{}; }

const std::vector<std::string> real_stats{"count", "area", "mean", "variance", "sd", "min", "max", "sum"};

class Zonal final : public FoldStep {
public:
    StepInfo info() const override {
        return {"zonal",
                "分区统计",
                "Statistics of each polygon, line or point over many rasters in one pass, by exact shares of cells and "
                "their true areas; a row for each feature, with its status.",
                "measure",
                {{.name = "zones", .kind = ArtifactKind::layer, .help = "polygons, lines or points"},
                 {.name = "rasters",
                  .kind = ArtifactKind::raster,
                  .help = "measured values or classes, of any number of dates",
                  .many = true}},
                ArtifactKind::table,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("key", "field of the zones with their code; empty: the feature's number", &key_);
        p.add("names", "what the rasters are called in the columns; empty: the ids of their steps", &names_);
        p.add("stats",
              "of measured values: count (cells), area, mean, variance, sd, min, max, sum (of value x m2, x m of "
              "lines, x points); each cell weighs by its area inside",
              &stats_);
        p.add("quantiles", "of measured values, weighted: 0.5 is the median", &quantile_texts_);
        p.add("classes", "what is told of each class", &class_figure_).choices({"area", "fraction"});
        p.add("table", "name in the ledger", &table_);
        p.add("index", "folder that keeps the coverage of zones and grid for later runs; empty: none", &index_).path();
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const LayerSpec& zones = inputs[0].layer;
        if (!key_.empty()) key_at_ = field_index(zones.fields, key_, context.input_ids[0]);
        quantiles_ = quantiles_of(quantile_texts_);
        for (const auto& stat : stats_) {
            if (std::ranges::find(real_stats, stat) == real_stats.end())
                throw UsageError(
                    fmt::format("stats: there is no '{}'; there are count, area, mean, variance, sd, min, "
                                "max and sum",
                                stat));
        }
        gather(inputs, context);
        return Artifact::of(TableSpec{table_, "分区统计", fixed_columns()});
    }

    void start(std::span<const Layer* const> layers, RunContext& context) override {
        layer_ = layers[0];
        zones_ = std::make_unique<ZoneCoverage>(layer_, key_at_, grid_, context, index_);
        measure_ = measure_of(*layer_);
        values_.assign(bands_.size(), {});
        codes_.assign(bands_.size(), {});
        for (std::size_t b = 0; b < bands_.size(); ++b)
            if (bands_[b].kind == BandKind::real) values_[b].resize(zones_->size());
    }

    std::shared_ptr<void> measure(const Window& window, std::span<const BlockPtr> inputs) const override {
        auto part = std::make_shared<Part>();
        part->values.resize(bands_.size());
        part->codes.resize(bands_.size());
        const TileAreas areas = zones_->areas(window);
        const auto weight = measure_ == Measure::area ? CellWeight::area : CellWeight::share;
        const auto classes = classes_of_bands(inputs);
        zones_->visit(window, [&](std::size_t zone, const Coverage& coverage) {
            for (std::size_t b = 0; b < bands_.size(); ++b) {
                const auto& band = bands_[b];
                if (band.kind == BandKind::code) {
                    add_codes(part->codes[b], static_cast<std::int32_t>(zone), coverage, *classes[b], areas, weight);
                } else {
                    auto& sums = part->values[b].emplace_back(zone, ValueSums{}).second;
                    add_values(sums, coverage, inputs[band.input]->real(band.band), areas, weight, !quantiles_.empty());
                }
            }
        });
        for (const auto& areas_of_band : part->codes) areas_of_band.settle();
        return part;
    }

    void absorb(const Window&, std::shared_ptr<void> erased) override {
        const auto part = std::static_pointer_cast<Part>(erased);
        for (std::size_t b = 0; b < bands_.size(); ++b) {
            for (auto& [zone, sums] : part->values[b]) values_[b][zone].merge(std::move(sums));
            codes_[b].merge(part->codes[b]);
        }
    }

    Made finish(RunContext& context) override {
        Table table{{table_, "分区统计", fixed_columns()}, {}};
        if (measure_ != Measure::area) find_sizes();
        std::vector<std::vector<std::int32_t>> classes;  // by band; none of measured values
        for (std::size_t b = 0; b < bands_.size(); ++b) {
            classes.push_back(classes_of(codes_[b]));
            if (bands_[b].kind == BandKind::code) add_class_columns(table.spec.columns, bands_[b], classes[b]);
            else add_real_columns(table.spec.columns, bands_[b]);
        }
        table.rows.resize(zones_->size());
        context.parallel((zones_->size() + zones_at_once - 1) / zones_at_once, [&](std::size_t chunk) {
            const auto last = std::min(zones_->size(), (chunk + 1) * zones_at_once);
            for (std::size_t zone = chunk * zones_at_once; zone < last; ++zone)
                fill_row(table.rows[zone], zone, table.spec.columns.size(), classes);
        });
        if (context.facts) {
            context.ledger->put(table);
            for (const auto& band : bands_) band.classes.record(*context.ledger);
        }
        return {{}, std::move(table)};
    }

    std::string save() override {
        std::string bytes;
        for (std::size_t b = 0; b < bands_.size(); ++b) {
            const std::string part = bands_[b].kind == BandKind::code ? to_bytes(codes_[b]) : values_bytes(b);
            bytes += fmt::format("{}\n", part.size());
            bytes += part;
        }
        return bytes;
    }

    void load(std::string_view state) override {
        for (std::size_t b = 0; b < bands_.size(); ++b) {
            const auto line = state.find('\n');
            const auto size =
                static_cast<std::size_t>(std::strtoull(std::string(state.substr(0, line)).c_str(), nullptr, 10));
            if (line == std::string_view::npos || size > state.size() - line - 1)
                throw DataError("stored statistics are damaged; delete the stored state and run again");
            auto part = state.substr(line + 1, size);
            state.remove_prefix(line + 1 + size);
            if (bands_[b].kind == BandKind::code) codes_[b] = class_areas_from(part);
            else
                for (auto& sums : values_[b]) sums = load_value_sums(part);
        }
    }

private:
    struct Part {
        std::vector<std::vector<std::pair<std::size_t, ValueSums>>> values;  ///< by band
        std::vector<ClassAreas> codes;                                       ///< by band
    };

    /// By band; nothing of measured values.
    [[nodiscard]] std::vector<std::optional<TileClasses>> classes_of_bands(std::span<const BlockPtr> inputs) const {
        std::vector<std::optional<TileClasses>> classes(bands_.size());
        for (std::size_t b = 0; b < bands_.size(); ++b)
            if (bands_[b].kind == BandKind::code) classes[b].emplace(inputs[bands_[b].input]->code(bands_[b].band));
        return classes;
    }

    void gather(std::span<const Artifact> inputs, const PlanContext& context) {
        if (!names_.empty() && names_.size() != inputs.size() - 1)
            throw UsageError(
                fmt::format("names: {} names for {} rasters; give one for each", names_.size(), inputs.size() - 1));
        std::set<std::string> taken;
        for (std::size_t i = 1; i < inputs.size(); ++i) {
            const RasterSpec& raster = inputs[i].raster;
            grid_ = raster.grid;
            const auto& base = names_.empty() ? context.input_ids[i] : names_[i - 1];
            for (std::size_t b = 0; b < raster.bands.size(); ++b) {
                const auto& spec = raster.bands[b];
                const auto scene = spec.scene.empty() ? "" : "_" + spec.scene;
                const auto name = raster.bands.size() == 1 ? base : base + scene + "_" + spec.name;
                if (!taken.insert(name).second)
                    throw UsageError(fmt::format("two bands would be called '{}'; give 'names'", name));
                bands_.push_back(
                    {i - 1, b, spec.kind, name, spec.kind == BandKind::code ? ClassNames(spec.legend) : ClassNames()});
            }
        }
    }

    static std::vector<Field> fixed_columns() {
        return {{"zone", FieldType::text, "", "单位代码"}, {"status", FieldType::text, "", "状态"}};
    }

    static Measure measure_of(const Layer& layer) {
        for (const auto& feature : layer.features) {
            if (!feature.geometry.polygons.empty()) return Measure::area;
            if (!feature.geometry.lines.empty()) return Measure::length;
            if (!feature.geometry.points.empty()) return Measure::points;
        }
        return Measure::area;
    }

    /// Of lines and points, by which their shares are multiplied.
    void find_sizes() {
        sizes_.clear();
        const SurveyArea survey(layer_->spec.crs, survey_plane_for(bounds(*layer_), layer_->spec.crs));
        for (const auto& feature : layer_->features)
            sizes_.push_back(measure_ == Measure::length ? survey.length_m(feature.geometry)
                                                         : static_cast<double>(feature.geometry.points.size()));
    }

    [[nodiscard]] Field size_column(const std::string& name) const {
        switch (measure_) {
            case Measure::length: return {name + "_length", FieldType::real, "m", name + "长度"};
            case Measure::points: return {name + "_points", FieldType::real, "", name + "点数"};
            case Measure::area: break;
        }
        return {name + "_area", FieldType::area, "m2", name + "面积"};
    }

    [[nodiscard]] Value size_value(std::size_t zone, std::int64_t weight) const {
        if (measure_ == Measure::area) return weight;
        return size(zone, weight);
    }

    /// In m2, m or points.
    [[nodiscard]] double size(std::size_t zone, std::int64_t weight) const {
        if (measure_ == Measure::area) return Area{weight}.m2();
        return static_cast<double>(weight) * share_weight * sizes_[zone];
    }

    void fill_row(std::vector<Value>& row, std::size_t zone, std::size_t columns,
                  const std::vector<std::vector<std::int32_t>>& classes) {
        row.reserve(columns);
        row.emplace_back(zones_->key(zone));
        row.emplace_back(std::string(to_string(zones_->status(zone))));
        for (std::size_t b = 0; b < bands_.size(); ++b) {
            if (bands_[b].kind == BandKind::code) add_classes(row, zone, b, classes[b]);
            else add_real(row, zone, values_[b][zone]);
        }
    }

    void add_real_columns(std::vector<Field>& columns, const ZonalBand& band) const {
        for (const auto& stat : stats_) {
            if (stat == "area") columns.push_back(size_column(band.name));
            else if (stat == "count") columns.push_back({band.name + "_count", FieldType::integer, "", ""});
            else columns.push_back({band.name + "_" + stat, FieldType::real, "", ""});
        }
        for (const double p : quantiles_)
            columns.push_back({band.name + "_" + quantile_name(p), FieldType::real, "", ""});
    }

    void add_real(std::vector<Value>& row, std::size_t zone, ValueSums& sums) const {
        sums.condense();
        for (const auto& stat : stats_) row.push_back(figure(stat, zone, sums));
        for (const double p : quantiles_) row.push_back(value_of(quantile(sums, p)));
    }

    [[nodiscard]] Value figure(const std::string& stat, std::size_t zone, const ValueSums& sums) const {
        if (stat == "count") return sums.cells;
        if (stat == "area") return size_value(zone, sums.weight);
        if (sums.cells == 0) return {};
        if (stat == "min") return double{sums.least};
        if (stat == "max") return double{sums.most};
        if (stat == "mean") return value_of(mean(sums));
        if (stat == "sum") return *mean(sums) * size(zone, sums.weight);
        const double squared = *variance(sums);
        return stat == "sd" ? std::sqrt(squared) : squared;
    }

    /// The band's classes, ascending; no value is none.
    [[nodiscard]] static std::vector<std::int32_t> classes_of(const ClassAreas& areas) {
        std::vector<std::int32_t> seen;
        for (const auto& [key, area] : areas) {
            const auto place = std::ranges::lower_bound(seen, key.code);
            if (key.code != no_code && (place == seen.end() || *place != key.code)) seen.insert(place, key.code);
        }
        return seen;
    }

    void add_class_columns(std::vector<Field>& columns, const ZonalBand& band,
                           const std::vector<std::int32_t>& classes) const {
        columns.push_back(size_column(band.name));
        columns.push_back({band.name + "_majority", FieldType::text, "", band.name + "主要地类"});
        columns.push_back({band.name + "_unique", FieldType::integer, "", band.name + "地类数"});
        for (const auto code : classes) {
            const auto name = band.name + "_" + band.classes.key(code);
            columns.push_back(class_figure_ == "fraction" ? Field{name, FieldType::real, "", ""} : class_column(name));
        }
    }

    void add_classes(std::vector<Value>& row, std::size_t zone, std::size_t b,
                     const std::vector<std::int32_t>& classes) const {
        thread_local std::vector<std::int64_t> units;
        units.assign(classes.size(), 0);
        const auto number = static_cast<std::int32_t>(zone);
        const auto end = codes_[b].end();
        for (auto entry = codes_[b].from({number, no_code}); entry != end && entry->first.zone == number; ++entry) {
            const auto at = std::ranges::lower_bound(classes, entry->first.code);
            if (at != classes.end() && *at == entry->first.code)
                units[static_cast<std::size_t>(at - classes.begin())] = entry->second.units();
        }
        add_class_figures(row, zone, bands_[b], classes, units);
    }

    [[nodiscard]] Field class_column(const std::string& name) const {
        if (measure_ == Measure::area) return {name, FieldType::area, "m2", ""};
        return {name, FieldType::real, measure_ == Measure::length ? "m" : "", ""};
    }

    void add_class_figures(std::vector<Value>& row, std::size_t zone, const ZonalBand& band,
                           const std::vector<std::int32_t>& classes, const std::vector<std::int64_t>& units) const {
        std::int64_t all = 0, unique = 0;
        std::size_t most = 0;
        for (std::size_t k = 0; k < units.size(); ++k) {
            all += units[k];
            unique += units[k] > 0 ? 1 : 0;
            if (units[k] > units[most]) most = k;
        }
        row.push_back(size_value(zone, all));
        if (all > 0) row.emplace_back(band.classes.key(classes[most]));
        else row.emplace_back();
        row.emplace_back(unique);
        for (const auto part : units) {
            if (class_figure_ != "fraction") row.push_back(size_value(zone, part));
            else if (all > 0) row.emplace_back(static_cast<double>(part) / static_cast<double>(all));
            else row.emplace_back();
        }
    }

    [[nodiscard]] std::string values_bytes(std::size_t b) const {
        std::string bytes;
        for (const auto& sums : values_[b]) linmu::save(bytes, sums);
        return bytes;
    }

    static constexpr std::size_t zones_at_once = 2048;
    std::string key_, class_figure_ = "area", table_ = "zonal", index_;
    std::vector<std::string> names_, stats_{"count", "area", "mean", "sd", "min", "max"}, quantile_texts_;
    std::vector<double> quantiles_;
    std::optional<std::size_t> key_at_;
    Grid grid_;
    std::vector<ZonalBand> bands_;
    const Layer* layer_ = nullptr;
    std::unique_ptr<ZoneCoverage> zones_;
    Measure measure_ = Measure::area;
    std::vector<double> sizes_;
    std::vector<std::vector<ValueSums>> values_;  ///< by band, by zone
    std::vector<ClassAreas> codes_;               ///< by band
};

}  // namespace

std::unique_ptr<Step> make_zonal() { return std::make_unique<Zonal>(); }

}  // namespace linmu
