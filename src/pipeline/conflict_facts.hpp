// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "figure_facts.hpp"
#include "linmu/io/ledger.hpp"

namespace linmu {

/// A rule of conflict as the ledger's `conflict_rule` tells it. A ledger of an earlier program tells no facts.
struct RecordedConflictRule {
    std::string id, name_zh, name_en, text, source, status, sql, facts;
    std::vector<std::string> tables;  ///< that it needs
    std::int64_t cases = 0, area = 0;
};
[[nodiscard]] std::vector<RecordedConflictRule> conflict_rules_of(const Ledger& ledger);

/// Cases of a rule, as facts of a figure; those of one zone (a code, or how it begins), or all for "".
[[nodiscard]] std::vector<FigureFact> cases_of(const Ledger& ledger, const std::string& rule, const std::string& zone);

/// What cases of conflict come from.
struct CaseGround {
    std::vector<FigureFact> facts;    ///< part "ground"; each row of the ledger once a case
    std::vector<std::string> tables;  ///< that the cases' rules need
    std::string contradiction;        ///< "" when each case is the sum of its facts
    bool told = true;                 ///< do all of the rules say what the areas come from?
};
/// Of those facts that are rows of `conflict`.
[[nodiscard]] CaseGround ground_of(const Ledger& ledger, const std::vector<FigureFact>& facts);

}  // namespace linmu
