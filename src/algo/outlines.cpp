// SPDX-License-Identifier: MIT
#include "linmu/algo/outlines.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "arc_simplify.hpp"
#include "contacts.hpp"

namespace linmu {
namespace {

/// A run's west side, walked to the north, and its east side, walked to the south: so its cells are to the right. Sides are
/// numbered 2 x run and 2 x run + 1. A ring is sides, and between one and the next a way along a line between rows.
using Side = std::uint32_t;
Side west_of(std::size_t run) { return static_cast<Side>(2 * run); }
Side east_of(std::size_t run) { return static_cast<Side>(2 * run + 1); }
bool goes_south(Side side) { return (side & 1U) != 0; }
std::size_t run_of(Side side) { return side / 2; }

/// What lies on the way from a side to the next.
enum Way : std::uint8_t { plain = 0, node_at_start = 1, nodes_between = 2, node_at_end = 4 };
Way operator|(Way a, Way b) { return static_cast<Way>(static_cast<unsigned>(a) | static_cast<unsigned>(b)); }
bool has(Way way, Way what) { return (static_cast<unsigned>(way) & static_cast<unsigned>(what)) != 0; }

constexpr Side walked = ~Side{0};
constexpr std::int32_t nobody = -1;

/// Which side follows each side on its ring. Where two patches' cells lie crosswise, a ring turns to its left, so that no ring
/// meets itself: the corner is passed by two rings of the patch, which touch there.
struct SideLinks {
    std::vector<Side> next;
    std::vector<Way> way;
    CornerMap corners;  ///< where asked for
};

/// The four cells around a corner: their patches and runs.
struct Around {
    std::int32_t nw = nobody, ne = nobody, sw = nobody, se = nobody;
    std::size_t nw_run = 0, ne_run = 0, sw_run = 0, se_run = 0;
};

/// Walks along the line above `row` (or below the last row) and links the sides that end there.
class LineWalk {
public:
    LineWalk(const RunMap& map, const PatchLabels& parts, SideLinks& links, bool mark)
        : map_(map), parts_(parts), links_(links), mark_(mark) {}

    void operator()(int row) {
        std::size_t north = row > 0 ? map_.first(row - 1) : 0, south = row < map_.rows() ? map_.first(row) : 0;
        Around at;
        for (std::int32_t col = 0; col <= map_.cols();) {
            at.nw = at.ne, at.nw_run = at.ne_run, at.sw = at.se, at.sw_run = at.se_run;
            std::int32_t north_end = map_.cols(), south_end = map_.cols();
            if (col == map_.cols()) {
                at.ne = at.se = nobody;
            } else {
                if (row > 0) north_end = enter(north, col, at.ne, at.ne_run);
                if (row < map_.rows()) south_end = enter(south, col, at.se, at.se_run);
            }
            corner(row, col, at);
            if (col == map_.cols()) break;
            col = std::min(north_end, south_end);
        }
    }

private:
    /// The run of a row at a column; returns where it ends.
    std::int32_t enter(std::size_t& run, std::int32_t col, std::int32_t& patch, std::size_t& run_there) const {
        while (map_.runs()[run].end <= col) ++run;
        patch = parts_.of_run[run];
        run_there = run;
        return map_.runs()[run].end;
    }

