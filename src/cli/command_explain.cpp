// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "command.hpp"
#include "linmu/pipeline/explain.hpp"

namespace linmu::cli {
namespace {

struct ExplainCommand {
    std::string run, indicator, zone;
    std::size_t rows = 20;

    void operator()() const {
        for (const auto& e : explain(run, indicator, zone)) print(e);
    }

    void print(const Explanation& e) const {
        fmt::print("{} {} {}{}\n", e.id, e.name_zh, e.name_en, e.zone.empty() ? "" : ", " + e.zone);
        fmt::print("  figure: {}\n", e.value.empty() ? e.status : e.value + " " + e.unit);
        print_if("interval", e.interval);
        print_if(e.interval.empty() ? "interval" : "by", e.interval_note);
        print_if("note", e.note);
        print_if("documents say",
                 e.target_source.empty() ? e.target : fmt::format("{} [{}]", e.target, e.target_source));
        print_if("definition", e.source);
        fmt::print("  rule ({}):\n{}\n", e.pack, indented(e.rule, 4));
        for (const auto& part : e.parts) print(part);
        print_if("arithmetic", e.arithmetic);
        if (!e.ground.rows.empty()) print(e.ground);
        if (!e.contradiction.empty()) fmt::print("  WRONG: {}\n", e.contradiction);
        else if (!e.parts.empty()) fmt::print("  the rows add up to the figure\n");
        if (!e.steps.empty()) fmt::print("  these rows come from\n");
        for (const auto& step : e.steps) print(step);
    }

private:
    static void print_if(const char* name, const std::string& text) {
        if (!text.empty()) fmt::print("  {}: {}\n", name, text);
    }

    void print(const ExplainedPart& part) const {
        fmt::print("  {}: {} {}, of {} rows of the ledger\n", part.part, part.sum, part.unit, part.rows.size());
        double rest = 0;
        for (std::size_t i = 0; i < part.rows.size(); ++i) {
            const auto& row = part.rows[i];
            if (i < rows) fmt::print("    {} row {}: {} {} {}\n", row.table, row.row, row.what, row.amount, part.unit);
            else rest += row.amount;
        }
        if (part.rows.size() > rows)
            fmt::print("    and {} more rows, {} {} (--rows 0 shows all)\n", part.rows.size() - rows, rest, part.unit);
    }

    static void print(const ExplainedStep& step) {
        const std::string margin(static_cast<std::size_t>(4 + 2 * step.depth), ' ');
        fmt::print("{}{} ({}){}\n", margin, step.id, step.use, step.again ? ", see above" : "");
        for (const auto& [name, value] : step.parameters) fmt::print("{}    {} = {}\n", margin, name, value);
        for (const auto& file : step.files) fmt::print("{}    file {} xxh3:{}\n", margin, file.path, file.hash);
    }

    static std::string indented(const std::string& text, std::size_t by) {
        const std::string margin(by, ' ');
        std::string out = margin;
        for (const char c : text) {
            out += c;
            if (c == '\n') out += margin;
        }
        return out;
    }
};

}  // namespace

void add_explain(CLI::App& app) {
    auto command = std::make_shared<ExplainCommand>();
    auto* sub = app.add_subcommand("explain", "follow a figure of a run back to parcels, cells, scenes and files");
    sub->add_option("run", command->run, "folder of the run")->required();
    sub->add_option("indicator", command->indicator, "its id: A1; or a rule of conflict: tree-basic")->required();
    sub->add_option("zone", command->zone, "code of a township or village; the county when none is given");
    sub->add_option("--rows", command->rows, "ledger rows shown of each part, the largest first; 0: all")
        ->capture_default_str()
        ->transform([](const std::string& text) { return text == "0" ? std::string("1000000000") : text; });
    sub->callback([command] { (*command)(); });
}

}  // namespace linmu::cli
