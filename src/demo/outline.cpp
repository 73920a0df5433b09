// SPDX-License-Identifier: MIT
#include "linmu/demo/outline.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "index.hpp"
#include "linmu/core/error.hpp"
#include "linmu/demo/mixture.hpp"

namespace linmu::demo {
namespace {

struct Vertex {
    std::int32_t row, col;
    friend auto operator<=>(const Vertex&, const Vertex&) = default;
};

/// A corner that is cut lies between three cells of one unit and one of another; where two lines cross, or three units
/// meet,
/// and where a line runs straight on between the same two units, there is nothing to cut.
enum class Corner { straight, cut, sharp };

Corner corner_at(const CodePlane& u, int row, int col) {
    const std::array cells{u(row - 1, col - 1), u(row - 1, col), u(row, col), u(row, col - 1)};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto own = cells[i];
        const auto rest = cells[(i + 1) % 4];
        if (own != rest && corner_owner(own, cells[(i + 1) % 4], cells[(i + 2) % 4], cells[(i + 3) % 4]) == rest)
            return Corner::cut;
    }
    const bool level = cells[0] == cells[1] && cells[2] == cells[3];
    const bool upright = cells[0] == cells[3] && cells[1] == cells[2];
    return level || upright ? Corner::straight : Corner::sharp;
}

/// A right turn keeps to the thing itself where two of its cells touch by a corner only.
int turn_rank(const Edge& in, const Edge& out) {
    const int cross = (in.to_col - in.from_col) * (out.to_row - out.from_row) -
                      (in.to_row - in.from_row) * (out.to_col - out.from_col);
    return cross > 0 ? 0 : cross == 0 ? 1 : 2;
}

Point middle(const Edge& e) { return {(e.from_col + e.to_col) / 2.0, (e.from_row + e.to_row) / 2.0}; }

bool on_line(const Point& a, const Point& b, const Point& c) {
    return (b.x - a.x) * (c.y - b.y) == (b.y - a.y) * (c.x - b.x);
}

struct Mark {
    Point at;
    bool kept;
};

/// Middles of edges, and sharp vertices between them; then without what lies on a straight line.
Ring ring_of(const std::vector<Edge>& chain) {
    std::vector<Mark> marks;
    for (const auto& edge : chain) {
        marks.push_back({middle(edge), false});
        if (edge.sharp) marks.push_back({{static_cast<double>(edge.to_col), static_cast<double>(edge.to_row)}, true});
    }
    Ring ring;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const auto& before = marks[(i + marks.size() - 1) % marks.size()].at;
        const auto& after = marks[(i + 1) % marks.size()].at;
        if (marks[i].kept || !on_line(before, marks[i].at, after)) ring.push_back(marks[i].at);
    }
    return ring;
}

double doubled_area(const Ring& ring) {
    double sum = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const auto& a = ring[i];
        const auto& b = ring[(i + 1) % ring.size()];
        sum += a.x * b.y - b.x * a.y;
    }
    return sum;
}

bool inside(const Point& p, const Ring& ring) {
    bool in = false;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const auto& a = ring[i];
        const auto& b = ring[(i + 1) % ring.size()];
        if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x)) in = !in;
    }
    return in;
}

/// Follows edges to closed chains. A chain that comes through a vertex twice is two: rings may touch, but not
/// themselves.
class Chains {
public:
    explicit Chains(std::vector<Edge> edges) : edges_(std::move(edges)) {
        std::ranges::sort(edges_, {}, [](const Edge& e) {
            return std::array{e.from_row, e.from_col, e.to_row, e.to_col};
        });
        used_.resize(edges_.size(), 0);
        for (std::size_t first = 0; first < edges_.size(); ++first) {
            if (used_[first] == 0) follow(first);
        }
    }
    [[nodiscard]] const std::vector<std::vector<Edge>>& all() const noexcept { return chains_; }

private:
    void follow(std::size_t first) {
        std::vector<Edge> chain;
        std::map<Vertex, std::size_t> met;  // where in the chain a vertex is left
        for (std::size_t at = first;;) {
            used_[at] = 1;
            const Edge here = edges_[at];
            met[{here.from_row, here.from_col}] = chain.size();
            chain.push_back(here);
            if (const auto loop = met.find({here.to_row, here.to_col}); loop != met.end()) {
                const auto start = chain.begin() + static_cast<std::ptrdiff_t>(loop->second);
                chains_.emplace_back(start, chain.end());
                for (auto e = start; e != chain.end(); ++e) met.erase({e->from_row, e->from_col});
                chain.erase(start, chain.end());
                if (chain.empty()) return;
            }
            at = next_after(here);
        }
    }
    [[nodiscard]] std::size_t next_after(const Edge& here) const {
        const auto leaving = std::ranges::equal_range(edges_, Vertex{here.to_row, here.to_col}, {}, [](const Edge& e) {
            return Vertex{e.from_row, e.from_col};
        });
        std::size_t next = edges_.size();
        for (const auto& e : leaving) {
            const auto i = static_cast<std::size_t>(&e - edges_.data());
            if (used_[i] == 0 && (next == edges_.size() || turn_rank(here, e) < turn_rank(here, edges_[next])))
                next = i;
        }
        if (next == edges_.size())
            throw DataError("an outline of the practice county does not close; its edges are not those of whole cells");
        return next;
    }

