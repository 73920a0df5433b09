// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string>

#include "linmu/core/layer.hpp"
#include "linmu/core/parallel.hpp"

namespace linmu {

enum class Language { zh, en };
enum class AreaUnit { m2, ha, mu };

struct CsvOptions {
    Language language = Language::en;
    AreaUnit area_unit = AreaUnit::mu;  ///< area columns are printed in this unit ...
    int decimals = 2;                   ///< ... rounded half away from zero; the header carries the unit
    bool byte_order_mark = false;       ///< true for zh: office spreadsheets need it to see UTF-8
};
/// RFC 4180, UTF-8; header: the column's name (en) or Chinese name, with its unit in brackets. Real numbers in their shortest exact
/// form. Written under a temporary name, then renamed. Throws DataError.
void write_csv(const std::string& path, const Table& table, const CsvOptions& options,
               const ParallelFor& parallel = in_turn);
/// The same of a table that need not lie in memory as a whole: its rows come some at a time.
class CsvWriter {
public:
    CsvWriter(std::string path, TableSpec spec, const CsvOptions& options);
    CsvWriter(const CsvWriter&) = delete;
    CsvWriter& operator=(const CsvWriter&) = delete;
    /// What was not closed is removed.
    ~CsvWriter();
    void add(const std::vector<std::vector<Value>>& rows, const ParallelFor& parallel = in_turn);
    /// The file is whole: only now does it get its name.
    void close();

private:
    [[nodiscard]] std::string text_of(std::span<const std::vector<Value>> rows) const;
    std::string path_, partial_;
    TableSpec spec_;
    CsvOptions options_;
    int file_ = -1;
};
/// A CSV with a header row, UTF-8 or GBK; a column whose values are all whole numbers or all numbers gets that type, but codes
/// with leading zeros (0103) stay text. An empty cell is nothing. Throws DataError with the line.
[[nodiscard]] Table read_csv(const std::string& path);
/// Text written whole: temporary name, flush, rename. Throws DataError when the disk is full or the place can't be written.
void write_text_file(const std::string& path, const std::string& text);
[[nodiscard]] std::string read_text_file(const std::string& path);

}  // namespace linmu
