// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace linmu {

/// One thing that was proved of a finished run, or not.
struct Proof {
    std::string id, name_zh, name_en;
    std::int64_t compared = 0;
    std::vector<std::string> broken;  ///< one line each: place, the two figures, how far apart
    std::string skipped;              ///< why there was nothing to prove; else ""
    bool counts = true;               ///< false: what is broken was brought by the survey, and is told only
    [[nodiscard]] bool holds() const noexcept { return broken.empty() || !counts; }
};

/// Proves a finished run again, and changes nothing: every closure of data/closures.toml from the ledger alone; every indicator by its
/// rule, and by the sum of its facts; every product by the hash in the manifest. `place`: the folder of a run, or only
/// its ledger.gpkg, whose manifest is then not asked. Throws DataError when there is neither.
[[nodiscard]] std::vector<Proof> check_run(const std::string& place);

}  // namespace linmu
