// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "linmu/io/schema.hpp"
#include "ogr_geometry.hpp"
#include "schema_table.hpp"
#include "text_encoding.hpp"

namespace linmu {
namespace {

/// Names of a Shapefile's fields end here, in bytes.
constexpr std::size_t cut_name = 10;

bool is_cut_of(const std::string& name, const std::string& whole) {
    if (name.size() >= whole.size() || !whole.starts_with(name)) return false;
    // Chinese names are cut in the file's own encoding: five characters in GBK, three in UTF-8.
    const auto gbk = from_utf8(name, "GB18030");
    return name.size() + 2 >= cut_name || (gbk && gbk->size() + 1 >= cut_name);
}

std::size_t characters_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

const char* type_words(FieldType type) {
    if (type == FieldType::text) return "a text";
    return type == FieldType::real ? "a number" : "a whole number";
}

std::optional<double> number_of(const std::string& text) {
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number)) return {};
    return number;
}

/// A value as the schema's type wants it; nothing when it can't be.
std::optional<Value> converted(const Value& value, FieldType type) {
    if (type == FieldType::text) return Value{to_text(value)};
    std::optional<double> number;
    if (const auto* text = std::get_if<std::string>(&value)) number = number_of(*text);
    else if (const auto* real = std::get_if<double>(&value)) number = *real;
    else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
        if (type == FieldType::integer) return value;
        number = static_cast<double>(*whole);
    }
    if (!number) return {};
    if (type == FieldType::real) return Value{*number};
    constexpr double most = 9.0e15;
    if (*number != std::floor(*number) || std::abs(*number) > most) return {};
    return Value{static_cast<std::int64_t>(*number)};
}

bool is_nothing(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return std::holds_alternative<std::monostate>(value) || (text != nullptr && trimmed(*text).empty());
}

int digits_before_point(double number) {
    int digits = 1;
    for (double rest = std::abs(number); rest >= 10; rest /= 10) ++digits;
    return digits;
}

/// Judges the values of one field.
class FieldCheck {
public:
    FieldCheck(const Schema& schema, const SchemaField& field) : field_(&field) {
        if (!field.codes.empty()) {
            table_ = &schema.codes.at(field.codes);
            for (const auto& entry : table_->codes) by_code_.emplace(entry.code, &entry);
        }
        if (!field.class_name.empty()) {
            const auto at = std::ranges::find(schema.fields, field.class_name, &SchemaField::name);
            class_name_ = static_cast<std::size_t>(at - schema.fields.begin());
        }
    }

    /// The canonical value; what is wrong goes to `out`.
    Value take(const Value& given, std::int64_t fid, std::vector<Violation>& out) const {
        if (is_nothing(given)) {
            if (field_->required) put(out, fid, "", "required", fmt::format("{} must have a value", field_->name));
            return {};
        }
        const auto raw =
            std::holds_alternative<std::string>(given) ? Value{trimmed(std::get<std::string>(given))} : given;
        auto value = converted(raw, field_->type);
        if (!value) {
            put(out, fid, to_text(raw), "type", fmt::format("{} must be {}", field_->name, type_words(field_->type)));
            return {};
        }
        if (table_ != nullptr) restore_zeros(*value, raw, fid, out);
        check_length(*value, fid, out);
        check_code(*value, fid, out);
        return *std::move(value);
    }

    /// Does the field beside it hold the code's name?
    void check_name(const std::vector<Value>& row, std::size_t own, std::int64_t fid,
                    std::vector<Violation>& out) const {
        if (!class_name_) return;
        const auto* code = std::get_if<std::string>(&row[own]);
        const auto* name = std::get_if<std::string>(&row[*class_name_]);
        if (code == nullptr || name == nullptr) return;
        const auto entry = by_code_.find(*code);
        if (entry == by_code_.end()) return;
        const auto& right = entry->second->name_zh;
        // Layers leave the word for "adjustable" out at will.
        if (*name == right || "可调整" + *name == right) return;
        out.push_back({fid, field_->class_name, *name, "class-name", false,
                       fmt::format("{} {} is '{}'", field_->name, *code, right)});
    }

private:
    void put(std::vector<Violation>& out, std::int64_t fid, std::string value, const char* rule,
             std::string says) const {
        out.push_back({fid, field_->name, std::move(value), rule, true, std::move(says)});
    }

