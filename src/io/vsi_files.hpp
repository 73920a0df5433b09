// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

namespace linmu {

/// Files on the disk or inside an archive ("/vsizip/scene.zip/name"), as GDAL sees them.
[[nodiscard]] bool file_exists(const std::string& path);
/// Names in a folder, sorted; empty when there is no such folder.
[[nodiscard]] std::vector<std::string> names_in(const std::string& folder);
/// Throws DataError when it can't be read whole.
[[nodiscard]] std::string read_whole_file(const std::string& path);
/// The archive that the path leads into, or the path itself.
[[nodiscard]] std::string on_disk(const std::string& path);

}  // namespace linmu
