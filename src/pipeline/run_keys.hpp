// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/pipeline/plan.hpp"

namespace linmu {

/// What results hang on, as hashes: of the whole run, and of all that makes its facts. Where files lie does not count.
struct RunKeys {
    std::string run, facts;
};
/// `hashes`: of the plan's files, in their order.
[[nodiscard]] RunKeys keys_of(const Plan& plan, const std::vector<std::string>& hashes);

/// All that a rule step hangs on but the ledger: versions, the step and its parameters, what its files tell it.
[[nodiscard]] std::string rule_key_of(const Plan& plan, const PlannedStep& planned, const std::string& told);

}  // namespace linmu
