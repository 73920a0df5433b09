// SPDX-License-Identifier: MIT
#include "linmu/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace linmu {
namespace {

std::string place(const Problem& p) {
    if (p.line == 0) return p.file.empty() ? std::string{} : p.file + ": ";
    return fmt::format("{}:{}:{}: ", p.file, p.line, p.column);
}

std::vector<Problem> sorted(std::vector<Problem> problems) {
    std::ranges::stable_sort(problems, {}, [](const Problem& p) { return std::tie(p.file, p.line, p.column); });
    return problems;
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
    : Error(all(sorted(problems))), problems_(sorted(std::move(problems))) {}

}  // namespace linmu
