// SPDX-License-Identifier: MIT
#include "run_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kept.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/pipeline/run.hpp"
#include "manifest.hpp"

namespace linmu {
namespace {

std::string versions_text() {
    std::string text;
    for (const auto& [name, version] : library_list()) text += name + version + '\n';
    return text;
}

/// A step, its parameters and what feeds it.
std::string text_of(const Plan& plan, const PlannedStep& planned) {
    std::string text = fmt::format("{} {} {}\n", planned.id, planned.info.name, planned.info.revision);
    for (const auto i : planned.inputs) text += plan.steps[i].id + ' ';
    for (const auto& param : planned.params->all()) text += param.name() + '=' + param.value_text() + '\n';
    return text;
}

}  // namespace

RunKeys keys_of(const Plan& plan, const std::vector<std::string>& hashes) {
    std::string facts = versions_text(), rules;
    if (plan.grid)
        facts += fmt::format("{} {} {} {} {} {} {}\n", plan.grid->crs, plan.grid->x0, plan.grid->y0, plan.grid->cell_x,
                             plan.grid->cell_y, plan.grid->rows, plan.grid->cols);
    for (const auto& planned : plan.steps) {
        auto& text = planned.rule ? rules : facts;
        text += text_of(plan, planned);
        for (const auto& file : planned.files)
            text += hashes[static_cast<std::size_t>(std::ranges::lower_bound(plan.files, file) - plan.files.begin())] +
                    '\n';
    }
    return {text_hash(facts + rules), text_hash(facts)};
}

std::string rule_key_of(const Plan& plan, const PlannedStep& planned, const std::string& told) {
    return text_hash(versions_text() + text_of(plan, planned) + told);
}

std::string run_key(const Plan& plan) { return keys_of(plan, hashes_with_memory(plan.files, plan.threads, "")).run; }

}  // namespace linmu
