// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>

namespace linmu {

/// What an MTL file says, by group and key: the text form ("GROUP = ...", maybe padded with zero bytes) and the XML form are one.
class LandsatMetadata {
public:
    /// Throws DataError: not there, or not of either form.
    [[nodiscard]] static LandsatMetadata read(const std::string& path);
    /// Throws DataError that names the file, the group and the key.
    [[nodiscard]] std::string text(const std::string& group, const std::string& key) const;
    [[nodiscard]] std::optional<std::string> find(const std::string& group, const std::string& key) const;
    [[nodiscard]] double number(const std::string& group, const std::string& key) const;
    [[nodiscard]] bool has_group(const std::string& group) const { return groups_.contains(group); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    void read_text(const std::string& text);
    void read_xml(const std::string& text);
    std::string path_;
    std::map<std::string, std::map<std::string, std::string>> groups_;
};

}  // namespace linmu
