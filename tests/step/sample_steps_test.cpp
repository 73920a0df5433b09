// SPDX-License-Identifier: MIT
// Samples: drawn, checked, and what they tell of a map.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <string>

#include "linmu/algo/sample_accuracy.hpp"
#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/geo/topology.hpp"
#include "support/matrix.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::ThrowsMessage;

using Keys = std::vector<std::pair<std::string, ParamValue>>;

std::string text_at(const Table& table, std::size_t row, const std::string& column) {
    return to_text(table.rows.at(row).at(field_index(table.spec.columns, column, table.spec.name)));
}

// ---- accuracy

const std::vector<Field> sample_columns = {{"stratum", FieldType::text, "", ""},
                                           {"map_class", FieldType::text, "", ""},
                                           {"class", FieldType::text, "", ""},
                                           {"stratum_m2", FieldType::real, "", ""},
                                           {"stratum_units", FieldType::integer, "", ""},
                                           {"unit", FieldType::text, "", ""},
                                           {"unit_m2", FieldType::real, "", ""},
                                           {"cluster", FieldType::integer, "", ""}};

/// Samples spread over 100 km, so that no square holds most of them.
class Samples {
public:
    void add(const std::string& stratum, const std::string& map, const std::string& truth, double m2,
             std::int64_t units, int times = 1) {
        for (int k = 0; k < times; ++k) {
            const auto fid = std::ssize(layer.features) + 1;
            const Point place{500000 + static_cast<double>(fid * 7919 % 100003),
                              4100000 + static_cast<double>(fid * 104729 % 100019)};
            layer.features.push_back({fid,
                                      {{}, {}, {place}},
                                      {stratum, map, truth.empty() ? Value{} : Value{truth}, m2, units,
                                       std::string("cell"), 100.0, Value{}}});
        }
    }
    Layer layer{{"samples", "EPSG:4547", sample_columns}, {}};
};

/// The ledger table that class-area makes.
const TableSpec class_area_spec{"class_area",
                                "",
                                {{"map", FieldType::text, "", ""},
                                 {"layer", FieldType::text, "", ""},
                                 {"zone", FieldType::text, "", ""},
                                 {"code", FieldType::integer, "", ""},
                                 {"class", FieldType::text, "", ""},
                                 {"area", FieldType::area, "m2", ""}}};

class AccuracyOfSamples : public testing::Test {
protected:
    TempDir dir_;
    Ledger ledger_{dir_ / "ledger.gpkg"};
    std::vector<std::string> notes_;

    void run(const Layer& samples, Keys keys = {}) {
        keys.emplace_back("map", std::string("2025"));
        StepBench bench("accuracy", keys);
        (void)bench.plan({Artifact::of(samples.spec)});
        RunContext context;
        context.id = "step";
        context.ledger = &ledger_;
        context.note = [this](const std::string& note) { notes_.push_back(note); };
        (void)dynamic_cast<WholeStep&>(bench.step()).run({{&samples}, {}}, context);
    }
    [[nodiscard]] double number(const std::string& sql) const {
        const auto rows = ledger_.query(sql).rows;
        if (rows.size() != 1) return std::nan("");
        if (const auto* whole = std::get_if<std::int64_t>(&rows[0][0])) return static_cast<double>(*whole);
        if (const auto* real = std::get_if<double>(&rows[0][0])) return *real;
        return std::nan("");
    }
    [[nodiscard]] double accuracy(const std::string& column, const std::string& name) const {
        return number("SELECT " + column + " FROM accuracy WHERE class = '" + name + "'");
    }
    [[nodiscard]] double hectares(const std::string& column, const std::string& name) const {
        return number("SELECT " + column + " FROM adjusted_area WHERE level = 'whole' AND class = '" + name + "'") /
               1e8;
    }
    [[nodiscard]] std::string text(const std::string& sql) const {
        const auto rows = ledger_.query(sql).rows;
        return rows.empty() ? "" : to_text(rows[0][0]);
    }
};

struct Example {
    std::vector<std::string> classes;
    std::vector<std::vector<int>> counts;
    std::vector<double> mapped_m2;
};

Samples samples_of(const Example& example) {
    Samples samples;
    for (std::size_t i = 0; i < example.classes.size(); ++i) {
        for (std::size_t j = 0; j < example.classes.size(); ++j)
            samples.add(example.classes[i], example.classes[i], example.classes[j], example.mapped_m2[i], 0,
                        example.counts[i][j]);
    }
    return samples;
}

// Olofsson et al. 2014, section 6: what the paper prints of its example, areas in ha from 30 m pixels.
const Example deforestation{{"deforestation", "gain", "forest", "other"},
                            {{66, 0, 5, 4}, {0, 55, 8, 12}, {1, 0, 153, 11}, {2, 1, 9, 313}},
                            {200'000 * 900.0, 150'000 * 900.0, 3'200'000 * 900.0, 6'450'000 * 900.0}};

