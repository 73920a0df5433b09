// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace linmu {

/// The name most like `wrong` by edit distance, or "" when none is near (more than a third of its letters differ, at least 2).
[[nodiscard]] std::string nearest_name(std::string_view wrong, std::span<const std::string> names);
/// "; did you mean 'window'?" or "; one of a, b, c" when nothing is near.
[[nodiscard]] std::string hint(std::string_view wrong, std::span<const std::string> names);

}  // namespace linmu
