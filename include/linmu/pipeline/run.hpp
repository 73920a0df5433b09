// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "linmu/core/parallel.hpp"
#include "linmu/core/progress.hpp"
#include "linmu/pipeline/plan.hpp"

namespace linmu {

struct RunOptions {
    std::string folder;  ///< of the run; made when it is not there
    Progress* progress = nullptr;
    std::function<void(const std::string&)> note;  ///< for people: what was skipped, and why
    std::function<void(Ledger&)> before_close;     ///< a last look into the ledger
    double checkpoint = 5;                         ///< seconds between two notes of how far the run is; see run_plan
    bool record = true;                            ///< keep state, ledger, manifest; false: a single step on its own
    bool fresh = false;                            ///< trust nothing that an earlier run left in the folder
    bool last = false;  ///< the process ends after this run: what it holds in memory is left to the system
};

struct RunResult {
    std::string folder;
    std::vector<Product> products;
    bool nothing_to_do = false;  ///< the same run was finished there before
    double seconds = 0;
};

/// Runs a plan into a folder: products/, ledger.gpkg, log.jsonl, manifest.json. The folder's state/ remembers how far
/// the run is, keyed by inputs' content, parameters, revisions and versions: a stopped run goes on at the tile it had
/// reached; a finished one does nothing when run again. The folder's kept/ has the facts of the last run and what each rule made of
/// them: when only rules have changed, those alone are run whose words or tables are not as they were, to the same bytes. Throws DataError; then the folder has no manifest and no ledger.
RunResult run_plan(Plan& plan, const RunOptions& options);

/// Shared work by so many threads, outside of any other.
[[nodiscard]] ParallelFor parallel_by(int threads);

/// What the results depend on, as a hash.
[[nodiscard]] std::string run_key(const Plan& plan);

}  // namespace linmu
