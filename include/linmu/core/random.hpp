// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

namespace linmu {

/// Random numbers by counter: a pure function of seed and up to three counters, so that any cell can be
/// drawn in any order by any thread. SplitMix64 finaliser (Steele, Lea, Flood 2014), applied per counter.
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t z) noexcept {
    z += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}
[[nodiscard]] constexpr std::uint64_t random_bits(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0,
                                                  std::uint64_t c = 0) noexcept {
    return mix64(mix64(mix64(mix64(seed) ^ a) ^ b) ^ c);
}
/// Uniform in [0, 1).
[[nodiscard]] constexpr double random_unit(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0,
                                           std::uint64_t c = 0) noexcept {
    return static_cast<double>(random_bits(seed, a, b, c) >> 11) * 0x1.0p-53;
}
/// Standard normal (Box-Muller on two draws).
[[nodiscard]] double random_normal(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0);

}  // namespace linmu
