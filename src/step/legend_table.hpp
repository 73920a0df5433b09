// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "linmu/core/layer.hpp"
#include "linmu/core/legend.hpp"
#include "linmu/io/ledger.hpp"

namespace linmu {

/// How codes of a class band appear in the ledger: by the key of their legend, by number where there is none.
class ClassNames {
public:
    ClassNames() = default;
    explicit ClassNames(const std::string& legend_id);

    [[nodiscard]] Value code(std::int32_t code) const;       ///< nothing for no value
    [[nodiscard]] std::string key(std::int32_t code) const;  ///< "no value", "unknown 77"
    [[nodiscard]] bool has(std::int32_t code) const { return legend_ && legend_->find(code); }
    /// Code of the class of that key, if the legend has it.
    [[nodiscard]] std::optional<std::int32_t> find(std::string_view key) const;
    /// The legend as ledger table 'legend' (once), so that SQL knows names and parents.
    void record(Ledger& ledger) const;

private:
    std::optional<Legend> legend_;
};

}  // namespace linmu
