// SPDX-License-Identifier: MIT
#pragma once
#include <string>

namespace linmu {

/// Packs a folder, with its own name as the first part of every path, as satellite products are handed out. The same
/// bytes for the same content: names in order, times fixed. Throws DataError.
void write_zip(const std::string& path, const std::string& folder);

}  // namespace linmu
