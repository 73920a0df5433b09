// SPDX-License-Identifier: MIT
#include "linmu/io/data_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/io/table_file.hpp"
#include "toml_reader.hpp"
#include "wanted_reader.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

std::string id_of(const std::string& path) { return fs::path(path).stem().string(); }

bool is_data_folder(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_directory(folder / "legends", ignored);
}

std::string extension_of(const std::string& kind) { return kind == "styles" ? ".qml" : ".toml"; }

std::vector<std::string> ids_in(const fs::path& folder, const std::string& extension) {
    std::vector<std::string> ids;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == extension) ids.push_back(entry.path().stem().string());
    }
    std::ranges::sort(ids);
    return ids;
}

bool is_color(const std::string& text) {
    return text.size() == 7 && text[0] == '#' &&
           text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
}

LegendClass read_class(TomlTable table) {
    LegendClass c;
    const auto code = table.whole("code");
    if (code <= std::numeric_limits<std::int32_t>::min() || code > std::numeric_limits<std::int32_t>::max()) {
        table.fail("code", fmt::format("code {} does not fit in 32 bits", code));
    }
    c.code = static_cast<std::int32_t>(code);
    c.key = table.text("key");
    c.name_zh = table.text("name_zh");
    c.name_en = table.text("name_en");
    c.color = table.text("color");
    c.parent = table.text_or("parent", "");
    table.finish();
    if (!is_color(c.color)) table.fail("color", fmt::format("'{}' is no colour; write it as \"#rrggbb\"", c.color));
    if (c.key.empty() || c.parent == c.key)
        table.fail("parent", fmt::format("class '{}' cannot be its own parent", c.key));
    return c;
}

IndexDefinition read_index(TomlTable table) {
    IndexDefinition index;
    index.id = table.text("id");
    index.name_zh = table.text("name_zh");
    index.name_en = table.text("name_en");
    index.formula = table.text("formula");
    index.bands = table.texts("bands");
    index.low = table.number("low");
    index.high = table.number("high");
    index.reference = table.text("reference");
    index.check_bands = table.numbers("check_bands");
    index.check_value = table.number("check_value");
    table.finish();
    if (!(index.low < index.high))
        table.fail("low", fmt::format("low {} must be below high {}", index.low, index.high));
    return index;
}

Threshold read_threshold(TomlTable table) {
    Threshold threshold;
    threshold.name = table.text("name");
    threshold.value = table.number("value");
    threshold.unit = table.text("unit");
    threshold.source = table.text("source");
    threshold.confidence = table.text("confidence");
    table.finish();
    return threshold;
}

RuleDefinition read_rule(TomlTable table, const Legend& legend) {
    RuleDefinition rule;
    rule.class_key = table.text("class");
    rule.when = table.text("when");
    rule.why = table.text("why");
    table.finish();
    try {
        static_cast<void>(legend.at_key(rule.class_key));
    } catch (const DataError& error) {
        table.fail("class", error.what());
    }
    return rule;
}

IndicatorDefinition read_indicator(TomlTable table, const WantedTables& wanted) {
    IndicatorDefinition indicator;
    indicator.id = table.text("id");
    indicator.name_zh = table.text("name_zh");
    indicator.name_en = table.text("name_en");
    indicator.unit = table.text("unit");
    const auto decimals = table.whole_or("decimals", 2);
    if (decimals < 0 || decimals > 9)
        table.fail("decimals", fmt::format("decimals is {}, but must be 0 to 9", decimals));
    indicator.decimals = static_cast<int>(decimals);
    indicator.needs = table.texts("needs");
    indicator.wants = read_wants(table, wanted);
    indicator.sql = table.text("sql");
    indicator.facts = table.text_or("facts", "");
    indicator.target = table.text_or("target", "");
    indicator.target_source = table.text_or("target_source", "");
    indicator.source = table.text_or("source", "");
    table.finish();
    return indicator;
}

/// Refuses the second entry of a name.
class Names {
public:
    explicit Names(std::string what) : what_(std::move(what)) {}
    void add(const TomlTable& table, const std::string& key, const std::string& name) {
        if (!seen_.insert(name).second) table.fail(key, fmt::format("{} '{}' is already there", what_, name));
    }

private:
    std::string what_;
    std::set<std::string> seen_;
};

}  // namespace

std::string data_folder() {
    std::vector<std::string> looked;
    if (const char* set = std::getenv("LINMU_DATA"); set != nullptr && *set != '\0') {
        if (is_data_folder(set)) return set;
        throw DataError(
            fmt::format("LINMU_DATA is {}, which has no folder 'legends'; it must name linmu's data folder", set));
    }
    std::error_code ignored;
    const auto program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const char* place : {"../data", "data", "../share/linmu/data"}) {
        const auto folder = (program / place).lexically_normal();
        if (is_data_folder(folder)) return folder.string();
        looked.push_back(folder.string());
    }
    throw DataError(fmt::format("linmu's data files are not found: no folder 'legends' in {}; set LINMU_DATA",
                                fmt::join(looked, ", ")));
}

