// SPDX-License-Identifier: MIT
#include "linmu/demo/measure.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "index.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

namespace linmu::demo {
namespace {

/// The cell on the right hand of an edge.
std::array<std::int32_t, 2> cell_of(const Edge& e) {
    return {std::min(e.from_row, e.to_row) - (e.to_col < e.from_col ? 1 : 0),
            std::min(e.from_col, e.to_col) - (e.to_row > e.from_row ? 1 : 0)};
}

/// Knows how cells of the pattern become places of the survey, and how large things are.
class Ruler {
public:
    explicit Ruler(double size)
        : grid_(scene_grid(size)), transform_(scene_crs, survey_crs), area_(survey_crs, survey_crs) {}

    [[nodiscard]] Geometry placed(std::vector<Polygon> polygons) const {
        for (auto& polygon : polygons) {
            place(polygon.outer, Landscape::half);
            for (auto& hole : polygon.holes) place(hole, Landscape::half);
        }
        return {.polygons = std::move(polygons), .lines = {}, .points = {}};
    }
    void place(std::vector<Point>& points, double unit) const {
        for (auto& p : points) p = {grid_.x0 + p.x * unit, grid_.y0 - p.y * unit};
        transform_.apply(points);
    }
    [[nodiscard]] Area area(const Geometry& geometry) const { return area_(geometry); }

private:
    Grid grid_;
    Transform transform_;
    SurveyArea area_;
};

/// One a thread: what it is made of takes PROJ longer to find than a plot to measure.
const Ruler& ruler_of(double size) {
    thread_local double known = 0;
    thread_local std::unique_ptr<Ruler> ruler;
    if (!ruler || known != size) {
        ruler = std::make_unique<Ruler>(size);
        known = size;
    }
    return *ruler;
}

/// The pattern of a window and one cell round it.
struct Sheet {
    Window window;
    CodePlane units;  ///< as the scenes have it: says how boundaries run
    CodePlane land;   ///< the same without crumbs: says whose a cell is

    [[nodiscard]] CodePlane things(const std::function<std::int32_t(std::int32_t)>& thing) const {
        CodePlane out(land.rows(), land.cols(), -1);
        for (std::size_t i = 0; i < land.size(); ++i) out.cells()[i] = thing(land.cells()[i]);
        return out;
    }
};

/// Surveys map no field below 400 m2: what a road or a bend cuts off goes to the neighbour with the longest common
/// boundary.
constexpr int least_cells = 16;

using IsOwn = std::function<bool(std::int32_t)>;

CodePlane without_crumbs(const CodePlane& units, const IsOwn& own) {
    CodePlane mine = units;
    for (auto& u : mine.cells()) u = own(u) ? u : -1;
    const auto pieces = connected(mine);
    std::map<std::int32_t, int> sizes;
    for (const auto p : pieces.cells()) ++sizes[p];
    std::map<std::int32_t, std::map<std::int32_t, int>> neighbours;  // of a crumb: unit, common edges
    for (int r = 1; r + 1 < units.rows(); ++r) {
        for (int c = 1; c + 1 < units.cols(); ++c) {
            const auto piece = pieces(r, c);
            if (piece < 0 || sizes[piece] >= least_cells) continue;
            for (const auto& [dr, dc] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
                const auto other = pieces(r + dr, c + dc);
                if (other >= 0 && sizes[other] >= least_cells) ++neighbours[piece][units(r + dr, c + dc)];
            }
        }
    }
    CodePlane out = units;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto found = neighbours.find(pieces.cells()[i]);
        if (found == neighbours.end()) continue;
        out.cells()[i] =
            std::ranges::max_element(found->second, {}, [](const auto& item) { return item.second; })->first;
    }
    return out;
}

std::vector<Parcel> parcels_of(const Sheet& sheet, const CodePlane& things, const Ruler& ruler) {
    const auto pieces = connected(things);
    std::vector<std::vector<Edge>> edges;
    std::vector<std::int32_t> units;
    collect_edges(sheet.units, pieces, sheet.window, [&](std::int32_t piece, const Edge& edge) {
        if (index(piece) >= edges.size()) {
            edges.resize(index(piece) + 1);
            units.resize(index(piece) + 1, -1);
        }
        const auto cell = cell_of(edge);
        if (units[index(piece)] < 0)
            units[index(piece)] = sheet.land(cell[0] - sheet.window.row + 1, cell[1] - sheet.window.col + 1);
        edges[index(piece)].push_back(edge);
    });
    std::vector<Parcel> parcels;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (edges[i].empty()) continue;
        auto geometry = ruler.placed(polygons_of(edges[i]));
        const auto area = ruler.area(geometry);
        parcels.push_back({std::move(geometry), area, units[i]});
    }
    return parcels;
}

}  // namespace

Grid scene_grid(double size) {
    const int cells = static_cast<int>(std::lround(size / 10));
    return {.crs = scene_crs, .x0 = 709020, .y0 = 4099740, .cell_x = 10, .cell_y = 10, .rows = cells, .cols = cells};
}

