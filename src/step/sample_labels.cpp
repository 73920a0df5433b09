// SPDX-License-Identifier: MIT
#include "sample_labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/io/data_file.hpp"

namespace linmu {

LabelReader::LabelReader(const std::string& legend_id) {
    if (legend_id.empty()) return;
    legend_ = load_legend(legend_id);
    for (const auto& c : legend_->classes) {
        for (const auto& name : {c.key, fmt::format("{}", c.code), c.name_zh, c.name_en}) known_.emplace(name, c.key);
    }
}

std::string LabelReader::key_of(const std::string& label) const {
    if (!legend_) return label;
    const auto found = known_.find(label);
    return found == known_.end() ? "" : found->second;
}

std::vector<std::string> LabelReader::keys() const {
    std::vector<std::string> keys;
    if (legend_)
        for (const auto& c : legend_->classes) keys.push_back(c.key);
    return keys;
}

std::vector<std::string> LabelReader::in_order(const std::vector<std::string>& keys) const {
    std::set<std::string> rest(keys.begin(), keys.end());
    std::vector<std::string> ordered;
    for (const auto& key : this->keys())
        if (rest.erase(key) > 0) ordered.push_back(key);
    ordered.insert(ordered.end(), rest.begin(), rest.end());
    return ordered;
}

std::string trimmed_text(const Value& value) {
    const std::string text = to_text(value);
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<Point> places_in_metres(const Layer& samples) {
    std::vector<Point> places;
    if (samples.features.empty()) return places;
    const Transform to_plane(samples.spec.crs, survey_plane_for(bounds(samples), samples.spec.crs));
    for (const auto& feature : samples.features) {
        const auto& shape = feature.geometry;
        if (shape.points.empty() && shape.polygons.empty())
            throw DataError(
                fmt::format("sample {} of '{}' is neither point nor polygon", feature.fid, samples.spec.name));
        places.push_back(to_plane(shape.points.empty() ? inner_point(shape) : shape.points.front()));
    }
    return places;
}

}  // namespace linmu