std::string find_data_file(const std::string& kind, const std::string& name) {
    const fs::path given(name);
    std::error_code ignored;
    if (given.has_parent_path() || given.has_extension()) {
        if (fs::is_regular_file(given, ignored)) return name;
        throw DataError(fmt::format("there is no file {}", name));
    }
    const auto folder = fs::path(data_folder()) / kind;
    const auto file = folder / (name + extension_of(kind));
    if (!name.empty() && fs::is_regular_file(file, ignored)) return file.string();
    throw DataError(
        fmt::format("{} has no file '{}'{}", folder.string(), name, hint(name, ids_in(folder, extension_of(kind)))));
}

std::vector<std::string> data_file_ids(const std::string& kind) {
    return ids_in(fs::path(data_folder()) / kind, extension_of(kind));
}

Legend load_legend(const std::string& name) {
    const auto path = find_data_file("legends", name);
    const auto document = parse_toml_file(path);
    TomlTable top(document, path);
    Legend legend;
    legend.id = id_of(path);
    legend.name_zh = top.text("name_zh");
    legend.name_en = top.text("name_en");
    Names codes("code"), keys("key");
    for (auto& table : top.tables("class")) {
        legend.classes.push_back(read_class(table));
        codes.add(table, "code", std::to_string(legend.classes.back().code));
        keys.add(table, "key", legend.classes.back().key);
    }
    top.finish();
    return legend;
}

std::string load_style(const std::string& name) { return read_text_file(find_data_file("styles", name)); }

std::vector<IndexDefinition> load_indices() {
    const auto path = find_data_file("", "indices");
    const auto document = parse_toml_file(path);
    TomlTable top(document, path);
    std::vector<IndexDefinition> indices;
    Names ids("index");
    for (auto& table : top.tables("index")) {
        indices.push_back(read_index(table));
        ids.add(table, "id", indices.back().id);
    }
    top.finish();
    return indices;
}

RuleSet load_rules(const std::string& name) {
    RuleSet set;
    set.path = find_data_file("rules", name);
    const auto document = parse_toml_file(set.path);
    TomlTable top(document, set.path);
    set.id = id_of(set.path);
    set.name_zh = top.text("name_zh");
    set.name_en = top.text("name_en");
    set.legend = top.text("legend");
    const auto legend = load_legend(set.legend);
    Names names("threshold");
    for (auto& table : top.tables("threshold", true)) {
        set.thresholds.push_back(read_threshold(table));
        names.add(table, "name", set.thresholds.back().name);
    }
    for (auto& table : top.tables("formula", true)) {
        set.formulas.push_back({table.text("name"), table.text("formula"), table.text("source")});
        names.add(table, "name", set.formulas.back().name);
        table.finish();
    }
    for (auto& table : top.tables("rule")) set.rules.push_back(read_rule(table, legend));
    top.finish();
    return set;
}

std::vector<Term> load_terms(const std::string& name) {
    if (name.empty()) return {};
    const auto path = find_data_file("terms", name);
    const auto document = parse_toml_file(path);
    TomlTable top(document, path);
    std::vector<Term> terms;
    Names names("term");
    for (auto& table : top.tables("term")) {
        terms.push_back({table.text("name"), table.text("value"), table.text("name_zh"), table.text("name_en"),
                         table.text_or("unit", ""), table.text("source"), table.text("confidence"),
                         table.text_or("question", "")});
        table.finish();
        names.add(table, "name", terms.back().name);
    }
    top.finish();
    return terms;
}

IndicatorPack load_indicators(const std::string& name) {
    const auto path = find_data_file("indicators", name);
    const auto document = parse_toml_file(path);
    TomlTable top(document, path);
    IndicatorPack pack;
    pack.id = id_of(path);
    pack.version = top.text("version");
    pack.name_zh = top.text("name_zh");
    pack.name_en = top.text("name_en");
    pack.parameters = top.texts_by_name("parameters");
    pack.terms_name = top.text_or("terms", "");
    pack.terms = load_terms(pack.terms_name);
    for (const auto& term : pack.terms) pack.parameters.emplace(term.name, term.value);
    const auto wanted = read_wanted(top);
    Names ids("indicator");
    for (auto& table : top.tables("indicator")) {
        pack.indicators.push_back(read_indicator(table, wanted));
        ids.add(table, "id", pack.indicators.back().id);
    }
    top.finish();
    return pack;
}

}  // namespace linmu
