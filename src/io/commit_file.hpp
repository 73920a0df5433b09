// SPDX-License-Identifier: MIT
#pragma once
#include <string>

namespace linmu {

/// The temporary name that a product has until it is whole: beside it, so that renaming is one step of the file system.
[[nodiscard]] inline std::string partial_name(const std::string& path) { return path + ".part"; }
/// Throws DataError when `path` cannot be written: its folder is not there, is closed to us, or `path` is a folder.
void require_writable(const std::string& path);
/// Flushes the temporary to the disk and renames it. Throws DataError in the system's words.
void commit_file(const std::string& partial, const std::string& path);

}  // namespace linmu
