// SPDX-License-Identifier: MIT
// Patches as GDAL makes them: sieve cell for cell, polygonize polygon for polygon.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <thread>
#include <tuple>

#include "linmu/algo/outlines.hpp"
#include "linmu/algo/sieve.hpp"
#include "linmu/geo/topology.hpp"
#include "support/gdal_patches.hpp"
#include "support/random_classes.hpp"

namespace linmu {
namespace {

using test::random_classes;
using test::run_map;

void two_threads(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::thread other([&] {
        for (std::size_t i = 1; i < count; i += 2) work(i);
    });
    for (std::size_t i = 0; i < count; i += 2) work(i);
    other.join();
}

Connectivity of(int neighbours) { return connectivity_of(neighbours); }

CodePlane sieved(const CodePlane& plane, int threshold, int neighbours) {
    const auto map = run_map(plane, 16);
    auto labels = label_patches(map, of(neighbours), two_threads);
    const auto codes = patch_codes(map, labels);
    const auto cells = patch_cells(map, labels);
    std::vector<SievePatch> patches;
    for (std::size_t i = 0; i < codes.size(); ++i) patches.push_back({codes[i], cells[i], false});
    const auto result = sieve_by_largest(
        map, labels, of(neighbours), patches, [&](std::int32_t, std::int64_t size) { return size < threshold; },
        two_threads);
    return map.cells({0, 0, plane.rows(), plane.cols()},
                     codes_of_runs(map, std::move(labels), result.codes, two_threads));
}

TEST(PatchesAsGdal, SieveIsTheSameCellForCell) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        for (const int classes : {2, 3, 6}) {
            const auto plane = random_classes(31, 37, classes, seed, seed % 2 == 0);
            const Grid grid{"EPSG:4547", 0, 0, 1, 1, plane.rows(), plane.cols()};
            for (const int neighbours : {4, 8}) {
                for (const int threshold : {2, 3, 7, 30}) {
                    const auto expected = test::GdalClasses(plane, grid).sieved(threshold, neighbours);
                    const auto found = sieved(plane, threshold, neighbours);
                    ASSERT_TRUE(std::ranges::equal(found.cells(), expected.cells()))
                        << seed << ' ' << classes << ' ' << neighbours << ' ' << threshold;
                }
            }
        }
    }
}

/// A ring without the vertices on its straight lines, from its first corner on and in one direction: GDAL has no vertex where others meet its edge.
Ring plain_ring(const Ring& ring) {
    Ring out;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const auto &a = ring[(i + ring.size() - 1) % ring.size()], &b = ring[i], &c = ring[(i + 1) % ring.size()];
        if ((a.x == b.x && b.x == c.x) || (a.y == b.y && b.y == c.y)) continue;
        out.push_back(b);
    }
    const auto place = [](const Point& p) { return std::pair{p.y, p.x}; };
    std::ranges::rotate(out, std::ranges::min_element(out, {}, place));
    if (place(out[1]) > place(out.back())) std::reverse(out.begin() + 1, out.end());
    return out;
}

/// Edges of unit length of all rings: the same for the same set of cells, however its rings are cut where they touch.
std::vector<std::tuple<double, double, double, double>> unit_edges(const Geometry& geometry) {
    std::vector<std::tuple<double, double, double, double>> edges;
    const auto add = [&](const Ring& full) {
        const Ring ring = plain_ring(full);
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const auto &a = ring[i], &b = ring[(i + 1) % ring.size()];
            const double x0 = std::min(a.x, b.x), x1 = std::max(a.x, b.x), y0 = std::min(a.y, b.y),
                         y1 = std::max(a.y, b.y);
            for (double x = x0; x < x1; ++x) edges.emplace_back(x, y0, x + 1, y0);
            for (double y = y0; y < y1; ++y) edges.emplace_back(x0, y, x0, y + 1);
        }
    };
    for (const auto& polygon : geometry.polygons) {
        add(polygon.outer);
        for (const auto& hole : polygon.holes) add(hole);
    }
    std::ranges::sort(edges);
    return edges;
}

