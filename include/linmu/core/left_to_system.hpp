// SPDX-License-Identifier: MIT
#pragma once
#include <utility>

namespace linmu {

/// Keeps an object to the end of the process, where the system takes all of its memory in one piece. A layer or a table of a hundred
/// thousand parcels is a million pieces: to give each back takes longer than to write a table of them. Held on to, so that it counts as no
/// leak. For a thing that is made once and is the last of its kind: one that comes after it is not told apart.
template <class T>
T& left_to_system(T object) {
    static T* left = nullptr;
    left = new T(std::move(object));
    return *left;
}

}  // namespace linmu
