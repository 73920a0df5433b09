// SPDX-License-Identifier: MIT
#include "manifest.hpp"

#include <filesystem>

#include "kept.hpp"
#include "linmu/algo/train_trees.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/versions.hpp"

namespace linmu {
namespace fs = std::filesystem;
namespace {

nlohmann::ordered_json steps_of(const Plan& plan) {
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    for (const auto& planned : plan.steps) {
        nlohmann::ordered_json step{
            {"id", planned.id}, {"use", planned.info.name}, {"revision", planned.info.revision}};
        nlohmann::ordered_json in = nlohmann::ordered_json::array();
        for (const auto i : planned.inputs) in.push_back(plan.steps[i].id);
        step["in"] = in;
        for (const auto& text : plan.document.steps) {
            if (text.id != planned.id) continue;
            for (const auto& param : planned.params->all()) {
                if (!param.is_set() || param.is_path()) continue;
                step["parameters"][param.name()] = param.value_text();
            }
        }
        for (const auto& note : planned.notes) step["notes"].push_back(note);
        for (const auto& file : planned.files) step["files"].push_back(shown_path(file, plan.document.folder));
        steps.push_back(step);
    }
    return steps;
}

nlohmann::ordered_json list_of(const std::vector<std::string>& paths, const std::vector<std::string>& hashes,
                               const std::string& folder) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < paths.size(); ++i)
        list.push_back({{"path", shown_path(paths[i], folder)}, {"xxh3_128", hashes[i]}});
    return list;
}

}  // namespace

std::string shown_path(const std::string& path, const std::string& folder) {
    const auto relative = fs::path(path).lexically_relative(folder);
    return relative.empty() ? path : relative.string();
}

std::vector<std::pair<std::string, std::string>> library_list() {
    auto list = io_versions();
    list.insert(list.begin(), {"linmu", program_version()});
    list.emplace_back("XGBoost", xgboost_version());
    return list;
}

nlohmann::ordered_json manifest_of(const Plan& plan, const std::string& key, const std::vector<std::string>& hashes,
                                   const std::string& folder, const std::vector<Product>& products) {
    nlohmann::ordered_json manifest;
    manifest["run_key"] = key;
    for (const auto& [name, version] : library_list()) manifest["versions"][name] = version;
    manifest["pipeline"] = {
        {"name", plan.document.name}, {"title", plan.document.title}, {"xxh3_128", text_hash(plan.document.text)}};
    manifest["variables"] = plan.document.vars;
    if (plan.grid) {
        const auto& g = *plan.grid;
        manifest["grid"] = {{"crs", g.crs},       {"x0", g.x0},     {"y0", g.y0},    {"cell_x", g.cell_x},
                            {"cell_y", g.cell_y}, {"rows", g.rows}, {"cols", g.cols}};
    }
    manifest["steps"] = steps_of(plan);
    for (const auto& [id, why] : plan.absent) manifest["absent"].push_back({{"step", id}, {"why", why}});
    manifest["inputs"] = list_of(plan.files, hashes, plan.document.folder);
    std::vector<std::string> outputs;
    for (const auto& product : products) outputs.push_back(product.path);
    manifest["outputs"] = list_of(outputs, hashes_with_memory(outputs, plan.threads, ""), folder);
    return manifest;
}

bool finished_before(const std::string& folder, const std::string& key) {
    const auto path = folder + "/manifest.json";
    if (!fs::exists(path)) return false;
    const auto manifest = nlohmann::json::parse(read_text_file(path), nullptr, false);
    if (manifest.is_discarded() || manifest.value("run_key", "") != key) return false;
    for (const auto& output : manifest.value("outputs", nlohmann::json::array())) {
        const auto file = (fs::path(folder) / output.value("path", "")).string();
        if (!fs::exists(file) || content_hash(file) != output.value("xxh3_128", "")) return false;
    }
    return true;
}

}  // namespace linmu
