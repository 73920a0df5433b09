// SPDX-License-Identifier: MIT
#include "linmu/algo/landscape.hpp"

#include <cmath>
#include <map>
#include <utility>

#include "contacts.hpp"

namespace linmu {
namespace {

/// Sums over the patches of a class, or of the whole map.
struct PatchSums {
    std::int64_t cells = 0, patches = 0, area = 0, largest = 0;
    std::int64_t outline = 0;       ///< 1e-4 m, border included
    std::int64_t cell_outline = 0;  ///< cell edges
    double weighted_outline = 0;    ///< cell edges x sqrt(cells)
    double shapes = 0;

    void add(const PatchSums& one) {
        cells += one.cells, patches += one.patches, area += one.area;
        largest = std::max(largest, one.largest);
        outline += one.outline, cell_outline += one.cell_outline;
        weighted_outline += one.weighted_outline, shapes += one.shapes;
    }
};

/// What lies beside what.
struct Adjacency {
    std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> cells;  ///< by ordered pair of codes, each once
    std::map<std::int32_t, std::int64_t> edges;                           ///< 1e-4 m, of a class to other classes
};

double metres(std::int64_t units) { return static_cast<double>(units) / 1e4; }

std::map<std::int32_t, PatchSums> sums_by_class(const RunMap& map, const PatchLabels& labels, const Grid& grid,
                                                const EdgeLengths& lengths, const ParallelFor& parallel) {
    const auto codes = patch_codes(map, labels);
    const auto cells = patch_cells(map, labels);
    const auto areas = patch_areas(map, labels, CellAreas(grid), parallel);
    const auto outlines = patch_perimeters(map, labels, lengths);
    const auto cell_outlines = patch_perimeters(map, labels, equal_edges(map, 1, 1));
    std::map<std::int32_t, PatchSums> sums;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const double edges = static_cast<double>(cell_outlines[i]);
        sums[codes[i]].add({.cells = cells[i],
                            .patches = 1,
                            .area = areas[i],
                            .largest = areas[i],
                            .outline = outlines[i],
                            .cell_outline = cell_outlines[i],
                            .weighted_outline = edges * std::sqrt(static_cast<double>(cells[i])),
                            .shapes = 0.25 * metres(outlines[i]) / std::sqrt(Area{areas[i]}.m2())});
    }
    return sums;
}

Adjacency adjacency_of(const RunMap& map, const EdgeLengths& lengths) {
    Adjacency found;
    const auto runs = map.runs();
    for (int row = 0; row < map.rows(); ++row) {
        for (std::size_t run = map.first(row); run < map.first(row + 1); ++run) {
            const auto code = runs[run].code;
            if (code != no_code) found.cells[{code, code}] += runs[run].end - map.start(row, run) - 1;
        }
    }
    visit_contacts(map, Connectivity::four, [&](int row, const Contact& contact) {
        const auto a = runs[contact.run].code, b = runs[contact.other].code;
        if (a == no_code || b == no_code) return;
        found.cells[std::minmax(a, b)] += contact.cells;
        if (a == b) return;
        const auto r = static_cast<std::size_t>(row);
        const auto length = contact.cells * (contact.above ? lengths.level[r] : lengths.upright[r]);
        found.edges[a] += length;
        found.edges[b] += length;
    });
    return found;
}

/// The most adjacencies that n cells can have among themselves, each counted once.
std::int64_t most_adjacencies(std::int64_t cells) {
    auto side = static_cast<std::int64_t>(std::sqrt(static_cast<double>(cells)));
    while (side * side > cells) --side;
    while ((side + 1) * (side + 1) <= cells) ++side;
    const auto rest = cells - side * side;
    const auto square = 2 * side * (side - 1);
    if (rest == 0) return square;
    return square + 2 * rest - (rest <= side ? 1 : 2);
}

std::optional<double> aggregation_of(std::int64_t like, std::int64_t cells) {
    const auto most = most_adjacencies(cells);
    if (most == 0) return {};
    return 100 * static_cast<double>(like) / static_cast<double>(most);
}

std::optional<double> cohesion_of(const PatchSums& sums, std::int64_t map_cells) {
    if (map_cells < 2) return {};
    const double scale = 1 - 1 / std::sqrt(static_cast<double>(map_cells));
    return 100 * (1 - static_cast<double>(sums.cell_outline) / sums.weighted_outline) / scale;
}

LandscapeMetrics metrics_of(const PatchSums& sums, const PatchSums& whole, std::int64_t edge) {
    LandscapeMetrics m;
    const Area area{sums.area}, all{whole.area};
    m.cells = sums.cells;
    m.patches = sums.patches;
    m.area = area;
    m.share = 100 * area.m2() / all.m2();
    m.density = static_cast<double>(sums.patches) / all.ha() * 100;
    m.mean_patch = area.ha() / static_cast<double>(sums.patches);
    m.largest_patch = 100 * Area{sums.largest}.m2() / all.m2();
    m.edge = metres(edge);
    m.edge_density = m.edge / all.ha();
    m.mean_shape = sums.shapes / static_cast<double>(sums.patches);
    m.cohesion = cohesion_of(sums, whole.cells);
    return m;
}

double shape_of(std::int64_t outline, std::int64_t area) { return 0.25 * metres(outline) / std::sqrt(Area{area}.m2()); }

/// -sum p ln p, by area.
double diversity_of(const std::map<std::int32_t, PatchSums>& classes, const PatchSums& whole) {
    double sum = 0;
    for (const auto& [code, sums] : classes) {
        const double p = Area{sums.area}.m2() / Area{whole.area}.m2();
        sum -= p * std::log(p);
    }
    return sum;
}

std::optional<double> contagion_of(const Adjacency& adjacency, const std::map<std::int32_t, PatchSums>& classes,
                                   const PatchSums& whole) {
    if (classes.size() < 2) return {};
    std::map<std::int32_t, std::int64_t> of_class;
    for (const auto& [pair, count] : adjacency.cells) of_class[pair.first] += count, of_class[pair.second] += count;
    double sum = 0;
    const auto add = [&](std::int32_t code, std::int64_t count) {
        if (count == 0) return;
        const double p = Area{classes.at(code).area}.m2() / Area{whole.area}.m2();
        const double q = p * static_cast<double>(count) / static_cast<double>(of_class[code]);
        sum += q * std::log(q);
    };
    for (const auto& [pair, count] : adjacency.cells) {
        if (pair.first == pair.second) add(pair.first, 2 * count);
        else add(pair.first, count), add(pair.second, count);
    }
    return 100 * (1 + sum / (2 * std::log(static_cast<double>(classes.size()))));
}

}  // namespace

