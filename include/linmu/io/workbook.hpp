// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string>
#include <vector>

#include "linmu/io/table_file.hpp"

namespace linmu {

/// One sheet of a workbook: title, unit on the right, header row, rows, footer.
struct Sheet {
    std::string title;
    const Table* table = nullptr;
    AreaUnit area_unit = AreaUnit::mu;  ///< area columns are numbers in this unit ...
    int decimals = 2;                   ///< ... rounded half away from zero
    bool total_first = false;           ///< the first row is the total 合计
    std::vector<std::string> footer;    ///< vintage, method, rounding, version
};

/// An Office Open XML workbook (.xlsx) that a bureau opens and sends on: numbers are numbers, codes are text with their leading zeros,
/// an absent value is a blank cell, panes are frozen below the header, no cells are merged. Headers and units are of `language`.
/// The same tables give the same bytes. Written under a temporary name, then renamed. Throws DataError: the place can't be
/// written, or a sheet has more rows than a spreadsheet holds (1 048 576).
void write_workbook(const std::string& path, std::span<const Sheet> sheets, Language language);

}  // namespace linmu
