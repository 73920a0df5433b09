// SPDX-License-Identifier: MIT
// The survey's area with what may be asked beside it: lengths of roads, control areas, ridges.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>

#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Squares in a row, each 10 m wider than the one before, with the survey's fields.
Layer parcels(const std::vector<std::vector<Value>>& rows, const std::vector<Field>& fields) {
    Layer layer{{"DLTB", "EPSG:4547", fields}, {}};
    double x = 480000;
    for (const auto& row : rows) {
        const double side = 100 + 10 * static_cast<double>(layer.features.size());
        layer.features.push_back({static_cast<std::int64_t>(layer.features.size()) + 1,
                                  polygon({{x, 4100000}, {x + side, 4100000}, {x + side, 4100137}, {x, 4100137}}),
                                  row});
        x += side;
    }
    return layer;
}

class PolygonAreaOptions : public testing::Test {
protected:
    using Keys = std::vector<std::pair<std::string, ParamValue>>;

    Layer run(const Layer& layer, const Keys& keys) {
        StepBench bench("polygon-area", keys);
        (void)bench.plan({Artifact::of(layer.spec)});
        RunContext context;
        context.ledger = &ledger_;
        context.note = [this](const std::string& text) { notes_ += text + "\n"; };
        return *dynamic_cast<WholeStep&>(bench.step()).run({{&layer}, {}}, context).layer;
    }

    [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(dir_ / name) << text;
        return dir_ / name;
    }

    static std::int64_t units(const Layer& layer, std::size_t i, std::string_view field) {
        return std::get<std::int64_t>(layer.features[i].values[field_index(layer.spec.fields, field, "parcels")]);
    }

    TempDir dir_;
    Ledger ledger_{dir_ / "ledger.gpkg"};
    std::string notes_;
};

/// The arc of a meridian from the equator, by Simpson's rule over its radius of curvature.
double meridian_arc(double latitude) {
    constexpr double f = 1 / cgcs2000::inverse_flattening;
    constexpr double e2 = f * (2 - f);
    constexpr int steps = 2000;
    const auto radius = [&](int i) {
        const double s = std::sin(latitude * i / steps);
        return cgcs2000::a * (1 - e2) / std::pow(1 - e2 * s * s, 1.5);
    };
    double sum = 0;
    for (int i = 0; i < steps; i += 2) sum += radius(i) + 4 * radius(i + 1) + radius(i + 2);
    return sum * latitude / steps / 3;
}

TEST_F(PolygonAreaOptions, ARoadsLengthIsOnTheEllipsoid) {
    constexpr double degree = std::numbers::pi / 180;
    Layer roads{{"roads", "EPSG:4490", {{"id", FieldType::text, "", ""}}}, {}};
    const auto add = [&](std::vector<Line> lines) {
        roads.features.push_back({static_cast<std::int64_t>(roads.features.size()) + 1,
                                  {{}, std::move(lines), {}},
                                  {std::string("r") + std::to_string(roads.features.size())}});
    };
    add({{{114, 36.5}, {114, 36.9}, {114, 37.25}}});
    add({{{114, 36.5}, {114, 36.6}}, {{114, 37}, {114, 37.1}}});
    const auto out = run(roads, {{"length", true}, {"survey-crs", std::string("EPSG:4547")}});
    const auto length = [&](std::size_t i) {
        return std::get<double>(out.features[i].values[field_index(out.spec.fields, "length", "roads")]);
    };
    const auto arc = [&](double south, double north) {
        return meridian_arc(north * degree) - meridian_arc(south * degree);
    };
    EXPECT_NEAR(length(0), arc(36.5, 37.25), 1e-5);
    EXPECT_NEAR(length(1), arc(36.5, 36.6) + arc(37, 37.1), 1e-5);

    // The same road given in a plane whose metres are too long there by 4 in 10 000.
    Layer planar = roads;
    planar.spec.crs = "EPSG:32649";
    const Transform to_plane("EPSG:4490", "EPSG:32649");
    for (auto& feature : planar.features) feature.geometry = transformed(feature.geometry, to_plane);
    const auto same =
        run(planar, {{"length", true}, {"survey-crs", std::string("EPSG:4547")}, {"field", std::string("m2")}});
    const auto at = field_index(same.spec.fields, "length", "roads");
    EXPECT_NEAR(std::get<double>(same.features[0].values[at]), arc(36.5, 37.25), 1e-5);
}

const std::vector<Field> cropland{
    {"ZLDWDM", FieldType::text, "", ""}, {"GDPDJB", FieldType::text, "", ""}, {"GDLX", FieldType::text, "", ""}};

