// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/algo/class_area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"
#include "zone_coverage.hpp"

namespace linmu {
namespace {

/// What a map shows inside of a parcel: its two largest classes. Of equal areas the lower code comes first.
struct ParcelMajority {
    std::int32_t first = no_code, second = no_code;
    Area first_area, second_area, classed;

    void add(std::int32_t code, Area area) {
        classed += area;
        if (area > first_area) {
            second = first, second_area = first_area;
            first = code, first_area = area;
        } else if (area > second_area) {
            second = code, second_area = area;
        }
    }
};

Value share_of(Area part, Area whole) {
    if (whole <= Area{}) return {};
    return std::min(1.0, part.m2() / whole.m2());
}

class MajorityByParcel final : public FoldStep {
public:
    StepInfo info() const override {
        return {"majority-by-parcel",
                "图斑众数",
                "Gives each parcel the class that has most of its area in a class map, by exact shares of cells, with "
                "its share, the second class and the purity. Ledger table 'parcel_majority'.",
                "classify",
                {{.name = "map", .kind = ArtifactKind::raster, .help = "class map"},
                 {.name = "parcels", .kind = ArtifactKind::layer, .help = "parcels"}},
                ArtifactKind::layer,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("key", "field with the parcel's code", &key_).required();
        p.add("band", "class band; empty: the only one", &band_);
        p.add("prefix", "before the names of the new fields, which stand behind the parcels' own", &prefix_);
        p.add("least-purity", "parcels whose class has a smaller share of what is classed are told as mixed",
              &least_purity_)
            .limits(0, 1);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const RasterSpec& raster = inputs[0].raster;
        grid_ = raster.grid;
        band_at_ = band_index(raster.bands, band_, context.input_ids[0]);
        const auto& band = raster.bands[band_at_];
        if (band.kind != BandKind::code)
            throw DataError(
                fmt::format("band '{}' of '{}' holds measured values; a majority is of classes (read it with kind "
                            "= \"code\")",
                            band.name, context.input_ids[0]));
        names_ = ClassNames(band.legend);
        spec_ = inputs[1].layer;
        key_at_ = field_index(spec_.fields, key_, context.input_ids[1]);
        own_fields_ = spec_.fields.size();
        add_fields(context.input_ids[1]);
        return Artifact::of(spec_);
    }

    void start(std::span<const Layer* const> layers, RunContext& context) override {
        parcels_ = layers[0];
        zones_ = std::make_unique<ZoneCoverage>(parcels_, key_at_, grid_, context);
    }

    std::shared_ptr<void> measure(const Window& window, std::span<const BlockPtr> inputs) const override {
        auto part = std::make_shared<ClassAreas>();
        const TileAreas areas = zones_->areas(window);
        zones_->visit(window, [&](std::size_t zone, const Coverage& coverage) {
            add_class_areas(*part, static_cast<std::int32_t>(zone), coverage, inputs[0]->code(band_at_), areas);
        });
        return part;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        sums_.merge(*std::static_pointer_cast<ClassAreas>(part));
    }

    Made finish(RunContext& context) override {
        std::vector<ParcelMajority> found(parcels_->features.size());
        for (const auto& [key, area] : sums_) {
            if (key.code != no_code) found[static_cast<std::size_t>(key.zone)].add(key.code, area);
        }
        Layer layer{spec_, {}};
        layer.features.reserve(found.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            Feature feature = parcels_->features[i];
            std::ranges::move(row(i, found[i]), std::back_inserter(feature.values));
            layer.features.push_back(std::move(feature));
        }
        if (context.facts) record(layer, context);
        return {std::move(layer), {}};
    }

    std::string save() override { return to_bytes(sums_); }
    void load(std::string_view state) override { sums_ = class_areas_from(state); }

private:
    static std::vector<Field> new_fields() {
        return {{"code", FieldType::integer, "", "众数地类代码"},  {"class", FieldType::text, "", "众数地类"},
                {"share", FieldType::real, "", "众数占图斑比例"},  {"second", FieldType::text, "", "次多地类"},
                {"second_share", FieldType::real, "", "次多占比"}, {"purity", FieldType::real, "", "纯度"},
                {"status", FieldType::text, "", "状态"},           {"area", FieldType::area, "m2", "图斑面积"}};
    }

    void add_fields(const std::string& input) {
        for (auto field : new_fields()) {
            field.name = prefix_ + field.name;
            if (std::ranges::find(spec_.fields, field.name, &Field::name) != spec_.fields.end())
                throw DataError(fmt::format("'{}' has a field '{}' already; give another prefix", input, field.name));
            spec_.fields.push_back(std::move(field));
        }
    }

    [[nodiscard]] std::string status_of(std::size_t parcel, const ParcelMajority& m) const {
        if (zones_->status(parcel) == CoverageStatus::invalid) return "invalid";
        if (zones_->status(parcel) == CoverageStatus::outside) return "outside";
        if (m.first == no_code) return "no class";
        if (m.first_area.m2() < least_purity_ * m.classed.m2()) return "mixed";
        return "ok";
    }

    [[nodiscard]] std::vector<Value> row(std::size_t parcel, const ParcelMajority& m) const {
        const Area area = zones_->polygon_area(parcel);
        const bool has_first = m.first != no_code, has_second = m.second != no_code;
        return {names_.code(m.first),
                has_first ? Value{names_.key(m.first)} : Value{},
                has_first ? share_of(m.first_area, area) : Value{},
                has_second ? Value{names_.key(m.second)} : Value{},
                has_second ? share_of(m.second_area, area) : Value{},
                has_first ? share_of(m.first_area, m.classed) : Value{},
                status_of(parcel, m),
                area.units()};
    }

    void record(const Layer& layer, RunContext& context) const {
        Table table{{"parcel_majority", "图斑众数", {{"parcel", FieldType::text, "", "图斑标识"}}}, {}};
        std::ranges::move(new_fields(), std::back_inserter(table.spec.columns));
        for (std::size_t i = 0; i < layer.features.size(); ++i) {
            const auto& values = layer.features[i].values;
            auto& row = table.rows.emplace_back(std::vector<Value>{zones_->key(i)});
            row.insert(row.end(), values.begin() + static_cast<std::ptrdiff_t>(own_fields_), values.end());
        }
        context.ledger->put(table);
        names_.record(*context.ledger);
    }

    std::string key_, band_, prefix_ = "map_";
    double least_purity_ = 0.5;
    Grid grid_;
    LayerSpec spec_;
    std::size_t band_at_ = 0, key_at_ = 0, own_fields_ = 0;
    ClassNames names_;
    const Layer* parcels_ = nullptr;
    std::unique_ptr<ZoneCoverage> zones_;
    ClassAreas sums_;
};

}  // namespace

std::unique_ptr<Step> make_majority_by_parcel() { return std::make_unique<MajorityByParcel>(); }

}  // namespace linmu