std::vector<LandscapeMetrics> landscape_metrics(const RunMap& map, const Grid& grid, const LandscapeOptions& options,
                                                const ParallelFor& parallel) {
    const auto labels = label_patches(map, options.connectivity, parallel);
    const auto lengths = edge_lengths(grid);
    const auto classes = sums_by_class(map, labels, grid, lengths, parallel);
    if (classes.empty()) return {};
    const auto adjacency = adjacency_of(map, lengths);
    PatchSums whole;
    for (const auto& [code, sums] : classes) whole.add(sums);

    std::vector<LandscapeMetrics> rows;
    std::int64_t inner = 0;
    double aggregation = 0;
    for (const auto& [code, sums] : classes) {
        const auto edges = adjacency.edges.find(code);
        const auto own = edges == adjacency.edges.end() ? 0 : edges->second;
        inner += own;
        auto& m = rows.emplace_back(metrics_of(sums, whole, options.border ? sums.outline : own));
        m.code = code;
        m.shape = shape_of(sums.outline, sums.area);
        const auto like = adjacency.cells.find({code, code});
        m.aggregation = aggregation_of(like == adjacency.cells.end() ? 0 : like->second, sums.cells);
        aggregation += m.aggregation.value_or(0) * m.share / 100;
    }
    // Each boundary between classes was counted from both sides; the border from one.
    const auto once = inner / 2, border = whole.outline - inner;
    auto& m = rows.emplace_back(metrics_of(whole, whole, options.border ? once + border : once));
    m.shape = shape_of(once + border, whole.area);
    m.aggregation = aggregation;
    m.diversity = diversity_of(classes, whole);
    if (classes.size() > 1) m.evenness = *m.diversity / std::log(static_cast<double>(classes.size()));
    m.contagion = contagion_of(adjacency, classes, whole);
    return rows;
}

}  // namespace linmu
