// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

/// Before a loop over many cells: it is compiled for processors with vectors of 256 bits (AVX2) too, and the processor at hand
/// takes what it can. The operations are the same, one by one, so the results are the same bytes.
/// Sanitizers can't follow the choice, which is made before they start.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define LINMU_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define LINMU_WIDE
#endif
