// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <vector>

#include "linmu/io/wanted_table.hpp"
#include "toml_reader.hpp"

namespace linmu {

/// A pack's `[wanted]`, by name.
using WantedTables = std::map<std::string, WantedTable>;
[[nodiscard]] WantedTables read_wanted(TomlTable& pack);
/// A rule's `wants`; each must be in the pack's `[wanted]`.
[[nodiscard]] std::vector<WantedTable> read_wants(TomlTable& rule, const WantedTables& wanted);

}  // namespace linmu
