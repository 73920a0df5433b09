// SPDX-License-Identifier: MIT
#include "linmu/exec/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "linmu/core/error.hpp"

namespace linmu {

std::int64_t parse_bytes(std::string_view text) {
    double number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
    constexpr std::string_view letters = "KMGT";
    double factor = 1;
    if (!suffix.empty()) {
        const auto power = letters.find(static_cast<char>(std::toupper(static_cast<unsigned char>(suffix[0]))));
        if (power != std::string_view::npos) {
            for (std::size_t i = 0; i <= power; ++i) factor *= 1024;
            suffix.remove_prefix(1);
        }
    }
    const bool plain = suffix.empty() || suffix == "B" || suffix == "iB";
    const bool amount = number > 0 && number * factor < 0x1.0p62;
    if (fault != std::errc{} || !amount || !plain) {
        throw UsageError(fmt::format("'{}' is no amount of memory; write 1G, 512M or 2GiB", text));
    }
    return static_cast<std::int64_t>(number * factor);
}

std::string describe_bytes(std::int64_t bytes) {
    constexpr std::array<const char*, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1024 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return fmt::format("{:.{}f} {}", value, unit == 0 ? 0 : 1, units[unit]);
}

double pass_cost(int parts, int busy) {
    const double work = 1, decoding = static_cast<double>(parts) * parts;
    return (work + decoding) / busy;
}

int tokens_that_fit(std::int64_t budget, std::int64_t tile_bytes, int threads) {
    if (tile_bytes <= 0) return 4 * threads;
    return static_cast<int>(std::clamp<std::int64_t>(budget / tile_bytes, 0, 4 * threads));
}

void refuse_budget(std::int64_t budget, std::int64_t needed) {
    constexpr std::int64_t mib = 1 << 20;
    throw PlanError({Problem{{},
                             0,
                             0,
                             fmt::format("a memory of {} holds not even one tile; give --memory {}M or more",
                                         describe_bytes(budget), (needed + mib - 1) / mib)}});
}

}  // namespace linmu
