// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "linmu/algo/error_matrix.hpp"
#include "linmu/algo/train_trees.hpp"
#include "linmu/core/parallel.hpp"

namespace linmu {

/// Samples, and what they must not be split by.
struct GroupedSamples {
    TrainingSet set;
    std::vector<std::uint64_t> block;   ///< of ground
    std::vector<std::uint64_t> parcel;  ///< the training feature
    std::vector<std::uint64_t> cell;    ///< each its own
    int classes = 0;
};

/// What held-out samples were called, of all folds.
struct SchemeScore {
    std::string
        scheme;  ///< "block", "parcel"; "random" lets neighbours leak into the training, and is told beside them
    int folds = 0;
    ErrorMatrix matrix;  ///< of class numbers
};

struct TrainedModel {
    std::string xgboost;
    int trees = 0;  ///< a class; fewer than asked for where boosting was stopped
    std::vector<SchemeScore> scores;
};

/// Trains on all samples, and for its scores on those of all folds but one, by blocks, parcels and cells. With growth.patience the
/// number of boosted trees is the one with the least loss over the blocks held out. `folds` 0: no scores.
/// Throws DataError when all samples lie in one block or one parcel.
[[nodiscard]] TrainedModel train_model(const GroupedSamples& samples, const TreeGrowth& growth, int folds,
                                       const ParallelFor& parallel);

}  // namespace linmu
