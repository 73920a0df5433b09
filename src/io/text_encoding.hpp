// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace linmu {

/// Strictly: no overlong forms, surrogates or cut characters.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;
[[nodiscard]] bool is_ascii(std::string_view text) noexcept;
/// The name iconv knows: "GBK" and its sisters are read as GB18030, which holds them all; code page numbers get their "CP".
/// Throws DataError when there is no such encoding.
[[nodiscard]] std::string encoding_name(std::string_view name);
/// To UTF-8. Nothing when a byte has no meaning; a character cut at the very end (a full DBF field) is left out if `may_be_cut`.
[[nodiscard]] std::optional<std::string> to_utf8(std::string_view bytes, const std::string& encoding,
                                                 bool may_be_cut = false);
/// From UTF-8. Nothing when the encoding lacks a character.
[[nodiscard]] std::optional<std::string> from_utf8(std::string_view text, const std::string& encoding);

}  // namespace linmu