TEST(PatchesAsGdal, SieveIsTheSameOverBandsOfRowsThatThreadsShare) {
    for (const int classes : {2, 3}) {
        const auto plane = random_classes(900, 41, classes, 7, true);
        const Grid grid{"EPSG:4547", 0, 0, 1, 1, plane.rows(), plane.cols()};
        for (const int neighbours : {4, 8}) {
            for (const int threshold : {3, 30, 2000}) {
                const auto expected = test::GdalClasses(plane, grid).sieved(threshold, neighbours);
                const auto found = sieved(plane, threshold, neighbours);
                EXPECT_TRUE(std::ranges::equal(found.cells(), expected.cells()))
                    << classes << ' ' << neighbours << ' ' << threshold;
            }
        }
    }
}

TEST(PatchesAsGdal, PolygonsAreTheSame) {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        for (const int classes : {1, 2, 5}) {
            const auto plane = random_classes(24, 33, classes, seed);
            const Grid grid{"EPSG:4547", 100, 200, 1, 1, plane.rows(), plane.cols()};
            for (const int neighbours : {4, 8}) {
                const auto map = run_map(plane);
                const auto labels = label_patches(map, of(neighbours), in_turn);
                const auto codes = patch_codes(map, labels);
                const auto ours = outlines(map, labels, grid, {of(neighbours), 0}, in_turn);
                const auto theirs = test::GdalClasses(plane, grid).polygons(neighbours);
                ASSERT_EQ(ours.size(), theirs.size());
                using Shape = std::pair<std::int32_t, std::vector<std::tuple<double, double, double, double>>>;
                std::vector<Shape> a, b;
                for (std::size_t i = 0; i < ours.size(); ++i) {
                    a.emplace_back(codes[i], unit_edges(ours[i]));
                    b.emplace_back(theirs[i].code, unit_edges(from_wkb(theirs[i].wkb)));
                }
                std::ranges::sort(a);
                std::ranges::sort(b);
                EXPECT_TRUE(a == b) << seed << ' ' << classes << ' ' << neighbours;
            }
        }
    }
}

TEST(PatchesAsGdal, RingsAreTheSameWherePatchesDoNotTouchThemselves) {
    // Smoothed land, as a class map is after its sieve.
    CodePlane plane(60, 80, 0);
    for (int r = 0; r < 60; ++r)
        for (int c = 0; c < 80; ++c)
            plane(r, c) = static_cast<int>(2 + std::floor(1.9 * std::sin(r * 0.3) * std::cos(c * 0.21 + r * 0.02)));
    const auto sieve = sieved(plane, 20, 4);
    const Grid grid{"EPSG:4547", 100, 200, 1, 1, 60, 80};
    const auto map = run_map(sieve);
    const auto labels = label_patches(map, Connectivity::four, in_turn);
    const auto ours = outlines(map, labels, grid, {}, in_turn);
    const auto rings = [](const Geometry& g) {
        std::vector<std::vector<std::pair<double, double>>> all;
        for (const auto& polygon : g.polygons) {
            const auto add = [&](const Ring& ring) {
                auto& out = all.emplace_back();
                for (const auto& p : plain_ring(ring)) out.emplace_back(p.x, p.y);
            };
            add(polygon.outer);
            for (const auto& hole : polygon.holes) add(hole);
            std::sort(all.begin() + 1, all.end());
        }
        return all;
    };
    std::vector<std::vector<std::vector<std::pair<double, double>>>> a, b;
    for (const auto& g : ours) a.push_back(rings(g));
    for (const auto& shape : test::GdalClasses(sieve, grid).polygons(4)) b.push_back(rings(from_wkb(shape.wkb)));
    std::ranges::sort(a);
    std::ranges::sort(b);
    EXPECT_GT(a.size(), 5U);
    EXPECT_EQ(a, b);
}

}  // namespace
}  // namespace linmu
