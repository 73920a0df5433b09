// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/step/step.hpp"

namespace linmu {

/// Every step linmu has, in the order of its documentation. To add one: src/step/<name>.cpp and one line in registry.cpp.
struct StepEntry {
    std::string_view name;
    std::unique_ptr<Step> (*make)();
};
[[nodiscard]] const std::vector<StepEntry>& all_steps();
/// "area" is polygon-area. Throws UsageError with the nearest name.
[[nodiscard]] std::unique_ptr<Step> make_step(std::string_view name);
[[nodiscard]] std::vector<std::string> step_names();

}  // namespace linmu
