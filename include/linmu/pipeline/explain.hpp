// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace linmu {

/// Ledger rows of one part of a figure, and what they add up to.
struct ExplainedPart {
    std::string part;  ///< "value", "numerator", "denominator"
    std::string unit;
    double sum = 0;
    struct Row {
        std::string table;
        std::int64_t row = 0;
        std::string what;
        double amount = 0;  ///< in `unit`
    };
    std::vector<Row> rows;  ///< largest first
};

/// A step that made what the figure is made of; those that fed it follow one level deeper.
struct ExplainedStep {
    int depth = 0;
    std::string id, use;
    bool again = false;  ///< told above; what fed it is not told once more
    std::vector<std::pair<std::string, std::string>> parameters;
    struct File {
        std::string path, hash;
    };
    std::vector<File> files;
};

/// A figure, followed back to the files that it comes from.
struct Explanation {
    std::string pack, id, name_zh, name_en, zone, unit, value, status;
    std::string interval;       ///< "adjusted 29.31, 95 %: 27.92 to 30.70", or ""
    std::string interval_note;  ///< what it rests on, or why there is none
    std::string note, target, target_source, source;
    std::string rule;  ///< its SQL
    std::vector<ExplainedPart> parts;
    ExplainedPart ground;    ///< of its cases of conflict: the rows that their areas come from; none for other figures
    std::string arithmetic;  ///< "8653.44 mu / 29734.42 mu = 29.10 %"
    std::string contradiction;  ///< "" when the facts add up to the figure
    std::vector<ExplainedStep> steps;
};

/// Explains an indicator of a finished run, or a rule of conflict by its id ("orchard-basic"), for a zone ("" or "county": the whole). More than one when the ledger has several
/// of the id and zone. Throws DataError: no such run; UsageError: no such indicator or zone, with the nearest name.
[[nodiscard]] std::vector<Explanation> explain(const std::string& folder, const std::string& indicator,
                                               const std::string& zone);

}  // namespace linmu
