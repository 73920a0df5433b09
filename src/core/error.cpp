// SPDX-License-Identifier: MIT
#include "linmu/core/error.hpp"

#include <fmt/format.h>

#include <utility>

namespace linmu {
namespace {

std::string place(const Problem& p) {
    if (p.line == 0) return p.file.empty() ? std::string{} : p.file + ": ";
    return fmt::format("{}:{}:{}: ", p.file, p.line, p.column);
}

std::string all(const std::vector<Problem>& problems) {
    std::string text;
    for (const auto& p : problems) {
        if (!text.empty()) text += '\n';
        text += place(p) + p.text;
    }
    return text;
}

}  // namespace

PlanError::PlanError(std::vector<Problem> problems)
    : Error(all(problems)), problems_(std::move(problems)) {}

}  // namespace linmu