    std::vector<Edge> edges_;
    std::vector<char> used_;
    std::vector<std::vector<Edge>> chains_;
};

}  // namespace

std::vector<Polygon> polygons_of(const std::vector<Edge>& edges) {
    std::vector<Polygon> polygons;
    std::vector<Ring> holes;
    const Chains chains(edges);
    for (const auto& chain : chains.all()) {
        auto ring = ring_of(chain);
        // With the thing on the right and rows counting down, outer rings turn with the sun.
        if (doubled_area(ring) > 0) polygons.push_back({std::move(ring), {}});
        else holes.push_back(std::move(ring));
    }
    for (auto& hole : holes) {
        Polygon* best = nullptr;
        for (auto& polygon : polygons) {
            if (!inside(hole.front(), polygon.outer)) continue;
            if (best == nullptr || doubled_area(polygon.outer) < doubled_area(best->outer)) best = &polygon;
        }
        if (best == nullptr) throw DataError("a hole of the practice county lies in nothing");
        best->holes.push_back(std::move(hole));
    }
    return polygons;
}

void collect_edges(const CodePlane& units, const CodePlane& things, const Window& window, const EdgeSink& sink) {
    const auto sharp = [&](int r, int c) { return corner_at(units, r, c) == Corner::sharp; };
    for (int r = 1; r <= window.rows; ++r) {
        for (int c = 1; c <= window.cols; ++c) {
            const auto thing = things(r, c);
            if (thing < 0) continue;
            const int row = window.row + r - 1;
            const int col = window.col + c - 1;
            if (things(r - 1, c) != thing) sink(thing, {row, col, row, col + 1, sharp(r, c + 1)});
            if (things(r, c + 1) != thing) sink(thing, {row, col + 1, row + 1, col + 1, sharp(r + 1, c + 1)});
            if (things(r + 1, c) != thing) sink(thing, {row + 1, col + 1, row + 1, col, sharp(r + 1, c)});
            if (things(r, c - 1) != thing) sink(thing, {row + 1, col, row, col, sharp(r, c)});
        }
    }
}

CodePlane connected(const CodePlane& things) {
    std::vector<std::int32_t> parent(things.size());
    std::iota(parent.begin(), parent.end(), 0);
    const auto root = [&](std::int32_t i) {
        while (parent[index(i)] != i) i = parent[index(i)] = parent[index(parent[index(i)])];
        return i;
    };
    const int cols = things.cols();
    for (int r = 0; r < things.rows(); ++r) {
        for (int c = 0; c < cols; ++c) {
            const auto join = [&](int other) {
                const auto a = root(r * cols + c);
                const auto b = root(other);
                parent[index(std::max(a, b))] = std::min(a, b);
            };
            if (c > 0 && things(r, c) == things(r, c - 1)) join(r * cols + c - 1);
            if (r > 0 && things(r, c) == things(r - 1, c)) join((r - 1) * cols + c);
        }
    }
    CodePlane out = things;
    std::map<std::int32_t, std::int32_t> numbers;
    for (std::size_t i = 0; i < things.size(); ++i) {
        if (things.cells()[i] < 0) continue;
        const auto top = root(static_cast<std::int32_t>(i));
        out.cells()[i] = numbers.try_emplace(top, static_cast<std::int32_t>(numbers.size())).first->second;
    }
    return out;
}

}  // namespace linmu::demo
