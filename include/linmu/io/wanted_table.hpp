// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "linmu/io/ledger.hpp"

namespace linmu {

/// A ledger table that a query reads and a run may lack: the query then finds it empty, with these columns. A pack names its columns
/// once, `[wanted] adjusted_area = "map, zone, class, area"`, and each rule that reads it says `wants = ["adjusted_area"]`.
struct WantedTable {
    std::string name;
    std::vector<std::string> columns;
};

/// SQL's common table expressions for those that the ledger lacks, or "". Kept beside a query they make it give the same later, when
/// another step has made the table.
[[nodiscard]] std::string stand_ins(const Ledger& ledger, std::span<const WantedTable> wanted);
/// The query with the stand-ins before it; it may have common table expressions of its own.
[[nodiscard]] std::string with_stand_ins(const std::string& sql, const std::string& stand_ins);

}  // namespace linmu
