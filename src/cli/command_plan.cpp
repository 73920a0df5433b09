// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "command.hpp"
#include "options.hpp"

namespace linmu::cli {
namespace {

std::string bands_of(const RasterSpec& raster) {
    std::string text;
    for (const auto& band : raster.bands) {
        if (text.size() > 60) return text + fmt::format("... ({} bands)", raster.bands.size());
        text += (text.empty() ? "" : " ") + band.name;
    }
    return text;
}

void print_step(const Plan& plan, const PlannedStep& step) {
    std::string from;
    for (const auto i : step.inputs) from += (from.empty() ? " <- " : ", ") + plan.steps[i].id;
    fmt::print("  {} ({}){}\n", step.id, step.info.name, from);
    if (step.output.kind == ArtifactKind::raster) fmt::print("      raster: {}\n", bands_of(step.output.raster));
    if (step.output.kind == ArtifactKind::layer)
        fmt::print("      layer: {} fields, {}\n", step.output.layer.fields.size(), step.output.layer.crs);
    for (const auto& note : step.notes) fmt::print("      {}\n", note);
}

void print_stages(const Plan& plan) {
    fmt::print("Runs as:\n");
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        const auto& stage = plan.stages[s];
        std::string ids;
        for (const auto i : stage.steps) ids += " " + plan.steps[i].id;
        const auto kind =
            stage.pass ? fmt::format("one pass over {} tiles for", tiles(plan.grid->window(), plan.tiles.tile).size())
                       : std::string("step");
        fmt::print("  {}. {}{}\n", s + 1, kind, ids);
    }
}

struct PlanCommand {
    WorkOptions work;
    std::string pipeline;

    void operator()() const {
        const Settings set = settings_of(work);
        const Plan plan = make_plan(read_document(pipeline, set), set, resources_of(work));
        fmt::print("{}\n", plan.document.title.empty() ? plan.document.name : plan.document.title);
        if (plan.grid) fmt::print("Grid: {}\n", describe(*plan.grid));
        fmt::print("Steps:\n");
        for (const auto& step : plan.steps) print_step(plan, step);
        for (const auto& [id, why] : plan.absent) fmt::print("  {}: left out, {}\n", id, why);
        print_stages(plan);
        fmt::print("Threads {}, tiles of {}, {} in flight of {} each; memory at most {} of {}.\n", plan.threads,
                   plan.tiles.tile, plan.tiles.tokens, describe_bytes(plan.tiles.tile_bytes),
                   describe_bytes(plan.tiles.total_bytes), work.memory);
        fmt::print("Reads {} files or folders.\n", plan.files.size());
    }
};

}  // namespace

void add_plan(CLI::App& app) {
    auto command = std::make_shared<PlanCommand>();
    auto* sub = app.add_subcommand("plan", "check a pipeline file and say what it would do; reads no cell");
    sub->add_option("pipeline", command->pipeline, "pipeline file (.toml)")->required();
    add_set_option(*sub, command->work);
    add_resource_options(*sub, command->work);
    sub->callback([command] { (*command)(); });
}

}  // namespace linmu::cli
