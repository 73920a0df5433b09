// SPDX-License-Identifier: MIT
// Which of another layer is nearest, and the choice of features by their fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/geo/topology.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;
using Keys = std::vector<std::pair<std::string, ParamValue>>;

/// On the central meridian the plane is true to scale.
Layer layer_of(const std::vector<std::pair<std::string, std::string>>& named, const std::string& crs = "EPSG:4547") {
    Layer layer{{"things", crs, {{"id", FieldType::text, "", ""}}}, {}};
    for (const auto& [id, wkt] : named)
        layer.features.push_back({static_cast<std::int64_t>(layer.features.size()) + 1, from_wkt(wkt), {id}});
    return layer;
}

void in_two_threads(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::jthread other([&] {
        for (std::size_t i = 1; i < count; i += 2) work(i);
    });
    for (std::size_t i = 0; i < count; i += 2) work(i);
}

class NearSteps : public testing::Test {
protected:
    Layer run(const std::string& step, const std::vector<const Layer*>& layers, const Keys& keys,
              const ParallelFor& parallel = in_turn) {
        StepBench bench(step, keys);
        std::vector<Artifact> inputs;
        for (const auto* layer : layers) inputs.push_back(Artifact::of(layer->spec));
        (void)bench.plan(inputs);
        RunContext context;
        context.note = [this](const std::string& text) { notes_ += text + "\n"; };
        context.parallel = parallel;
        return *dynamic_cast<WholeStep&>(bench.step()).run({layers, {}}, context).layer;
    }
    Layer near(const Layer& layer, const Layer& others, Keys keys = {}, const ParallelFor& parallel = in_turn) {
        keys.emplace_back("key", std::string("id"));
        return run("near", {&layer, &others}, keys, parallel);
    }
    static std::string id(const Layer& layer, std::size_t i) { return to_text(layer.features[i].values[1]); }
    static double metres(const Layer& layer, std::size_t i) { return std::get<double>(layer.features[i].values[2]); }

    const Layer houses_ = layer_of(
        {{"west", "POLYGON ((500000 4100000, 500010 4100000, 500010 4100010, 500000 4100010, 500000 4100000))"},
         {"east",
          "POLYGON ((500100 4100000, 500110 4100000, 500110 4100010, 500100 4100010, 500100 4100000), (500102 4100002, "
          "500102 4100008, 500108 4100008, 500108 4100002, 500102 4100002))"},
         {"none", "POLYGON EMPTY"}});
    std::string notes_;
};

TEST_F(NearSteps, TellsTheNearestAndHowFarItIs) {
    const auto trees = layer_of({{"in", "POINT (500005 4100005)"},
                                 {"on the edge", "POINT (500010 4100003)"},
                                 {"beside", "POINT (500040 4100005)"},
                                 {"off a corner", "POINT (500113 4100014)"},
                                 {"in a yard", "POINT (500105 4100005)"},
                                 {"between both", "POINT (500055 4100005)"},
                                 {"far", "POINT (501110 4100005)"}});
    const auto found = near(trees, houses_);
    EXPECT_EQ(found.features.size(), trees.features.size());
    const std::vector<std::string> ids{"west", "west", "west", "east", "east", "west", "east"};
    const std::vector<double> far{0, 0, 30, 5, 3, 45, 1000};
    for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_EQ(id(found, i), ids[i]) << i;
        EXPECT_NEAR(metres(found, i), far[i], 1e-4) << i;
    }
}

