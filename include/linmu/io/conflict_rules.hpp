// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <vector>

namespace linmu {

/// One rule of land that two purposes claim, or that a law forbids (data/conflicts/<id>.toml, `[[rule]]`).
struct ConflictRule {
    std::string id;  ///< "orchard-basic"
    std::string name_zh, name_en;
    std::string text;                ///< the rule's own words, as a source has them
    std::string source, confidence;  ///< where it stands, and how sure its reading is
    std::string question;            ///< to put to the bureau; empty when there is none
    std::vector<std::string> needs;  ///< ledger tables
    std::string sql;                 ///< one SELECT with columns zone, feature, other and area (whole units of Area)
    /// Ledger rows that the cases' areas come from: columns feature and other, as the case has them, fact (the ledger's table), row (its fid),
    /// what, and area, with a sign where it is taken away; "" when the rule does not say.
    std::string facts;
};
struct ConflictRules {
    std::string id, name_zh, name_en;
    std::map<std::string, std::string>
        parameters;          ///< text substituted for ${name} in the SQL; the file's own, then its `terms`
    std::string terms_name;  ///< of the words and thresholds that rule packs share (data/terms); "": none
    std::vector<ConflictRule> rules;
};
/// Throws DataError as the loaders of data_file.hpp do; rules' ids are unique.
[[nodiscard]] ConflictRules load_conflict_rules(const std::string& name);

}  // namespace linmu
