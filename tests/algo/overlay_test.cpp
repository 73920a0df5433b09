// SPDX-License-Identifier: MIT
#include "linmu/algo/overlay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <thread>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "support/survey_squares.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

using namespace test;

/// A partition of a square into n x n quadrangles whose inner corners are moved about.
Layer warped(std::uint64_t seed, int n, double side, double wander) {
    const auto corner = [&](int r, int c) {
        const bool rim = r == 0 || c == 0 || r == n || c == n;
        const auto move = [&](std::uint64_t k) {
            return rim ? 0 : (random_unit(seed, static_cast<std::uint64_t>(r * 1000 + c), k) - 0.5) * wander;
        };
        return Point{x0 + c * side + move(1), y0 + r * side + move(2)};
    };
    std::vector<Ring> rings;
    for (int r = 0; r < n; ++r) {
        for (int c = 0; c < n; ++c)
            rings.push_back({corner(r, c), corner(r, c + 1), corner(r + 1, c + 1), corner(r + 1, c)});
    }
    return layer_of(rings);
}

OverlayLedger ledger_of(const OverlayLayer& a, const OverlayLayer& b, const ParallelFor& parallel = in_turn) {
    return overlay_ledger(a, b, shared_pieces(a, b, scale(), plane.grid, parallel), scale(), plane.grid, parallel);
}

/// Each feature's account is its own area, to the last digit.
void expect_closed(const OverlayLayer& a, const OverlayLayer& b, const OverlayLedger& ledger) {
    std::vector<Area> of_a(a.size()), of_b(b.size());
    for (const auto& p : ledger.pieces) {
        of_a[p.a] += p.area;
        of_b[p.b] += p.area;
    }
    for (const auto& r : ledger.rest_a) {
        of_a[r.feature] += r.uncovered - r.twice;
        EXPECT_EQ(r.rounding, Area{});
    }
    for (const auto& r : ledger.rest_b) of_b[r.feature] += r.uncovered - r.twice + r.rounding;
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(of_a[i], a.own(i)) << i;
    for (std::size_t k = 0; k < b.size(); ++k) ASSERT_EQ(of_b[k], b.own(k)) << k;
}

double survey_m2(const Ring& ring) { return SurveyArea(plane_crs, plane_crs).m2({{{ring, {}}}, {}, {}}); }

TEST(OverlayLedger, OfSquaresIsKnown) {
    const auto first = layer_of({box(0, 0, 100, 100), box(100, 0, 100, 100)});
    const auto second = layer_of({box(0, 0, 130, 100), box(130, 0, 50, 100), box(500, 500, 10, 10)});
    const OverlayLayer a(first, plane, scale(), in_turn), b(second, plane, scale(), in_turn);
    const auto ledger = ledger_of(a, b);
    ASSERT_EQ(ledger.pieces.size(), 3U);
    EXPECT_EQ(ledger.pieces[0].area, a.own(0)) << "the whole of it";
    EXPECT_NEAR(ledger.pieces[1].area.m2(), survey_m2(box(100, 0, 30, 100)), 0.01);
    EXPECT_NEAR(ledger.pieces[2].area.m2(), survey_m2(box(130, 0, 50, 100)), 0.01);
    ASSERT_EQ(ledger.rest_a.size(), 1U);
    EXPECT_NEAR(ledger.rest_a[0].uncovered.m2(), survey_m2(box(180, 0, 20, 100)), 0.01);
    expect_closed(a, b, ledger);
    for (const auto& r : ledger.rest_b) {
        EXPECT_LT(std::abs(r.rounding.m2()), 0.01);
        EXPECT_EQ(r.uncovered, r.feature == 2 ? b.own(2) : Area{});
    }
}

TEST(OverlayLedger, OfWarpedPartitionsClosesAndIsThatOfGeos) {
    const auto first = warped(1, 14, 90, 60), second = warped(2, 17, 14 * 90.0 / 17, 50);
    const OverlayLayer a(first, plane, scale(), in_turn), b(second, plane, scale(), in_turn);
    const auto ledger = ledger_of(a, b);
    expect_closed(a, b, ledger);
    for (const auto& r : ledger.rest_a) FAIL() << "all is covered, but of " << r.feature << " " << r.uncovered.m2();
    for (const auto& r : ledger.rest_b) {
        EXPECT_EQ(r.uncovered, Area{});
        EXPECT_LT(std::abs(r.rounding.m2()), 0.03);
    }
    std::map<std::pair<std::size_t, std::size_t>, double> ours;
    for (const auto& p : ledger.pieces) ours[{p.a, p.b}] = p.area.m2();
    const SurveyArea survey(plane_crs, plane_crs);
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t k = 0; k < b.size(); ++k) {
            const auto found = ours.find({i, k});
            const double mine = found == ours.end() ? 0 : found->second;
            if (!b.layer().features.empty() && mine == 0 && a.shape(i).box.xmax < b.shape(k).box.xmin) continue;
            const double geos = survey.m2(intersection_of(first.features[i].geometry, second.features[k].geometry));
            // Edges longer than 70 m bend a little less in the survey's rule than straight edges: 0.02 m2 a piece.
            ASSERT_NEAR(mine, geos, 1e-6 * geos + 0.03) << i << ", " << k;
        }
    }
}

