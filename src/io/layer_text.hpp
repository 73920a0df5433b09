// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

namespace linmu {

/// Texts of a layer as bytes, until it is known in which encoding: all of them decide together.
/// What the file says (.cpg, or the language byte of a .dbf that names GBK), unless the texts prove otherwise; else strict UTF-8; else
/// GBK, if the texts look like it: of Chinese in GBK nearly all characters have two bytes beyond 0xA0, while a letter of Latin-1 is mostly
/// followed by an ASCII one. What is neither is taken for CP1252, and told as a guess.
class LayerText {
public:
    /// `asked`: by the user, "" for none. `declared`: by the file, "" for none; `by` names what declares it: ".cpg", "format".
    LayerText(std::string asked, std::string declared, std::string by)
        : asked_(std::move(asked)), declared_(std::move(declared)), by_(std::move(by)) {}

    void see(const std::string& bytes);
    /// To be called when all was seen; the encoding's name for `decode`.
    void decide();
    /// Throws DataError "<place>: ..." when the bytes have no meaning.
    [[nodiscard]] std::string decode(const std::string& bytes, const std::string& place) const;
    /// For people: "GBK: no .cpg, 12 texts are not UTF-8".
    [[nodiscard]] const std::string& note() const noexcept { return note_; }

private:
    [[nodiscard]] bool looks_like_gbk() const noexcept { return chinese_pairs_ * 2 > pairs_; }

    std::string asked_, declared_, by_, encoding_, note_;
    long long not_ascii_ = 0;        ///< texts
    long long not_utf8_ = 0;         ///< texts
    long long utf8_characters_ = 0;  ///< of more than one byte
    long long pairs_ = 0;            ///< two-byte characters, read as GBK ...
    long long chinese_pairs_ = 0;    ///< ... with both bytes beyond 0xA0, as GB 2312 has them
};

}  // namespace linmu
