// SPDX-License-Identifier: MIT
#include "common.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu {

void note_alignment(const RasterReader& reader, PlanContext& context) {
    std::map<std::string, int> files_by_note;
    for (const auto& note : reader.alignment_notes()) ++files_by_note[note.substr(note.find(": ") + 2)];
    for (const auto& [note, files] : files_by_note)
        context.notes->push_back(fmt::format("{} file{}: {}", files, files == 1 ? "" : "s", note));
    *context.natural_block = std::max(*context.natural_block, reader.natural_block());
}

namespace {

/// Where a grid lies in another CRS.
Box bounds_in(const std::string& crs, const Grid& grid) {
    constexpr double points_a_side = 20;
    const Box own{grid.x0, grid.y(grid.rows), grid.x(grid.cols), grid.y0};
    if (grid.crs == crs) return own;  // most are, and to find the way from a CRS to itself takes a millisecond
    const Ring corners{{own.xmin, own.ymax}, {own.xmin, own.ymin}, {own.xmax, own.ymin}, {own.xmax, own.ymax}};
    const double edge = std::max(grid.cols * grid.cell_x, grid.rows * grid.cell_y) / points_a_side;
    return bounds(transformed({{{corners, {}}}, {}, {}}, Transform(grid.crs, crs), edge));
}

}  // namespace

bool overlaps(const Grid& grid, const Grid& other) {
    const Box box = bounds_in(grid.crs, other);
    return box.xmin < grid.x(grid.cols) && box.xmax > grid.x0 && box.ymin < grid.y0 && box.ymax > grid.y(grid.rows);
}

std::size_t band_index(const std::vector<BandSpec>& bands, std::string_view name, std::string_view where) {
    if (name.empty() && bands.size() == 1) return 0;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < bands.size(); ++i) {
        if (bands[i].name == name) return i;
        names.push_back(bands[i].name);
    }
    if (name.empty()) throw DataError(fmt::format("{} has {} bands; name the one to take", where, bands.size()));
    throw DataError(fmt::format("{} has no band '{}'{}", where, name, hint(name, names)));
}

GatheredBands gather_bands(std::span<const Artifact> inputs, const PlanContext& context) {
    GatheredBands all;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        for (std::size_t b = 0; b < inputs[i].raster.bands.size(); ++b) {
            const auto& spec = inputs[i].raster.bands[b];
            if (std::ranges::find(all.names, spec.name) != all.names.end()) {
                throw DataError(fmt::format(
                    "'{}' and a step before it both have a band '{}'; give one of them another name (suffix)",
                    context.input_ids[i], spec.name));
            }
            all.names.push_back(spec.name);
            all.places.emplace_back(i, b);
        }
    }
    return all;
}

std::span<const float> cells_of(const GatheredBands& bands, std::size_t i, std::span<const BlockPtr> inputs) {
    const auto [input, band] = bands.places[i];
    const auto* plane = std::get_if<RealPlane>(&inputs[input]->bands[band]);
    if (!plane)
        throw DataError(fmt::format("band '{}' holds codes; a formula works on measured values", bands.names[i]));
    return plane->cells();
}

std::span<const float> numbers_of(const GatheredBands& bands, std::size_t i, std::span<const BlockPtr> inputs,
                                  std::deque<RealPlane>& converted) {
    const auto [input, band] = bands.places[i];
    const auto* codes = std::get_if<CodePlane>(&inputs[input]->bands[band]);
    if (!codes) return cells_of(bands, i, inputs);
    auto& plane = converted.emplace_back(RealPlane::unset(codes->rows(), codes->cols()));
    std::ranges::transform(codes->cells(), plane.cells().begin(),
                           [](std::int32_t code) { return code == no_code ? no_value : static_cast<float>(code); });
    return plane.cells();
}

std::size_t place_of(const GatheredBands& bands, const std::string& name, std::string_view who) {
    const auto found = std::ranges::find(bands.names, name);
    if (found == bands.names.end())
        throw DataError(fmt::format("{}: the rasters have no band '{}'{}", who, name, hint(name, bands.names)));
    return static_cast<std::size_t>(found - bands.names.begin());
}

void set_parameters(std::map<std::string, std::string>& parameters, const std::vector<std::string>& texts,
                    std::string_view pack) {
    for (const auto& text : texts) {
        const auto equals = text.find('=');
        const auto known = equals == std::string::npos ? parameters.end() : parameters.find(text.substr(0, equals));
        if (known != parameters.end()) {
            known->second = text.substr(equals + 1);
            continue;
        }
        std::vector<std::string> names;
        for (const auto& [name, _] : parameters) names.push_back(name);
        throw UsageError(fmt::format("pack '{}' has no parameter '{}'; write \"name=value\" with one of {}", pack,
                                     text.substr(0, equals), fmt::join(names, ", ")));
    }
}

std::string with_named(std::string text, const std::map<std::string, std::string>& parameters) {
    std::set<std::string> read;
    for (bool more = true; more;) {
        more = false;
        for (const auto& [name, value] : parameters) {
            if (text.find("${" + name + "}") == std::string::npos || !read.insert(name).second) continue;
            text += fmt::format("\n{} = {}", name, value);
            more = true;
        }
    }
    return text;
}

std::string with_parameters(std::string sql, const std::map<std::string, std::string>& parameters) {
    // A parameter's text may name others: as many rounds as there are parameters reach the last of a chain.
    for (std::size_t round = 0; round < parameters.size() && sql.find("${") != std::string::npos; ++round) {
        for (const auto& [name, value] : parameters) {
            const std::string mark = "${" + name + "}";
            for (auto at = sql.find(mark); at != std::string::npos; at = sql.find(mark, at + value.size()))
                sql.replace(at, mark.size(), value);
        }
    }
    return sql;
}

}  // namespace linmu
