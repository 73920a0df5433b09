// SPDX-License-Identifier: MIT
// Any bytes as WKB: what is read is judged, mended, and mended as a layer of two, without a crash and with a ledger that
// closes.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "linmu/algo/layer_repair.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/faults.hpp"
#include "linmu/geo/mend.hpp"
#include "linmu/geo/topology.hpp"

namespace {

void require(bool held, const char* what, const linmu::Geometry& g) {
    if (held) return;
    std::fprintf(stderr, "%s: %s\n", what, linmu::to_wkt(g).c_str());
    std::abort();
}

std::size_t vertices(const linmu::Geometry& g) {
    std::size_t n = g.points.size();
    for (const auto& polygon : g.polygons) {
        n += polygon.outer.size();
        for (const auto& hole : polygon.holes) n += hole.size();
    }
    for (const auto& line : g.lines) n += line.size();
    return n;
}

double shoelace(const linmu::Geometry& g) {
    const auto of = [](const linmu::Ring& ring) {
        double twice = 0;
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
            twice +=
                (ring[j].x - ring[0].x) * (ring[i].y - ring[0].y) - (ring[i].x - ring[0].x) * (ring[j].y - ring[0].y);
        return std::abs(twice) / 2;
    };
    double sum = 0;
    for (const auto& polygon : g.polygons) {
        sum += of(polygon.outer);
        for (const auto& hole : polygon.holes) sum -= of(hole);
    }
    return sum;
}

/// A layer's areas are below a continent's, whatever the bytes say.
linmu::Area area_of(const linmu::Geometry& g) {
    const double m2 = shoelace(g);
    return std::abs(m2) < 1e14 ? linmu::Area::from_m2(m2) : linmu::Area{};
}

void mend_one(const linmu::Geometry& g) {
    const auto list = linmu::faults(g, 1);
    bool wrong = false;
    for (const auto& fault : list) wrong = wrong || linmu::makes_invalid(fault.kind);
    if (linmu::plainly_valid(g)) require(!wrong, "plainly valid and yet at fault", g);
    const auto made = linmu::mended(g, {1e-4, 1, 1});
    if (made.trouble.empty()) require(!linmu::invalidity(made.geometry), "not valid after repair", g);
}

void mend_layer(const linmu::Geometry& g) {
    linmu::Layer layer{{"fuzz", "EPSG:4547", {}}, {{1, g, {}}, {2, g, {}}}};
    if (!g.polygons.empty() && !g.polygons.front().outer.empty()) {
        linmu::Geometry moved = g;
        for (auto& p : moved.polygons.front().outer) p.x += 0.25;
        layer.features.push_back({3, moved, {}});
    }
    linmu::RepairRules rules;
    rules.spike_angle = 0.5;
    rules.overlaps = linmu::OverlapRule::larger;
    rules.fill_gaps_m2 = 100;
    const auto result = linmu::repair_layer(layer, rules, area_of);
    require(result.features.size() + result.isolated.size() == layer.features.size(), "a feature was lost", g);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    linmu::Geometry g;
    try {
        g = linmu::from_wkb({data, size});
    } catch (const linmu::Error&) {
        return -1;
    }
    if (vertices(g) > 300) return -1;
    mend_one(g);
    try {
        mend_layer(g);
    } catch (const linmu::DataError& fault) {
        // GEOS may refuse an overlay of coordinates near the ends of the double's range; no survey has such.
        if (std::string_view(fault.what()).find("ledger") != std::string_view::npos) require(false, fault.what(), g);
    }
    return 0;
}
