// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "linmu/core/error.hpp"
#include "linmu/step/params.hpp"

namespace linmu {

struct Position {
    int line = 0;
    int column = 0;
    std::string file;  ///< an included file; empty: the pipeline's own
};

struct KeyText {
    std::string key;
    ParamValue value;
    Position place;
    bool filled = false;  ///< a text with a variable in it: "${year}" may stand for a number
};

struct InputText {
    std::string id;
    Position place;
};

struct StepText {
    std::string id;
    std::string use;
    std::vector<InputText> in;
    bool optional = false;      ///< it and what it feeds may be left out when its files are not there
    std::vector<KeyText> keys;  ///< all but id, use, in, optional
    Position place;
    Position use_place;
};

/// The [grid] table: `crs` and `cell` with `bounds` (numbers: xmin, ymin, xmax, ymax; or "layer:<id of a read-layer step>"),
/// or `like` = a raster file. Absent: the grid of the first raster that is read.
struct GridText {
    std::string crs;
    double cell = 0;
    std::vector<double> bounds;
    std::string bounds_layer;
    std::string like;
    Position place;
};

/// A pipeline file as written, variables filled in, not yet checked against the steps.
struct Document {
    std::string path;
    std::string folder;  ///< relative paths are relative to it
    std::string name;
    std::string title;
    std::optional<GridText> grid;
    std::vector<StepText> steps;
    std::map<std::string, std::string> vars;
    std::string text;  ///< of the file and those that it includes
};

/// `set`: "name" = a variable, "step.key" = a parameter of a step; both win over the file.
using Settings = std::map<std::string, std::string>;

/// Reads a pipeline file (TOML). A `[[step]]` with `each = ["a", "b"]` stands for one step an item, called `${each}`; one with
/// `include = "file"` stands for the steps of that file, whose `[vars]` are what is not set yet. `${name}` in texts comes from --set, else [vars], else the environment.
/// Throws PlanError with everything that is wrong with its form; DataError when it can't be read.
[[nodiscard]] Document read_document(const std::string& path, const Settings& set);

}  // namespace linmu
