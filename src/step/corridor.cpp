// SPDX-License-Identifier: MIT
#include "linmu/algo/corridor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/step/registry.hpp"
#include "overlay_setup.hpp"

namespace linmu {
namespace {

/// A strip's piece and whose it is.
struct Strip {
    std::size_t road;
    CorridorPiece piece;
};

class Corridor final : public WholeStep {
public:
    StepInfo info() const override {
        return {"corridor",
                "道路廊道",
                "Strips on the left and right of roads, less the carriageway, cut by chainage: the reporting units of "
                "roadside planting. Where strips of two roads share ground, it is told. Ledger tables 'corridor' and "
                "'corridor_overlap'.",
                "measure",
                {{.name = "roads", .kind = ArtifactKind::layer, .help = "lines"}},
                ArtifactKind::layer,
                3,
                false};
    }

    void declare(Params& p) override {
        p.add("key", "field with the road's code", &key_).required();
        p.add("width", "of each strip", &rule_.width).unit("m").limits(0.01, 10000).required();
        p.add("carriageway", "whole width of the road between its strips, which counts as road", &rule_.carriageway)
            .unit("m")
            .limits(0, 1000);
        p.add("carriageway-field", "field with that width, of each road; empty: one for all", &carriageway_field_);
        p.add("interval", "chainage of a piece, on the ellipsoid; 0: one piece a side", &rule_.interval)
            .unit("m")
            .limits(0, 1e6);
        setup_.declare(p);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const auto& source = inputs[0].layer;
        key_at_ = field_index(source.fields, key_, context.input_ids[0]);
        carriageway_at_.reset();
        if (!carriageway_field_.empty())
            carriageway_at_ = field_index(source.fields, carriageway_field_, context.input_ids[0]);
        spec_ = {"corridor",
                 source.crs,
                 {{"road", FieldType::text, "", "路线代码"},
                  {"side", FieldType::text, "", "侧"},
                  {"from_m", FieldType::real, "m", "起点里程"},
                  {"to_m", FieldType::real, "m", "终点里程"},
                  {"area", FieldType::area, "m2", "椭球面积"},
                  {"piece", FieldType::text, "", "路段"}}};
        return Artifact::of(spec_);
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& roads = *inputs.layers[0];
        const auto plane = setup_.plane_for(roads, context.parallel);
        const auto strips = strips_of(roads, plane, context);
        Layer layer{{"corridor", plane.crs, spec_.fields}, {}};
        for (const auto& strip : strips)
            layer.features.push_back({static_cast<std::int64_t>(layer.features.size()) + 1, strip.piece.ground, {}});
        const AreaScale scale(plane.crs, bounds_in(plane.crs, {&layer}, context.parallel));
        const OverlayLayer shapes(layer, plane, scale, context.parallel);
        put_overlaps(roads, strips, own_overlaps(shapes, scale, plane.grid, context.parallel), context);
        Table table{{"corridor", "道路廊道", spec_.fields}, {}};
        for (std::size_t i = 0; i < strips.size(); ++i) {
            const auto& piece = strips[i].piece;
            const auto road = road_name(roads, strips[i].road);
            const std::string side = piece.left ? "left" : "right";
            layer.features[i].values = {road,
                                        side,
                                        piece.from,
                                        piece.to,
                                        shapes.own(i).units(),
                                        fmt::format("{} {} {:.0f}", road, side, piece.from)};
            table.rows.push_back(layer.features[i].values);
        }
        context.ledger->put(table);
        bring_to(layer.features, plane.crs, spec_.crs, context.parallel);
        layer.spec = spec_;
        return {std::move(layer), {}};
    }

private:
    std::string road_name(const Layer& roads, std::size_t i) const {
        return to_text(roads.features[i].values[key_at_]);
    }

    double carriageway_of(const Layer& roads, std::size_t i) const {
        if (!carriageway_at_) return rule_.carriageway;
        const auto& value = roads.features[i].values[*carriageway_at_];
        double width = std::nan("");
        if (const auto* real = std::get_if<double>(&value)) width = *real;
        if (const auto* whole = std::get_if<std::int64_t>(&value)) width = static_cast<double>(*whole);
        if (width >= 0 && width <= 1000) return width;
        throw DataError(
            fmt::format("layer '{}', feature {}: '{}' is '{}', which is no width of a road in metres; mend "
                        "it, or give carriageway for all roads",
                        roads.spec.name, roads.features[i].fid, carriageway_field_, to_text(value)));
    }