TEST_F(NearSteps, LinesAndPolygonsHaveADistanceToo) {
    const auto things = layer_of(
        {{"road", "LINESTRING (499990 4100020, 500200 4100020)"},
         {"through", "LINESTRING (499990 4100005, 500200 4100005)"},
         {"field", "POLYGON ((500050 4100000, 500093 4100000, 500093 4100004, 500050 4100004, 500050 4100000))"}});
    const auto found = near(things, houses_, {{"name", std::string("house")}});
    EXPECT_EQ(found.spec.fields[1].name, "house_id");
    EXPECT_EQ(found.spec.fields[2].name, "house_m");
    EXPECT_NEAR(metres(found, 0), 10, 1e-4);
    EXPECT_EQ(metres(found, 1), 0);
    EXPECT_EQ(id(found, 2), "east");
    EXPECT_NEAR(metres(found, 2), 7, 1e-4);
}

TEST_F(NearSteps, WhatIsInsideOfALargePolygonIsThere) {
    Ring ring;
    for (int i = 0; i < 90; ++i) {
        const double turn = i * 3.14159265358979323846 / 45;
        ring.push_back({500000 + 300 * std::cos(turn), 4100000 + 300 * std::sin(turn)});
    }
    Layer lake = layer_of({});
    lake.features.push_back({1, polygon(ring), {std::string("lake")}});
    const auto things = layer_of({{"island", "POINT (500000 4100000)"},
                                  {"boat", "LINESTRING (499990 4100000, 500010 4100000)"},
                                  {"shore", "POINT (500310 4100000)"}});
    const auto found = near(things, lake);
    EXPECT_EQ(metres(found, 0), 0);
    EXPECT_EQ(metres(found, 1), 0);
    EXPECT_NEAR(metres(found, 2), 10, 1e-4);
}

TEST_F(NearSteps, NothingIsNearWhereAllIsFurtherThanWithin) {
    const auto trees = layer_of({{"beside", "POINT (500040 4100005)"}, {"far", "POINT (501110 4100005)"}});
    const auto found = near(trees, houses_, {{"within", 30.0}});
    EXPECT_EQ(id(found, 0), "west");
    EXPECT_EQ(found.features[1].values[1], Value{});
    EXPECT_EQ(found.features[1].values[2], Value{});
    EXPECT_THAT(notes_, HasSubstr("1 of 2 features are near none"));
    EXPECT_EQ(near(trees, layer_of({})).features[0].values[2], Value{}) << "an empty layer";
}

TEST_F(NearSteps, MeasuresOnTheEllipsoidWhateverTheLayersCrs) {
    // 0.001 degrees along the meridian at 37 N: M = a (1 - e2) / (1 - e2 sin2 B)^1.5 on the CGCS2000 ellipsoid, 1.5 degrees from the
    // plane's meridian, where a metre of the plane is 0.9998 m.
    const double f = 1 / 298.257222101;
    const double e2 = f * (2 - f);
    const double s = std::sin(37.0005 * 3.14159265358979323846 / 180);
    const double arc = 6378137.0 * (1 - e2) / std::pow(1 - e2 * s * s, 1.5) * 0.001 * 3.14159265358979323846 / 180;
    const auto tree = layer_of({{"tree", "POINT (115.45 37)"}}, "EPSG:4490");
    const auto mine = layer_of({{"mine", "POINT (115.45 37.001)"}}, "EPSG:4490");
    EXPECT_NEAR(metres(near(tree, mine, {{"survey-crs", std::string("EPSG:4547")}}), 0), arc, 1e-5);
}

