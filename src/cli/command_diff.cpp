// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <span>

#include "command.hpp"
#include "linmu/pipeline/diff_runs.hpp"

namespace linmu::cli {
namespace {

constexpr std::size_t shown = 10;

void print_figure(const FigureChange& change) {
    const auto or_absent = [](const std::string& text) { return text.empty() ? std::string("absent") : text; };
    fmt::print("  {} {} {}{}: {} -> {} {}\n", change.id, change.name_zh, change.name_en,
               change.zone.empty() ? "" : ", " + change.zone, or_absent(change.before), or_absent(change.after),
               change.unit);
}

void print_causes(const std::vector<std::string>& causes) {
    for (const auto& cause : causes) fmt::print("    since {}\n", cause);
    if (causes.empty()) fmt::print("    the manifests do not tell why\n");
}

/// Figures that changed for the same reasons, and then these, once.
void print_figures_by_cause(const std::vector<FigureChange>& figures) {
    for (std::size_t i = 0; i < figures.size(); ++i) {
        print_figure(figures[i]);
        if (i + 1 == figures.size() || figures[i + 1].why != figures[i].why) print_causes(figures[i].why);
    }
}

void print_verdict(const VerdictChange& change) {
    const std::span keys(change.keys.data(), std::min(shown, change.keys.size()));
    fmt::print("{}: {} -> {}: {} features: {}{}\n", change.table, change.before, change.after, change.keys.size(),
               fmt::join(keys, ", "), change.keys.size() > shown ? ", ..." : "");
}

void print_difference(const RunDifference& difference) {
    if (difference.none()) {
        fmt::print("The runs say the same, from the same inputs.\n");
        return;
    }
    fmt::print("{} figures differ:\n", difference.figures.size());
    print_figures_by_cause(difference.figures);
    for (const auto& change : difference.verdicts) print_verdict(change);
    fmt::print("What differs between the runs:\n");
    for (const auto& cause : difference.causes) fmt::print("  {}\n", cause);
    if (difference.causes.empty()) fmt::print("  nothing that their manifests tell\n");
}

}  // namespace

void add_diff(CLI::App& app) {
    auto first = std::make_shared<std::string>(), second = std::make_shared<std::string>();
    auto* sub = app.add_subcommand("diff", "say which figures and verdicts of two runs differ, and why");
    sub->add_option("first", *first, "folder of the earlier run")->required();
    sub->add_option("second", *second, "folder of the later run")->required();
    sub->callback([first, second] { print_difference(diff_runs(*first, *second)); });
}

}  // namespace linmu::cli
