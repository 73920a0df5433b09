// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "linmu/pipeline/plan.hpp"

namespace linmu {

/// Where the figures come from: program and library versions, the pipeline with its parameters, inputs and outputs
/// with their hashes. Has no clock and no absolute path, so that the same run gives the same manifest.
/// `hashes` are those of the plan's files when the run began.
[[nodiscard]] nlohmann::ordered_json manifest_of(const Plan& plan, const std::string& key,
                                                 const std::vector<std::string>& hashes, const std::string& folder,
                                                 const std::vector<Product>& products);

/// Is there a manifest of this key in the folder, and are its outputs there as they were? Then its products.
[[nodiscard]] bool finished_before(const std::string& folder, const std::string& key);

[[nodiscard]] std::vector<std::pair<std::string, std::string>> library_list();

/// `path` relative to `folder` when it lies below it, else as it is.
[[nodiscard]] std::string shown_path(const std::string& path, const std::string& folder);

}  // namespace linmu