    std::vector<Strip> strips_of(const Layer& roads, const OverlayPlane& plane, RunContext& context) const {
        std::vector<std::vector<Strip>> of_road(roads.features.size());
        constexpr std::size_t chunk = 16;
        context.parallel((roads.features.size() + chunk - 1) / chunk, [&](std::size_t c) {
            const Transform to_plane(roads.spec.crs, plane.crs);
            const SurveyArea survey(plane.crs, plane.crs);
            for (std::size_t i = c * chunk; i < std::min(roads.features.size(), (c + 1) * chunk); ++i)
                of_road[i] = strips_of_road(roads, i, to_plane, survey, plane.grid);
        });
        std::vector<Strip> all;
        for (auto& part : of_road) std::ranges::move(part, std::back_inserter(all));
        return all;
    }

    /// Chainage goes on from part to part of a road, in their order in the file.
    std::vector<Strip> strips_of_road(const Layer& roads, std::size_t i, const Transform& to_plane,
                                      const SurveyArea& survey, double grid) const {
        const auto& feature = roads.features[i];
        if (!feature.geometry.polygons.empty() || !feature.geometry.points.empty())
            throw DataError(fmt::format("layer '{}', feature {}: only lines have sides; give the roads' middle lines",
                                        roads.spec.name, feature.fid));
        CorridorRule rule = rule_;
        rule.carriageway = carriageway_of(roads, i);
        rule.grid = grid;
        std::vector<Strip> strips;
        double start = 0;
        for (const auto& line : transformed(feature.geometry, to_plane).lines) {
            std::vector<double> chainage{start};
            for (std::size_t k = 1; k < line.size(); ++k)
                chainage.push_back(chainage.back() + survey.length_m({{}, {{line[k - 1], line[k]}}, {}}));
            start = chainage.back();
            try {
                for (auto& piece : corridor(line, chainage, rule)) strips.push_back({i, std::move(piece)});
            } catch (const DataError& fault) {
                throw DataError(fmt::format("layer '{}', feature {}: {}", roads.spec.name, feature.fid, fault.what()));
            }
        }
        return strips;
    }

    void put_overlaps(const Layer& roads, const std::vector<Strip>& strips, const std::vector<SharedPiece>& overlaps,
                      RunContext& context) const {
        Table table{{"corridor_overlap",
                     "廊道重叠",
                     {{"first_road", FieldType::text, "", "路线"},
                      {"first_side", FieldType::text, "", "侧"},
                      {"first_from_m", FieldType::real, "m", "起点里程"},
                      {"second_road", FieldType::text, "", "另一路线"},
                      {"second_side", FieldType::text, "", "侧"},
                      {"second_from_m", FieldType::real, "m", "起点里程"},
                      {"area", FieldType::area, "m2", "重叠面积"}}},
                    {}};
        Area sum;
        for (const auto& o : overlaps) {
            const auto& first = strips[o.a];
            const auto& second = strips[o.b];
            const auto side = [](const Strip& s) { return std::string(s.piece.left ? "left" : "right"); };
            table.rows.push_back({road_name(roads, first.road), side(first), first.piece.from,
                                  road_name(roads, second.road), side(second), second.piece.from, o.area.units()});
            sum += o.area;
        }
        if (!overlaps.empty())
            context.note(
                fmt::format("{} pairs of strips of two roads, or of two parts of one, share {:.4f} m2, which "
                            "both count",
                            overlaps.size(), sum.m2()));
        context.ledger->put(table);
    }

    std::string key_, carriageway_field_;
    CorridorRule rule_;
    OverlaySetup setup_;
    std::size_t key_at_ = 0;
    std::optional<std::size_t> carriageway_at_;
    LayerSpec spec_;
};

}  // namespace

std::unique_ptr<Step> make_corridor() { return std::make_unique<Corridor>(); }

}  // namespace linmu
