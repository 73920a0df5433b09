// SPDX-License-Identifier: MIT
#pragma once
#include <CLI/CLI.hpp>

namespace linmu::cli {

// One command, one file: each adds itself to the program. main.cpp lists them.
void add_run(CLI::App& app);
void add_plan(CLI::App& app);
void add_do(CLI::App& app);
void add_steps(CLI::App& app);
void add_info(CLI::App& app);
void add_check(CLI::App& app);
void add_explain(CLI::App& app);
void add_diff(CLI::App& app);
void add_schema(CLI::App& app);
void add_demo(CLI::App& app);

}  // namespace linmu::cli
