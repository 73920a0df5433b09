// SPDX-License-Identifier: MIT
#include "linmu/io/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/io/data_file.hpp"
#include "schema_table.hpp"
#include "toml_reader.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

std::string id_of(const std::string& path) { return fs::path(path).stem().string(); }

CodeTable codes_of_legend(const std::string& id) {
    const auto legend = load_legend(id);
    CodeTable table{id, id, legend.name_zh, legend.name_en, "data/legends", "", {}, true};
    std::set<std::string> parents;
    for (const auto& c : legend.classes) parents.insert(c.parent);
    for (const auto& c : legend.classes)
        if (!parents.contains(c.key)) table.codes.push_back({c.key, c.name_zh, c.name_en, ""});
    return table;
}

FieldType read_type(TomlTable& table) {
    const auto type = table.text("type");
    if (type == "text") return FieldType::text;
    if (type == "whole") return FieldType::integer;
    if (type == "real") return FieldType::real;
    const std::vector<std::string> types{"text", "whole", "real"};
    table.fail("type", fmt::format("'{}' is no type{}", type, hint(type, types)));
}

int small_number(TomlTable& table, const std::string& key, int fallback) {
    const auto number = table.whole_or(key, fallback);
    if (number < -1 || number > 1000) table.fail(key, fmt::format("{} is {}, but must be 0 to 1000", key, number));
    return static_cast<int>(number);
}

SchemaField read_field(TomlTable table) {
    SchemaField field;
    field.name = table.text("name");
    field.name_zh = table.text("name_zh");
    field.name_en = table.text("name_en");
    field.aliases = table.texts_or_none("aliases");
    field.type = read_type(table);
    field.length = small_number(table, "length", 0);
    field.decimals = small_number(table, "decimals", -1);
    field.unit = table.text_or("unit", "");
    field.required = table.truth_or("required", false);
    field.unique = table.truth_or("unique", false);
    field.codes = table.text_or("codes", "");
    field.class_name = table.text_or("class_name", "");
    field.confidence = table.text_or("confidence", "");
    table.finish();
    return field;
}

SchemaRule read_rule(TomlTable table) {
    SchemaRule rule;
    rule.id = table.text("id");
    rule.fields = table.texts("fields");
    if (rule.fields.empty()) table.fail("fields", "a rule must be about a field");
    rule.holds = table.text("holds");
    rule.says = table.text("says");
    const auto severity = table.text("severity");
    if (severity != "error" && severity != "warning")
        table.fail("severity", fmt::format("'{}' must be error or warning", severity));
    rule.error = severity == "error";
    rule.empty = table.truth_or("empty", false);
    rule.source = table.text_or("source", "");
    rule.confidence = table.text_or("confidence", "");
    table.finish();
    return rule;
}

/// Every name that a field is known under, once in a schema.
class KnownNames {
public:
    void add(const TomlTable& table, const SchemaField& field) {
        std::set<std::string> own;
        for (const auto& name : names_of(field)) own.insert(folded(name));
        for (const auto& name : own)
            if (!seen_.insert(name).second)
                table.fail("name", fmt::format("field {}: '{}' is already a name of another", field.name, name));
    }

private:
    std::set<std::string> seen_;
};

void check_fields(const TomlTable& table, const Schema& schema, const std::vector<std::string>& names) {
    std::vector<std::string> known;
    for (const auto& field : schema.fields) known.push_back(field.name);
    for (const auto& name : names)
        if (std::ranges::find(known, name) == known.end())
            table.fail("fields", fmt::format("there is no field '{}'{}", name, hint(name, known)));
}

}  // namespace

const CodeEntry* CodeTable::find(std::string_view code) const noexcept {
    const auto it = std::ranges::find(codes, code, &CodeEntry::code);
    return it == codes.end() ? nullptr : &*it;
}

CodeTable load_codes(const std::string& id) {
    const auto own = data_file_ids("codes");
    const auto legends = data_file_ids("legends");
    const bool is_legend = std::ranges::find(own, id) == own.end() && std::ranges::find(legends, id) != legends.end();
    if (is_legend) return codes_of_legend(id);
    const auto path = find_data_file("codes", id);
    const auto document = parse_toml_file(path);
    TomlTable top(document, path);
    CodeTable table;
    table.id = id_of(path);
    table.system = top.text("system");
    table.name_zh = top.text("name_zh");
    table.name_en = top.text("name_en");
    table.source = top.text("source");
    table.confidence = top.text("confidence");
    table.complete = top.truth_or("complete", true);
    for (auto& row : top.tables("code")) {
        CodeEntry entry{row.text("code"), row.text("name_zh"), row.text("name_en"), row.text_or("confidence", "")};
        if (table.find(entry.code) != nullptr) row.fail("code", fmt::format("code '{}' is already there", entry.code));
        row.finish();
        table.codes.push_back(std::move(entry));
    }
    top.finish();
    return table;
}

CodeCrosswalk load_code_crosswalk(const std::string& id) {
    const auto path = find_data_file("code-crosswalks", id);
    const auto document = parse_toml_file(path);
    TomlTable top(document, path);
    CodeCrosswalk walk{
        id_of(path), top.text("name_zh"), top.text("name_en"), top.text("from"), top.text("to"), top.text("source"),
        {}};
    const auto from = load_codes(walk.from);
    const auto to = load_codes(walk.to);
    for (auto& row : top.tables("map")) {
        const auto code = row.text("from");
        CodeLink link{row.texts("to"), row.text("confidence"), row.text_or("note", "")};
        if (from.find(code) == nullptr) row.fail("from", fmt::format("{} has no code '{}'", walk.from, code));
        for (const auto& target : link.to)
            if (to.find(target) == nullptr) row.fail("to", fmt::format("{} has no code '{}'", walk.to, target));
        if (!walk.links.emplace(code, std::move(link)).second)
            row.fail("from", fmt::format("code '{}' is already there", code));
        row.finish();
    }
    for (const auto& entry : from.codes)
        if (!walk.links.contains(entry.code))
            top.fail("map", fmt::format("code '{}' of {} is missing", entry.code, walk.from));
    top.finish();
    return walk;
}

Schema load_schema(const std::string& name) {
    const auto path = find_data_file("schemas", name);
    const auto document = parse_toml_file(path);
    TomlTable top(document, path);
    Schema schema{
        id_of(path), top.text("name_zh"), top.text("name_en"), top.text("source"), top.text("geometry"), {}, {}, {}};
    KnownNames known;
    for (auto& table : top.tables("field")) {
        schema.fields.push_back(read_field(table));
        const auto& field = schema.fields.back();
        known.add(table, field);
        if (!field.codes.empty()) schema.codes.try_emplace(field.codes, load_codes(field.codes));
    }
    for (const auto& field : schema.fields)
        if (!field.class_name.empty()) check_fields(top, schema, {field.class_name});
    const SchemaTable probe(schema);
    std::set<std::string> ids;
    for (auto& table : top.tables("rule", true)) {
        schema.rules.push_back(read_rule(table));
        const auto& rule = schema.rules.back();
        check_fields(table, schema, rule.fields);
        if (!ids.insert(rule.id).second) table.fail("id", fmt::format("rule '{}' is already there", rule.id));
        try {
            static_cast<void>(probe.broken(rule));
        } catch (const DataError& fault) {
            table.fail("holds", fault.what());
        }
    }
    top.finish();
    return schema;
}

}  // namespace linmu