TEST(OverlayLedger, IsTheSameForAnyThreadsAndOrder) {
    const auto first = warped(1, 60, 90, 60), second = warped(2, 51, 60 * 90.0 / 51, 50);
    const ParallelFor backwards = [](std::size_t count, const std::function<void(std::size_t)>& work) {
        std::vector<std::thread> threads;
        for (std::size_t i = count; i-- > 0;) threads.emplace_back(work, i);
        for (auto& t : threads) t.join();
    };
    const OverlayLayer a(first, plane, scale(), in_turn), b(second, plane, scale(), in_turn);
    const OverlayLayer a2(first, plane, scale(), backwards);
    auto turned = second;
    std::ranges::reverse(turned.features);
    const OverlayLayer b2(turned, plane, scale(), backwards);
    const auto one = ledger_of(a, b), two = ledger_of(a2, b2, backwards);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> areas;
    for (const auto& p : one.pieces) areas[{p.a, p.b}] = p.area.units();
    ASSERT_EQ(one.pieces.size(), two.pieces.size());
    for (const auto& p : two.pieces)
        ASSERT_EQ((areas[{p.a, static_cast<std::uint32_t>(b.size() - 1 - p.b)}]), p.area.units());
}

TEST(OverlayLedger, TellsGapsFromOverlapsThatCancel) {
    // The middle one of three was moved by 10 m: as much overlaps on one side as gapes on the other.
    const auto first = layer_of({box(0, 0, 300, 100)});
    const auto second = layer_of({box(0, 0, 100, 100), box(110, 0, 100, 100), box(200, 0, 100, 100)});
    const OverlayLayer a(first, plane, scale(), in_turn), b(second, plane, scale(), in_turn);
    const auto ledger = ledger_of(a, b);
    ASSERT_EQ(ledger.rest_a.size(), 1U);
    EXPECT_NEAR(ledger.rest_a[0].uncovered.m2(), survey_m2(box(100, 0, 10, 100)), 0.01);
    EXPECT_NEAR(ledger.rest_a[0].twice.m2(), survey_m2(box(200, 0, 10, 100)), 0.01);
    expect_closed(a, b, ledger);
    const auto overlaps = own_overlaps(b, scale(), plane.grid, in_turn);
    ASSERT_EQ(overlaps.size(), 1U);
    EXPECT_EQ(overlaps[0].a, 1U);
    EXPECT_EQ(overlaps[0].b, 2U);
    EXPECT_NEAR(overlaps[0].area.m2(), survey_m2(box(200, 0, 10, 100)), 0.01);
}

TEST(Slivers, AreClassedByWidthShapeAndWhetherBothParcelsLiveOn) {
    const auto first = layer_of({box(0, 0, 100, 100), box(100, 0, 100, 100), box(200, 0, 100, 100),
                                 box(300, 0, 100, 100), box(400, 0, 100, 100)});
    // Boundaries moved by 5 cm, by 1 m, by 8 m; then two became one, less a strip of 1 m that is a parcel of its own.
    const auto second = layer_of({box(0, 0, 100.05, 100), box(100.05, 0, 100.95, 100), box(201, 0, 107, 100),
                                  box(308, 0, 91, 100), box(399, 0, 1, 100), box(400, 0, 100, 100)});
    const OverlayLayer a(first, plane, scale(), in_turn), b(second, plane, scale(), in_turn);
    auto ledger = ledger_of(a, b);
    const auto always = [](std::size_t, std::size_t) { return true; };
    class_slivers(a, b, ledger, {}, plane.grid, always, in_turn);
    std::map<std::pair<std::uint32_t, std::uint32_t>, SharedPiece> pieces;
    for (const auto& p : ledger.pieces) pieces[{p.a, p.b}] = p;
    EXPECT_EQ((pieces[{1, 0}].sliver), Sliver::digitising);
    EXPECT_NEAR((pieces[{1, 0}].width), 0.05, 1e-3);
    EXPECT_EQ((pieces[{2, 1}].sliver), Sliver::shift);
    EXPECT_NEAR((pieces[{2, 1}].width), 1, 0.02);
    EXPECT_EQ((pieces[{3, 2}].sliver), Sliver::none) << "8 m is no slip";
    EXPECT_EQ((pieces[{3, 4}].sliver), Sliver::none) << "a new parcel, if a thin one";
    EXPECT_EQ((pieces[{0, 0}].sliver), Sliver::none);
    expect_closed(a, b, ledger);
    for (auto& p : ledger.pieces) p.sliver = Sliver::none;
    class_slivers(
        a, b, ledger, {}, plane.grid, [](std::size_t, std::size_t) { return false; }, in_turn);
    for (const auto& p : ledger.pieces) EXPECT_NE(p.sliver, Sliver::shift) << "of parcels that are not alike";
}

