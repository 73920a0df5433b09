// SPDX-License-Identifier: MIT
#pragma once
#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "linmu/pipeline/plan.hpp"

namespace linmu::cli {

/// What commands that plan or run a pipeline share.
struct WorkOptions {
    std::vector<std::string> set;
    std::string memory = "2G";
    int threads = 0;
    int tile = 0;
    bool quiet = false;
};

void add_resource_options(CLI::App& app, WorkOptions& options);
void add_set_option(CLI::App& app, WorkOptions& options);
/// Throws UsageError for a text without "=".
[[nodiscard]] Settings settings_of(const WorkOptions& options);
[[nodiscard]] ResourceOptions resources_of(const WorkOptions& options);

}  // namespace linmu::cli
