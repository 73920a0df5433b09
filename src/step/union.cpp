// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "linmu/algo/overlay.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/step/registry.hpp"
#include "overlay_setup.hpp"

namespace linmu {
namespace {

/// A work plot, from whichever layer.
struct Plot {
    std::string id, layer;
    Value order;
    Geometry geometry;  ///< in the plane
};

/// Of each plot: what it brings that no plot before it had, and what it repeats.
struct Account {
    Area counted, repeated;
    Geometry counted_ground, repeated_ground;
};

class Union final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "union",
            "重叠去重合并",
            "Unites work plots of many years so that ground counts once: who overlaps whom and by how much, what "
            "each plot brings anew, and the sum by year. Ledger tables 'union_overlap', 'union_part', 'union_year'.",
            "account",
            {{.name = "layers", .kind = ArtifactKind::layer, .help = "polygon layers of work plots", .many = true}},
            ArtifactKind::layer,
            3,
            false};
    }

    void declare(Params& p) override {
        p.add("key", "field with the plot's code", &key_).required();
        p.add("order", "field that tells whose ground it is where plots overlap, the least first: the year", &order_)
            .required();
        p.add("geometry", "cut the parts as polygons too", &geometry_);
        setup_.declare(p);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        keys_.clear();
        orders_.clear();
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            keys_.push_back(field_index(inputs[i].layer.fields, key_, context.input_ids[i]));
            orders_.push_back(field_index(inputs[i].layer.fields, order_, context.input_ids[i]));
            const auto type = inputs[i].layer.fields[orders_[i]].type;
            if (i > 0 && type != order_type_)
                throw DataError(
                    fmt::format("field '{}' is not of one type in all layers; make it a whole number, or a "
                                "text, everywhere",
                                order_));
            order_type_ = type;
        }
        spec_ = {"union",
                 inputs[0].layer.crs,
                 {{"id", FieldType::text, "", "小班编号"},
                  {"layer", FieldType::text, "", "图层"},
                  {"order_value", order_type_, "", "年度"},
                  {"part", FieldType::text, "", "部分"},
                  {"area", FieldType::area, "m2", "椭球面积"},
                  {"piece", FieldType::text, "", "小班与部分"}}};
        return Artifact::of(spec_);
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const auto filled = std::ranges::find_if(inputs.layers, [](const Layer* l) { return !l->features.empty(); });
        if (filled == inputs.layers.end()) return none(context);
        const auto plane = setup_.plane_for(**filled, context.parallel);
        const AreaScale scale(plane.crs, bounds_in(plane.crs, inputs.layers, context.parallel));
        const auto plots = in_order(inputs.layers, plane);
        Layer all{{"plots", plane.crs, {}}, {}};
        for (std::size_t i = 0; i < plots.size(); ++i)
            all.features.push_back({static_cast<std::int64_t>(i) + 1, plots[i].geometry, {}});
        const OverlayLayer layer(all, plane, scale, context.parallel);
        setup_.note_repairs(layer, context);
        const auto overlaps = own_overlaps(layer, scale, plane.grid, context.parallel);
        put_overlaps(plots, overlaps, context);
        const auto accounts = accounts_of(layer, overlaps, scale, plane.grid, context);
        put_parts(plots, accounts, context);
        put_years(plots, accounts, context);
        return {made(plots, accounts, plane, context), {}};
    }