    /// Four ways come in, each belongs to the patch on its right; it turns left if it can, else goes on, else turns right.
    void corner(int row, std::int32_t col, const Around& at) {
        const int boundaries = (at.nw != at.ne) + (at.sw != at.se) + (at.nw != at.sw) + (at.ne != at.se);
        if (boundaries == 0) return;
        const bool node = boundaries > 2;
        const Way start = node ? node_at_start : plain, end = node ? node_at_end : plain;
        const bool straight = boundaries == 2 && at.nw != at.sw && at.ne != at.se;
        if (mark_ && !straight && !(boundaries == 2 && at.nw != at.ne && at.sw != at.se)) links_.corners.set(row, col);
        Side eastward = eastward_;
        if (at.sw != nobody && at.nw != at.sw) {  // from the west
            if (at.ne == at.sw) link(eastward_, west_of(at.ne_run), end);
            else if (at.se == at.sw) links_.way[eastward_] = links_.way[eastward_] | nodes_between;
            else link(eastward_, east_of(at.sw_run), end);
        }
        if (at.nw != nobody && at.nw != at.ne) {  // from the north
            const Side side = east_of(at.nw_run);
            links_.way[side] = start;
            if (at.se == at.nw) eastward = side;
            else if (at.sw == at.nw) link(side, east_of(at.sw_run), plain);
            else link(side, westward_, westward_way_);
        }
        if (at.se != nobody && at.se != at.sw) {  // from the south
            const Side side = west_of(at.se_run);
            links_.way[side] = start;
            if (at.nw == at.se) link(side, westward_, westward_way_);
            else if (at.ne == at.se) link(side, west_of(at.ne_run), plain);
            else eastward = side;
        }
        if (at.ne != nobody && at.ne != at.se) {  // from the east: what it will lead to
            if (at.sw == at.ne) westward_ = east_of(at.sw_run), westward_way_ = end;
            else if (at.nw == at.ne) westward_way_ = westward_way_ | nodes_between;
            else westward_ = west_of(at.ne_run), westward_way_ = end;
        }
        eastward_ = eastward;
    }

    void link(Side from, Side to, Way way) {
        links_.next[from] = to;
        links_.way[from] = links_.way[from] | way;
    }

    const RunMap& map_;
    const PatchLabels& parts_;
    SideLinks& links_;
    bool mark_;
    Side eastward_ = 0, westward_ = 0;  ///< what the way along the line comes from, and what the other way leads to
    Way westward_way_ = plain;
};

SideLinks link_sides(const RunMap& map, const PatchLabels& parts, bool mark, const ParallelFor& parallel) {
    SideLinks links{std::vector<Side>(2 * map.size(), walked), std::vector<Way>(2 * map.size(), plain), {}};
    if (mark) links.corners = CornerMap(map.rows(), map.cols());
    for_bands(parallel, map.rows() + 1, [&](int first, int end) {
        for (int row = first; row < end; ++row) LineWalk(map, parts, links, mark)(row);
    });
    return links;
}

/// The runs of each part, in their order.
struct RunsByPart {
    std::vector<std::uint32_t> first;  ///< by part, and one more
    std::vector<std::uint32_t> runs;
};

RunsByPart sort_by_part(const PatchLabels& parts) {
    RunsByPart by{std::vector<std::uint32_t>(static_cast<std::size_t>(parts.count) + 1), {}};
    for (const auto part : parts.of_run)
        if (part >= 0) ++by.first[static_cast<std::size_t>(part) + 1];
    std::partial_sum(by.first.begin(), by.first.end(), by.first.begin());
    by.runs.resize(by.first.back());
    auto place = by.first;
    for (std::size_t run = 0; run < parts.of_run.size(); ++run) {
        if (parts.of_run[run] >= 0)
            by.runs[place[static_cast<std::size_t>(parts.of_run[run])]++] = static_cast<std::uint32_t>(run);
    }
    return by;
}

/// Makes polygons of the links of one part after another. Each side is walked once, and is of one part only.
class Tracer {
public:
    Tracer(const RunMap& map, const Grid& grid, SideLinks& links, double least_area)
        : map_(map), grid_(grid), links_(links), least_area_(least_area) {}

    /// The first run is the northernmost of its part, so the ring at its west is the outer one; all others are holes.
    Polygon polygon(std::span<const std::uint32_t> runs) {
        Polygon out{ring(west_of(runs.front()), row_of(runs.front())), {}};
        for (const auto run : runs) {
            if (links_.next[east_of(run)] != walked) out.holes.push_back(ring(east_of(run), row_of(run)));
        }
        return out;
    }

private:
    [[nodiscard]] int row_of(std::size_t run) const {
        int low = 0, high = map_.rows();
        while (high - low > 1) {
            const int middle = (low + high) / 2;
            if (map_.first(middle) <= run) low = middle;
            else high = middle;
        }
        return low;
    }

    [[nodiscard]] std::int32_t column(Side side, int row) const {
        return goes_south(side) ? map_.runs()[run_of(side)].end : map_.start(row, run_of(side));
    }

