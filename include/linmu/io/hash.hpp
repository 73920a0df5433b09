// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace linmu {

/// XXH3-128 of a file's bytes, or of a folder: of its files' relative names and hashes, sorted; of a table of a database
/// ("PG:...|table"): of its rows. Hex. Throws DataError.
[[nodiscard]] std::string content_hash(const std::string& path);
/// Size, times and place on the disk of a file, or of all files of a folder, as a hash: as long as it stays, so does the content. "" when
/// that cannot be told: of a database, and of a file so new that it could be written again within the same tick of its clock.
[[nodiscard]] std::string file_stamp(const std::string& path);
[[nodiscard]] std::string text_hash(std::string_view text);

}  // namespace linmu