/// The same parcels as another surveyor draws them: each vertex some decimetres away, told to 1 mm, and one more in the
/// middle of each second edge.
Layer drawn_anew(const Layer& layer, std::uint64_t seed) {
    const auto moved = [&](const Point& p) {
        const auto place = static_cast<std::uint64_t>(std::llround(p.x * 1000) * 100'000 + std::llround(p.y));
        const auto to_mm = [](double v) { return std::round(v * 1000) / 1000; };
        return Point{to_mm(p.x + 0.8 * random_unit(seed, place, 1)), to_mm(p.y + 0.8 * random_unit(seed, place, 2))};
    };
    std::vector<Ring> rings;
    for (const auto& feature : layer.features) {
        const auto& ring = feature.geometry.polygons[0].outer;
        auto& out = rings.emplace_back();
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const auto& next = ring[(i + 1) % ring.size()];
            out.push_back(moved(ring[i]));
            if (i % 2 == 0) out.push_back(moved({(ring[i].x + next.x) / 2, (ring[i].y + next.y) / 2}));
        }
    }
    return layer_of(rings);
}

/// Features in another order, rings begun elsewhere and gone round the other way.
Layer shuffled(const Layer& layer, std::uint64_t seed) {
    Layer out = layer;
    std::ranges::sort(out.features, {},
                      [&](const Feature& f) { return random_unit(seed, static_cast<std::uint64_t>(f.fid), 1); });
    for (auto& feature : out.features) {
        auto& ring = feature.geometry.polygons[0].outer;
        const auto fid = static_cast<std::uint64_t>(feature.fid);
        std::ranges::rotate(ring, ring.begin() + static_cast<std::ptrdiff_t>(fid % ring.size()));
        if (random_unit(seed, fid, 2) < 0.5) std::ranges::reverse(ring);
    }
    return out;
}

TEST(Slivers, property_areas_widths_and_classes_hang_not_on_the_order_of_features_and_vertices) {
    struct Facts {
        std::int64_t units;
        double width;
        Sliver sliver;
    };
    const auto facts_of = [](const Layer& first, const Layer& second) {
        const OverlayLayer a(first, plane, scale(), in_turn), b(second, plane, scale(), in_turn);
        auto ledger = ledger_of(a, b);
        class_slivers(
            a, b, ledger, {}, plane.grid, [](std::size_t, std::size_t) { return true; }, in_turn);
        std::map<std::pair<std::int64_t, std::int64_t>, Facts> facts;
        for (const auto& p : ledger.pieces)
            facts[{first.features[p.a].fid, second.features[p.b].fid}] = {p.area.units(), p.width, p.sliver};
        return facts;
    };
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
        const auto first = warped(seed, 20, 90, 60);
        const auto second = drawn_anew(first, seed);
        const auto facts = facts_of(first, second);
        const auto again = facts_of(shuffled(first, seed + 10), shuffled(second, seed + 20));
        ASSERT_EQ(facts.size(), again.size());
        std::map<Sliver, int> classes;
        for (const auto& [pair, one] : facts) {
            const auto& two = again.at(pair);
            ++classes[one.sliver];
            ASSERT_EQ(one.units, two.units) << seed << ": " << pair.first << ", " << pair.second;
            ASSERT_EQ(one.width, two.width) << seed << ": " << pair.first << ", " << pair.second;
            ASSERT_EQ(one.sliver, two.sliver) << seed << ": " << pair.first << ", " << pair.second;
        }
        EXPECT_GT(classes[Sliver::shift], 100);
        EXPECT_GT(classes[Sliver::digitising], 10);
        // The other way round nothing but the levelling differs.
        for (const auto& [pair, one] : facts_of(second, first)) {
            const auto& two = facts.at({pair.second, pair.first});
            ASSERT_TRUE(one.width == two.width || std::abs(one.width - two.width) < 1.5e-4) << seed;
            ASSERT_EQ(one.sliver, two.sliver) << seed;
        }
    }
}

