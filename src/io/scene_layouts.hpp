// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "linmu/io/scene.hpp"

namespace linmu {

/// One way in which scenes are delivered: how the file that tells of a scene is known, and how it is read.
struct SceneLayout {
    std::string_view name;               ///< as data/sensors/*.toml have it
    std::vector<std::string> names;      ///< patterns of the file's name
    bool (*is_one)(const std::string&);  ///< looks into a file of that name; null: the name is enough
    std::vector<Scene> (*read)(const std::string& file);
};
/// To add one: src/io/scene_<layout>.cpp and a line in scene.cpp.
[[nodiscard]] const std::vector<SceneLayout>& scene_layouts();

[[nodiscard]] bool is_stac_item(const std::string& file);
[[nodiscard]] bool is_gaofen_metadata(const std::string& file);
[[nodiscard]] std::vector<Scene> read_stac(const std::string& file);
[[nodiscard]] std::vector<Scene> read_landsat(const std::string& file);
[[nodiscard]] std::vector<Scene> read_hls(const std::string& file);
[[nodiscard]] std::vector<Scene> read_gaofen(const std::string& file);
[[nodiscard]] std::vector<Scene> read_stack(const std::string& file);

}  // namespace linmu
