// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/mend.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/io/vector.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class ReadLayer final : public WholeStep {
public:
    StepInfo info() const override {
        return {"read-layer",
                "读矢量",
                "Reads a survey layer; invalid polygons are repaired and told.",
                "read",
                {},
                ArtifactKind::layer,
                2,
                false};
    }

    void declare(Params& p) override {
        p.add("path",
              "vector file (Shapefile, GeoPackage, File Geodatabase, GeoJSON, FlatGeobuf), also in a zip; or PostGIS: "
              "\"PG:dbname=county host=...\", its password in PGPASSWORD or ~/.pgpass",
              &path_)
            .path()
            .required();
        p.add("layer", "layer of the file, table of the database; empty: the only one", &layer_);
        p.add("encoding",
              "of its text; empty: as the file says where its texts agree, else UTF-8 where all are, else GBK",
              &encoding_);
        p.add("crs", "of a file that has none, or whose own its coordinates prove wrong; e.g. EPSG:4547", &crs_);
        p.add(
            "towgs84",
            "seven parameters of a layer on Xian 1980 or Beijing 1954: dx,dy,dz,rx,ry,rz,s in m, arc seconds (position "
            "vector) and parts per million",
            &towgs84_);
        p.add("home", "vector file of the zones that the layer must lie in; shows wrong meridians and web maps' shifts",
              &home_path_)
            .path();
        p.add("prove", "do the coordinates have to agree with the CRS?", &prove_);
        p.add("rename", "fields to call by other names: \"TBBH=id\"", &rename_);
        p.add("repair", "mend invalid polygons; false: stop at the first", &repair_);
        p.add("as-is", "keep invalid polygons as they are: for check and repair", &as_is_);
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        if (!home_path_.empty()) {
            home_ = home_zones(home_path_, "");
            for (const auto& file : vector_files(home_path_, "")) context.files->push_back(file);
        }
        const auto found = chosen(inspect_vector(request()));
        for (const auto& file : vector_files(path_, layer_)) context.files->push_back(file);
        if (!found.refusal.empty())
            throw DataError(fmt::format("{}: layer '{}': {}", path_, found.spec.name, found.refusal));
        context.notes->push_back("encoding " + found.report.encoding_note);
        context.notes->push_back("CRS " + found.report.crs_note);
        LayerSpec spec = found.spec;
        rename_fields(spec);
        return Artifact::of(std::move(spec));
    }

    Made run(const WholeInput&, RunContext& context) override {
        LayerReport report;
        auto asked = request();
        asked.parallel = context.parallel;
        Layer layer = read_layer(asked, &report);
        rename_fields(layer.spec);
        context.note(report.encoding_note);
        context.note(report.crs_note);
        mend(layer, context);
        return {std::move(layer), {}};
    }

private:
    LayerRequest request() const {
        return {.path = path_,
                .layer = layer_,
                .encoding = encoding_,
                .crs = crs_,
                .towgs84 = towgs84_,
                .prove = prove_,
                .home = home_ ? &*home_ : nullptr};
    }

    VectorFileLayer chosen(const std::vector<VectorFileLayer>& layers) const {
        std::vector<std::string> names;
        const VectorFileLayer* spatial = nullptr;
        int spatial_layers = 0;
        for (const auto& layer : layers) {
            if (layer.spec.name == layer_ || (layer_.empty() && layers.size() == 1) || !layer_.empty()) return layer;
            names.push_back(layer.spec.name);
            if (layer.geometry.empty()) continue;
            spatial = &layer;
            ++spatial_layers;
        }
        if (spatial_layers == 1) return *spatial;
        throw DataError(fmt::format("{} has {} layers; say which: layer = \"{}\"{}", path_, names.size(),
                                    names.empty() ? "" : names.front(), hint("", names)));
    }

    void rename_fields(LayerSpec& spec) const {
        for (const auto& pair : rename_) {
            const auto equals = pair.find('=');
            if (equals == std::string::npos) throw UsageError(fmt::format("rename '{}' must be \"old=new\"", pair));
            spec.fields[field_index(spec.fields, pair.substr(0, equals), path_)].name = pair.substr(equals + 1);
        }
    }

    void mend(Layer& layer, RunContext& context) const {
        if (as_is_) return;
        MendOptions options;
        const auto crs = parse_crs(layer.spec.crs);
        options.precision = crs.geographic ? 1e-9 : 1e-4 / crs.metres_per_unit;
        std::vector<std::optional<Mended>> made(layer.features.size());
        context.parallel((made.size() + at_once - 1) / at_once, [&](std::size_t chunk) {
            for (std::size_t i = chunk * at_once; i < std::min(made.size(), (chunk + 1) * at_once); ++i) {
                if (invalidity(layer.features[i].geometry)) made[i] = mended(layer.features[i].geometry, options);
            }
        });
        for (std::size_t i = 0; i < made.size(); ++i) {
            if (made[i]) take(layer.features[i], std::move(*made[i]), context);
        }
    }

    void take(Feature& feature, Mended made, RunContext& context) const {
        const auto fault = invalidity(feature.geometry);
        const auto place =
            fmt::format("feature {}: {} at {:.2f}, {:.2f}", feature.fid, fault->reason, fault->where.x, fault->where.y);
        if (!repair_) throw DataError(fmt::format("{}: {}; mend the layer or set repair = true", path_, place));
        if (!made.trouble.empty()) made.geometry = {};
        feature.geometry = std::move(made.geometry);
        context.note(place + (feature.geometry.empty() ? "; nothing of it is left after repair" : "; repaired"));
    }

    static constexpr std::size_t at_once = 64;
    std::string path_, layer_, encoding_, crs_, towgs84_, home_path_;
    std::vector<std::string> rename_;
    bool repair_ = true, prove_ = true, as_is_ = false;
    std::optional<HomeZones> home_;
};

}  // namespace

std::unique_ptr<Step> make_read_layer() { return std::make_unique<ReadLayer>(); }

}  // namespace linmu