VillageSurvey survey_village(const Landscape& landscape, int village) {
    const Ruler& ruler = ruler_of(landscape.size());
    const auto& units = landscape.units();
    const auto window = landscape.reach_of_village(village);
    const auto own = [&](std::int32_t u) { return units[index(u)].village == village; };
    auto pattern = landscape.pattern(window.grown(1));
    const Sheet sheet{window, pattern, without_crumbs(pattern, own)};

    VillageSurvey survey;
    for (std::size_t y = 0; y < 2; ++y) {
        survey.parcels[y] = parcels_of(
            sheet, sheet.things([&](std::int32_t u) { return own(u) ? units[index(u)].parcel[y] : -1; }), ruler);
    }
    survey.changes = parcels_of(sheet, sheet.things([&](std::int32_t u) {
        return own(u) && landscape.land(u, 0) != landscape.land(u, 1) ? u : -1;
    }),
                                ruler);

    const auto outline = [&](const std::function<std::int32_t(int)>& realm, std::vector<Edge>& out) {
        const auto things = sheet.things([&](std::int32_t u) {
            const int v = units[index(u)].village;
            return v < 0 ? -1 : realm(v);
        });
        collect_edges(sheet.units, things, window, [&](std::int32_t, const Edge& edge) {
            const auto cell = cell_of(edge);
            if (own(sheet.land(cell[0] - window.row + 1, cell[1] - window.col + 1))) out.push_back(edge);
        });
    };
    outline([](int v) { return v; }, survey.outline);
    outline([&](int v) { return landscape.plan().villages()[index(v)].township; }, survey.township_outline);
    outline([](int) { return 0; }, survey.county_outline);
    return survey;
}

PlotSurvey survey_plot(const Landscape& landscape, const Plot& plot) {
    const Ruler& ruler = ruler_of(landscape.size());
    const auto window = landscape.reach_of_seeds(plot.seeds);
    const auto seeds = landscape.seed_pattern(window.grown(1));
    const Sheet design{window, seeds, seeds};
    const std::set<std::int32_t> designed(plot.seeds.begin(), plot.seeds.end());
    const auto all = design.things([&](std::int32_t s) { return designed.contains(s) ? 0 : -1; });
    PlotSurvey survey;
    std::vector<Edge> edges;
    collect_edges(design.units, all, window, [&](std::int32_t, const Edge& edge) { edges.push_back(edge); });
    survey.design = ruler.placed(polygons_of(edges));
    survey.design_area = ruler.area(survey.design);

    const std::set<std::int32_t> planted(plot.planted.begin(), plot.planted.end());
    const auto land = landscape.pattern(window.grown(1));
    CodePlane green(land.rows(), land.cols(), -1);
    for (std::size_t i = 0; i < green.size(); ++i) {
        const auto seed = design.units.cells()[i];
        const bool free = land.cells()[i] == landscape.seeds()[index(seed)].unit;
        if (free && planted.contains(seed)) green.cells()[i] = 0;
    }
    for (const auto& piece : parcels_of(design, green, ruler)) survey.planted_area += piece.area;
    return survey;
}

std::map<std::int32_t, Area> areas_by(const Landscape& landscape, const std::vector<std::int32_t>& seeds,
                                      const std::function<std::int32_t(std::int32_t unit)>& key) {
    if (seeds.empty()) return {};
    const auto window = landscape.reach_of_seeds(seeds);
    const int village = landscape.seeds()[index(seeds.front())].village;
    const auto pattern = landscape.seed_pattern(window.grown(1));
    const Sheet design{window, pattern, pattern};
    const auto land = without_crumbs(landscape.pattern(window.grown(1)),
                                     [&](std::int32_t u) { return landscape.units()[index(u)].village == village; });
    const std::set<std::int32_t> own(seeds.begin(), seeds.end());
    std::map<std::int32_t, CodePlane> parts;
    for (std::size_t i = 0; i < land.size(); ++i) {
        const auto k = own.contains(pattern.cells()[i]) ? key(land.cells()[i]) : -1;
        if (k < 0) continue;
        parts.try_emplace(k, land.rows(), land.cols(), -1).first->second.cells()[i] = 0;
    }
    const Ruler& ruler = ruler_of(landscape.size());
    std::map<std::int32_t, Area> areas;
    for (const auto& [k, part] : parts) {
        for (const auto& piece : parcels_of(design, part, ruler)) areas[k] += piece.area;
    }
    return areas;
}

Geometry surveyed(const std::vector<Edge>& edges, double size) { return ruler_of(size).placed(polygons_of(edges)); }

Geometry surveyed(const std::vector<Spot>& line, double size) {
    std::vector<Point> points(line.size());
    std::ranges::transform(line, points.begin(), [](Spot s) { return Point{s.e, s.s}; });
    ruler_of(size).place(points, 1.0);
    return {.polygons = {}, .lines = {std::move(points)}, .points = {}};
}

}  // namespace linmu::demo
