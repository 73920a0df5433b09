// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

namespace linmu {

/// Two ways to the same areas, which a ledger must agree on: one `[[closure]]` of data/closures.toml.
struct Closure {
    std::string id, name_zh, name_en;
    bool proof = true;               ///< else what the survey's layers bring with them: told, and no fault
    std::vector<std::string> needs;  ///< ledger tables; without one of them there is nothing to prove
    std::string sql;                 ///< one SELECT: place, one, other, allowed; areas in 1e-4 m2
};

/// A column that tells what became of a feature: one `[[verdict]]`.
struct VerdictColumn {
    std::string table, key, column;
};

struct ClosureFile {
    std::vector<Closure> closures;
    std::vector<VerdictColumn> verdicts;
};

/// data/closures.toml. Throws DataError as the loaders of data_file.hpp do.
[[nodiscard]] ClosureFile load_closures();

}  // namespace linmu
