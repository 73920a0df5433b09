// SPDX-License-Identifier: MIT
#include "text_encoding.hpp"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <memory>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

struct IconvCloser {
    using pointer = iconv_t;
    void operator()(iconv_t converter) const noexcept { iconv_close(converter); }
};
using Converter = std::unique_ptr<iconv_t, IconvCloser>;

Converter make_converter(const std::string& to, const std::string& from) {
    const iconv_t converter = iconv_open(to.c_str(), from.c_str());
    // NOLINTNEXTLINE: iconv's own mark of failure
    if (converter == reinterpret_cast<iconv_t>(-1)) {
        throw DataError(fmt::format("'{}' is no encoding that this machine knows; UTF-8 and GBK are usual",
                                    to == "UTF-8" ? from : to));
    }
    return Converter(converter);
}

std::optional<std::string> converted(std::string_view bytes, const std::string& to, const std::string& from,
                                     bool may_be_cut) {
    const auto converter = make_converter(to, from);
    std::string out(bytes.size() * 4 + 4, '\0');
    std::string source(bytes);
    char* in = source.data();
    char* end = out.data();
    std::size_t in_left = source.size();
    std::size_t out_left = out.size();
    if (iconv(converter.get(), &in, &in_left, &end, &out_left) == static_cast<std::size_t>(-1)) {
        if (!(may_be_cut && errno == EINVAL)) return {};
    }
    out.resize(out.size() - out_left);
    return out;
}

/// Length of the character that starts with this byte, 0 for none.
std::size_t character_length(unsigned char first) noexcept {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return 2;
    if (first >= 0xE0 && first <= 0xEF) return 3;
    if (first >= 0xF0 && first <= 0xF4) return 4;
    return 0;
}

/// Second bytes that would spell an overlong form, a surrogate or a character beyond U+10FFFF.
bool forbidden_second(unsigned char first, unsigned char second) noexcept {
    return (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) || (first == 0xF0 && second < 0x90) ||
           (first == 0xF4 && second > 0x8F);
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    for (std::size_t i = 0; i < text.size();) {
        const auto length = character_length(byte(i));
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            if ((byte(i + k) & 0xC0) != 0x80) return false;
        }
        if (length > 1 && forbidden_second(byte(i), byte(i + 1))) return false;
        i += length;
    }
    return true;
}

bool is_ascii(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string encoding_name(std::string_view name) {
    std::string upper;
    for (const char c : name) {
        if (std::isspace(static_cast<unsigned char>(c)) == 0)
            upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    if (upper == "UTF8" || upper == "UTF-8" || upper == "65001" || upper == "CP65001") return "UTF-8";
    for (const char* chinese : {"GBK", "GB2312", "GB18030", "CP936", "936", "EUC-CN", "OEM936", "ANSI936"}) {
        if (upper == chinese) return "GB18030";
    }
    if (!upper.empty() && std::ranges::all_of(upper, [](char c) { return c >= '0' && c <= '9'; })) upper = "CP" + upper;
    if (upper.starts_with("88591")) upper = "ISO-8859-1";
    static_cast<void>(make_converter("UTF-8", upper));
    return upper;
}

std::optional<std::string> to_utf8(std::string_view bytes, const std::string& encoding, bool may_be_cut) {
    return converted(bytes, "UTF-8", encoding, may_be_cut);
}

std::optional<std::string> from_utf8(std::string_view text, const std::string& encoding) {
    return converted(text, encoding, "UTF-8", false);
}

}  // namespace linmu
