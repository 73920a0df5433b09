// SPDX-License-Identifier: MIT
#include "linmu/io/crosswalk.hpp"

#include <filesystem>

#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "toml_reader.hpp"

namespace linmu {

Crosswalk load_crosswalk(const std::string& name) {
    const std::string path = find_data_file("crosswalks", name);
    const toml::table root = parse_toml_file(path);
    TomlTable file(root, path);
    Crosswalk walk{std::filesystem::path(path).stem().string(),
                   file.text("name_zh"),
                   file.text("name_en"),
                   file.text("from"),
                   file.text("to"),
                   {}};
    const Legend legend = load_legend(walk.to);
    for (const auto& [code, key] : file.texts_by_name("classes")) {
        try {
            walk.classes[code] = legend.at_key(key).code;
        } catch (const DataError& fault) {
            file.fail("classes", code + ": " + fault.what());
        }
    }
    file.finish();
    return walk;
}

}  // namespace linmu
