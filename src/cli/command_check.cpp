// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "command.hpp"
#include "linmu/core/error.hpp"
#include "linmu/pipeline/check_run.hpp"

namespace linmu::cli {
namespace {

constexpr std::size_t shown = 10;

void print_proof(const Proof& proof) {
    const auto names = fmt::format("{} {} {}", proof.id, proof.name_zh, proof.name_en);
    if (!proof.skipped.empty()) {
        fmt::print("-    {}: nothing to prove, {}\n", names, proof.skipped);
        return;
    }
    const char* mark = proof.broken.empty() ? "ok  " : proof.counts ? "FAIL" : "told";
    fmt::print("{} {}: {} of {} hold\n", mark, names, proof.compared - static_cast<std::int64_t>(proof.broken.size()),
               proof.compared);
    for (std::size_t i = 0; i < std::min(shown, proof.broken.size()); ++i) fmt::print("       {}\n", proof.broken[i]);
    if (proof.broken.size() > shown) fmt::print("       and {} more\n", proof.broken.size() - shown);
}

void check(const std::string& place) {
    const auto proofs = check_run(place);
    for (const auto& proof : proofs) print_proof(proof);
    const auto failed = std::ranges::count_if(proofs, [](const Proof& proof) { return !proof.holds(); });
    if (failed > 0)
        throw DataError(fmt::format("{}: {} of {} proofs fail; the run can't be signed. Run it again from its inputs",
                                    place, failed, proofs.size()));
}

}  // namespace

void add_check(CLI::App& app) {
    auto place = std::make_shared<std::string>();
    auto* sub = app.add_subcommand("check", "prove again that the figures of a finished run add up");
    sub->add_option("run", *place, "folder of the run, or its ledger.gpkg")->required();
    sub->callback([place] { check(*place); });
}

}  // namespace linmu::cli
