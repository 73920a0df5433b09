// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/io/data_file.hpp"

namespace linmu {

/// Works of these kinds are done when the land is one of the target classes; one that has none: any class but the one before.
struct WorkDefinition {
    std::vector<std::string> kinds;
    std::vector<std::string> target;  ///< keys of the legend
    int youngest_visible = 0;         ///< years; younger works can't be seen
    bool class_alone = false;         ///< an unchanged class tells that nothing was done, also without a curve
    std::string source, confidence;
};

/// data/verdicts/<id>.toml: `name_zh`, `name_en`, `legend`, `[[threshold]]`, `[[work]]`. Each kind is in one work.
struct VerdictRules {
    std::string id, name_zh, name_en, legend, path;
    std::vector<Threshold> thresholds;
    std::vector<WorkDefinition> works;

    /// Throws DataError when the file has no such threshold.
    [[nodiscard]] double threshold(const std::string& name) const;
    /// Nothing (nullptr) for a kind that no work has.
    [[nodiscard]] const WorkDefinition* work(const std::string& kind) const;
};
[[nodiscard]] VerdictRules load_verdict_rules(const std::string& name);

}  // namespace linmu
