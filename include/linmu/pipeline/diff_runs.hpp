// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

namespace linmu {

/// A figure that is not the same in two runs.
struct FigureChange {
    std::string id, name_zh, name_en, zone, unit;
    std::string before, after;     ///< as printed; or the status, where it was not computed; "" where it is absent
    std::vector<std::string> why;  ///< what differs on the way to it; empty: nothing that the manifests know
};

/// Features whose verdict is another one.
struct VerdictChange {
    std::string table, before, after;
    std::vector<std::string> keys;  ///< of the features
};

struct RunDifference {
    std::vector<FigureChange> figures;
    std::vector<VerdictChange> verdicts;
    std::vector<std::string> causes;  ///< all that differs between the runs: versions, inputs, parameters, rules
    [[nodiscard]] bool none() const noexcept { return figures.empty() && verdicts.empty() && causes.empty(); }
};

/// What the second run says otherwise than the first, and why. Inputs are known by their content, whatever their folder. A cause
/// is given for a figure only when it lies on the way from its facts to their files. Throws DataError when one is no finished run.
[[nodiscard]] RunDifference diff_runs(const std::string& first, const std::string& second);

}  // namespace linmu
