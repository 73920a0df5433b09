// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "linmu/io/ledger.hpp"

namespace linmu {

/// A step as the manifest of a finished run tells it.
struct RecordedStep {
    std::string id, use;
    std::int64_t revision = 0;
    std::vector<std::string> in;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<std::string> files;  ///< that it read itself
};

/// What a run left: its ledger, and from its manifest how it came about.
struct FinishedRun {
    std::string folder;
    Ledger ledger;
    std::vector<RecordedStep> steps;
    std::map<std::string, std::string> versions;
    std::map<std::string, std::string> inputs;   ///< path to hash
    std::map<std::string, std::string> outputs;  ///< path below the folder to hash

    [[nodiscard]] const RecordedStep* find(const std::string& id) const;
};

/// Throws DataError when the folder holds no finished run.
[[nodiscard]] FinishedRun open_run(const std::string& folder);

/// The steps that put rows of a table into the ledger, in the order of the rows; only those of `row` when it is given.
[[nodiscard]] std::vector<std::string> sources_of(const Ledger& ledger, const std::string& table,
                                                  std::optional<std::int64_t> row = {});

}  // namespace linmu
