// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "linmu/core/wide.hpp"

namespace linmu {

/// Cells whose changes are looked at together, one bit each: most runs of a class map are longer than a few cells, so that a walk
/// over the bits that are set is shorter than one over cells.
inline constexpr std::size_t change_word = 64;
/// Bytes for the changes of so many cells; those beyond the cells must be 0.
constexpr std::size_t change_room(std::size_t cells) { return (cells + change_word - 1) / change_word * change_word; }

/// changes[i]: 1 where cell i differs from the one before it. The first never does.
LINMU_WIDE inline void find_changes(std::span<const std::int32_t> cells, std::uint8_t* changes) {
    changes[0] = 0;
    for (std::size_t i = 1; i < cells.size(); ++i) changes[i] = cells[i] != cells[i - 1] ? 1 : 0;
}

/// The same of two maps: 1 where the cell of either differs.
LINMU_WIDE inline void find_changes(std::span<const std::int32_t> cells, std::span<const std::int32_t> others,
                                    std::uint8_t* changes) {
    changes[0] = 0;
    for (std::size_t i = 1; i < cells.size(); ++i)
        changes[i] = ((cells[i] ^ cells[i - 1]) | (others[i] ^ others[i - 1])) != 0 ? 1 : 0;
}

/// The next 64 changes as bits, the first one lowest.
inline std::uint64_t changes_at(const std::uint8_t* changes) {
    std::uint64_t word = 0;
    for (std::size_t byte = 0; byte < 8; ++byte) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, changes + 8 * byte, 8);
        // Moves the lowest bit of each of the eight bytes into the highest byte, in their order.
        word |= ((eight * 0x0102040810204080ULL) >> 56) << (8 * byte);
    }
    return word;
}

}  // namespace linmu
