// SPDX-License-Identifier: MIT
#include "linmu/algo/layer_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <thread>

#include "linmu/algo/layer_repair.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/faults.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

double shoelace(const Geometry& g) {
    const auto of = [](const Ring& ring) {
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

Area area(const Geometry& g) { return Area::from_m2(shoelace(g)); }

Layer layer(const std::vector<const char*>& wkts) {
    Layer out{{"parcels", "EPSG:4547", {}}, {}};
    for (const auto* wkt : wkts)
        out.features.push_back({static_cast<std::int64_t>(out.features.size()) + 1, from_wkt(wkt), {}});
    return out;
}

LayerMeasure plane() {
    LayerMeasure m;
    m.m2 = shoelace;
    return m;
}

std::map<std::string, std::vector<Finding>> by_kind(const CheckResult& result) {
    std::map<std::string, std::vector<Finding>> out;
    for (const auto& f : result.findings) out[f.kind].push_back(f);
    return out;
}

/// By as many threads as there are pieces of work, in any order.
void by_threads(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::vector<std::jthread> threads;
    for (std::size_t i = count; i-- > 0;) threads.emplace_back([&work, i] { work(i); });
}

const Layer dirty = layer({"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))", "POLYGON ((10 0, 20 0, 20 10, 10 10, 10 0))",
                           "POLYGON ((20 0, 30 0, 30 10, 19 10, 20 0))",           // 2 overlaps 3
                           "POLYGON ((0 10, 0 0, 10 0, 10 10, 0 10))",             // 1 again
                           "POLYGON ((0 10, 10 20, 10 10, 0 20, 0 10))",           // crosses itself
                           "POLYGON ((10.5 10, 30 10, 30 20, 10.5 20, 10.5 10))",  // a gap at 10 to 10.5
                           "POLYGON ((10 20, 30 20, 30 20.2, 10 20.2, 10 20))",    // a sliver over it
                           "MULTIPOLYGON (((50 0, 60 0, 60 10, 50 0)), ((70 0, 80 0, 80 10, 70 0)))"});

TEST(CheckLayer, FindsEachPlantedThingWithItsPlaceAndSize) {
    CheckRules rules;
    const auto outline = from_wkt("POLYGON ((0 0, 55 0, 55 40, 0 40, 0 0))");
    const auto found = by_kind(check_layer(dirty, &outline, rules, plane()));
    ASSERT_EQ(found.at("overlap").size(), 1U) << "a duplicate is no overlap";
    const auto& overlap = found.at("overlap").front();
    EXPECT_EQ(*overlap.fid, 2);
    EXPECT_EQ(*overlap.other, 3);
    EXPECT_NEAR(overlap.measure, 5, 1e-9);
    EXPECT_THAT(sentence_en(overlap), HasSubstr("features 2 and 3 overlap by 5.0000 m2"));
    EXPECT_THAT(sentence_zh(overlap), HasSubstr("要素 2 与 3 重叠 5.0000 平方米"));
    ASSERT_EQ(found.at("duplicate").size(), 1U);
    EXPECT_EQ(*found.at("duplicate")[0].fid, 4);
    EXPECT_EQ(*found.at("duplicate")[0].other, 1);
    EXPECT_EQ(*found.at("self-intersection")[0].fid, 5);
    EXPECT_EQ(*found.at("sliver")[0].fid, 7);
    EXPECT_NEAR(found.at("sliver")[0].measure, 2 * 4 / 40.4, 1e-9);
    EXPECT_EQ(found.at("multipart")[0].measure, 2);
    EXPECT_EQ(*found.at("outside")[0].fid, 8);
    EXPECT_GT(found.at("gap").size(), 0U);
}

TEST(CheckLayer, AGapHasItsNeighbours) {
    const auto ring = layer({"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (4 4, 6 4, 6 6, 4 6, 4 4))",
                             "POLYGON ((4 4, 6 4, 6 5, 4 5, 4 4))", "POLYGON ((90 90, 99 90, 99 99, 90 90))"});
    const auto found = by_kind(check_layer(ring, nullptr, {}, plane()));
    ASSERT_EQ(found.at("gap").size(), 1U);
    EXPECT_NEAR(found.at("gap")[0].measure, 2, 1e-9);
    EXPECT_THAT(found.at("gap")[0].neighbours, ElementsAre(1, 2));
    EXPECT_EQ(found.size(), 2U) << "and a sliver of 2 x 1 m";
}

TEST(CheckLayer, ACleanLayerHasNoFindings) {
    const auto clean = layer({"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))", "POLYGON ((10 0, 20 0, 20 10, 10 10, 10 0))"});
    const auto outline = from_wkt("POLYGON ((0 0, 20 0, 20 10, 0 10, 0 0))");
    EXPECT_TRUE(check_layer(clean, &outline, {}, plane()).findings.empty());
}

TEST(CheckLayer, SmallPiecesAreCountedNotListed) {
    const auto close =
        layer({"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))", "POLYGON ((9.99 0, 20 0, 20 10, 9.99 10, 9.99 0))"});
    CheckRules rules;
    rules.least_m2 = 1;
    const auto result = check_layer(close, nullptr, rules, plane());
    EXPECT_TRUE(result.findings.empty());
    EXPECT_EQ(result.unlisted, 1U);
    EXPECT_NEAR(result.overlap_m2, 0.1, 1e-9);
}

TEST(CheckLayer, TheSameFindingsForAnyThreads) {
    Layer many = dirty;
    for (int i = 0; i < 2000; ++i) {
        const double x = 100 + 7 * (i % 50);
        const double y = 100 + 7 * (i / 50);
        const double w = 6.9 + 0.2 * random_unit(3, static_cast<std::uint64_t>(i));
        many.features.push_back({i + 100, {{{{{x, y}, {x + w, y}, {x + w, y + w}, {x, y + w}}, {}}}, {}, {}}, {}});
    }
    const auto one = check_layer(many, nullptr, {}, plane());
    const auto more = check_layer(many, nullptr, {}, plane(), by_threads);
    ASSERT_EQ(one.findings.size(), more.findings.size());
    for (std::size_t i = 0; i < one.findings.size(); ++i)
        EXPECT_EQ(sentence_en(one.findings[i]), sentence_en(more.findings[i]));
    EXPECT_EQ(one.overlap_m2, more.overlap_m2);
}

TEST(CheckLayer, EachKindHasAChineseName) {
    EXPECT_EQ(finding_name_zh("overlap"), "重叠");
    EXPECT_EQ(finding_name_zh("hole-outside"), "洞在外环之外");
    EXPECT_THROW((void)finding_name_zh("ugly"), DataError);
}

void expect_closed(const Layer& before, const RepairResult& result) {
    Area sum;
    for (const auto& feature : before.features) sum += area(feature.geometry);
    EXPECT_EQ(sum, result.before);
    for (const auto& change : result.changes) sum += change.after - change.before;
    EXPECT_EQ(sum, result.after);
    Area after;
    for (const auto& feature : result.features) {
        EXPECT_FALSE(invalidity(feature.geometry));
        after += area(feature.geometry);
    }
    EXPECT_EQ(after, result.after);
    EXPECT_EQ(result.features.size() + result.isolated.size(), before.features.size());
}

TEST(RepairLayer, MendsAndKeepsALedgerThatCloses) {
    const auto result = repair_layer(dirty, {}, area);
    expect_closed(dirty, result);
    ASSERT_EQ(result.isolated.size(), 1U);
    EXPECT_EQ(result.isolated[0].fid, 4);
    std::map<std::string, int> kinds;
    for (const auto& change : result.changes) ++kinds[change.kind];
    EXPECT_EQ(kinds["duplicate"], 1);
    EXPECT_EQ(kinds["invalidity"], 1);
    EXPECT_EQ(kinds.size(), 2U) << "overlaps and gaps stay unless it is asked";
}

TEST(RepairLayer, OverlapsGoByTheRule) {
    const auto two = layer({"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))", "POLYGON ((8 0, 30 0, 30 10, 8 10, 8 0))"});
    RepairRules rules;
    rules.overlaps = OverlapRule::first;
    auto result = repair_layer(two, rules, area);
    expect_closed(two, result);
    EXPECT_EQ(area(result.features[1].geometry).m2(), 200);
    rules.overlaps = OverlapRule::larger;
    result = repair_layer(two, rules, area);
    expect_closed(two, result);
    EXPECT_EQ(area(result.features[0].geometry).m2(), 80);
    EXPECT_EQ(result.changes[0].fid, 1);
    EXPECT_EQ(*result.changes[0].other, 2);
}

TEST(RepairLayer, WhatAnOverlapUsesUpIsIsolatedNotLost) {
    const auto inside = layer({"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))", "POLYGON ((1 1, 2 1, 2 2, 1 1))"});
    RepairRules rules;
    rules.overlaps = OverlapRule::larger;
    const auto result = repair_layer(inside, rules, area);
    expect_closed(inside, result);
    ASSERT_EQ(result.isolated.size(), 1U);
    EXPECT_EQ(result.isolated[0].fid, 2);
}

TEST(RepairLayer, GapsGoToTheLongestNeighbourUpToASize) {
    const auto ring =
        layer({"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (4 4, 6 4, 6 6, 4 6, 4 4), (1 1, 3 1, 3 3, 1 3, 1 1))",
               "POLYGON ((4 4, 6 4, 6 5, 4 5, 4 4))"});
    RepairRules rules;
    rules.fill_gaps_m2 = 3;
    const auto result = repair_layer(ring, rules, area);
    expect_closed(ring, result);
    ASSERT_EQ(result.changes.size(), 1U) << "the gap of 4 m2 is too large";
    EXPECT_EQ(result.changes[0].fid, 1);
    EXPECT_EQ((result.changes[0].after - result.changes[0].before).m2(), 2);
}

TEST(RepairLayer, WhatCannotBeMendedIsIsolatedWithItsReason) {
    auto bad = layer({"POLYGON ((0 0, 10 0, 10 10, 0 0))", "POLYGON ((0 0, 5 5, 0 0, 0 0))"});
    bad.features.push_back({3, {}, {}});
    bad.features.push_back({4, {{{{{0, 0}, {NAN, 1}, {1, 1}}, {}}}, {}, {}}, {}});
    const auto result = repair_layer(bad, {}, area);
    EXPECT_EQ(result.features.size(), 1U);
    ASSERT_EQ(result.changes.size(), 3U);
    EXPECT_EQ(result.changes[0].reason, "nothing with an area is left of it");
    EXPECT_EQ(result.changes[1].reason, "the feature has no geometry");
    EXPECT_EQ(result.changes[2].reason, "a coordinate is no number");
}

TEST(RepairLayer, PropertyRandomDirtClosesAndEndsValidWithoutOverlaps) {
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
        Layer mess{{"mess", "EPSG:4547", {}}, {}};
        for (std::uint64_t i = 0; i < 15; ++i) {
            Ring ring;
            for (std::uint64_t k = 0; k < 5 + i % 4; ++k)
                ring.push_back(
                    {500000 + 60 * random_unit(seed, i / 2, k), 4100000 + 60 * random_unit(seed, i, k + 50)});
            mess.features.push_back({static_cast<std::int64_t>(i), {{{ring, {}}}, {}, {}}, {}});
        }
        RepairRules rules;
        rules.overlaps = seed % 2 == 0 ? OverlapRule::larger : OverlapRule::first;
        const auto result = repair_layer(mess, rules, area, by_threads);
        expect_closed(mess, result);
        CheckRules check;
        check.gaps = false;
        check.least_m2 = 0.01;
        const auto left = check_layer({mess.spec, result.features}, nullptr, check, plane());
        for (const auto& f : left.findings)
            EXPECT_TRUE(f.kind != "overlap" && f.kind != "self-intersection") << sentence_en(f);
    }
}

}  // namespace
}  // namespace linmu