    /// A spreadsheet makes 103 of 0103.
    void restore_zeros(Value& value, const Value& raw, std::int64_t fid, std::vector<Violation>& out) const {
        const auto& text = std::get<std::string>(value);
        if (by_code_.contains(text)) return;
        for (std::size_t zeros = 1; zeros <= 2; ++zeros) {
            const auto padded = std::string(zeros, '0') + text;
            if (!by_code_.contains(padded)) continue;
            put(out, fid, to_text(raw), "leading-zero",
                fmt::format("{} has lost its leading zero: taken for {}", field_->name, padded));
            value = padded;
            return;
        }
    }

    void check_length(const Value& value, std::int64_t fid, std::vector<Violation>& out) const {
        if (const auto* text = std::get_if<std::string>(&value)) {
            const auto size = characters_of(*text);
            if (field_->length > 0 && size > static_cast<std::size_t>(field_->length))
                put(out, fid, *text, "length",
                    fmt::format("{} has {} characters, but may have {}", field_->name, size, field_->length));
            return;
        }
        const double number = std::holds_alternative<double>(value)
                                  ? std::get<double>(value)
                                  : static_cast<double>(std::get<std::int64_t>(value));
        const int whole = field_->length - (field_->decimals > 0 ? field_->decimals + 1 : 0);
        if (field_->length > 0 && digits_before_point(number) > whole)
            put(out, fid, to_text(value), "length",
                fmt::format("{} may have {} digits before the point", field_->name, whole));
        if (field_->type != FieldType::real || field_->decimals < 0) return;
        const double scaled = number * std::pow(10, field_->decimals);
        // A double holds 15 digits: what is beyond is no decimal.
        if (std::abs(scaled - std::round(scaled)) > 1e-4 + std::abs(scaled) * 1e-14)
            put(out, fid, to_text(value), "decimals",
                fmt::format("{} may have {} decimals", field_->name, field_->decimals));
    }

    void check_code(const Value& value, std::int64_t fid, std::vector<Violation>& out) const {
        if (table_ == nullptr) return;
        const auto& code = std::get<std::string>(value);
        if (by_code_.contains(code)) return;
        const auto table = fmt::format("{} ({})", table_->name_zh, table_->system);
        out.push_back({fid, field_->name, code, "code", table_->complete,
                       table_->complete ? fmt::format("{} has no code '{}'", table, code)
                                        : fmt::format("'{}' is not among the codes of {} that are known; see the "
                                                      "delivered dictionary",
                                                      code, table)});
    }

    const SchemaField* field_;
    const CodeTable* table_ = nullptr;
    std::unordered_map<std::string, const CodeEntry*> by_code_;
    std::optional<std::size_t> class_name_;
};

void check_layer_itself(const Schema& schema, const Layer& layer, const FieldMap& map, std::vector<Violation>& out) {
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
        const auto& field = schema.fields[i];
        if (!field.required || map.source[i]) continue;
        out.push_back({{},
                       field.name,
                       "",
                       "field",
                       true,
                       fmt::format("the layer has no field {} ({}); name it so, or rename the one that holds it",
                                   field.name, field.name_zh)});
    }
    for (const auto& feature : layer.features) {
        const std::string own = to_string(kind_of(feature.geometry));
        const std::string kind = own == "Polygon"      ? "polygon"
                                 : own == "LineString" ? "line"
                                 : own == "Point"      ? "point"
                                                       : "";
        if (kind == schema.geometry) continue;
        out.push_back(
            {feature.fid, "", own, "geometry", true,
             kind.empty() ? "the feature has no geometry" : fmt::format("the feature must be a {}", schema.geometry)});
    }
}

bool has_all(const Schema& schema, const FieldMap& map, const SchemaRule& rule) {
    return std::ranges::all_of(rule.fields, [&](const std::string& name) {
        const auto at = std::ranges::find(schema.fields, name, &SchemaField::name) - schema.fields.begin();
        return map.source[static_cast<std::size_t>(at)].has_value();
    });
}

/// Fields without a source yet that a cut name may be of.
std::vector<std::size_t> wholes_of(const Schema& schema, const FieldMap& map, const std::string& name) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
        const auto names = names_of(schema.fields[i]);
        const bool cut = std::ranges::any_of(names, [&](const auto& own) { return is_cut_of(name, folded(own)); });
        if (cut && !map.source[i]) found.push_back(i);
    }
    return found;
}

}  // namespace

