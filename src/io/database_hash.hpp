// SPDX-License-Identifier: MIT
#pragma once
#include <string>

namespace linmu {

/// Of all rows of a table, "PG:...|table", in the order of their keys: a run must see that a table has changed, as it sees it of a file.
/// O(rows). Throws DataError.
[[nodiscard]] std::string database_hash(const std::string& source);

}  // namespace linmu
