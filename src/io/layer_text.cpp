// SPDX-License-Identifier: MIT
#include "layer_text.hpp"

#include <fmt/format.h>

#include "linmu/core/error.hpp"
#include "text_encoding.hpp"

namespace linmu {
namespace {

const char* shown(const std::string& encoding) { return encoding == "GB18030" ? "GBK" : encoding.c_str(); }

/// A full DBF field may end in the middle of a character.
bool is_utf8_or_cut(const std::string& bytes) {
    if (is_utf8(bytes)) return true;
    for (std::size_t cut = 1; cut <= 3 && cut < bytes.size(); ++cut) {
        const auto lead = static_cast<unsigned char>(bytes[bytes.size() - cut]);
        if (lead >= 0xC2 && lead <= 0xF4) return bytes.size() > 250 && is_utf8(bytes.substr(0, bytes.size() - cut));
    }
    return false;
}

}  // namespace

void LayerText::see(const std::string& bytes) {
    if (is_ascii(bytes)) return;
    ++not_ascii_;
    if (!is_utf8_or_cut(bytes)) ++not_utf8_;
}

void LayerText::decide() {
    if (!asked_.empty()) {
        encoding_ = encoding_name(asked_);
        note_ = fmt::format("{}: as asked for", shown(encoding_));
        return;
    }
    encoding_ = declared_.empty() ? "UTF-8" : encoding_name(declared_);
    if (encoding_ == "UTF-8" && not_utf8_ > 0) {
        encoding_ = "GB18030";
        const auto why = declared_.empty() ? fmt::format("no {},", by_) : fmt::format("the {} says UTF-8, but", by_);
        note_ = fmt::format("GBK: {} {} texts are not UTF-8", why, not_utf8_);
    } else if (!declared_.empty()) {
        note_ = fmt::format("{}: as the {} says", shown(encoding_), by_);
    } else {
        note_ = not_ascii_ == 0 ? "ASCII"
                                : fmt::format("UTF-8: no {}, all {} texts beyond ASCII are UTF-8", by_, not_ascii_);
    }
}

std::string LayerText::decode(const std::string& bytes, const std::string& place) const {
    if (is_ascii(bytes)) return bytes;
    if (auto text = to_utf8(bytes, encoding_, true)) return *text;
    throw DataError(
        fmt::format("{}: its bytes are no {} text; give the encoding (encoding = ...)", place, shown(encoding_)));
}

}  // namespace linmu
