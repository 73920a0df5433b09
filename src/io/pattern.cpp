// SPDX-License-Identifier: MIT
#include "pattern.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "linmu/io/scene.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

bool has_wildcard(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

/// Bytes of a UTF-8 letter after its first.
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

using Parts = std::vector<std::string>;

void expand(const fs::path& base, Parts::const_iterator part, Parts::const_iterator end,
            std::vector<std::string>& found);

void expand_entries(const fs::path& base, Parts::const_iterator part, Parts::const_iterator end,
                    std::vector<std::string>& found) {
    const bool deep = *part == "**";
    if (deep) expand(base, std::next(part), end, found);
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(base.empty() ? "." : base, ignored)) {
        const auto name = entry.path().filename();
        const bool hidden = name.string().starts_with('.') && !part->starts_with('.');
        if (hidden) continue;
        // A link to a folder is not gone down into by **, as it may lead back up.
        if (deep && entry.is_directory(ignored) && !entry.is_symlink(ignored)) expand(base / name, part, end, found);
        if (!deep && matches_pattern(name.string(), *part)) expand(base / name, std::next(part), end, found);
    }
}

void expand(const fs::path& base, Parts::const_iterator part, Parts::const_iterator end,
            std::vector<std::string>& found) {
    if (part == end) {
        std::error_code ignored;
        if (fs::exists(base, ignored)) found.push_back(base.string());
    } else if (has_wildcard(*part)) {
        expand_entries(base, part, end, found);
    } else {
        expand(base / *part, std::next(part), end, found);
    }
}

}  // namespace

/// Only the last * needs to be gone back to.
bool matches_pattern(std::string_view name, std::string_view part) {
    std::size_t n = 0, p = 0, star = std::string_view::npos, retry = 0;
    while (n < name.size()) {
        if (p < part.size() && part[p] == '*') {
            star = p++;
            retry = n;
        } else if (p < part.size() && part[p] == '?') {
            ++p;
            do ++n;
            while (n < name.size() && continues(name[n]));
        } else if (p < part.size() && part[p] == name[n]) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++retry;
        } else {
            return false;
        }
    }
    return part.find_first_not_of('*', p) == std::string_view::npos;
}

std::vector<std::string> expand_pattern(const std::string& pattern) {
    const fs::path path(pattern);
    Parts parts;
    for (const auto& part : path.relative_path()) parts.push_back(part.string());
    std::vector<std::string> found;
    expand(path.root_path(), parts.begin(), parts.end(), found);
    std::ranges::sort(found);
    const auto twice = std::ranges::unique(found);
    found.erase(twice.begin(), twice.end());
    return found;
}

}  // namespace linmu
