// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/io/schema.hpp"
#include "sqlite_handles.hpp"

namespace linmu {

/// The name, the Chinese name, the aliases.
[[nodiscard]] std::vector<std::string> names_of(const SchemaField& field);
/// Without case and blanks.
[[nodiscard]] std::string folded(std::string_view name);

/// Attributes of a layer in memory, as SQL sees them: a column for each field of the schema, NULL where the layer lacks it.
class SchemaTable {
public:
    explicit SchemaTable(const Schema& schema);
    /// Values by the schema's fields.
    void add(const std::vector<Value>& row);
    /// Rows (from 0) where the rule does not hold. Throws DataError with SQLite's words.
    [[nodiscard]] std::vector<std::size_t> broken(const SchemaRule& rule) const;
    /// Rows whose value of a field is another's too.
    [[nodiscard]] std::vector<std::size_t> repeated(const SchemaField& field) const;

private:
    [[nodiscard]] std::vector<std::size_t> rows_of(const std::string& sql) const;

    Database database_;
    Statement insert_;
    std::int64_t rows_ = 0;
};

}  // namespace linmu
