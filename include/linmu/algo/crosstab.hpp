// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "linmu/algo/levelling.hpp"
#include "linmu/core/area.hpp"
#include "linmu/core/layer.hpp"

namespace linmu {

/// A column of a summary table (汇总表): the sum of classes, or of other columns.
struct CrosstabColumn {
    std::string key, name_zh, name_en;
    std::vector<std::string> of;  ///< keys of columns, or classes; {"*"}: all classes; empty: the class of its own key
};
/// An area of a class in a unit: a village, or a class before where rows are classes.
struct CrosstabCell {
    std::string row, column;
    Area area;
};
struct CrosstabUnit {
    std::string name;
    std::string parent;  ///< key of the unit above, or ""
};

/// A summary table whose printed figures add up in every direction (domain.md 3.6, 14): leaf cells are levelled once
/// (levelled_table), every other figure is a sum of printed cells. Rows: 合计, then each unit above before those in it, by code; a
/// unit of which nothing is known stands under 合计. A class that is absent is blank. Columns: code, name, then those given.
/// `balance`: rows and columns are the classes of one survey before and after; columns 年初, 年内减少, 年内增加, 年末 follow.
/// O(cells log cells). Throws DataError for columns that add up one another in a circle, for units that lie in themselves, and for a class that no column holds, or that two hold: its area would be lost, or be twice in the sum.
struct CrosstabForm {
    std::vector<CrosstabColumn> columns;
    PrintUnit unit;
    bool balance = false;
};
[[nodiscard]] Table crosstab(const CrosstabForm& form, std::span<const CrosstabCell> cells,
                             const std::map<std::string, CrosstabUnit>& units);

}  // namespace linmu
