// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "command.hpp"
#include "figures.hpp"
#include "linmu/pipeline/run.hpp"
#include "options.hpp"
#include "progress_bar.hpp"

namespace linmu::cli {
namespace {

struct RunCommand {
    WorkOptions work;
    std::string pipeline;
    std::string out;
    double checkpoint = RunOptions{}.checkpoint;
    bool fresh = false;

    void operator()() const {
        const Settings set = settings_of(work);
        Plan plan = make_plan(read_document(pipeline, set), set, resources_of(work));
        ProgressBar bar(work.quiet);
        RunOptions options;
        options.folder =
            std::filesystem::absolute(out.empty() ? "run/" + plan.document.name : out).lexically_normal().string();
        options.progress = &bar;
        options.checkpoint = checkpoint;
        options.fresh = fresh;
        options.note = [&](const std::string& text) { bar.say(text); };
        Table figures;
        options.before_close = [&](Ledger& ledger) { figures = county_figures(ledger); };
        const RunResult result = run_plan(plan, options);
        if (result.nothing_to_do) {
            fmt::print("Nothing to do: {} holds this run, finished, from the same inputs.\n", options.folder);
            return;
        }
        report(result, figures);
    }

    static void report(const RunResult& result, const Table& figures) {
        print_figures(figures);
        fmt::print("Products in {} ({:.1f} s):\n", result.folder, result.seconds);
        for (const auto& product : result.products) {
            fmt::print("  {}  {}\n", std::filesystem::path(product.path).lexically_relative(result.folder).string(),
                       product.title);
        }
    }
};

}  // namespace

void add_run(CLI::App& app) {
    auto command = std::make_shared<RunCommand>();
    auto* sub = app.add_subcommand("run", "run a pipeline file");
    sub->add_option("pipeline", command->pipeline, "pipeline file (.toml)")->required();
    sub->add_option("-o,--out", command->out, "folder of the run; default: run/<name of the pipeline>");
    sub->add_option("--checkpoint", command->checkpoint,
                    "seconds between notes of how far it is, where a killed run goes on")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    sub->add_flag("--fresh", command->fresh, "make everything anew, whatever an earlier run has left in the folder");
    add_set_option(*sub, command->work);
    add_resource_options(*sub, command->work);
    sub->callback([command] { (*command)(); });
}

}  // namespace linmu::cli