FieldMap map_fields(const Schema& schema, const std::vector<Field>& fields) {
    FieldMap map;
    map.source.resize(schema.fields.size());
    std::vector<bool> used(fields.size());
    const auto take = [&](std::size_t i, std::size_t k, bool told) {
        map.source[i] = k;
        used[k] = true;
        if (told) map.notes.push_back(fmt::format("{} is {}", fields[k].name, schema.fields[i].name));
    };
    const auto match = [&](auto&& is_it, bool told) {
        for (std::size_t i = 0; i < schema.fields.size(); ++i) {
            for (std::size_t k = 0; k < fields.size() && !map.source[i]; ++k)
                if (!used[k] && is_it(schema.fields[i], folded(fields[k].name))) take(i, k, told);
        }
    };
    // Best first, so that an alias never takes a field from its own name.
    match([](const SchemaField& f, const std::string& name) { return folded(f.name) == name; }, false);
    match(
        [](const SchemaField& f, const std::string& name) {
            return std::ranges::any_of(names_of(f), [&](const auto& own) { return folded(own) == name; });
        },
        true);
    for (std::size_t k = 0; k < fields.size(); ++k) {
        if (used[k]) continue;
        const auto whole = wholes_of(schema, map, folded(fields[k].name));
        if (whole.size() == 1) take(whole.front(), k, true);
        if (whole.size() > 1)
            map.notes.push_back(fmt::format("{} may be cut from {} or {}; rename it", fields[k].name,
                                            schema.fields[whole[0]].name, schema.fields[whole[1]].name));
    }
    for (std::size_t k = 0; k < fields.size(); ++k)
        if (!used[k]) map.extras.push_back(k);
    return map;
}

LayerSpec canonical_spec(const Schema& schema, const LayerSpec& layer, const FieldMap& map) {
    LayerSpec spec{layer.name, layer.crs, {}};
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
        const auto& field = schema.fields[i];
        if (map.source[i]) spec.fields.push_back({field.name, field.type, field.unit, field.name_zh});
    }
    for (const auto k : map.extras) spec.fields.push_back(layer.fields[k]);
    return spec;
}

SchemaResult check_schema(const Schema& schema, const Layer& layer) {
    const auto map = map_fields(schema, layer.spec.fields);
    SchemaResult result{{canonical_spec(schema, layer.spec, map), {}}, {}};
    std::vector<Violation> found;
    check_layer_itself(schema, layer, map, result.violations);
    std::vector<FieldCheck> checks;
    for (const auto& field : schema.fields) checks.emplace_back(schema, field);

    SchemaTable table(schema);
    std::unordered_map<std::int64_t, std::size_t> place;
    std::vector<std::vector<Value>> rows;
    for (const auto& feature : layer.features) {
        std::vector<Value> row(schema.fields.size());
        for (std::size_t i = 0; i < row.size(); ++i)
            if (map.source[i]) row[i] = checks[i].take(feature.values[*map.source[i]], feature.fid, found);
        for (std::size_t i = 0; i < row.size(); ++i) checks[i].check_name(row, i, feature.fid, found);
        table.add(row);
        place.emplace(feature.fid, rows.size());
        rows.push_back(std::move(row));
    }
    const auto blame = [&](std::size_t row, const std::string& name, const std::string& rule, bool error,
                           const std::string& says) {
        const auto at = std::ranges::find(schema.fields, name, &SchemaField::name) - schema.fields.begin();
        found.push_back(
            {layer.features[row].fid, name, to_text(rows[row][static_cast<std::size_t>(at)]), rule, error, says});
    };
    for (const auto& field : schema.fields)
        if (field.unique)
            for (const auto row : table.repeated(field))
                blame(row, field.name, "unique", true, field.name + " must differ from feature to feature");
    for (const auto& rule : schema.rules)
        if (has_all(schema, map, rule))
            for (const auto row : table.broken(rule)) blame(row, rule.fields.front(), rule.id, rule.error, rule.says);
    std::ranges::stable_sort(found, {}, [&](const Violation& v) { return place.at(*v.fid); });
    std::ranges::move(found, std::back_inserter(result.violations));

    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto& feature = layer.features[r];
        Feature out{feature.fid, feature.geometry, {}};
        for (std::size_t i = 0; i < rows[r].size(); ++i)
            if (map.source[i]) out.values.push_back(std::move(rows[r][i]));
        for (const auto k : map.extras) out.values.push_back(feature.values[k]);
        result.layer.features.push_back(std::move(out));
    }
    return result;
}

}  // namespace linmu
