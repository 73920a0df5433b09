// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "command.hpp"
#include "linmu/step/registry.hpp"

namespace linmu::cli {
namespace {

std::string ports_of(const StepInfo& info) {
    std::string text;
    for (const auto& port : info.inputs)
        text += fmt::format("{}{}{}", text.empty() ? "" : ", ", to_string(port.kind), port.many ? "..." : "");
    return text.empty() ? "-" : text;
}

void print_table(bool markdown) {
    if (markdown) fmt::print("| step | 中文 | takes | makes | what it does |\n| --- | --- | --- | --- | --- |\n");
    for (const auto& entry : all_steps()) {
        const StepInfo info = entry.make()->info();
        if (markdown)
            fmt::print("| `{}` | {} | {} | {} | {} |\n", info.name, info.name_zh, ports_of(info), to_string(info.makes),
                       info.summary);
        else fmt::print("{:<16} {}\n", info.name, info.summary);
    }
}

std::string details_of(const Param& p) {
    std::string text = p.type_name();
    if (!p.unit_name().empty()) text += ", " + p.unit_name();
    if (p.is_required()) text += ", required";
    else if (p.default_text() != "\"\"" && p.default_text() != "[]") text += ", default " + p.default_text();
    if (const auto limits = p.limit_pair()) text += fmt::format(", {} to {}", limits->first, limits->second);
    if (!p.choice_names().empty()) {
        text += ", one of";
        for (const auto& name : p.choice_names()) text += " " + name;
    }
    return text;
}

void print_step(const std::string& name) {
    const auto step = make_step(name);
    const StepInfo info = step->info();
    Params params;
    step->declare(params);
    fmt::print("{} {}\n  {}\n", info.name, info.name_zh, info.summary);
    for (const auto& port : info.inputs)
        fmt::print("  in: {} ({}{}): {}\n", port.name, to_string(port.kind), port.optional ? ", may be absent" : "",
                   port.help);
    if (info.makes != ArtifactKind::none) fmt::print("  makes: {}\n", to_string(info.makes));
    fmt::print("  parameters:\n");
    for (const auto& p : params.all()) fmt::print("    {:<14} {} ({})\n", p.name(), p.help(), details_of(p));
}

}  // namespace

void add_steps(CLI::App& app) {
    struct Options {
        std::string name;
        bool markdown = false;
    };
    auto options = std::make_shared<Options>();
    auto* sub = app.add_subcommand("steps", "list the steps, or tell all of one");
    sub->add_option("name", options->name, "step to tell of");
    sub->add_flag("--markdown", options->markdown, "as a table for a document");
    sub->callback([options] {
        if (options->name.empty()) print_table(options->markdown);
        else print_step(options->name);
    });
}

}  // namespace linmu::cli
