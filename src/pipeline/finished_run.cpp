// SPDX-License-Identifier: MIT
#include "finished_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "linmu/core/error.hpp"
#include "linmu/io/sql.hpp"
#include "linmu/io/table_file.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

RecordedStep step_of(const ordered_json& json) {
    RecordedStep step{.id = json.at("id"),
                      .use = json.at("use"),
                      .revision = json.at("revision"),
                      .in = json.at("in"),
                      .parameters = {},
                      .files = json.value("files", std::vector<std::string>{})};
    if (json.contains("parameters")) {
        for (const auto& [name, value] : json["parameters"].items()) step.parameters.emplace_back(name, value);
    }
    return step;
}

std::map<std::string, std::string> hashes_in(const ordered_json& list) {
    std::map<std::string, std::string> hashes;
    for (const auto& file : list) hashes[file.at("path")] = file.at("xxh3_128");
    return hashes;
}

ordered_json manifest_in(const std::string& folder) {
    const auto path = (fs::path(folder) / "manifest.json").string();
    if (!fs::exists(path))
        throw DataError(
            fmt::format("{} holds no finished run: it has no manifest.json. Give the folder that linmu "
                        "run wrote to (--out)",
                        folder));
    auto manifest = ordered_json::parse(read_text_file(path), nullptr, false);
    if (manifest.is_discarded()) throw DataError(fmt::format("{} is damaged: it is no JSON; run again", path));
    return manifest;
}

}  // namespace

const RecordedStep* FinishedRun::find(const std::string& id) const {
    const auto it = std::ranges::find(steps, id, &RecordedStep::id);
    return it == steps.end() ? nullptr : &*it;
}

FinishedRun open_run(const std::string& folder) {
    const auto manifest = manifest_in(folder);
    try {
        FinishedRun run{.folder = folder,
                        .ledger = Ledger::open((fs::path(folder) / "ledger.gpkg").string()),
                        .steps = {},
                        .versions = manifest.at("versions"),
                        .inputs = hashes_in(manifest.at("inputs")),
                        .outputs = hashes_in(manifest.at("outputs"))};
        for (const auto& step : manifest.at("steps")) run.steps.push_back(step_of(step));
        return run;
    } catch (const ordered_json::exception& fault) {
        throw DataError(fmt::format("{}/manifest.json is damaged: {}; run again", folder, fault.what()));
    }
}

std::vector<std::string> sources_of(const Ledger& ledger, const std::string& table, std::optional<std::int64_t> row) {
    if (!ledger.has("linmu_source")) return {};
    auto sql = fmt::format("SELECT step FROM linmu_source WHERE table_name = {}", sql_text(table));
    if (row) sql += fmt::format(" AND first_row <= {0} AND {0} <= last_row", *row);
    std::vector<std::string> steps;
    for (const auto& found : ledger.query(sql + " ORDER BY first_row").rows) {
        auto step = to_text(found[0]);
        if (std::ranges::find(steps, step) == steps.end()) steps.push_back(std::move(step));
    }
    return steps;
}

}  // namespace linmu
