// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

namespace linmu {

/// Texts of a layer as bytes, until it is known in which encoding: all of them decide together.
/// Domain.md 2.5: .cpg if there, else strict UTF-8, else GBK.
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
    std::string asked_, declared_, by_, encoding_, note_;
    long long not_ascii_ = 0;
    long long not_utf8_ = 0;
};

}  // namespace linmu
