// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/io/table_file.hpp"
#include "text_encoding.hpp"

namespace linmu {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct Record {
    std::size_t line = 0;  ///< where it starts, from 1
    std::vector<std::string> cells;
};

/// Records of RFC 4180; lines may end in CR LF or LF alone.
class CsvParser {
public:
    CsvParser(std::string_view text, const std::string& path) : text_(text), path_(path) {}

    std::optional<Record> next() {
        while (at_ < text_.size() && (text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n")) end_line();
        if (at_ >= text_.size()) return {};
        Record record{line_, {}};
        while (true) {
            record.cells.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted_cell() : plain_cell());
            if (at_ >= text_.size()) return record;
            if (text_[at_] != ',') break;
            ++at_;
        }
        end_line();
        return record;
    }

private:
    void end_line() {
        at_ += text_[at_] == '\r' ? 2U : 1U;
        ++line_;
    }

    [[nodiscard]] bool at_end_of_cell() const {
        return at_ >= text_.size() || text_[at_] == ',' || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
    }

    std::string plain_cell() {
        const auto start = at_;
        while (!at_end_of_cell()) ++at_;
        return std::string(text_.substr(start, at_ - start));
    }

    std::string quoted_cell() {
        const auto opened = line_;
        std::string cell;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\n') ++line_;
            if (text_[at_] != '"') {
                cell += text_[at_];
            } else if (text_.substr(at_, 2) == "\"\"") {
                cell += text_[at_++];
            } else {
                ++at_;
                if (at_end_of_cell()) return cell;
                throw DataError(fmt::format(
                    "{}:{}: text after a closing quote; a quote inside a quoted text is written twice", path_, line_));
            }
        }
        throw DataError(fmt::format("{}:{}: a quote is opened and never closed", path_, opened));
    }

    std::string_view text_;
    const std::string& path_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

/// A code like 0103 is a text: as a number it would lose its zero.
bool keeps_zeros(std::string_view cell) {
    const auto digits = cell.substr(cell.starts_with('-') ? 1 : 0);
    return digits.size() > 1 && digits[0] == '0' && digits[1] != '.';
}

template <class Number>
std::optional<Number> number(std::string_view cell) {
    Number value{};
    const auto [end, fault] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (fault != std::errc{} || end != cell.data() + cell.size() || keeps_zeros(cell)) return {};
    if constexpr (std::is_floating_point_v<Number>) {
        if (!std::isfinite(value)) return {};
    }
    return value;
}

bool all_digits(std::string_view cell) { return cell.find_first_not_of("0123456789") == std::string_view::npos; }

FieldType type_of(const std::vector<Record>& records, std::size_t column) {
    FieldType type = FieldType::integer;
    bool any = false;
    for (const auto& record : records) {
        const auto& cell = record.cells[column];
        if (cell.empty()) continue;
        any = true;
        if (number<std::int64_t>(cell)) continue;
        // More digits than an integer holds are an identifier, not a measurement.
        if (all_digits(cell) || !number<double>(cell)) return FieldType::text;
        type = FieldType::real;
    }
    return any ? type : FieldType::text;
}

Value typed(const std::string& cell, FieldType type) {
    if (cell.empty()) return {};
    if (type == FieldType::integer) return *number<std::int64_t>(cell);
    if (type == FieldType::real) return *number<double>(cell);
    return cell;
}

std::string readable_text(const std::string& path) {
    auto text = read_text_file(path);
    if (is_utf8(text)) return text;
    if (auto decoded = to_utf8(text, "GB18030")) return *decoded;
    throw DataError(fmt::format("{} is neither UTF-8 nor GBK text; save it as CSV in UTF-8", path));
}

void check_header(const Record& header, const std::string& path) {
    std::set<std::string> seen;
    for (const auto& name : header.cells) {
        if (name.empty()) throw DataError(fmt::format("{}:{}: a column has no name", path, header.line));
        if (!seen.insert(name).second)
            throw DataError(fmt::format("{}:{}: two columns are named '{}'", path, header.line, name));
    }
}

}  // namespace

Table read_csv(const std::string& path) {
    const auto text = readable_text(path);
    std::string_view rest = text;
    if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
    CsvParser parser(rest, path);
    const auto header = parser.next();
    if (!header) throw DataError(fmt::format("{} is empty; its first line must name the columns", path));
    check_header(*header, path);

    std::vector<Record> records;
    while (auto record = parser.next()) {
        if (record->cells.size() != header->cells.size()) {
            throw DataError(fmt::format("{}:{}: {} values for {} columns", path, record->line, record->cells.size(),
                                        header->cells.size()));
        }
        records.push_back(std::move(*record));
    }
    Table table;
    table.spec.name = std::filesystem::path(path).stem().string();
    for (std::size_t i = 0; i < header->cells.size(); ++i) {
        table.spec.columns.push_back({header->cells[i], type_of(records, i), "", ""});
    }
    for (const auto& record : records) {
        auto& row = table.rows.emplace_back();
        for (std::size_t i = 0; i < record.cells.size(); ++i)
            row.push_back(typed(record.cells[i], table.spec.columns[i].type));
    }
    return table;
}

}  // namespace linmu