TEST_F(AccuracyOfSamples, OlofssonsExampleOf2014ComesBackAsPrinted) {
    run(samples_of(deforestation).layer);
    EXPECT_NEAR(hectares("area", "deforestation"), 21158, 0.5);
    EXPECT_NEAR(1.96 * hectares("standard_error", "deforestation"), 6158, 0.5);
    EXPECT_NEAR(hectares("area", "gain"), 11686, 0.5);
    EXPECT_NEAR(1.96 * hectares("standard_error", "gain"), 3756, 0.5);
    EXPECT_NEAR(hectares("area", "forest"), 285770, 0.5);
    EXPECT_NEAR(1.96 * hectares("standard_error", "forest"), 15510, 0.5);
    EXPECT_NEAR(hectares("area", "other"), 581386, 0.5);
    EXPECT_NEAR(hectares("high", "other") - hectares("area", "other"), 16282, 0.5)
        << "many counts: the paper's interval";
    EXPECT_NEAR(hectares("mapped", "gain"), 13500, 1e-6);
    EXPECT_NEAR(number("SELECT sum(area) FROM adjusted_area"), 900'000 * 1e8, 0) << "rows close";
    EXPECT_NEAR(accuracy("user", "overall"), 0.95, 0.005);
    EXPECT_NEAR(1.96 * accuracy("user_se", "overall"), 0.02, 0.005);
    EXPECT_NEAR(accuracy("user", "deforestation"), 0.88, 0.005);
    EXPECT_NEAR(1.96 * accuracy("user_se", "deforestation"), 0.07, 0.005);
    EXPECT_NEAR(accuracy("producer", "deforestation"), 0.75, 0.005);
    EXPECT_NEAR(1.96 * accuracy("producer_se", "deforestation"), 0.21, 0.005);
    EXPECT_NEAR(accuracy("producer", "gain"), 0.85, 0.005);
    EXPECT_NEAR(accuracy("user", "forest"), 0.93, 0.005);
    EXPECT_NEAR(accuracy("producer", "other"), 0.96, 0.005);
    EXPECT_EQ(number("SELECT cells FROM error_matrix WHERE map_class = 'other' AND reference_class = 'forest'"), 9);
    EXPECT_NEAR(number("SELECT sum(share) FROM error_matrix"), 1, 1e-12);
    EXPECT_THAT(text("SELECT method FROM adjusted_area"), HasSubstr("Olofsson et al. 2014"));
    EXPECT_EQ(text("SELECT interval FROM adjusted_area WHERE class = 'deforestation'"), "stratified jeffreys");
    EXPECT_EQ(text("SELECT count(*) FROM accuracy WHERE class = 'kappa'"), "0") << "only when asked for";
    EXPECT_TRUE(notes_.empty()) << notes_.front();
}

// Olofsson et al. 2013, example 1: error-adjusted area 45 112 ha +- 10 751 (1 SE) of 30 m pixels is printed as pixels here.
TEST_F(AccuracyOfSamples, OlofssonsExamplesOf2013ComeBackAsPrinted) {
    run(samples_of({{"1", "2", "3"}, {{97, 0, 3}, {3, 279, 18}, {2, 1, 97}}, {22353e4, 1122543e4, 610228e4}}).layer);
    EXPECT_NEAR(hectares("area", "1"), 45112, 0.5);
    EXPECT_NEAR(hectares("standard_error", "1"), 10751, 0.5);
    EXPECT_NEAR(hectares("area", "2"), 1050067, 0.5);
    EXPECT_NEAR(hectares("standard_error", "2"), 17652, 0.5);
    EXPECT_NEAR(hectares("area", "3"), 659944, 0.5);
    EXPECT_NEAR(accuracy("user", "overall"), 0.94, 0.005);
    EXPECT_NEAR(accuracy("producer", "1"), 0.48, 0.005);
    EXPECT_NEAR(1.96 * accuracy("producer_se", "1"), 0.22, 0.005);
    EXPECT_NEAR(accuracy("user", "2"), 0.93, 0.005);
}

TEST_F(AccuracyOfSamples, OlofssonsSecondExampleOf2013ComesBack) {
    run(samples_of({{"1", "2", "3"}, {{127, 66, 54}, {2, 322, 17}, {0, 15, 540}}, {7e6, 295e6, 698e6}}).layer);
    EXPECT_NEAR(number("SELECT share FROM adjusted_area WHERE class = '1'"), 0.0053, 5e-5);
    EXPECT_NEAR(number("SELECT share_se FROM adjusted_area WHERE class = '1'"), 0.0012, 5e-5);
    EXPECT_NEAR(accuracy("user", "1"), 0.51, 0.005);
    EXPECT_NEAR(accuracy("producer", "1"), 0.68, 0.005);
    EXPECT_NEAR(accuracy("user", "overall"), 0.96, 0.005);
}

// Stehman 2014, numerical example: strata A to D, whose map was changed after the samples were drawn.
TEST_F(AccuracyOfSamples, StehmansExampleComesBackWhereStrataAreNotTheMapsClasses) {
    const std::string strata = "AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDDDDDDD",
                      mapped = "AAAAAAABBBABBBBBBBBBBBCCCCCCBBDDDDDDDDDD",
                      truth = "AAAAACBABCABBBBBAABBCCCCCDDBBADDDDDDDCCB";
    const std::map<char, std::int64_t> units = {{'A', 40000}, {'B', 30000}, {'C', 20000}, {'D', 10000}};
    Samples samples;
    for (std::size_t i = 0; i < strata.size(); ++i) {
        const auto n = units.at(strata[i]);
        samples.add({strata[i]}, {mapped[i]}, {truth[i]}, static_cast<double>(n) * 100, n);
    }
    run(samples.layer, {{"finite", 0.0}, {"kappa", true}});
    const auto share = [&](const std::string& column, const std::string& name) {
        return number("SELECT " + column + " FROM adjusted_area WHERE class = '" + name + "'");
    };
    EXPECT_NEAR(share("share", "A"), 0.35, 1e-12);
    EXPECT_NEAR(share("share_se", "A"), 0.08224779632306267, 1e-12);
    EXPECT_NEAR(share("share", "C"), 0.2, 1e-12);
    EXPECT_NEAR(share("share_se", "C"), 0.06427977044832137, 1e-12);
    EXPECT_NEAR(accuracy("user", "overall"), 0.63, 1e-12);
    EXPECT_NEAR(accuracy("user_se", "overall"), 0.084642188062455, 1e-12);
    EXPECT_NEAR(accuracy("user", "B"), 0.574468085106383, 1e-12);
    EXPECT_NEAR(accuracy("user_se", "B"), 0.12478224724014163, 1e-12);
    EXPECT_NEAR(accuracy("producer", "B"), 0.7941176470588235, 1e-12);
    EXPECT_NEAR(accuracy("producer_se", "B"), 0.11654791352416964, 1e-12);
    EXPECT_NEAR(number("SELECT share FROM error_matrix WHERE map_class = 'B' AND reference_class = 'C'"), 0.08, 1e-12);
    EXPECT_THAT(text("SELECT method FROM accuracy"), HasSubstr("Stehman 2014"));
    EXPECT_THAT(text("SELECT note FROM accuracy WHERE class = 'kappa'"), HasSubstr("no basis for acceptance"));
    EXPECT_LT(accuracy("user", "kappa"), accuracy("user", "overall"));
}

TEST_F(AccuracyOfSamples, TooFewSamplesAreRefusedWithTheirNumber) {
    Samples samples;
    samples.add("forest", "forest", "forest", 8e6, 80000, 30);
    samples.add("walnut", "walnut", "walnut", 1e6, 10000, 3);
    samples.add("water", "water", "", 1e5, 1000, 20);
    EXPECT_THAT(
        [&] { run(samples.layer); },
        ThrowsMessage<DataError>(AllOf(HasSubstr("'walnut' has 3 and needs 7 more"),
                                       HasSubstr("'water' has 0 and needs 10 more"), HasSubstr("label 17 more"))));
    EXPECT_FALSE(ledger_.has("adjusted_area"));
}

TEST_F(AccuracyOfSamples, WithoutLabelsAreasHaveNoSamples) {
    Samples samples;
    samples.add("forest", "forest", "", 8e6, 80000, 30);
    samples.add("walnut", "walnut", "", 1e6, 10000, 30);
    run(samples.layer);
    EXPECT_EQ(text("SELECT status_zh || ' ' || status FROM adjusted_area WHERE class = 'walnut'"),
              "没有样本 no samples");
    EXPECT_NEAR(hectares("mapped", "walnut"), 100, 1e-9);
    EXPECT_EQ(number("SELECT count(*) FROM adjusted_area WHERE area IS NULL"), 2);
    EXPECT_THAT(notes_, Contains(HasSubstr("没有样本")));
}

TEST_F(AccuracyOfSamples, ClassesThatOnlyOneSideHasAreToldAndDoNotCrash) {
    Samples samples;
    samples.add("forest", "forest", "forest", 8e6, 80000, 40);
    samples.add("forest", "forest", "orchard", 8e6, 80000, 5);
    samples.add("shrub", "shrub", "forest", 1e6, 10000, 20);
    run(samples.layer);
    EXPECT_THAT(text("SELECT note FROM accuracy WHERE class = 'shrub'"), HasSubstr("no producer's accuracy"));
    EXPECT_THAT(text("SELECT note FROM accuracy WHERE class = 'orchard'"), HasSubstr("no user's accuracy"));
    EXPECT_NEAR(hectares("area", "orchard"), 800.0 * 5 / 45, 1e-6);
    EXPECT_EQ(hectares("area", "shrub"), 0);
    EXPECT_EQ(hectares("mapped", "orchard"), 0);
}

TEST_F(AccuracyOfSamples, ALegendTakesNamesAndRefusesOthers) {
    Samples samples;
    samples.add("walnut", "walnut", "核桃园", 8e6, 80000, 20);
    samples.add("walnut", "walnut", "2", 8e6, 80000, 20);
    run(samples.layer, {{"legend", std::string("landcover")}});
    EXPECT_EQ(accuracy("user", "walnut"), 1);
    samples.add("walnut", "walnut", "walnt", 8e6, 80000);
    EXPECT_THAT(
        [&] {
            run(samples.layer, {{"legend", std::string("landcover")}});
        },
        ThrowsMessage<DataError>(HasSubstr("sample 41: 'walnt' is no class of legend landcover")));
}

TEST_F(AccuracyOfSamples, SamplesInOneSquareAreTold) {
    Samples samples;
    samples.add("forest", "forest", "forest", 4e8, 80000, 40);
    for (auto& feature : samples.layer.features)
        feature.geometry.points = {{510000, 4110000.0 + static_cast<double>(feature.fid)}};
    run(samples.layer);
    EXPECT_THAT(notes_, Contains(HasSubstr("100 % of the samples lie in one square of 4000 m")));
}

TEST_F(AccuracyOfSamples, StrataThatContradictThemselvesAreAnError) {
    Samples samples;
    samples.add("forest", "forest", "forest", 4e8, 80000, 20);
    samples.add("forest", "forest", "forest", 5e8, 80000, 1);
    EXPECT_THAT([&] { run(samples.layer); },
                ThrowsMessage<DataError>(HasSubstr("sample 21: 'stratum_m2' of stratum 'forest'")));
    samples.layer.features.back().values[3] = -1.0;
    EXPECT_THROW(run(samples.layer), DataError);
}

TEST_F(AccuracyOfSamples, ParcelsNeedTheirAreaAndNumber) {
    Samples samples;
    samples.add("orchard", "orchard", "orchard", 4e6, 200, 30);
    samples.add("orchard", "orchard", "crop", 4e6, 200, 10);
    for (auto& feature : samples.layer.features) {
        feature.values[5] = std::string("parcel");
        feature.values[6] = 10'000.0 + 1000 * static_cast<double>(feature.fid);
    }
    run(samples.layer);
    EXPECT_THAT(text("SELECT method FROM accuracy"), HasSubstr("combined ratio"));
    double right = 0, all = 0;
    for (int i = 1; i <= 40; ++i) all += 10'000 + 1000 * i, right += i <= 30 ? 10'000 + 1000 * i : 0;
    EXPECT_NEAR(accuracy("user", "overall"), right / all, 1e-12);
    EXPECT_NEAR(hectares("area", "crop"), 400 * (1 - right / all), 1e-6) << "of the stratum's area, not of its parcels";
    samples.layer.features[4].values[4] = std::int64_t{0};
    EXPECT_THAT([&] { run(samples.layer); },
                ThrowsMessage<DataError>(HasSubstr("sample 5: parcels need the number of parcels")));
}

TEST_F(AccuracyOfSamples, ZonesGetASyntheticAreaThatCloses) {
    Table areas{class_area_spec, {}};
    const auto add = [&](const std::string& layer, const std::string& zone, const std::string& name, double hectares) {
        areas.rows.push_back(
            {std::string("2025"), layer, zone, std::int64_t{1}, name, Area::from_m2(hectares * 1e4).units()});
    };
    add("townships", "T1", "deforestation", 15000);
    add("townships", "T1", "forest", 100000);
    add("townships", "T1", "no value", 12);
    add("townships", "T2", "deforestation", 3000);
    add("townships", "T2", "gain", 13500);
    add("townships", "T2", "forest", 188000);
    add("townships", "T2", "other", 580500);
    ledger_.put(areas);
    run(samples_of(deforestation).layer, {{"zones", std::vector<std::string>{"townships"}}});
    const auto zone = [&](const std::string& column, const std::string& code, const std::string& name) {
        return number("SELECT " + column + " FROM adjusted_area WHERE zone = '" + code + "' AND class = '" + name +
                      "'") /
               1e8;
    };
    EXPECT_NEAR(zone("area", "T1", "deforestation"), 15000 * 66 / 75.0 + 100000 * 1 / 165.0, 1e-4);
    EXPECT_NEAR(number("SELECT sum(area) FROM adjusted_area WHERE zone = 'T1'"), 115000 * 1e8, 0);
    const double p = 66 / 75.0, q = 1 / 165.0;
    EXPECT_NEAR(zone("standard_error", "T1", "deforestation"),
                std::sqrt(15000.0 * 15000 * p * (1 - p) / 74 + 1e10 * q * (1 - q) / 164), 1e-3);
    EXPECT_NEAR(zone("area", "T1", "deforestation") + zone("area", "T2", "deforestation"),
                hectares("area", "deforestation"), 1e-6);
    EXPECT_THAT(text("SELECT method FROM adjusted_area WHERE zone = 'T1' AND class = 'forest'"),
                HasSubstr("synthetic, no honest interval"));
    EXPECT_THAT(text("SELECT interval_note FROM adjusted_area WHERE zone = 'T1' AND class = 'forest'"),
                AllOf(HasSubstr("合成估计, 无可靠区间"), HasSubstr("see sample-zones")));
    EXPECT_EQ(text("SELECT status_zh FROM adjusted_area WHERE class = 'no value'"), "未抽样");
    EXPECT_EQ(number("SELECT count(*) FROM adjusted_area WHERE zone = 'T1' AND low IS NOT NULL"), 0);

    // The same samples, with the township in which each lies.
    auto placed = samples_of(deforestation).layer;
    placed.spec.fields.push_back({"townships", FieldType::text, "", ""});
    for (auto& sample : placed.features)
        sample.values.push_back(std::string(to_text(sample.values[1]) == "deforestation" && sample.fid % 6 != 0 ? "T1"
                                            : sample.fid % 3 == 0                                               ? "T1"
                                                                  : "T2"));
    Ledger third(dir_ / "third.gpkg");
    std::swap(third, ledger_);
    ledger_.put(areas);
    run(placed,
        {{"zones", std::vector<std::string>{"townships"}}, {"sums", std::vector<std::string>{"deforestation + gain"}}});
    for (const char* code : {"T1", "T2"}) {
        EXPECT_EQ(
            text("SELECT method FROM adjusted_area WHERE zone = '" + std::string(code) + "' AND class = 'forest'"),
            "direct, modified regression estimator (Sarndal and Hidiroglou 1989)");
        EXPECT_LT(zone("low", code, "forest"), zone("area", code, "forest"));
        EXPECT_GT(zone("high", code, "forest"), zone("area", code, "forest"));
        EXPECT_EQ(number("SELECT COUNT(*) FROM adjusted_sum WHERE low < area AND high > area AND zone = '" +
                         std::string(code) + "'"),
                  1);
    }
    EXPECT_EQ(number("SELECT sum(samples) FROM adjusted_area WHERE class = 'forest' AND level = 'townships'"), 640);
    EXPECT_EQ(number("SELECT sum(area) FROM adjusted_area WHERE zone = 'T1'"), 115000 * 1e8);
    EXPECT_NEAR(zone("area", "T1", "forest") + zone("area", "T2", "forest"), hectares("area", "forest"), 1e-3)
        << "what one township has more, the other has less";

    Ledger other(dir_ / "other.gpkg");
    std::swap(other, ledger_);
    ledger_.put(areas);
    run(samples_of(deforestation).layer,
        {{"zones", std::vector<std::string>{"townships"}}, {"zone-least", std::int64_t{100}}});
    EXPECT_THAT(text("SELECT status FROM adjusted_area WHERE zone = 'T1' AND class = 'forest'"),
                HasSubstr("75 samples of map class 'deforestation' are too few for an interval (100 needed)"));
    EXPECT_EQ(number("SELECT count(*) FROM adjusted_area WHERE zone = 'T1' AND low IS NOT NULL"), 0);
}

TEST_F(AccuracyOfSamples, ADesignTableKnowsStrataThatNoSampleHas) {
    Samples samples;
    samples.add("forest", "forest", "forest", 1, 1, 20);
    samples.add("crop", "crop", "crop", 1, 1, 15);
    samples.add("crop", "crop", "forest", 1, 1, 5);
    Table design{{"design",
                  "",
                  {{"stratum", FieldType::text, "", ""},
                   {"units", FieldType::integer, "", ""},
                   {"area_m2", FieldType::real, "", ""}}},
                 {{std::string("forest"), std::int64_t{30000}, 3e6}, {std::string("crop"), std::int64_t{10000}, 1e6}}};
    const auto with_design = [&] {
        StepBench bench("accuracy", {{"map", std::string("2025")}});
        (void)bench.plan({Artifact::of(samples.layer.spec), Artifact::of(design.spec)});
        RunContext context;
        context.ledger = &ledger_;
        context.note = [](const std::string&) {};
        (void)dynamic_cast<WholeStep&>(bench.step()).run({{&samples.layer}, {&design}}, context);
    };
    with_design();
    EXPECT_NEAR(hectares("area", "forest"), 300 + 100 * 5 / 20.0, 1e-6);
    design.rows.push_back({std::string("water"), std::int64_t{100}, 1e4});
    EXPECT_THAT(with_design, ThrowsMessage<DataError>(HasSubstr("'water' has 0 and needs 10 more")));
    design.rows.erase(design.rows.begin());
    EXPECT_THAT(with_design,
                ThrowsMessage<DataError>(HasSubstr("sample 1 is of stratum 'forest', which the design lacks")));
}

TEST_F(AccuracyOfSamples, AMapWithoutAnySamplesSaysSo) {
    Table areas{class_area_spec,
                {{std::string("2025"), std::string("county"), std::string("C"), std::int64_t{1}, std::string("forest"),
                  Area::from_m2(6e6).units()}}};
    ledger_.put(areas);
    StepBench bench("accuracy", {{"map", std::string("2025")}, {"layer", std::string("county")}});
    (void)bench.plan({});
    RunContext context;
    context.ledger = &ledger_;
    context.note = [this](const std::string& note) { notes_.push_back(note); };
    (void)dynamic_cast<WholeStep&>(bench.step()).run({}, context);
    EXPECT_NEAR(hectares("mapped", "forest"), 600, 1e-9);
    EXPECT_EQ(text("SELECT status_zh FROM adjusted_area"), "没有样本");
    EXPECT_TRUE(std::isnan(hectares("area", "forest"))) << "not zero, not the mapped area";
    StepBench nameless("accuracy");
    EXPECT_THAT([&] { (void)nameless.plan({}); },
                ThrowsMessage<UsageError>(HasSubstr("without samples, 'layer' must say")));
}

// A simple sample, stratified afterwards by the mapped areas of the ledger: the closed formula of Card 1982.
TEST_F(AccuracyOfSamples, ASimpleSampleIsStratifiedAfterwardsByTheMap) {
    Table areas{class_area_spec, {}};
    for (const auto& [name, m2] : {std::pair{"forest", 6e6}, {"crop", 3e6}, {"no value", 1e5}, {"outside", 2e5}})
        areas.rows.push_back({std::string("2025"), std::string("county"), std::string("C"), std::int64_t{1},
                              std::string(name), Area::from_m2(m2).units()});
    ledger_.put(areas);
    Samples samples;
    samples.add("all", "forest", "forest", 9e6, 90000, 50);
    samples.add("all", "forest", "crop", 9e6, 90000, 10);
    samples.add("all", "crop", "crop", 9e6, 90000, 30);
    samples.add("all", "crop", "forest", 9e6, 90000, 10);
    const Keys keys = {{"strata", std::string("map")}, {"layer", std::string("county")}};
    run(samples.layer, keys);
    EXPECT_NEAR(hectares("area", "forest"), 600 * 50 / 60.0 + 300 * 10 / 40.0, 1e-6);
    EXPECT_THAT(text("SELECT method FROM accuracy"), HasSubstr("Card 1982"));
    EXPECT_EQ(text("SELECT group_concat(class) FROM adjusted_area WHERE status = 'not sampled'"), "no value,outside");
    samples.layer.features.resize(60);
    EXPECT_THAT([&] { run(samples.layer, keys); },
                ThrowsMessage<DataError>(HasSubstr("'crop' has 0 and needs 10 more")));
}

TEST_F(AccuracyOfSamples, ZonesThatNobodyMeasuredAreAnError) {
    EXPECT_THAT(
        [&] {
            run(samples_of(deforestation).layer, {{"zones", std::vector<std::string>{"townships"}}});
        },
        ThrowsMessage<DataError>(HasSubstr("no class-area step has run before")));
}

// ---- sample-design

const Grid ground{"EPSG:4547", 500000, 4104000, 10, 10, 300, 400};

/// Class 1, with stripes of 2 and a corner of 3 and of nothing.
CodePlane striped() {
    CodePlane map(ground.rows, ground.cols, 1);
    for (int r = 0; r < ground.rows; ++r) {
        for (int c = 0; c < ground.cols; ++c) {
            if (c % 10 == 0) map(r, c) = 2;
            if (r < 20 && c < 30) map(r, c) = 3;
            if (r > 290 && c > 390) map(r, c) = no_code;
        }
    }
    return map;
}

Artifact map_artifact() { return Artifact::of(RasterSpec{ground, {band("class", BandKind::code)}}); }

class SamplesDrawn : public testing::Test {
protected:
    TempDir dir_;
    int ledgers_ = 0;

    Layer draw(const Keys& keys, int tile = 128, const Layer* area = nullptr, bool stopped = false,
               std::optional<Ledger>* ledger = nullptr) {
        std::optional<Ledger> own(std::in_place, dir_ / ("ledger" + std::to_string(ledgers_++) + ".gpkg"));
        StepBench bench("sample-design", keys), second("sample-design", keys);
        std::vector<Artifact> inputs{map_artifact()};
        if (area) inputs.push_back(Artifact::of(area->spec));
        (void)bench.plan(inputs);
        (void)second.plan(inputs);
        auto made = bench.fold(*own, {block_of(striped())},
                               area ? std::vector<const Layer*>{area} : std::vector<const Layer*>{}, tile,
                               stopped ? &second : nullptr);
        if (ledger) *ledger = std::move(own);
        return std::move(*made.layer);
    }
    static std::map<std::string, int> by(const Layer& samples, const std::string& field) {
        std::map<std::string, int> counts;
        const auto at = field_index(samples.spec.fields, field, "samples");
        for (const auto& feature : samples.features) ++counts[to_text(feature.values[at])];
        return counts;
    }
};

bool same(const Layer& a, const Layer& b) {
    if (a.features.size() != b.features.size()) return false;
    for (std::size_t i = 0; i < a.features.size(); ++i) {
        if (a.features[i].values != b.features[i].values ||
            a.features[i].geometry.points != b.features[i].geometry.points)
            return false;
    }
    return true;
}

TEST_F(SamplesDrawn, AreTheSameForAnyTilesAndAfterAStop) {
    for (const std::string method : {"stratified", "simple", "systematic"}) {
        const Keys keys = {{"n", std::int64_t{200}}, {"method", method}, {"seed", std::int64_t{5}}};
        const auto first = draw(keys, 128);
        EXPECT_TRUE(same(first, draw(keys, 64))) << method;
        EXPECT_TRUE(same(first, draw(keys, 1024))) << method;
        EXPECT_TRUE(same(first, draw(keys, 50, nullptr, true))) << method;
        auto other = keys;
        other.back().second = std::int64_t{6};
        EXPECT_FALSE(same(first, draw(other))) << method;
    }
}

TEST_F(SamplesDrawn, LieInTheCellsOfTheirClassWithTheirChance) {
    std::optional<Ledger> ledger;
    const auto samples = draw({{"n", std::int64_t{200}}, {"least", std::int64_t{50}}}, 128, nullptr, false, &ledger);
    EXPECT_EQ(by(samples, "stratum"), (std::map<std::string, int>{{"1", 100}, {"2", 50}, {"3", 50}}));
    const auto map = striped();
    const auto at = [&](const Feature& f, const std::string& name) {
        return f.values[field_index(samples.spec.fields, name, "samples")];
    };
    std::set<std::pair<int, int>> cells;
    for (const auto& f : samples.features) {
        const auto p = f.geometry.points.at(0);
        const int row = static_cast<int>(ground.row(p.y)), col = static_cast<int>(ground.column(p.x));
        EXPECT_EQ(p.x, ground.x(col + 0.5));
        EXPECT_TRUE(cells.emplace(row, col).second) << "drawn once";
        EXPECT_EQ(to_text(at(f, "map_class")), std::to_string(map(row, col)));
        EXPECT_EQ(to_text(at(f, "class")), "") << "to be filled in";
        const double chance = std::get<double>(at(f, "probability"));
        EXPECT_NEAR(chance * static_cast<double>(std::get<std::int64_t>(at(f, "stratum_units"))),
                    to_text(at(f, "stratum")) == "1" ? 100 : 50, 1e-9);
        EXPECT_THAT(to_text(at(f, "place")), testing::StartsWith("geo:37."));
    }
    const auto design = ledger->query("SELECT * FROM sample_design ORDER BY stratum");
    ASSERT_EQ(design.rows.size(), 3U);
    EXPECT_EQ(text_at(design, 2, "units"), "600");
    EXPECT_EQ(text_at(design, 2, "drawn"), "50");
    EXPECT_NEAR(Area{std::get<std::int64_t>(design.rows[2][field_index(design.spec.columns, "area", "")])}.m2(), 60'000,
                60)
        << "true areas: 600 cells";
}

TEST_F(SamplesDrawn, AreasOfPartsOfCellsAddUpToThePolygon) {
    Layer county{{"county", "EPSG:4547", {}}, {}};
    county.features.push_back(
        {1,
         from_wkt("POLYGON ((500103 4103903, 503877 4103900, 503000 4101155, 500503 4102003, 500103 4103903))"),
         {}});
    std::optional<Ledger> ledger;
    const auto samples = draw({{"n", std::int64_t{60}}, {"least", std::int64_t{20}}}, 128, &county, false, &ledger);
    const auto sum = ledger->query("SELECT sum(area) FROM sample_design").rows[0][0];
    const SurveyArea survey("EPSG:4547");
    EXPECT_NEAR(static_cast<double>(std::get<std::int64_t>(sum)) / 1e4, survey.m2(county.features[0].geometry), 5)
        << "to a part in a million";
    const auto inside = std::ranges::count_if(samples.features, [&](const Feature& f) {
        return contains(county.features[0].geometry, f.geometry.points[0]);
    });
    EXPECT_GE(inside, 59) << "the centre of a cell that is inside by half may lie a metre outside";
    EXPECT_EQ(samples.features.size(), 60U);
}

TEST_F(SamplesDrawn, AWantedHalfWidthGivesTheNumber) {
    const Keys narrow = {{"half-width", 3.0}, {"least", std::int64_t{2}}},
               wide = {{"half-width", 6.0}, {"least", std::int64_t{2}}};
    const auto many = draw(narrow).features.size(), few = draw(wide).features.size();
    EXPECT_GT(many, 550U);
    EXPECT_LT(many, 900U) << "0.16 / (0.03 / 1.96)^2 = 683";
    EXPECT_NEAR(static_cast<double>(many) / static_cast<double>(few), 4, 0.5);
    EXPECT_GT(draw({{"half-width", 15.0}, {"of", std::string("2")}}).features.size(), 200U);
}

TEST_F(SamplesDrawn, ASystematicSampleIsALattice) {
    const auto samples = draw({{"method", std::string("systematic")}, {"spacing", 200.0}});
    std::set<double> columns;
    for (const auto& f : samples.features) columns.insert(f.geometry.points[0].x);
    EXPECT_EQ(columns.size(), 20U);
    EXPECT_NEAR(*std::next(columns.begin()) - *columns.begin(), 200, 1e-9);
    EXPECT_EQ(samples.features.size(), 300U);
}

Layer parcels() {
    Layer layer{{"parcels", "EPSG:4547", {{"id", FieldType::text, "", ""}, {"class", FieldType::text, "", ""}}}, {}};
    for (int i = 0; i < 60; ++i) {
        const double x = 500000 + 400 * (i % 10), y = 4104000 - 400 * (i / 10), side = i == 7 ? 4 : 60 + 5 * i;
        layer.features.push_back({i + 1,
                                  polygon({{x, y}, {x + side, y}, {x + side, y - side}, {x, y - side}}),
                                  {"P" + std::to_string(i), std::string(i % 3 == 0 ? "orchard" : "crop")}});
    }
    return layer;
}

TEST_F(SamplesDrawn, TwoStagesDrawCellsOfParcels) {
    const auto layer = parcels();
    const Keys keys = {{"method", std::string("two-stage")},
                       {"parcels", std::int64_t{25}},
                       {"each", std::int64_t{4}},
                       {"key", std::string("id")}};
    const auto samples = draw(keys, 128, &layer);
    EXPECT_EQ(samples.features.size(), 100U);
    EXPECT_EQ(by(samples, "cluster").size(), 25U);
    const auto at = field_index(samples.spec.fields, "parcel", "samples");
    for (const auto& f : samples.features) {
        const auto number = std::stoul(to_text(f.values[at]).substr(1));
        const Box box = bounds(layer.features[number].geometry);
        const Point p = f.geometry.points[0];
        EXPECT_TRUE(p.x >= box.xmin && p.x <= box.xmax && p.y >= box.ymin && p.y <= box.ymax);
    }
    EXPECT_TRUE(same(samples, draw(keys, 37, &layer)));
    EXPECT_TRUE(same(samples, draw(keys, 64, &layer, true)));
    EXPECT_THAT([&] { (void)draw(keys); },
                ThrowsMessage<UsageError>(HasSubstr("needs the parcels as its second input")));
}

// 300 two-stage samples of ground whose truth is known: a parcel is all crop or all orchard, but for its western third.
TEST_F(SamplesDrawn, TwoStageSamplesAreRightOnAverageAndTheirIntervalsHold) {
    const auto layer = parcels();
    const auto truth_of = [&](std::size_t parcel, const Point& p) {
        const Box box = bounds(layer.features[parcel].geometry);
        return (parcel % 3 == 0) != (p.x < box.xmin + (box.xmax - box.xmin) / 3);
    };
    double hit = 0, all = 0;
    for (std::size_t i = 0; i < layer.features.size(); ++i) {
        const Box box = bounds(layer.features[i].geometry);
        for (double x = 500005; x < 504000; x += 10) {
            for (double y = 4103995; y > 4101000; y -= 10) {
                if (x < box.xmin || x > box.xmax || y < box.ymin || y > box.ymax) continue;
                all += 1;
                hit += truth_of(i, {x, y}) ? 1 : 0;
            }
        }
    }
    const double truth = hit / all;
    constexpr int draws = 300;
    double mean = 0;
    int held = 0;
    for (int seed = 0; seed < draws; ++seed) {
        const auto samples = draw({{"method", std::string("two-stage")},
                                   {"parcels", std::int64_t{20}},
                                   {"each", std::int64_t{4}},
                                   {"seed", std::int64_t{seed}},
                                   {"key", std::string("id")}},
                                  512, &layer);
        std::vector<SampleUnit> units;
        const auto parcel_at = field_index(samples.spec.fields, "parcel", ""),
                   cluster_at = field_index(samples.spec.fields, "cluster", "");
        for (const auto& f : samples.features) {
            const auto parcel = std::stoul(to_text(f.values[parcel_at]).substr(1));
            units.push_back({.stratum = 0,
                             .map = 0,
                             .reference = truth_of(parcel, f.geometry.points[0]) ? std::size_t{1} : std::size_t{0},
                             .cluster = std::get<std::int64_t>(f.values[cluster_at])});
        }
        const auto share = SampleEstimator({{"all", 1, 0}}, units, 2).accuracy().classes[1].share;
        mean += share.value / draws;
        held += share.low <= truth && truth <= share.high ? 1 : 0;
    }
    std::printf("two stages: mean of %d estimates %.4f, truth %.4f; intervals hold it in %.1f %%\n", draws, mean, truth,
                100.0 * held / draws);
    EXPECT_NEAR(mean, truth, 0.02);
    EXPECT_GE(held, 0.9 * draws);
}

TEST_F(SamplesDrawn, StrataMayBeOfARasterOfTheirOwn) {
    CodePlane strata(ground.rows, ground.cols, 10);
    for (int r = 150; r < ground.rows; ++r)
        for (int c = 0; c < ground.cols; ++c) strata(r, c) = 20;
    Layer county{{"county", "EPSG:4547", {}}, {}};
    county.features.push_back(
        {1,
         from_wkt("POLYGON ((500000 4104000, 504000 4104000, 504000 4101000, 500000 4101000, 500000 4104000))"),
         {}});
    StepBench bench("sample-design", {{"n", std::int64_t{100}}, {"allocation", std::string("equal")}});
    (void)bench.plan({map_artifact(), Artifact::of(county.spec), map_artifact()});
    Ledger ledger(dir_ / "strata.gpkg");
    const auto samples = *bench.fold(ledger, {block_of(striped()), block_of(std::move(strata))}, {&county}, 128).layer;
    EXPECT_EQ(by(samples, "stratum"), (std::map<std::string, int>{{"10", 50}, {"20", 50}}));
    for (const auto& f : samples.features)
        EXPECT_EQ(to_text(f.values[1]), f.geometry.points[0].y > 4102500 ? "10" : "20");
    EXPECT_EQ(by(samples, "map_class").count("no value"), 0U);
}

TEST_F(SamplesDrawn, WhatCantBeDrawnIsAnError) {
    EXPECT_THAT([&] { (void)draw({}); }, ThrowsMessage<UsageError>(HasSubstr("say how many samples")));
    EXPECT_THAT(
        [&] {
            (void)draw({{"n", std::int64_t{4}}});
        },
        ThrowsMessage<DataError>(HasSubstr("4 samples are too few for 3 strata")));
    EXPECT_THAT(
        [&] {
            (void)draw({{"n", std::int64_t{90}}, {"expect", std::vector<std::string>{"9=0.7"}}});
        },
        ThrowsMessage<DataError>(HasSubstr("there is no stratum '9'")));
    EXPECT_THAT(
        [&] {
            (void)draw({{"half-width", 3.0}, {"of", std::string("walnut")}});
        },
        ThrowsMessage<DataError>(HasSubstr("there is no stratum 'walnut'")));
    Layer elsewhere{{"county", "EPSG:4547", {}}, {}};
    elsewhere.features.push_back(
        {1, from_wkt("POLYGON ((600000 4100000, 600100 4100000, 600100 4100100, 600000 4100000))"), {}});
    EXPECT_THAT(
        [&] {
            (void)draw({{"n", std::int64_t{90}}}, 128, &elsewhere);
        },
        ThrowsMessage<DataError>(HasSubstr("no cell of the area has a class")));
}

Made run_whole(const std::string& step, const Layer& layer, const Keys& keys, Ledger& ledger,
               const Layer* second = nullptr) {
    StepBench bench(step, keys);
    std::vector<Artifact> inputs{Artifact::of(layer.spec)};
    if (second) inputs.push_back(Artifact::of(second->spec));
    (void)bench.plan(inputs);
    RunContext context;
    context.id = "step";
    context.ledger = &ledger;
    context.note = [](const std::string&) {};
    WholeInput input{{&layer}, {}};
    if (second) input.layers.push_back(second);
    return dynamic_cast<WholeStep&>(bench.step()).run(input, context);
}

TEST(SampleParcels, AreTheSameInAnyOrderOfFeatures) {
    const TempDir dir;
    Ledger ledger(dir / "a.gpkg"), other(dir / "b.gpkg");
    auto layer = parcels();
    const Keys keys = {{"n", std::int64_t{24}},
                       {"class", std::string("class")},
                       {"key", std::string("id")},
                       {"least", std::int64_t{10}}};
    const auto made = run_whole("sample-parcels", layer, keys, ledger);
    std::ranges::reverse(layer.features);
    const auto again = run_whole("sample-parcels", layer, keys, other);
    ASSERT_EQ(made.layer->features.size(), 24U);
    std::set<std::string> ids, ids_again;
    const auto at = field_index(made.layer->spec.fields, "parcel", "");
    for (const auto& f : made.layer->features) ids.insert(to_text(f.values[at]));
    for (const auto& f : again.layer->features) ids_again.insert(to_text(f.values[at]));
    EXPECT_EQ(ids, ids_again);
    EXPECT_EQ(ids.size(), 24U);
    EXPECT_EQ(ledger.query("SELECT sum(units) FROM sample_design").rows[0][0], Value{std::int64_t{60}});
    EXPECT_FALSE(made.layer->features[0].geometry.polygons.empty());
}

// ---- sample-check and sample-map

TEST(SampleCheckStep, ListsFaultsByFeatureAndPassesOnTheGood) {
    const TempDir dir;
    Ledger ledger(dir / "ledger.gpkg");
    Layer samples{{"points", "EPSG:4490", {{"class", FieldType::text, "", ""}, {"epoch", FieldType::text, "", ""}}},
                  {}};
    const auto add = [&](double lon, double lat, const std::string& label, const std::string& epoch) {
        samples.features.push_back({100 + std::ssize(samples.features), {{}, {}, {{lon, lat}}}, {label, epoch}});
    };
    add(113.40, 37.0, " 核桃园 ", "2025");
    add(113.41, 37.0, "walnut", "2025");
    add(113.410001, 37.0, "cropland", "2025");
    add(113.42, 37.0, "walnutt", "2025");
    add(113.43, 37.0, "conifer", "2020");
    add(113.44, 37.0, "", "2025");
    add(119.00, 37.0, "conifer", "2025");
    Layer county{{"county", "EPSG:4547", {}}, {}};
    county.features.push_back(
        {1,
         from_wkt("POLYGON ((440000 4090000, 460000 4090000, 460000 4110000, 440000 4110000, 440000 4090000))"),
         {}});
    const auto made =
        run_whole("sample-check", samples, {{"legend", std::string("landcover")}, {"epoch", std::string("2025")}},
                  ledger, &county);
    ASSERT_EQ(made.layer->features.size(), 1U);
    EXPECT_EQ(made.layer->features[0].values[0], Value{std::string("walnut")}) << "brought to the legend's key";
    const auto found = ledger.query("SELECT feature || ' ' || fault || ': ' || sentence AS told FROM sample_finding");
    std::vector<std::string> told;
    for (const auto& row : found.rows) told.push_back(to_text(row[0]));
    EXPECT_THAT(
        told,
        testing::ElementsAre(
            HasSubstr("101 contradiction: walnut here, but cropland by sample 102"), HasSubstr("102 contradiction"),
            HasSubstr("103 unknown class: 'walnutt' is no class of legend landcover; did you mean 'walnut'?"),
            HasSubstr("104 wrong epoch: its epoch is '2020', 2025 is wanted"), HasSubstr("105 blank"),
            HasSubstr("106 outside")));
}

TEST(SampleMapStep, ReadsTheClassUnderEachSample) {
    const TempDir dir;
    Ledger ledger(dir / "ledger.gpkg");
    Layer samples{{"points", "EPSG:4547", {{"class", FieldType::text, "", ""}}}, {}};
    for (const auto& [row, col] : {std::pair{0, 0}, {100, 10}, {100, 11}, {299, 399}})
        samples.features.push_back(
            {std::ssize(samples.features), {{}, {}, {{ground.x(col + 0.3), ground.y(row + 0.7)}}}, {Value{}}});
    samples.features.push_back({9, {{}, {}, {{400000, 4100000}}}, {Value{}}});
    for (const int tile : {64, 512}) {
        StepBench bench("sample-map"), second("sample-map");
        for (auto* b : {&bench, &second})
            (void)b->plan({Artifact::of(samples.spec),
                           Artifact::of(RasterSpec{ground, {band("class", BandKind::code), band("NDVI")}})});
        RealPlane ndvi(ground.rows, ground.cols, 0.25F);
        ndvi(100, 11) = no_value;
        const auto made = bench.fold(ledger, {block_of(striped(), std::move(ndvi))}, {&samples}, tile,
                                     tile == 64 ? &second : nullptr);
        std::vector<std::string> told;
        for (const auto& f : made.layer->features) told.push_back(to_text(f.values[1]) + "/" + to_text(f.values[2]));
        EXPECT_THAT(told, testing::ElementsAre("3/0.25", "2/0.25", "1/", "no value/0.25", "/"));
    }
}

TEST(SampleZonesStep, WritesTheCodeOfTheZoneThatHoldsTheSample) {
    const TempDir dir;
    Ledger ledger(dir / "ledger.gpkg");
    Layer samples{{"points", "EPSG:4490", {{"class", FieldType::text, "", ""}}}, {}};
    for (const auto& [lon, lat] : {std::pair{113.40, 37.0}, {113.60, 37.0}, {119.0, 37.0}})
        samples.features.push_back({std::ssize(samples.features), {{}, {}, {{lon, lat}}}, {Value{}}});
    Layer zones{{"townships", "EPSG:4547", {{"XZQDM", FieldType::text, "", ""}}}, {}};
    zones.features.push_back(
        {1,
         from_wkt("POLYGON ((440000 4090000, 460000 4090000, 460000 4110000, 440000 4110000, 440000 4090000))"),
         {std::string("140722100")}});
    zones.features.push_back(
        {2,
         from_wkt("POLYGON ((460000 4090000, 480000 4090000, 480000 4110000, 460000 4110000, 460000 4090000))"),
         {std::string("140722101")}});
    const Keys keys = {{"key", std::string("XZQDM")}, {"field", std::string("townships")}};
    const auto made = run_whole("sample-zones", samples, keys, ledger, &zones);
    ASSERT_TRUE(made.layer.has_value());
    std::vector<std::string> codes;
    for (const auto& f : made.layer->features) codes.push_back(to_text(f.values[1]));
    EXPECT_THAT(codes, testing::ElementsAre("140722100", "140722101", ""));
    EXPECT_THAT(
        [&] {
            (void)run_whole("sample-zones", samples, {{"key", std::string("XZQDM")}, {"field", std::string("class")}},
                            ledger, &zones);
        },
        ThrowsMessage<UsageError>(HasSubstr("have a field 'class' already")));
}

}  // namespace
}  // namespace linmu::test
