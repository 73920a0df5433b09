// SPDX-License-Identifier: MIT
#include "layer_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/error.hpp"
#include "text_encoding.hpp"

namespace linmu {
namespace {

/// Two such characters in GBK are UTF-8 in one case of some hundred; eight never.
constexpr long long sure_characters = 8;

const char* shown(const std::string& encoding) { return encoding == "GB18030" ? "GBK" : encoding.c_str(); }

bool is_lead(char byte) {
    const auto b = static_cast<unsigned char>(byte);
    return b >= 0xC2 && b <= 0xF4;
}

/// A full DBF field may end in the middle of a character. What is UTF-8 before it, with two characters beyond ASCII, is no accident.
bool is_utf8_or_cut(const std::string& bytes) {
    if (is_utf8(bytes)) return true;
    for (std::size_t cut = 1; cut <= 3 && cut < bytes.size(); ++cut) {
        if (!is_lead(bytes[bytes.size() - cut])) continue;
        const auto rest = bytes.substr(0, bytes.size() - cut);
        return is_utf8(rest) && (rest.size() > 250 || std::ranges::count_if(rest, is_lead) >= 2);
    }
    return false;
}

}  // namespace

void LayerText::see(const std::string& bytes) {
    if (is_ascii(bytes)) return;
    ++not_ascii_;
    if (!is_utf8_or_cut(bytes)) ++not_utf8_;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (byte(i) >= 0xC2) ++utf8_characters_;
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (byte(i) < 0x80) continue;
        ++pairs_;
        if (byte(i) > 0xA0 && i + 1 < bytes.size() && byte(i + 1) > 0xA0) ++chinese_pairs_;
        ++i;
    }
}

void LayerText::decide() {
    if (!asked_.empty()) {
        encoding_ = encoding_name(asked_);
        note_ = fmt::format("{}: as asked for", shown(encoding_));
        return;
    }
    encoding_ = declared_.empty() ? "UTF-8" : encoding_name(declared_);
    const auto utf8_is_wrong = declared_.empty() ? std::string("no .cpg,") : fmt::format("the {} says UTF-8, but", by_);
    if (encoding_ == "UTF-8" && not_utf8_ > 0) {
        encoding_ = looks_like_gbk() ? "GB18030" : "CP1252";
        note_ = looks_like_gbk() ? fmt::format("GBK: {} {} texts are not UTF-8", utf8_is_wrong, not_utf8_)
                                 : fmt::format(
                                       "CP1252: a guess, {} {} texts are neither UTF-8 nor GBK; say "
                                       "encoding = ... if it is another",
                                       utf8_is_wrong, not_utf8_);
    } else if (encoding_ != "UTF-8" && not_utf8_ == 0 && utf8_characters_ >= sure_characters) {
        // By chance a text of another encoding is UTF-8; a layer of them is not.
        note_ = fmt::format("UTF-8: the {} says {}, but all {} texts beyond ASCII are UTF-8", by_, shown(encoding_),
                            not_ascii_);
        encoding_ = "UTF-8";
    } else if (!declared_.empty()) {
        note_ = fmt::format("{}: as the {} says", shown(encoding_), by_);
    } else {
        note_ =
            not_ascii_ == 0 ? "ASCII" : fmt::format("UTF-8: no .cpg, all {} texts beyond ASCII are UTF-8", not_ascii_);
    }
}

std::string LayerText::decode(const std::string& bytes, const std::string& place) const {
    if (is_ascii(bytes)) return bytes;
    if (auto text = to_utf8(bytes, encoding_, true)) return *text;
    throw DataError(
        fmt::format("{}: its bytes are no {} text; give the encoding (encoding = ...)", place, shown(encoding_)));
}

}  // namespace linmu