TEST_F(PolygonAreaOptions, RidgesAreTakenOffByTheTable) {
    const auto layer = parcels({{std::string("1"), std::string("2"), std::string("TT")},
                                {std::string("1"), std::string("2"), std::string("PD")},
                                {std::string("1"), std::string("5"), std::string("TT")},
                                {std::string("1"), std::string("3"), Value{}}},
                               cropland);
    const auto table = file("kcxs.csv", "GDPDJB,GDLX,KCXS\n2,TT,0.0462\n2,PD,0.0731\n5,TT,0.2150\n");
    const auto out = run(layer, {{"ridge-table", table}});
    const std::vector<double> shares{0.0462, 0.0731, 0.2150, 0};
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const auto whole = units(out, i, "ellipsoid_area");
        const auto ridge = units(out, i, "ridge_area");
        EXPECT_EQ(whole % 100, 0) << "to 0.01 m2";
        EXPECT_EQ(ridge % 100, 0);
        EXPECT_NEAR(static_cast<double>(ridge) / 1e4, static_cast<double>(whole) / 1e4 * shares[i], 0.005 + 1e-9) << i;
        EXPECT_EQ(units(out, i, "net_area") + ridge, whole);
    }
    EXPECT_GT(units(out, 0, "ridge_area"), 6'000'000) << "0.0462 of 13 700 m2";
}

TEST_F(PolygonAreaOptions, WhatTheTableOfRidgesLacksIsTold) {
    const auto layer = parcels({{std::string("1"), std::string("4"), std::string("TT")}}, cropland);
    const auto table = file("kcxs.csv", "GDPDJB,GDLX,KCXS\n2,TT,0.0462\n");
    EXPECT_THAT(
        [&] {
            run(layer, {{"ridge-table", table}});
        },
        ThrowsMessage<DataError>(HasSubstr("feature 1 has slope class '4' and type 'TT'")));
    EXPECT_THAT(
        [&] {
            run(layer, {{"ridge-table", table}, {"ridge-field", std::string("GDLX")}});
        },
        ThrowsMessage<UsageError>(HasSubstr("not from both")));
}

const std::vector<Field> controlled{{"ZLDWDM", FieldType::text, "", ""}, {"KZMJ", FieldType::real, "m2", ""}};

TEST_F(PolygonAreaOptions, LevelsToTheControlAreaInAField) {
    const std::string first = "140722100001", second = "140722100002";
    auto layer = parcels({{first + "0000", 0.0}, {first + "0001", 0.0}, {second + "0000", 0.0}}, controlled);
    const auto measured = run(layer, {{"rounding", std::string("half-away")}});
    const auto cents = [&](std::size_t i) { return units(measured, i, "ellipsoid_area") / 100; };
    const std::vector<std::int64_t> wanted{cents(0) + cents(1) + 3, cents(2) - 1};
    for (std::size_t i = 0; i < 3; ++i) layer.features[i].values[1] = static_cast<double>(wanted[i < 2 ? 0 : 1]) / 100;

    Ledger ledger(dir_ / "levelled.gpkg");
    ledger_ = std::move(ledger);
    const auto out = run(layer, {{"control-field", std::string("KZMJ")}, {"control-code", std::string("ZLDWDM")}});
    EXPECT_EQ(units(out, 0, "ellipsoid_area") + units(out, 1, "ellipsoid_area"), wanted[0] * 100);
    EXPECT_EQ(units(out, 2, "ellipsoid_area"), wanted[1] * 100);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto more = units(out, i, "ellipsoid_area") / 100 - cents(i);
        EXPECT_GE(more, 0);
        EXPECT_LE(more, 2) << "3 cents over two parcels";
    }
    const auto rows = ledger_.query("SELECT zone, parcels, residual FROM area_control ORDER BY zone").rows;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0], (std::vector<Value>{first, std::int64_t{2}, std::int64_t{300}}));
    EXPECT_EQ(rows[1], (std::vector<Value>{second, std::int64_t{1}, std::int64_t{-100}}));
}

TEST_F(PolygonAreaOptions, AVillageHasOneControlArea) {
    const std::string village = "140722100001";
    const auto layer = parcels({{village + "0000", 13700.0}, {village + "0001", 13701.0}}, controlled);
    EXPECT_THAT(
        [&] {
            run(layer, {{"control-field", std::string("KZMJ")}, {"control-code", std::string("ZLDWDM")}});
        },
        ThrowsMessage<DataError>(HasSubstr("another control area of 140722100001")));
    EXPECT_THAT(
        [&] {
            run(layer, {{"control-field", std::string("KZMJ")}});
        },
        ThrowsMessage<UsageError>(HasSubstr("control-code")));
}

/// Nobody takes the layer: it is not made, and the ledger's figures are the same.
TEST_F(PolygonAreaOptions, FiguresDoNotHangOnWhoTakesTheLayer) {
    const auto layer = parcels({{std::string("1"), 0.0}, {std::string("2"), 0.0}}, controlled);
    EXPECT_EQ(run(layer, {}).features.size(), 2U);
    StepBench bench("polygon-area");
    (void)bench.plan({Artifact::of(layer.spec)});
    Ledger ledger(dir_ / "alone.gpkg");
    RunContext context;
    context.ledger = &ledger;
    context.layer_wanted = false;
    const auto alone = *dynamic_cast<WholeStep&>(bench.step()).run({{&layer}, {}}, context).layer;
    EXPECT_TRUE(alone.features.empty());
    const auto rows = ledger.query("SELECT zone, area FROM zone").rows;
    EXPECT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows, ledger_.query("SELECT zone, area FROM zone").rows);
}

}  // namespace
}  // namespace linmu::test
