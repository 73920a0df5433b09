// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "linmu/core/area.hpp"

namespace linmu {

/// Below which area a patch of these classes is too small for the map.
struct LeastPatch {
    std::vector<std::int32_t> codes;
    Area area;
    std::string source, confidence;
};

/// A patch of these classes that is at least so wide, so long, and so much longer than wide, is a belt: it stays.
struct BeltRule {
    std::vector<std::int32_t> codes;
    double least_width = 0;   ///< m
    double least_length = 0;  ///< m
    double least_ratio = 1;   ///< length : width
    std::string source, confidence;
};

/// data/minimum-patches/<id>.toml: `name_zh`, `name_en`, `legend`, then `[[least]]` with classes (keys of the legend), area, unit
/// ("m2", "mu" or "ha"), source, confidence; and, if any, `[[belt]]`.
struct MinimumPatches {
    std::string id, name_zh, name_en, legend, path;
    std::vector<LeastPatch> least;
    std::vector<BeltRule> belts;
};
/// Throws DataError as "file:line:column: ...": a class that the legend has not, or that two rules name; a class of the legend without rule.
[[nodiscard]] MinimumPatches load_minimum_patches(const std::string& name);

}  // namespace linmu
