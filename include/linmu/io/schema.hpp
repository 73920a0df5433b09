// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/layer.hpp"

namespace linmu {

/// Codes of one system. A code means something with its system only: 0204 is one class in the third survey, another in 2023's.
struct CodeEntry {
    std::string code, name_zh, name_en;
    std::string confidence;  ///< "": the table's
};
struct CodeTable {
    std::string id, system, name_zh, name_en, source, confidence;
    std::vector<CodeEntry> codes;
    bool complete = true;  ///< false: delivered layers may hold more codes, so an unknown one is a warning only

    [[nodiscard]] const CodeEntry* find(std::string_view code) const noexcept;
};
/// data/codes/<id>.toml, or the classes of data/legends/<id>.toml that no other class has as its parent. Codes are unique.
/// Throws DataError with the place.
[[nodiscard]] CodeTable load_codes(const std::string& id);

/// From the codes of one system to those of another (data/code-crosswalks/<id>.toml). Each code of `from` is there once;
/// of several targets the code alone does not decide; none: the other system has no such class.
struct CodeLink {
    std::vector<std::string> to;
    std::string confidence, note;
};
struct CodeCrosswalk {
    std::string id, name_zh, name_en, from, to, source;
    std::map<std::string, CodeLink> links;
};
/// Throws DataError with the place of a code that its table lacks, or of a table's code that is missing.
[[nodiscard]] CodeCrosswalk load_code_crosswalk(const std::string& id);

struct SchemaField {
    std::string name, name_zh, name_en;
    std::vector<std::string> aliases;  ///< other names it is delivered under: Chinese, pinyin, of older editions
    FieldType type = FieldType::text;
    int length = 0;     ///< most characters of a text, most digits of a number; 0: any
    int decimals = -1;  ///< of a real number; -1: any
    std::string unit;
    bool required = false;   ///< the layer must have it, with a value in each feature
    bool unique = false;     ///< no value twice
    std::string codes;       ///< id of its code table, "" for none
    std::string class_name;  ///< field that must hold the name of this one's code
    std::string confidence;  ///< "": the schema's source says it so
};
/// A condition between fields.
struct SchemaRule {
    std::string id;
    std::vector<std::string> fields;  ///< that it is about; the first is blamed. Judged where a layer has all of them
    std::string holds;                ///< condition of SQLite over the fields; nothing to judge (NULL) is no fault
    std::string says;
    bool error = true;   ///< false: a warning
    bool empty = false;  ///< judged also where the first field has no value
    std::string source, confidence;
};
/// What a kind of survey layer must be (data/schemas/<id>.toml). Names and aliases are unique, compared without case.
struct Schema {
    std::string id, name_zh, name_en, source;
    std::string geometry;  ///< "polygon", "line", "point"
    std::vector<SchemaField> fields;
    std::vector<SchemaRule> rules;
    std::map<std::string, CodeTable> codes;  ///< those its fields name
};
/// Throws DataError with the place: a name twice, a code table or a field of a rule that is not there, a condition that SQLite can't read.
[[nodiscard]] Schema load_schema(const std::string& name);

/// Which field of a layer is which of the schema: by its name, else by its Chinese name or an alias; without case, and as Shapefiles cut names.
struct FieldMap {
    std::vector<std::optional<std::size_t>> source;  ///< for each of the schema, its position in the layer
    std::vector<std::size_t> extras;                 ///< fields that the schema does not know, in the layer's order
    std::vector<std::string> notes;                  ///< "DILEIBIANMA is DLBM", ...
};
[[nodiscard]] FieldMap map_fields(const Schema& schema, const std::vector<Field>& fields);
/// The layer's spec with the schema's names and types, in its order; then the extras as they are.
[[nodiscard]] LayerSpec canonical_spec(const Schema& schema, const LayerSpec& layer, const FieldMap& map);

/// One thing wrong: with a feature, or (no fid) with the layer.
struct Violation {
    std::optional<std::int64_t> fid;
    std::string field, value;
    std::string
        rule;  ///< "type", "length", "decimals", "code", "class-name", "required", "unique", "field", "geometry", or a rule's id
    bool error = true;
    std::string says;
};
struct SchemaResult {
    Layer layer;  ///< with canonical fields; a value that is not of its field's type is nothing there
    std::vector<Violation>
        violations;  ///< of the layer, then feature by feature, fields in the schema's order, then rules
};
/// Every violation of every feature. Blank text is nothing. O(features * (fields + rules)), the attributes once more in memory.
[[nodiscard]] SchemaResult check_schema(const Schema& schema, const Layer& layer);

}  // namespace linmu
