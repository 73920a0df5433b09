// SPDX-License-Identifier: MIT
#include "linmu/algo/sieve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "linmu/core/error.hpp"
#include "linmu/io/minimum_patches.hpp"
#include "linmu/step/registry.hpp"
#include "map_fold.hpp"

namespace linmu {
namespace {

/// What is told of a class before and after.
struct SieveCount {
    std::int64_t patches = 0, small = 0, belts = 0, patches_after = 0;
    Area area, area_after;
};

class Sieve final : public MapFold {
public:
    StepInfo info() const override {
        return {"sieve",
                "最小图斑",
                "Gives patches of a class map that are too small for it (data/minimum-patches by class and true area, "
                "or by "
                "cells) the class of a neighbour; belts of trees stay. Ledger table 'sieve'.",
                "classify",
                {{.name = "map", .kind = ArtifactKind::raster, .help = "class map"}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        declare_map(p);
        p.add("minimum", "least areas by class (data/minimum-patches)", &minimum_);
        p.add("cells", "the same least number of cells for all classes, instead of areas; 0: areas", &cells_)
            .unit("cell")
            .limits(0, 1e9);
        p.add("into",
              "edge: the neighbour with the longest common edge, again and again until nothing small is left; largest: "
              "the "
              "largest neighbour, once, as gdal_sieve does",
              &into_)
            .choices({"edge", "largest"});
        p.add("belts", "long and narrow patches that the file of least areas names stay, however small", &belts_);
        p.add("belt-width",
              "rectangle: of the rectangle with the patch's area and perimeter; mean: twice the area by the perimeter",
              &belt_width_)
            .choices({"rectangle", "mean"});
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        plan_map(inputs[0].raster, context.input_ids[0]);
        if (cells_ == 0) plan_areas(context);
        return Artifact::of(RasterSpec{grid_, {band_spec_}});
    }

    Made finish(RunContext& context) override {
        map_ = whole_map();
        auto labels = label_patches(map_, connectivity(), context.parallel);
        const bool areas_wanted = cells_ == 0 || context.facts;
        const auto areas =
            areas_wanted ? patch_areas(map_, labels, CellAreas(grid_), context.parallel) : std::vector<std::int64_t>{};
        const auto patches = patches_of(map_, labels, areas);
        const auto result = sieved(labels, patches, context);
        codes_ = codes_of_runs(map_, std::move(labels), result.codes, context.parallel);
        tell(result, patches, context);
        if (context.facts) record(patches, areas, result, context);
        return {};
    }

    Block cells(const Window& window) const override {
        Block out{window, {}};
        out.bands.emplace_back(map_.cells(window, codes_));
        return out;
    }

private:
    void plan_areas(PlanContext& context) {
        if (band_spec_.legend.empty())
            throw DataError(
                fmt::format("'{}' has no legend that would say which class a patch is; give read-raster a legend, "
                            "or say 'cells'",
                            input_));
        const auto rules = load_minimum_patches(minimum_);
        context.files->push_back(rules.path);
        if (rules.legend != band_spec_.legend)
            throw DataError(fmt::format("least areas '{}' are for legend '{}', '{}' has '{}'", rules.id, rules.legend,
                                        input_, band_spec_.legend));
        for (const auto& rule : rules.least)
            for (const auto code : rule.codes) least_[code] = rule.area.units();
        if (!belts_) return;
        for (const auto& rule : rules.belts)
            for (const auto code : rule.codes) belt_rules_[code] = rule;
    }

    [[nodiscard]] bool is_small(std::int32_t code, std::int64_t size) const {
        if (cells_ > 0) return size < cells_;
        const auto least = least_.find(code);
        return least != least_.end() && size < least->second;
    }

    std::vector<SievePatch> patches_of(const RunMap& map, const PatchLabels& labels,
                                       const std::vector<std::int64_t>& areas) const {
        const auto codes = patch_codes(map, labels);
        const auto sizes = cells_ > 0 ? patch_cells(map, labels) : areas;
        std::vector<SievePatch> patches(codes.size());
        for (std::size_t i = 0; i < patches.size(); ++i) patches[i] = {codes[i], sizes[i], false};
        if (belt_rules_.empty()) return patches;
        const auto perimeters = patch_perimeters(map, labels, edge_lengths(grid_));
        for (std::size_t i = 0; i < patches.size(); ++i)
            patches[i].kept = is_small(codes[i], sizes[i]) && is_belt(codes[i], areas[i], perimeters[i]);
        return patches;
    }

    [[nodiscard]] bool is_belt(std::int32_t code, std::int64_t area, std::int64_t perimeter) const {
        const auto rule = belt_rules_.find(code);
        if (rule == belt_rules_.end()) return false;
        const double metres = static_cast<double>(perimeter) / 1e4;
        const auto shape =
            belt_width_ == "mean" ? mean_width_of(Area{area}.m2(), metres) : rectangle_like(Area{area}.m2(), metres);
        return shape.width >= rule->second.least_width && shape.length >= rule->second.least_length &&
               shape.length >= rule->second.least_ratio * shape.width;
    }

    SieveResult sieved(const PatchLabels& labels, const std::vector<SievePatch>& patches,
                       const RunContext& context) const {
        const IsSmall small = [this](std::int32_t code, std::int64_t size) { return is_small(code, size); };
        if (into_ == "largest") return sieve_by_largest(map_, labels, connectivity(), patches, small, context.parallel);
        return sieve_by_edge(map_, labels, connectivity(), patches, edge_lengths(grid_), small);
    }

    static void tell(const SieveResult& result, const std::vector<SievePatch>& patches, RunContext& context) {
        const auto belts = std::ranges::count_if(patches, &SievePatch::kept);
        context.note(fmt::format(
            "{} of {} patches were too small and took the class of a neighbour; {} belts stay; {} stay as no "
            "neighbour took them",
            result.merged, patches.size(), belts, result.left));
    }

    void record(const std::vector<SievePatch>& patches, const std::vector<std::int64_t>& areas,
                const SieveResult& result, RunContext& context) const {
        std::map<std::int32_t, SieveCount> classes;
        for (std::size_t i = 0; i < patches.size(); ++i) {
            auto& before = classes[patches[i].code];
            ++before.patches;
            before.area += Area{areas[i]};
            before.small += is_small(patches[i].code, patches[i].size) ? 1 : 0;
            before.belts += patches[i].kept ? 1 : 0;
            classes[result.codes[i]].area_after += Area{areas[i]};
        }
        const RunMap after = recoded(map_, codes_);
        const auto labels_after = label_patches(after, connectivity(), context.parallel);
        for (const auto code : patch_codes(after, labels_after)) ++classes[code].patches_after;
        Table table{{"sieve",
                     "最小图斑",
                     {{"map", FieldType::text, "", "图"},
                      {"code", FieldType::integer, "", "地类代码"},
                      {"class", FieldType::text, "", "地类"},
                      {"patches", FieldType::integer, "", "图斑数"},
                      {"small", FieldType::integer, "", "过小图斑数"},
                      {"belts", FieldType::integer, "", "保留林带数"},
                      {"patches_after", FieldType::integer, "", "处理后图斑数"},
                      {"area", FieldType::area, "m2", "面积"},
                      {"area_after", FieldType::area, "m2", "处理后面积"}}},
                    {}};
        for (const auto& [code, c] : classes)
            table.rows.push_back({input_, names_.code(code), names_.key(code), c.patches, c.small, c.belts,
                                  c.patches_after, c.area.units(), c.area_after.units()});
        context.ledger->put(table);
        names_.record(*context.ledger);
    }

    std::string minimum_ = "land-survey", into_ = "edge", belt_width_ = "rectangle";
    int cells_ = 0;
    bool belts_ = true;
    std::map<std::int32_t, std::int64_t> least_;
    std::map<std::int32_t, BeltRule> belt_rules_;
    RunMap map_;
    RunCodes codes_;  ///< of its runs, sieved
};

}  // namespace

std::unique_ptr<Step> make_sieve() { return std::make_unique<Sieve>(); }

}  // namespace linmu