/// Bands of a square between slanting lines, cut again across: pieces of one parcel, whatever their number.
Layer bands(std::uint64_t seed, int n, double side) {
    const auto at = [&](int k, std::uint64_t end) {
        if (k == 0 || k == n) return k == 0 ? 0.0 : side;
        return side * (k + 0.8 * random_unit(seed, static_cast<std::uint64_t>(k), end) - 0.4) / n;
    };
    const auto point = [&](int k, double share) {
        return Point{x0 + side * share, y0 + at(k, 1) + (at(k, 2) - at(k, 1)) * share};
    };
    std::vector<Ring> rings;
    for (int k = 0; k < n; ++k) {
        const double middle = 0.2 + 0.6 * random_unit(seed, static_cast<std::uint64_t>(k), 3);
        rings.push_back({point(k, 0), point(k, middle), point(k + 1, middle), point(k + 1, 0)});
        rings.push_back({point(k, middle), point(k, 1), point(k + 1, 1), point(k + 1, middle)});
    }
    return layer_of(rings);
}

TEST(OverlayLedger, property_a_parcel_split_and_joined_keeps_its_area_to_the_last_digit) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        const int n = 2 + static_cast<int>(seed % 11);
        const Layer whole = layer_of({box(0, 0, 900, 900)});
        const Layer parts = bands(seed, n, 900);
        const OverlayLayer a(whole, plane, scale(), in_turn);
        const OverlayLayer b(parts, plane, scale(), in_turn);
        for (const bool split : {true, false}) {
            const auto ledger = split ? ledger_of(a, b) : ledger_of(b, a);
            ASSERT_EQ(ledger.pieces.size(), 2U * static_cast<std::size_t>(n)) << seed;
            Area sum, rounding;
            for (const auto& piece : ledger.pieces) sum += piece.area;
            for (const auto& rest : ledger.rest_a) EXPECT_EQ(rest.uncovered, Area{}) << seed;
            for (const auto& rest : ledger.rest_b) {
                EXPECT_EQ(rest.uncovered, Area{}) << seed;
                rounding += rest.rounding;
            }
            Area own;
            for (std::size_t k = 0; k < b.size(); ++k) own += b.own(k);
            EXPECT_EQ(sum, split ? a.own(0) : own) << seed;
            EXPECT_EQ(sum + rounding, split ? own : a.own(0)) << seed;
            // Edges of 70 m and their halves are other chords: below 1e-8 of the whole.
            EXPECT_LT(std::abs(rounding.m2()), 0.01) << seed;
            expect_closed(split ? a : b, split ? b : a, ledger);
        }
    }
}

TEST(SharedOut, AddsUpWhateverTheShares) {
    EXPECT_THAT(shared_out(Area{10}, {1, 1, 1}), ElementsAre(Area{4}, Area{3}, Area{3}));
    EXPECT_THAT(shared_out(Area{100}, {3, -1}), ElementsAre(Area{150}, Area{-50}));
    EXPECT_THAT(shared_out(Area{7}, {0, 0}), ElementsAre(Area{0}, Area{7}));
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        std::vector<double> shares;
        for (std::uint64_t i = 0; i < 1 + seed % 9; ++i) shares.push_back(random_unit(seed, i) * 1e5);
        const Area total{static_cast<std::int64_t>(random_unit(seed, 99) * 1e12)};
        Area sum;
        for (const auto part : shared_out(total, shares)) sum += part;
        ASSERT_EQ(sum, total);
    }
}

TEST(OverlayLayer, RefusesWhatHasNoAreaAndRepairsOrRefusesTheInvalid) {
    auto lines = layer_of({});
    lines.features.push_back({7, {{}, {{{x0, y0}, {x0 + 5, y0}}}, {}}, {std::int64_t{1}}});
    EXPECT_THAT([&] { OverlayLayer(lines, plane, scale(), in_turn); },
                ThrowsMessage<DataError>(HasSubstr("feature 7: lines and points have no area")));
    const auto bow_tie = layer_of({{{x0, y0}, {x0 + 10, y0 + 10}, {x0 + 10, y0}, {x0, y0 + 10}}});
    auto strict = plane;
    strict.repair = false;
    EXPECT_THAT([&] { OverlayLayer(bow_tie, strict, scale(), in_turn); },
                ThrowsMessage<DataError>(HasSubstr("Self-intersection")));
    const OverlayLayer mended(bow_tie, plane, scale(), in_turn);
    EXPECT_EQ(mended.repaired_count(), 1U);
    EXPECT_NEAR(mended.own(0).m2(), 50, 0.1);
    EXPECT_NEAR(mended.shape(0).plane_m2, 50, 1e-6);
}

}  // namespace
}  // namespace linmu