    Ring ring(Side first, int row) {
        corners_.clear();
        std::int32_t col = column(first, row);
        for (Side side = first; links_.next[side] != walked;) {
            const Side next = std::exchange(links_.next[side], walked);
            const int line = goes_south(side) ? row + 1 : row;
            row = goes_south(next) ? line : line - 1;
            const std::int32_t next_col = column(next, row);
            add_way(line, col, next_col, links_.way[side]);
            side = next;
            col = next_col;
        }
        return points(least_area_ > 0 ? simplified_ring(corners_, least_area_, links_.corners) : corners_);
    }

    void add_way(int line, std::int32_t col, std::int32_t next_col, Way way) {
        if (col == next_col) {
            if (has(way, node_at_start)) corners_.push_back({col, line, true});
            return;
        }
        corners_.push_back({col, line, has(way, node_at_start)});
        if (has(way, nodes_between)) add_nodes_between(line, col, next_col);
        corners_.push_back({next_col, line, has(way, node_at_end)});
    }

    /// Boundaries that end at the line from its other side: to the east one walks above one's own row, to the west below it.
    void add_nodes_between(int line, std::int32_t col, std::int32_t next_col) {
        const bool east = col < next_col;
        const auto across = map_.row(east ? line - 1 : line);
        const auto [low, high] = std::minmax(col, next_col);
        const auto begin = corners_.size();
        for (auto run = std::ranges::upper_bound(across, low, {}, &CodeRun::end); run->end < high; ++run)
            corners_.push_back({run->end, line, true});
        if (!east) std::reverse(corners_.begin() + static_cast<std::ptrdiff_t>(begin), corners_.end());
    }

    [[nodiscard]] Ring points(std::span<const GridCorner> corners) const {
        Ring out;
        out.reserve(corners.size());
        for (const auto& c : corners) out.push_back({grid_.x(c.col), grid_.y(c.row)});
        return out;
    }

    const RunMap& map_;
    const Grid& grid_;
    SideLinks& links_;
    double least_area_;
    std::vector<GridCorner> corners_;
};

std::vector<Polygon> polygons_of_parts(const RunMap& map, const PatchLabels& parts, const Grid& grid, double simplify,
                                       const ParallelFor& parallel) {
    constexpr std::size_t parts_at_once = 256;
    auto links = link_sides(map, parts, simplify > 0, parallel);
    const auto by_part = sort_by_part(parts);
    std::vector<Polygon> polygons(static_cast<std::size_t>(parts.count));
    parallel((polygons.size() + parts_at_once - 1) / parts_at_once, [&](std::size_t chunk) {
        Tracer tracer(map, grid, links, simplify * simplify);
        const auto end = std::min(polygons.size(), (chunk + 1) * parts_at_once);
        for (std::size_t i = chunk * parts_at_once; i < end; ++i) {
            const auto runs =
                std::span(by_part.runs).subspan(by_part.first[i], by_part.first[i + 1] - by_part.first[i]);
            polygons[i] = tracer.polygon(runs);
        }
    });
    return polygons;
}

}  // namespace

std::vector<Geometry> outlines(const RunMap& map, const PatchLabels& labels, const Grid& grid,
                               const OutlineOptions& options, const ParallelFor& parallel) {
    const bool four = options.connectivity == Connectivity::four;
    const auto parts = four ? PatchLabels{} : label_patches(map, Connectivity::four, parallel);
    auto polygons = polygons_of_parts(map, four ? labels : parts, grid, options.simplify, parallel);
    std::vector<Geometry> out(static_cast<std::size_t>(labels.count));
    if (four) {
        for (std::size_t i = 0; i < out.size(); ++i) out[i].polygons.push_back(std::move(polygons[i]));
        return out;
    }
    std::vector<bool> placed(polygons.size());
    for (std::size_t run = 0; run < map.size(); ++run) {
        if (parts.of_run[run] < 0) continue;
        const auto part = static_cast<std::size_t>(parts.of_run[run]);
        if (placed[part]) continue;
        placed[part] = true;
        out[static_cast<std::size_t>(labels.of_run[run])].polygons.push_back(std::move(polygons[part]));
    }
    return out;
}

}  // namespace linmu
