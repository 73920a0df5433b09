// SPDX-License-Identifier: MIT
#include "landsat_metadata.hpp"

#include <fmt/format.h>

#include <charconv>
#include <pugixml.hpp>
#include <sstream>

#include "linmu/core/error.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

std::string trimmed(const std::string& text) {
    constexpr const char* around = " \t\r\"";
    const auto from = text.find_first_not_of(around);
    if (from == std::string::npos) return {};
    return text.substr(from, text.find_last_not_of(around) - from + 1);
}

}  // namespace

LandsatMetadata LandsatMetadata::read(const std::string& path) {
    LandsatMetadata metadata;
    metadata.path_ = path;
    auto text = read_whole_file(path);
    text.resize(std::min(text.size(), text.find('\0')));  // some files are padded with zero bytes
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && text[first] == '<') metadata.read_xml(text);
    else metadata.read_text(text);
    if (metadata.groups_.empty())
        throw DataError(
            fmt::format("{} is no Landsat metadata: it has no GROUP; the copy is not whole, get it again", path));
    return metadata;
}

void LandsatMetadata::read_text(const std::string& text) {
    std::istringstream lines(text);
    std::string group;
    for (std::string line; std::getline(lines, line);) {
        const auto equals = line.find('=');
        if (equals == std::string::npos) continue;
        const auto key = trimmed(line.substr(0, equals));
        const auto value = trimmed(line.substr(equals + 1));
        if (key == "GROUP") group = value;
        else if (key != "END_GROUP" && !group.empty()) groups_[group][key] = value;
    }
}

void LandsatMetadata::read_xml(const std::string& text) {
    pugi::xml_document document;
    const auto read = document.load_string(text.c_str());
    if (!read)
        throw DataError(fmt::format("{} cannot be read as XML: {} at byte {}", path_, read.description(), read.offset));
    for (const auto& group : document.document_element().children())
        for (const auto& item : group.children()) groups_[group.name()][item.name()] = trimmed(item.child_value());
}

std::optional<std::string> LandsatMetadata::find(const std::string& group, const std::string& key) const {
    const auto in = groups_.find(group);
    if (in == groups_.end()) return std::nullopt;
    const auto it = in->second.find(key);
    return it == in->second.end() ? std::nullopt : std::optional(it->second);
}

std::string LandsatMetadata::text(const std::string& group, const std::string& key) const {
    if (const auto found = find(group, key)) return *found;
    throw DataError(fmt::format("{} has no {} in {}", path_, key, group));
}

double LandsatMetadata::number(const std::string& group, const std::string& key) const {
    const auto value = text(group, key);
    double number = 0;
    const auto* const end = value.data() + value.size();
    const auto [stop, fault] = std::from_chars(value.data(), end, number);
    if (fault != std::errc{} || stop != end)
        throw DataError(fmt::format("{}: {} is '{}', not a number", path_, key, value));
    return number;
}

}  // namespace linmu