private:
    /// Those that come first own the ground; ties: the layer given first, then the order in the file.
    std::vector<Plot> in_order(const std::vector<const Layer*>& layers, const OverlayPlane& plane) const {
        std::vector<Plot> plots;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const Transform to_plane(layers[i]->spec.crs, plane.crs);
            for (const auto& feature : layers[i]->features) {
                if (std::holds_alternative<std::monostate>(feature.values[orders_[i]]))
                    throw DataError(
                        fmt::format("layer '{}', feature {}: '{}' is empty, so nobody can tell whose "
                                    "ground is whose; fill it in",
                                    layers[i]->spec.name, feature.fid, order_));
                plots.push_back({to_text(feature.values[keys_[i]]), layers[i]->spec.name, feature.values[orders_[i]],
                                 transformed(feature.geometry, to_plane)});
            }
        }
        std::ranges::stable_sort(plots, {}, &Plot::order);
        return plots;
    }

    /// Nothing was chosen from the layers: that is no fault, and the tables are there without a row.
    Made none(RunContext& context) const {
        put_overlaps({}, {}, context);
        put_parts({}, {}, context);
        put_years({}, {}, context);
        return {Layer{spec_, {}}, {}};
    }

    void put_overlaps(const std::vector<Plot>& plots, const std::vector<SharedPiece>& overlaps,
                      RunContext& context) const {
        Table table{{"union_overlap",
                     "重叠清单",
                     {{"first_id", FieldType::text, "", "先者"},
                      {"first_layer", FieldType::text, "", "先者图层"},
                      {"first_order", order_type_, "", "先者年度"},
                      {"second_id", FieldType::text, "", "后者"},
                      {"second_layer", FieldType::text, "", "后者图层"},
                      {"second_order", order_type_, "", "后者年度"},
                      {"area", FieldType::area, "m2", "重叠面积"}}},
                    {}};
        Area sum;
        for (const auto& o : overlaps) {
            const auto& first = plots[o.a];
            const auto& second = plots[o.b];
            table.rows.push_back(
                {first.id, first.layer, first.order, second.id, second.layer, second.order, o.area.units()});
            sum += o.area;
        }
        context.note(fmt::format("{} overlapping pairs share {:.4f} m2", overlaps.size(), sum.m2()));
        context.ledger->put(table);
    }

    std::vector<Account> accounts_of(const OverlayLayer& layer, const std::vector<SharedPiece>& overlaps,
                                     const AreaScale& scale, double grid, RunContext& context) const {
        std::vector<std::vector<std::uint32_t>> before(layer.size());
        for (const auto& o : overlaps) before[o.b].push_back(o.a);
        std::vector<Account> accounts(layer.size());
        constexpr std::size_t chunk = 64;
        context.parallel((layer.size() + chunk - 1) / chunk, [&](std::size_t c) {
            for (std::size_t i = c * chunk; i < std::min(layer.size(), (c + 1) * chunk); ++i)
                accounts[i] = account_of(layer, i, before[i], scale, grid);
        });
        return accounts;
    }

    /// Counted and repeated parts are brought to the plot's own area, to the last digit.
    Account account_of(const OverlayLayer& layer, std::size_t i, const std::vector<std::uint32_t>& before,
                       const AreaScale& scale, double grid) const {
        Account account;
        if (before.empty()) {
            account.counted = layer.own(i);
            if (geometry_) account.counted_ground = layer.in_plane(i);
            return account;
        }
        std::vector<Geometry> parts;
        for (const auto k : before) parts.push_back(layer.in_plane(k));
        std::vector<const Geometry*> list;
        for (const auto& part : parts) list.push_back(&part);
        const Geometry earlier = joined_parts(list, grid);
        const Geometry own = layer.in_plane(i);
        Geometry anew = part_outside(own, earlier, grid);
        const auto shape = overlay_shape(anew, scale);
        const bool none = shape.plane_m2 <= grid * layer.shape(i).perimeter;
        const double counted = none ? 0 : shape.m2;
        const auto shares = shared_out(layer.own(i), {counted, std::max(0.0, layer.shape(i).m2 - counted)});
        account.counted = shares[0];
        account.repeated = shares[1];
        if (!geometry_) return account;
        if (!none) account.counted_ground = std::move(anew);
        account.repeated_ground = common_part(own, earlier, grid);
        return account;
    }

    void put_parts(const std::vector<Plot>& plots, const std::vector<Account>& accounts, RunContext& context) const {
        Table table{{"union_part",
                     "小班去重面积",
                     {{"id", FieldType::text, "", "小班编号"},
                      {"layer", FieldType::text, "", "图层"},
                      {"order_value", order_type_, "", "年度"},
                      {"own", FieldType::area, "m2", "小班面积"},
                      {"counted", FieldType::area, "m2", "计入面积"},
                      {"repeated", FieldType::area, "m2", "重报面积"}}},
                    {}};
        for (std::size_t i = 0; i < plots.size(); ++i)
            table.rows.push_back({plots[i].id, plots[i].layer, plots[i].order,
                                  (accounts[i].counted + accounts[i].repeated).units(), accounts[i].counted.units(),
                                  accounts[i].repeated.units()});
        context.ledger->put(table);
    }

    void put_years(const std::vector<Plot>& plots, const std::vector<Account>& accounts, RunContext& context) const {
        Table table{{"union_year",
                     "逐年累计",
                     {{"order_value", order_type_, "", "年度"},
                      {"plots", FieldType::integer, "", "小班数"},
                      {"reported", FieldType::area, "m2", "小班面积"},
                      {"counted", FieldType::area, "m2", "新增面积"},
                      {"repeated", FieldType::area, "m2", "重报面积"},
                      {"cumulative", FieldType::area, "m2", "累计面积"}}},
                    {}};
        Area cumulative;
        for (std::size_t i = 0; i < plots.size();) {
            std::int64_t count = 0;
            Area counted, repeated;
            const Value year = plots[i].order;
            for (; i < plots.size() && plots[i].order == year; ++i, ++count) {
                counted += accounts[i].counted;
                repeated += accounts[i].repeated;
            }
            cumulative += counted;
            table.rows.push_back(
                {year, count, (counted + repeated).units(), counted.units(), repeated.units(), cumulative.units()});
        }
        context.ledger->put(table);
    }

    Layer made(const std::vector<Plot>& plots, const std::vector<Account>& accounts, const OverlayPlane& plane,
               RunContext& context) const {
        std::vector<Feature> features;
        const auto add = [&](const Plot& plot, const char* part, Area area, const Geometry& ground) {
            if (ground.empty()) return;
            features.push_back({static_cast<std::int64_t>(features.size()) + 1,
                                ground,
                                {plot.id, plot.layer, plot.order, std::string(part), area.units(),
                                 fmt::format("{} {}", plot.id, part)}});
        };
        for (std::size_t i = 0; i < plots.size(); ++i) {
            add(plots[i], "counted", accounts[i].counted, accounts[i].counted_ground);
            add(plots[i], "repeated", accounts[i].repeated, accounts[i].repeated_ground);
        }
        bring_to(features, plane.crs, spec_.crs, context.parallel);
        return {spec_, std::move(features)};
    }

    std::string key_, order_;
    bool geometry_ = true;
    OverlaySetup setup_;
    std::vector<std::size_t> keys_, orders_;
    FieldType order_type_ = FieldType::integer;
    LayerSpec spec_;
};

}  // namespace

std::unique_ptr<Step> make_union() { return std::make_unique<Union>(); }

}  // namespace linmu
