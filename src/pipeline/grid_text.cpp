// SPDX-License-Identifier: MIT
#include "grid_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "linmu/geo/crs.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/io/vector.hpp"

namespace linmu {
namespace {

std::string beside(const Document& document, const std::string& path) {
    const std::filesystem::path p(path);
    return p.is_absolute() ? path : (std::filesystem::path(document.folder) / p).lexically_normal().string();
}

std::string text_key(const StepText& step, const std::string& key) {
    for (const auto& k : step.keys) {
        if (const auto* text = std::get_if<std::string>(&k.value); text && k.key == key) return *text;
    }
    return {};
}

Box bounds_of_layer(const Document& document, const std::string& id, const std::string& crs) {
    const auto it = std::ranges::find(document.steps, id, &StepText::id);
    if (it == document.steps.end() || text_key(*it, "path").empty()) {
        throw DataError(fmt::format("bounds = \"layer:{}\": no read-layer step has this id and a path", id));
    }
    const Layer layer = read_layer({beside(document, text_key(*it, "path")), text_key(*it, "layer"),
                                    text_key(*it, "encoding"), text_key(*it, "crs")});
    const Transform to_grid(layer.spec.crs, crs);
    Box box;
    for (const auto& feature : layer.features) box.join(bounds(transformed(feature.geometry, to_grid)));
    return box;
}

}  // namespace

Grid resolve_grid(const Document& document) {
    const GridText& text = *document.grid;
    if (!text.like.empty()) {
        const auto file = inspect_raster(beside(document, text.like));
        if (!file.georeferenced)
            throw DataError(fmt::format("{} has no grid of its own: it lies by its RPC; give another like", file.path));
        return file.grid;
    }
    const std::string crs = parse_crs(text.crs).id;
    const Box box = text.bounds.size() == 4 ? Box{text.bounds[0], text.bounds[1], text.bounds[2], text.bounds[3]}
                                            : bounds_of_layer(document, text.bounds_layer, crs);
    if (!(box.xmax > box.xmin && box.ymax > box.ymin))
        throw DataError("the grid's bounds are empty; they are [xmin, ymin, xmax, ymax]");
    // The corner of numbers is meant as it is; that of a layer goes outward to a whole multiple of the cell, so that grids of
    // neighbouring areas fit together.
    const bool numbers = text.bounds.size() == 4;
    const double west = numbers ? box.xmin : std::floor(box.xmin / text.cell) * text.cell;
    const double north = numbers ? box.ymax : std::ceil(box.ymax / text.cell) * text.cell;
    const double cols = std::ceil((box.xmax - west) / text.cell - 1e-9);
    const double rows = std::ceil((north - box.ymin) / text.cell - 1e-9);
    if (cols * rows > 4e10)
        throw DataError(
            fmt::format("the grid would have {:.0f} x {:.0f} cells; is the cell of {} right?", cols, rows, text.cell));
    return {crs, west, north, text.cell, text.cell, static_cast<int>(rows), static_cast<int>(cols)};
}

}  // namespace linmu
