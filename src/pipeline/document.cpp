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

/// Turns the TOML tree into a Document and gathers what is wrong with its form.
class Parser {
public:
    Parser(Document& document, const Settings& set) : doc_(document), set_(set) {}

    void parse(const toml::table& root) {
        set_vars();
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
    Position place(const toml::source_region& region) const {
        return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column),
                included_.empty() ? "" : included_.back()};
    }
    void problem(const Position& place, std::string text) {
        problems.push_back({place.file.empty() ? doc_.path : place.file, place.line, place.column, std::move(text)});
    }
    void unknown(const toml::key& key, std::string_view where, const std::vector<std::string>& names) {
        problem(place(key.source()), fmt::format("{} knows no '{}'{}", where, key.str(), hint(key.str(), names)));
    }

    void read_vars(const toml::table& root) {
        if (const auto* vars = root["vars"].as_table()) {
            for (const auto& [key, node] : *vars) {
                known_.emplace(key.str());
                // What is set before wins: settings over files, a file over those that it includes.
                if (const auto text = node.value<std::string>()) doc_.vars.emplace(key.str(), *text);
                else problem(place(key.source()), fmt::format("variable '{}' must be a text", key.str()));
            }
        }
    }

    void set_vars() {
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
        if (const auto value = node.value<std::string>()) return filled(*value, place(node.source()));
        problem(place(node.source()), fmt::format("'{}' must be a text", key.str()));
        return {};
    }

    void read_pipeline(const toml::node& node) {
        const auto* table = node.as_table();
        if (!table) return problem(place(node.source()), "[pipeline] must be a table");
        for (const auto& [key, value] : *table) {
            if (key == "name") doc_.name = text(key, value).value_or("");
            else if (key == "title") doc_.title = text(key, value).value_or("");
            else unknown(key, "[pipeline]", {"name", "title"});
        }
    }

    void read_grid(const toml::node& node) {
        const auto* table = node.as_table();
        if (!table) return problem(place(node.source()), "[grid] must be a table");
        GridText grid;
        grid.place = place(node.source());
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
            if (grid.bounds.size() != 4) problem(place(value.source()), "'bounds' must be [xmin, ymin, xmax, ymax]");
            return;
        }
        const auto named = text(key, value).value_or("");
        if (named.rfind("layer:", 0) == 0) grid.bounds_layer = named.substr(6);
        else
            problem(place(value.source()),
                    "'bounds' must be [xmin, ymin, xmax, ymax] or \"layer:<id of a read-layer step>\"");
    }

    void read_steps(const toml::node& node) {
        const auto* list = node.as_array();
        if (!list) return problem(place(node.source()), "steps are written as [[step]], with two brackets");
        for (const auto& item : *list) {
            if (const auto* table = item.as_table()) read_each(*table);
            else problem(place(item.source()), "a [[step]] must be a table");
        }
    }

    /// A step with `each = [...]` stands for one step an item, which it calls ${each}.
    void read_each(const toml::table& table) {
        const auto* node = table.get("each");
        if (!node) return read_one(table);
        const auto items = texts("each", *node);
        if (items && items->empty())
            problem(place(node->source()), "'each' names nothing; it must list one text or more");
        const auto outer = doc_.vars.find("each") == doc_.vars.end() ? std::optional<std::string>() : doc_.vars["each"];
        for (const auto& item : items.value_or(std::vector<std::string>())) {
            doc_.vars["each"] = item;
            read_one(table);
        }
        doc_.vars.erase("each");
        if (outer) doc_.vars["each"] = *outer;
    }

    void read_one(const toml::table& table) {
        if (const auto* node = table.get("include")) return read_include(table, *node);
        read_step(table);
    }

    /// The steps of another file as if they stood here; its [vars] are what is not set yet.
    void read_include(const toml::table& table, const toml::node& node) {
        for (const auto& [key, _] : table) {
            if (key != "include" && key != "each") unknown(key, "a step that includes a file", {"include", "each"});
        }
        const auto name = node.value<std::string>();
        if (!name) return problem(place(node.source()), "'include' must name a file");
        const auto path = (std::filesystem::path(doc_.folder) / filled(*name, place(node.source()))).string();
        if (path == doc_.path || std::ranges::find(included_, path) != included_.end())
            return problem(place(node.source()), fmt::format("'{}' includes itself", *name));
        if (!std::filesystem::exists(path))
            return problem(place(node.source()), fmt::format("there is no file '{}' to include", path));
        const auto text = read_text_file(path);
        doc_.text += text;
        included_.push_back(path);
        read_included(toml::parse(text, path));
        included_.pop_back();
    }

    void read_included(const toml::table& root) {
        read_vars(root);
        for (const auto& [key, node] : root) {
            if (key == "step") read_steps(node);
            else if (key != "vars") unknown(key, "an included file", {"vars", "step"});
        }
    }

    void read_step(const toml::table& table) {
        StepText step;
        step.place = place(table.source());
        for (const auto& [key, node] : table) {
            if (key == "id") step.id = text(key, node).value_or("");
            else if (key == "use") {
                step.use = text(key, node).value_or("");
                step.use_place = place(node.source());
            } else if (key == "in") read_inputs(node, step);
            else if (key == "optional") read_optional(node, step);
            else if (key == "each") continue;
            else if (auto value = param_value(key, node))
                step.keys.push_back({std::string(key.str()), *value, place(key.source()),
                                     node.value_or(std::string()).find("${") != std::string::npos});
        }
        if (step.use.empty()) problem(step.place, "this step has no `use`, the name of what it does");
        if (step.id.empty()) step.id = fmt::format("{}-{}", step.use, doc_.steps.size() + 1);
        // TOML tables are sorted by name; people expect their own order in messages.
        std::ranges::sort(step.keys, {}, [](const KeyText& k) { return std::pair(k.place.line, k.place.column); });
        doc_.steps.push_back(std::move(step));
    }

    void read_optional(const toml::node& node, StepText& step) {
        if (const auto value = node.value_exact<bool>()) step.optional = *value;
        else problem(place(node.source()), "'optional' must be true or false");
    }

    void read_inputs(const toml::node& node, StepText& step) {
        const auto add = [&](const toml::node& item) {
            const auto id = item.value<std::string>();
            if (id) step.in.push_back({filled(*id, place(item.source())), place(item.source())});
            else problem(place(item.source()), "`in` must name steps by their ids");
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
        if (node.is_array()) {
            if (auto items = texts(key.str(), node)) return *std::move(items);
            return {};
        }
        problem(place(node.source()),
                fmt::format("'{}' must be a text, a number, true or false, or a list of texts", key.str()));
        return {};
    }

    std::optional<std::vector<std::string>> texts(std::string_view key, const toml::node& node) {
        std::vector<std::string> items;
        const auto* list = node.as_array();
        if (!list) {
            problem(place(node.source()), fmt::format("'{}' must be a list of texts", key));
            return {};
        }
        for (const auto& item : *list) {
            const auto value = item.value<std::string>();
            if (!value) {
                problem(place(item.source()), fmt::format("the items of '{}' must be texts", key));
                return {};
            }
            items.push_back(filled(*value, place(item.source())));
        }
        return items;
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
    std::set<std::string> known_;        ///< variables that the file sets or uses
    std::vector<std::string> included_;  ///< files that are being read, the innermost last; empty: the pipeline's own
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
        const auto& source = fault.source();
        throw PlanError({{source.path ? *source.path : path, static_cast<int>(source.begin.line),
                          static_cast<int>(source.begin.column), std::string(fault.description())}});
    }
    if (!parser.problems.empty()) throw PlanError(std::move(parser.problems));
    return document;
}

}  // namespace linmu