TEST_F(NearSteps, AgreesWithAllPairsForAnyThreads) {
    Layer points = layer_of({});
    Layer squares = layer_of({});
    const auto at = [](int i, std::uint64_t what) {
        return 3000 * random_unit(7, what, static_cast<std::uint64_t>(i));
    };
    for (int i = 0; i < 700; ++i)
        points.features.push_back({i, {{}, {}, {{500000 + at(i, 1), 4100000 + at(i, 2)}}}, {std::to_string(i)}});
    for (int i = 0; i < 150; ++i) {
        const double x = 500000 + at(i, 3) * at(i, 3) / 3000;
        const double y = 4100000 + at(i, 4);
        const double w = 5 + at(i, 5) / 60;
        squares.features.push_back({i, polygon({{x, y}, {x + w, y}, {x + w, y + w}, {x, y + w}}), {std::to_string(i)}});
    }
    const auto found = near(points, squares);
    const auto again = near(points, squares, {}, in_two_threads);
    for (std::size_t i = 0; i < points.features.size(); ++i) {
        const auto p = points.features[i].geometry.points[0];
        double least = 1e9;
        for (const auto& square : squares.features) {
            const auto& ring = square.geometry.polygons[0].outer;
            least = std::min(least, std::hypot(std::max({ring[0].x - p.x, 0.0, p.x - ring[2].x}),
                                               std::max({ring[0].y - p.y, 0.0, p.y - ring[2].y})));
        }
        EXPECT_NEAR(metres(found, i), least, 2e-3 + least * 1e-6) << i;
        EXPECT_EQ(found.features[i].values, again.features[i].values) << i;
    }
}

TEST_F(NearSteps, NearRefusesWhatCannotBe) {
    const auto trees = layer_of({{"a", "POINT (500005 4100005)"}});
    auto taken = trees;
    taken.spec.fields.push_back({"near_m", FieldType::real, "m", ""});
    taken.features[0].values.emplace_back(1.0);
    EXPECT_THAT([&] { near(taken, houses_); }, ThrowsMessage<UsageError>(HasSubstr("'near_m'")));
    EXPECT_THAT(
        [&] {
            run("near", {&trees, &houses_}, {{"key", std::string("ID_")}});
        },
        ThrowsMessage<DataError>(HasSubstr("ID_")));
}

TEST_F(NearSteps, SelectKeepsFeaturesByTheirField) {
    Layer parcels{{"DLTB", "EPSG:4547", {{"DLBM", FieldType::text, "", ""}, {"year", FieldType::integer, "", ""}}}, {}};
    for (const char* code : {"0201", "0201K", "0602", "0701", "1207", "020"})
        parcels.features.push_back({static_cast<std::int64_t>(parcels.features.size()) + 1,
                                    polygon({{0, 0}, {1, 0}, {1, 1}}),
                                    {std::string(code), std::int64_t{2020} + (code[1] == '6' ? 1 : 0)}});
    parcels.features.push_back({7, {}, {Value{}, Value{}}});
    const auto kept = [&](const Keys& keys) {
        std::vector<std::int64_t> fids;
        for (const auto& feature : run("select", {&parcels}, keys).features) fids.push_back(feature.fid);
        return fids;
    };
    using Texts = std::vector<std::string>;
    EXPECT_THAT(kept({{"field", std::string("DLBM")}, {"values", Texts{"0201", "0201K"}}}), ElementsAre(1, 2));
    EXPECT_THAT(kept({{"field", std::string("DLBM")}, {"begins", Texts{"06", "07"}}}), ElementsAre(3, 4));
    EXPECT_THAT(kept({{"field", std::string("DLBM")}, {"values", Texts{"1207"}}, {"begins", Texts{"0201"}}}),
                ElementsAre(1, 2, 5));
    EXPECT_THAT(kept({{"field", std::string("year")}, {"values", Texts{"2021"}}}), ElementsAre(3));
    EXPECT_THAT(notes_, HasSubstr("2 of 7 features"));
    EXPECT_THAT(
        [&] {
            kept({{"field", std::string("DLBM")}});
        },
        ThrowsMessage<UsageError>(HasSubstr("'values' or 'begins'")));
    EXPECT_THAT(
        [&] {
            kept({{"field", std::string("DLBM")}, {"begins", Texts{""}}});
        },
        ThrowsMessage<UsageError>(HasSubstr("empty text")));
    EXPECT_THAT(
        [&] {
            kept({{"field", std::string("DLMB")}, {"values", Texts{"0201"}}});
        },
        ThrowsMessage<DataError>(HasSubstr("DLBM")));
}

}  // namespace
}  // namespace linmu::test
