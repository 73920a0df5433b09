// SPDX-License-Identifier: MIT
#include "linmu/algo/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"
#include "overlay_setup.hpp"

namespace linmu {
namespace {

/// Parcels that hang together.
struct Holding {
    std::vector<std::size_t> parcels;
    Area area;
    Geometry geometry;  ///< in the plane
};

class Blocks final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "blocks",
            "连片地块",
            "Joins parcels with a common border into blocks: how many parcels each has and how large it is, by the "
            "parcels' own areas on the ellipsoid. Ledger tables 'block' and 'block_parcel', or as 'table' says.",
            "measure",
            {{.name = "parcels", .kind = ArtifactKind::layer, .help = "those that may be part of a block (select)"}},
            ArtifactKind::layer,
            2,
            false};
    }

    void declare(Params& p) override {
        p.add("key", "field with the parcel's code", &key_).required();
        p.add("gap", "borders that lie no further apart are one border", &rule_.gap).unit("m").limits(0, 10);
        p.add("least-border", "length of common border from which two parcels are one block", &rule_.least_border)
            .unit("m")
            .limits(0.01, 1000);
        p.add("table", "name in the ledger; the list of parcels is called so with '_parcel'", &table_);
        p.add("geometry", "join the polygons too", &geometry_);
        setup_.declare(p);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        key_at_ = field_index(inputs[0].layer.fields, key_, context.input_ids[0]);
        spec_ = {table_,
                 inputs[0].layer.crs,
                 {{"block", FieldType::text, "", "地块"},
                  {"parcels", FieldType::integer, "", "图斑数"},
                  {"area", FieldType::area, "m2", "椭球面积"}}};
        return Artifact::of(spec_);
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& layer = *inputs.layers[0];
        if (layer.features.empty()) return finish({}, {}, layer, context);
        const auto plane = setup_.plane_for(layer, context.parallel);
        const AreaScale scale(plane.crs, bounds_in(plane.crs, inputs.layers, context.parallel));
        const OverlayLayer parcels(layer, plane, scale, context.parallel);
        setup_.note_repairs(parcels, context);
        const auto of_parcel = touching_blocks(parcels, rule_, context.parallel);
        auto blocks = gathered(parcels, of_parcel);
        if (geometry_) dissolve(blocks, parcels, plane, context);
        return finish(std::move(blocks), plane, layer, context);
    }

private:
    static std::vector<Holding> gathered(const OverlayLayer& parcels, const std::vector<std::int32_t>& of_parcel) {
        std::vector<Holding> blocks;
        for (std::size_t i = 0; i < of_parcel.size(); ++i) {
            const auto b = static_cast<std::size_t>(of_parcel[i]);
            if (b >= blocks.size()) blocks.resize(b + 1);
            blocks[b].parcels.push_back(i);
            blocks[b].area += parcels.own(i);
        }
        return blocks;
    }

    static void dissolve(std::vector<Holding>& blocks, const OverlayLayer& parcels, const OverlayPlane& plane,
                         RunContext& context) {
        context.parallel(blocks.size(), [&](std::size_t b) {
            std::vector<Geometry> parts;
            for (const auto i : blocks[b].parcels) parts.push_back(parcels.in_plane(i));
            std::vector<const Geometry*> list;
            for (const auto& part : parts) list.push_back(&part);
            blocks[b].geometry = parts.size() == 1 ? std::move(parts[0]) : joined_parts(list, plane.grid);
        });
    }

    /// A block is called by its first parcel, which keeps its name while blocks elsewhere come and go.
    Made finish(std::vector<Holding> blocks, const OverlayPlane& plane, const Layer& layer, RunContext& context) const {
        Table list{{table_, "连片地块", spec_.fields}, {}};
        Table members{{table_ + "_parcel",
                       "地块图斑",
                       {{"parcel", FieldType::text, "", "图斑标识"}, {"block", FieldType::text, "", "地块"}}},
                      {}};
        std::vector<Feature> features;
        for (auto& block : blocks) {
            const auto name = [&](std::size_t i) { return to_text(layer.features[i].values[key_at_]); };
            const std::string first = name(block.parcels.front());
            std::vector<Value> row{first, static_cast<std::int64_t>(block.parcels.size()), block.area.units()};
            for (const auto i : block.parcels) members.rows.push_back({name(i), first});
            if (!block.geometry.empty())
                features.push_back({static_cast<std::int64_t>(features.size()) + 1, std::move(block.geometry), row});
            list.rows.push_back(std::move(row));
        }
        context.note(fmt::format("{} parcels make {} blocks", layer.features.size(), blocks.size()));
        context.ledger->put(std::move(list));
        context.ledger->put(std::move(members));
        if (!features.empty()) bring_to(features, plane.crs, spec_.crs, context.parallel);
        return {Layer{spec_, std::move(features)}, {}};
    }

    std::string key_, table_ = "block";
    bool geometry_ = true;
    TouchRule rule_;
    OverlaySetup setup_;
    std::size_t key_at_ = 0;
    LayerSpec spec_;
};

}  // namespace

std::unique_ptr<Step> make_blocks() { return std::make_unique<Blocks>(); }

}  // namespace linmu
