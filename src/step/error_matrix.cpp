// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <map>
#include <memory>

#include "accuracy_table.hpp"
#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// Class of the map, class of the reference.
using Pair = std::pair<std::int32_t, std::int32_t>;
using Counts = std::map<Pair, std::int64_t>;

class ErrorMatrixStep final : public FoldStep {
public:
    StepInfo info() const override {
        return {"error-matrix",
                "混淆矩阵",
                "Compares a class map with a reference map, cell by cell: error matrix, overall, user's and producer's "
                "accuracy. "
                "Cells without reference are left out; cells that the map does not class count as wrong.",
                "measure",
                {{.name = "map", .kind = ArtifactKind::raster, .help = "class map"},
                 {.name = "reference", .kind = ArtifactKind::raster, .help = "what is true, as classes"}},
                ArtifactKind::none,
                2,
                false};
    }

    void declare(Params& p) override {
        p.add("map", "name of the map in the ledger; empty: the id of its step", &map_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& band = inputs[i].raster.bands.at(0);
            if (band.kind != BandKind::code)
                throw DataError(fmt::format("'{}' holds measured values; a class map has codes", context.input_ids[i]));
        }
        names_ = ClassNames(inputs[0].raster.bands[0].legend);
        if (map_.empty()) map_ = context.input_ids[0];
        return {};
    }

    void start(std::span<const Layer* const>, RunContext&) override {}

    std::shared_ptr<void> measure(const Window&, std::span<const BlockPtr> inputs) const override {
        auto counts = std::make_shared<Counts>();
        const auto map = inputs[0]->code(0).cells();
        const auto reference = inputs[1]->code(0).cells();
        for (std::size_t i = 0; i < map.size(); ++i) {
            if (reference[i] != no_code) ++(*counts)[{map[i], reference[i]}];
        }
        return counts;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        for (const auto& [pair, count] : *std::static_pointer_cast<Counts>(part)) counts_[pair] += count;
    }

    Made finish(RunContext& context) override {
        Table matrix{error_matrix_table(), {}};
        std::int64_t all = 0;
        for (const auto& entry : counts_) all += entry.second;
        for (const auto& [pair, count] : counts_)
            matrix.rows.push_back({map_, names_.key(pair.first), names_.key(pair.second), count,
                                   static_cast<double>(count) / static_cast<double>(all), Value{}, Value{}, census});
        context.ledger->put(matrix);
        context.ledger->put(accuracy());
        return {};
    }

    std::string save() override {
        std::string text;
        for (const auto& [pair, count] : counts_) text += fmt::format("{} {} {}\n", pair.first, pair.second, count);
        return text;
    }

    void load(std::string_view state) override {
        const std::string text(state);
        const char* at = text.c_str();
        while (*at != '\0') {
            char* end = nullptr;
            const auto map = static_cast<std::int32_t>(std::strtol(at, &end, 10));
            const auto reference = static_cast<std::int32_t>(std::strtol(end, &end, 10));
            counts_[{map, reference}] = std::strtoll(end, &end, 10);
            at = end + 1;
        }
    }

private:
    Table accuracy() const {
        Table table{accuracy_table(), {}};
        std::map<std::int32_t, std::int64_t> rows, columns, right;
        std::int64_t all = 0, agree = 0;
        for (const auto& [pair, count] : counts_) {
            rows[pair.first] += count;
            columns[pair.second] += count;
            all += count;
            if (pair.first == pair.second) {
                right[pair.first] += count;
                agree += count;
            }
        }
        if (all == 0) throw DataError("the map and its reference share no cell");
        const double overall = static_cast<double>(agree) / static_cast<double>(all);
        table.rows.push_back(row("overall", overall, overall, overall, all, all));
        for (const auto& [code, cells] : columns) table.rows.push_back(class_row(code, cells, rows[code], right[code]));
        return table;
    }

    std::vector<Value> class_row(std::int32_t code, std::int64_t reference, std::int64_t mapped,
                                 std::int64_t right) const {
        const auto share = [](std::int64_t part, std::int64_t whole) -> Value {
            if (whole == 0) return {};
            return static_cast<double>(part) / static_cast<double>(whole);
        };
        return row(names_.key(code), share(right, mapped), share(right, reference),
                   share(2 * right, mapped + reference), reference, mapped);
    }

    /// All cells are known, so there are no errors of estimation and no limits.
    std::vector<Value> row(const std::string& name, Value user, Value producer, Value f1, std::int64_t reference,
                           std::int64_t mapped) const {
        return {map_,          name,      std::move(user), std::move(producer),
                std::move(f1), reference, mapped,          Value{},
                Value{},       Value{},   Value{},         Value{},
                Value{},       census,    Value{}};
    }

    static inline const std::string census = "census";
    std::string map_;
    ClassNames names_;
    Counts counts_;
};

}  // namespace

std::unique_ptr<Step> make_error_matrix() { return std::make_unique<ErrorMatrixStep>(); }

}  // namespace linmu
