// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/io/vector.hpp"
#include "support/paths.hpp"
#include "support/run_binary.hpp"
#include "support/temp_dir.hpp"

namespace linmu::test {

namespace fs = std::filesystem;

/// NDVI of r.tif: the smallest pipeline that reads, computes and writes.
inline const std::string ndvi = R"([[step]]
id = "a"
use = "read-raster"
path = "r.tif"
bands = ["R", "N"]

[[step]]
id = "i"
use = "indices"
in = ["a"]
index = ["NDVI"]

[[step]]
id = "w"
use = "write-raster"
in = ["i"]
path = "ndvi.tif"
)";

/// Classes of map.tif in the zones of zones.gpkg, as steps "map", "zones" and "area".
inline const std::string zone_areas = R"([[step]]
id = "map"
use = "read-raster"
path = "map.tif"
kind = "code"

[[step]]
id = "zones"
use = "read-layer"
path = "zones.gpkg"

[[step]]
id = "area"
use = "class-area"
in = ["map", "zones"]
key = "id"
)";

/// Scenes of a path and their bands as step "s", without clouds as step "m".
inline std::string clear_scenes(const std::string& path, const std::string& bands) {
    return "[[step]]\nid = \"s\"\nuse = \"scenes\"\npath = \"" + path + "\"\nbands = [" + bands +
           "]\n[[step]]\nid = \"m\"\nuse = \"mask\"\nin = [\"s\"]\n";
}

/// A folder with inputs and a pipeline file, where linmu is run as people run it. Products go to `out`.
class Workspace {
public:
    Workspace() { setenv("LINMU_DATA", LINMU_SOURCE_DIR "/data", 0); }

    [[nodiscard]] std::string path(const std::string& name) const { return dir_ / name; }
    void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }

    Outcome run(const std::string& pipeline, std::vector<std::string> more = {}, const std::string& out = "out") const {
        write("p.toml", pipeline);
        std::vector<std::string> arguments{"run", path("p.toml"), "--out", path(out)};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_binary(arguments);
    }

    /// What is said when the pipeline is run, without the folder's name.
    std::string complaint(const std::string& pipeline, std::vector<std::string> more = {}) const {
        const auto outcome = run(pipeline, std::move(more));
        return fmt_exit(outcome) + local(outcome.err);
    }

    [[nodiscard]] std::string local(std::string text) const {
        const std::string folder = dir_.path() + "/";
        for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
            text.erase(at, folder.size());
        return text;
    }

    /// Files that a run left behind, but for its diary and what it keeps for the next run.
    [[nodiscard]] std::vector<std::string> left(const std::string& out = "out") const {
        std::vector<std::string> files;
        if (!fs::is_directory(path(out))) return files;
        for (const auto& entry : fs::recursive_directory_iterator(path(out))) {
            const auto name = entry.path().lexically_relative(path(out)).string();
            if (entry.is_regular_file() && name != "log.jsonl" && !name.starts_with("kept/")) files.push_back(name);
        }
        std::ranges::sort(files);
        return files;
    }

    /// A raster of `bands` real bands whose cells are value(band, row, col).
    template <class Value>
    void raster(const std::string& name, const Grid& grid, int bands, Value value,
                const std::string& type = "uint16") const {
        RasterSpec spec{grid, {}};
        Block block{grid.window(), {}};
        for (int b = 0; b < bands; ++b) {
            spec.bands.push_back({.name = "band" + std::to_string(b + 1),
                                  .kind = BandKind::real,
                                  .unit = {},
                                  .legend = {},
                                  .scene = {},
                                  .date = {}});
            RealPlane plane(grid.rows, grid.cols, 0);
            for (int r = 0; r < grid.rows; ++r) {
                for (int c = 0; c < grid.cols; ++c) plane(r, c) = static_cast<float>(value(b, r, c));
            }
            block.bands.emplace_back(std::move(plane));
        }
        write_raster(spec, block, {.path = path(name), .format = "gtiff", .type = type});
    }

    /// Squares of `side` m from the grid's corner eastward, with an id "A", "B", ...
    void squares(const std::string& name, const std::string& crs, Point corner, double side, int count) const {
        Layer layer{{"squares", crs, {{"id", FieldType::text, "", ""}}}, {}};
        for (int i = 0; i < count; ++i) {
            const double x = corner.x + side * i;
            Geometry square;
            square.polygons.push_back(
                {{{x, corner.y}, {x, corner.y - side}, {x + side, corner.y - side}, {x + side, corner.y}}, {}});
            layer.features.push_back({i + 1, square, {std::string(1, static_cast<char>('A' + i))}});
        }
        const LayerOutput output{.layer = &layer, .name_zh = {}, .style_qml = {}};
        if (fs::path(name).extension() == ".shp") write_shapefile(path(name), layer, "UTF-8", true);
        else write_geopackage(path(name), std::span(&output, 1));
    }

private:
    static std::string fmt_exit(const Outcome& outcome) { return "exit " + std::to_string(outcome.exit_code) + ": "; }

    TempDir dir_;
};

inline const Grid small_grid{"EPSG:32649", 500000, 4100000, 10, 10, 200, 300};

}  // namespace linmu::test
