// SPDX-License-Identifier: MIT
#include "linmu/pipeline/document.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string_view>

#include "linmu/core/nearest.hpp"
#include "linmu/io/table_file.hpp"

namespace linmu {
namespace {

Position position(const toml::source_region& region) {
    return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

/// Turns the TOML tree into a Document and gathers what is wrong with its form.
class Parser {
public:
    Parser(Document& document, const Settings& set) : doc_(document), set_(set) {}

    void parse(const toml::table& root) {
        read_vars(root);
        for (const auto& [key, node] : root) {
            if (key == "pipeline") read_pipeline(node);
            else if (key == "grid") read_grid(node);
            else if (key == "step") read_steps(node);
            else if (key != "vars") unknown(key, "the file", {"pipeline", "vars", "grid", "step"});
        }
        if (doc_.steps.empty() && problems.empty()) problem({}, "it has no [[step]]; a pipeline is a list of steps");
        check_settings();
    }

    std::vector<Problem> problems;

private:
    void problem(Position place, std::string text) {
        problems.push_back({doc_.path, place.line, place.column, std::move(text)});
    }
    void unknown(const toml::key& key, std::string_view where, const std::vector<std::string>& names) {
        problem(position(key.source()), fmt::format("{} knows no '{}'{}", where, key.str(), hint(key.str(), names)));
    }

    void read_vars(const toml::table& root) {
        if (const auto* vars = root["vars"].as_table()) {
            for (const auto& [key, node] : *vars) {
                known_.emplace(key.str());
                if (const auto text = node.value<std::string>()) doc_.vars[std::string(key.str())] = *text;
                else problem(position(key.source()), fmt::format("variable '{}' must be a text", key.str()));
            }
        }
        for (const auto& [name, value] : set_) {
            if (name.find('.') == std::string::npos) doc_.vars[name] = value;
        }
    }

    std::string filled(const std::string& text, Position place) {
        std::string out;
        std::size_t at = 0;
        while (true) {
            const auto open = text.find("${", at);
            const auto close = open == std::string::npos ? open : text.find('}', open);
            out += text.substr(at, open - at);
            if (close == std::string::npos) return open == std::string::npos ? out : out + text.substr(open);
            out += variable(text.substr(open + 2, close - open - 2), place);
            at = close + 1;
        }
    }

    std::string variable(const std::string& name, Position place) {
        known_.insert(name);
        if (const auto it = doc_.vars.find(name); it != doc_.vars.end()) return it->second;
        if (const char* value = std::getenv(name.c_str())) return value;
        std::vector<std::string> names;
        for (const auto& [known, _] : doc_.vars) names.push_back(known);
        problem(place,
                fmt::format("variable '{}' is not set{}; give it in [vars], the environment or --set {}=...", name,
                            nearest_name(name, names).empty()
                                ? ""
                                : fmt::format(" (did you mean '{}'?)", nearest_name(name, names)),
                            name));
        return {};
    }

    std::optional<std::string> text(const toml::key& key, const toml::node& node) {
        if (const auto value = node.value<std::string>()) return filled(*value, position(node.source()));
        problem(position(node.source()), fmt::format("'{}' must be a text", key.str()));
        return {};
    }

    void read_pipeline(const toml::node& node) {
        const auto* table = node.as_table();
        if (!table) return problem(position(node.source()), "[pipeline] must be a table");
        for (const auto& [key, value] : *table) {
            if (key == "name") doc_.name = text(key, value).value_or("");
            else if (key == "title") doc_.title = text(key, value).value_or("");
            else unknown(key, "[pipeline]", {"name", "title"});
        }
    }

    void read_grid(const toml::node& node) {
        const auto* table = node.as_table();
        if (!table) return problem(position(node.source()), "[grid] must be a table");
        GridText grid;
        grid.place = position(node.source());
        for (const auto& [key, value] : *table) {
            if (key == "crs") grid.crs = text(key, value).value_or("");
            else if (key == "like") grid.like = text(key, value).value_or("");
            else if (key == "cell") grid.cell = value.value<double>().value_or(0);
            else if (key == "bounds") read_bounds(key, value, grid);
            else unknown(key, "[grid]", {"crs", "cell", "bounds", "like"});
        }
        const bool framed =
            !grid.crs.empty() && grid.cell > 0 && (grid.bounds.size() == 4 || !grid.bounds_layer.empty());
        if (grid.like.empty() && !framed) {
            problem(grid.place, "[grid] needs crs, cell (above 0) and bounds, or like = \"a raster file\"");
        }
        doc_.grid = grid;
    }

    void read_bounds(const toml::key& key, const toml::node& value, GridText& grid) {
        if (const auto* list = value.as_array()) {
            for (const auto& item : *list) grid.bounds.push_back(item.value<double>().value_or(0));
            if (grid.bounds.size() != 4) problem(position(value.source()), "'bounds' must be [xmin, ymin, xmax, ymax]");
            return;
        }
        const auto named = text(key, value).value_or("");
        if (named.rfind("layer:", 0) == 0) grid.bounds_layer = named.substr(6);
        else
            problem(position(value.source()),
                    "'bounds' must be [xmin, ymin, xmax, ymax] or \"layer:<id of a read-layer step>\"");
    }

    void read_steps(const toml::node& node) {
        const auto* list = node.as_array();
        if (!list) return problem(position(node.source()), "steps are written as [[step]], with two brackets");
        for (const auto& item : *list) {
            if (const auto* table = item.as_table()) read_step(*table);
            else problem(position(item.source()), "a [[step]] must be a table");
        }
    }

    void read_step(const toml::table& table) {
        StepText step;
        step.place = position(table.source());
        for (const auto& [key, node] : table) {
            if (key == "id") step.id = text(key, node).value_or("");
            else if (key == "use") {
                step.use = text(key, node).value_or("");
                step.use_place = position(node.source());
            } else if (key == "in") read_inputs(node, step);
            else if (key == "optional") read_optional(node, step);
            else if (auto value = param_value(key, node))
                step.keys.push_back({std::string(key.str()), *value, position(key.source())});
        }
        if (step.use.empty()) problem(step.place, "this step has no `use`, the name of what it does");
        if (step.id.empty()) step.id = fmt::format("{}-{}", step.use, doc_.steps.size() + 1);
        // TOML tables are sorted by name; people expect their own order in messages.
        std::ranges::sort(step.keys, {}, [](const KeyText& k) { return std::pair(k.place.line, k.place.column); });
        doc_.steps.push_back(std::move(step));
    }

    void read_optional(const toml::node& node, StepText& step) {
        if (const auto value = node.value_exact<bool>()) step.optional = *value;
        else problem(position(node.source()), "'optional' must be true or false");
    }

    void read_inputs(const toml::node& node, StepText& step) {
        const auto add = [&](const toml::node& item) {
            const auto id = item.value<std::string>();
            if (id) step.in.push_back({filled(*id, position(item.source())), position(item.source())});
            else problem(position(item.source()), "`in` must name steps by their ids");
        };
        if (const auto* list = node.as_array()) {
            for (const auto& item : *list) add(item);
        } else {
            add(node);
        }
    }

    std::optional<ParamValue> param_value(const toml::key& key, const toml::node& node) {
        if (const auto* v = node.as_boolean()) return v->get();
        if (const auto* v = node.as_integer()) return v->get();
        if (const auto* v = node.as_floating_point()) return v->get();
        if (node.is_string()) return text(key, node);
        if (const auto* list = node.as_array()) {
            std::vector<std::string> items;
            for (const auto& item : *list) {
                const auto value = item.value<std::string>();
                if (!value) {
                    problem(position(item.source()), fmt::format("the items of '{}' must be texts", key.str()));
                    return {};
                }
                items.push_back(filled(*value, position(item.source())));
            }
            return items;
        }
        problem(position(node.source()),
                fmt::format("'{}' must be a text, a number, true or false, or a list of texts", key.str()));
        return {};
    }

    void check_settings() {
        for (const auto& [name, value] : set_) {
            const auto dot = name.find('.');
            if (dot == std::string::npos) {
                const std::vector<std::string> names(known_.begin(), known_.end());
                if (!known_.contains(name))
                    problem({},
                            fmt::format("--set {}: the file has no variable '{}'{}", name, name, hint(name, names)));
                continue;
            }
            std::vector<std::string> ids;
            for (const auto& step : doc_.steps) ids.push_back(step.id);
            if (std::ranges::find(ids, name.substr(0, dot)) == ids.end()) {
                problem({}, fmt::format("--set {}: no step has the id '{}'{}", name, name.substr(0, dot),
                                        hint(name.substr(0, dot), ids)));
            }
        }
    }

    Document& doc_;
    const Settings& set_;
    std::set<std::string> known_;  ///< variables that the file sets or uses
};

}  // namespace

Document read_document(const std::string& path, const Settings& set) {
    Document document;
    document.path = path;
    document.folder = std::filesystem::absolute(path).parent_path().string();
    document.text = read_text_file(path);
    document.name = std::filesystem::path(path).stem().string();
    Parser parser(document, set);
    try {
        parser.parse(toml::parse(document.text, path));
    } catch (const toml::parse_error& fault) {
        const auto place = position(fault.source());
        throw PlanError({{path, place.line, place.column, std::string(fault.description())}});
    }
    if (!parser.problems.empty()) throw PlanError(std::move(parser.problems));
    return document;
}

}  // namespace linmu
