// SPDX-License-Identifier: MIT
// Headline figures carry the interval that samples give them, or the words that there are none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "linmu/core/error.hpp"
#include "linmu/io/table_file.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;
using Keys = std::vector<std::pair<std::string, ParamValue>>;
using Texts = std::vector<std::string>;

/// Classes of the map, their area in hectares in the county, and how many of its samples are of each class.
struct MappedClass {
    std::string name;
    double ha;
    std::map<std::string, int> samples;
};
const std::vector<MappedClass> county{
    {"broadleaf", 4000, {{"broadleaf", 90}, {"conifer", 25}, {"shrub", 20}, {"cropland", 5}}},
    {"conifer", 2000, {{"conifer", 80}, {"broadleaf", 15}, {"shrub", 8}}},
    {"shrub", 5000, {{"shrub", 120}, {"broadleaf", 22}, {"cropland", 30}}},
    {"walnut", 1000, {{"walnut", 70}, {"cropland", 25}, {"shrub", 5}}},
    {"cropland", 8000, {{"cropland", 150}, {"walnut", 24}, {"shrub", 26}}}};

const std::set<std::string> forest{"broadleaf", "conifer"};

/// Olofsson et al. 2014, eq. 9 and 10, of classes taken as one, in hectares.
struct Estimate {
    double area = 0, error = 0;
};
Estimate adjusted(const std::set<std::string>& together) {
    Estimate estimate;
    for (const auto& c : county) {
        double n = 0, hits = 0;
        for (const auto& [name, count] : c.samples) n += count, hits += together.contains(name) ? count : 0;
        estimate.area += c.ha * hits / n;
        estimate.error += c.ha * c.ha * hits / n * (1 - hits / n) / (n - 1);
    }
    estimate.error = std::sqrt(estimate.error);
    return estimate;
}

class HeadlineFigures : public testing::Test {
protected:
    TempDir dir_;
    Ledger ledger_{dir_ / "ledger.gpkg"};

    HeadlineFigures() {
        Table areas{{"class_area",
                     "",
                     {{"map", FieldType::text, "", ""},
                      {"layer", FieldType::text, "", ""},
                      {"zone", FieldType::text, "", ""},
                      {"code", FieldType::integer, "", ""},
                      {"class", FieldType::text, "", ""},
                      {"area", FieldType::area, "m2", ""}}},
                    {}};
        Table zones{{"zone",
                     "",
                     {{"layer", FieldType::text, "", ""},
                      {"zone", FieldType::text, "", ""},
                      {"name", FieldType::text, "", ""},
                      {"area", FieldType::area, "m2", ""}}},
                    {}};
        double all = 0;
        for (const auto& c : county) all += c.ha;
        const std::tuple<const char*, const char*, double> places[] = {
            {"county", "140722", 1}, {"townships", "140722100", 0.25}, {"villages", "140722100001", 0.125}};
        for (const auto& [layer, zone, part] : places) {
            for (const auto& c : county)
                areas.rows.push_back({std::string("2025"), std::string(layer), std::string(zone), std::int64_t{1},
                                      c.name, std::llround(c.ha * part * 1e8)});
            zones.rows.push_back(
                {std::string(layer), std::string(zone), std::string("X"), std::llround(all * part * 1e8)});
        }
        ledger_.put(areas);
        ledger_.put(zones);
    }

    Made run(const std::string& step, const Keys& keys, const Layer* layer = nullptr) {
        StepBench bench(step, keys);
        (void)bench.plan(layer != nullptr ? std::vector{Artifact::of(layer->spec)} : std::vector<Artifact>{});
        RunContext context;
        context.id = "step";
        context.ledger = &ledger_;
        context.note = [](const std::string&) {};
        WholeInput input;
        if (layer != nullptr) input.layers.push_back(layer);
        return dynamic_cast<WholeStep&>(bench.step()).run(input, context);
    }
    Made indicators() { return run("indicators", {{"pack", std::string("zuoquan")}}); }

    static Layer samples(const std::vector<MappedClass>& classes) {
        Layer layer{{"samples",
                     "EPSG:4547",
                     {{"stratum", FieldType::text, "", ""},
                      {"map_class", FieldType::text, "", ""},
                      {"class", FieldType::text, "", ""},
                      {"stratum_m2", FieldType::real, "", ""},
                      {"townships", FieldType::text, "", ""}}},
                    {}};
        for (const auto& c : classes)
            for (const auto& [truth, count] : c.samples)
                for (int i = 0; i < count; ++i) {
                    const auto fid = std::ssize(layer.features);
                    const auto x = 500000 + 100.0 * static_cast<double>(fid * 7919 % 997);
                    layer.features.push_back(
                        {fid,
                         {{}, {}, {{x, 4.1e6 + x}}},
                         {c.name, c.name, truth, c.ha * 1e4, std::string(fid % 4 == 0 ? "140722100" : "140722101")}});
                }
        return layer;
    }

    /// A figure's columns by name.
    [[nodiscard]] std::map<std::string, Value> figure(const std::string& id, const std::string& zone) const {
        const auto found = ledger_.query("SELECT * FROM indicator WHERE id = '" + id + "' AND zone = '" + zone + "'");
        std::map<std::string, Value> values;
        if (found.rows.size() != 1) return values;
        for (std::size_t c = 0; c < found.rows[0].size(); ++c) values[found.spec.columns[c].name] = found.rows[0][c];
        return values;
    }
    static std::string term(const std::string& name, const std::string& value, const std::string& question) {
        return "[[term]]\nname = \"" + name + "\"\nvalue = \"" + value +
               "\"\nname_zh = \"z\"\nname_en = \"e\"\nsource = \"s\"\n" + "confidence = \"sure\"\nquestion = \"" +
               question + "\"\n";
    }
    [[nodiscard]] std::string woods_pack() const {
        return "version = \"1\"\nname_zh = \"z\"\nname_en = \"e\"\nterms = \"" + (dir_ / "terms.toml") +
               "\"\n[[indicator]]\nid = \"W\"\nname_zh = \"z\"\nname_en = \"e\"\nunit = \"ha\"\nneeds = "
               "[\"class_area\"]\nsource = \"s\"\n"
               "sql = \"SELECT zone, SUM(area) / 1e8 AS value FROM class_area WHERE layer = 'county' AND class IN "
               "(${woods}) GROUP BY zone\"\n";
    }
    static double number(const std::map<std::string, Value>& figure, const std::string& column) {
        const auto* real = std::get_if<double>(&figure.at(column));
        return real != nullptr ? *real : std::nan("");
    }
};

TEST_F(HeadlineFigures, SayThatThereAreNoSamples) {
    indicators();
    for (const char* id : {"A1", "A2", "B1"}) {
        for (const char* zone : {"county", "140722100", "140722100001"}) {
            const auto told = figure(id, zone);
            EXPECT_EQ(to_text(told.at("interval_note")), "没有样本 no samples") << id << ' ' << zone;
            EXPECT_EQ(to_text(told.at("lower")), "");
            EXPECT_FALSE(std::isnan(number(told, "value")));
        }
    }
    EXPECT_NEAR(number(figure("A1", "county"), "value"), 30, 1e-9);
    EXPECT_NEAR(number(figure("B1", "140722100"), "value"), 250 * 15, 1e-9);
}

TEST_F(HeadlineFigures, SayNoSamplesWhenNobodyHasLabelledThem) {
    auto drawn = samples(county);
    for (auto& sample : drawn.features) sample.values[2] = {};
    (void)run("accuracy", {{"map", std::string("2025")}, {"layer", std::string("county")}}, &drawn);
    indicators();
    EXPECT_EQ(to_text(figure("A1", "county").at("interval_note")), "没有样本 no samples");
    EXPECT_EQ(to_text(figure("B1", "county").at("interval_note")), "没有样本 no samples");
}

TEST_F(HeadlineFigures, CarryTheIntervalOfTheirClassesTakenTogether) {
    const auto labelled = samples(county);
    (void)run("accuracy",
              {{"map", std::string("2025")},
               {"layer", std::string("county")},
               {"zones", Texts{"townships"}},
               {"sums", Texts{"conifer + broadleaf", "broadleaf + conifer + shrub", "walnut + orchard"}}},
              &labelled);
    indicators();
    const auto a1 = figure("A1", "county"), b1 = figure("B1", "county");
    const auto wanted = adjusted(forest), walnut = adjusted({"walnut"});
    EXPECT_NEAR(number(a1, "value"), 30, 1e-9) << "as mapped";
    EXPECT_NEAR(number(a1, "adjusted"), wanted.area / 200, 1e-6);
    EXPECT_NEAR(number(a1, "lower"), (wanted.area - 1.96 * wanted.error) / 200, 1e-6);
    EXPECT_NEAR(number(a1, "upper"), (wanted.area + 1.96 * wanted.error) / 200, 1e-6);
    EXPECT_EQ(to_text(a1.at("interval_note")), "715 samples, stratified (Olofsson et al. 2014)");
    EXPECT_NEAR(number(b1, "adjusted"), walnut.area * 15, 1e-3);
    EXPECT_NEAR(number(b1, "upper"), (walnut.area + 1.96 * walnut.error) * 15, 1e-3);
    const auto a2 = adjusted({"broadleaf", "conifer", "shrub"});
    EXPECT_NEAR(number(figure("A2", "county"), "lower"), (a2.area - 1.96 * a2.error) / 200, 1e-6);
    // One sample in four lies in the township, which is a quarter of the county.
    const auto township = figure("A1", "140722100");
    EXPECT_LT(number(township, "lower"), number(township, "adjusted"));
    EXPECT_GT(number(township, "upper") - number(township, "lower"), 1.5 * (number(a1, "upper") - number(a1, "lower")));
    EXPECT_THAT(to_text(township.at("interval_note")), HasSubstr("179 samples here, direct"));
    EXPECT_EQ(to_text(figure("A1", "140722100001").at("interval_note")),
              "未估计 samples, but no estimate of this zone or sum");
    EXPECT_EQ(ledger_.query("SELECT SUM(area) FROM adjusted_area WHERE level = 'whole'").rows[0][0],
              Value{std::int64_t{20000} * 100'000'000})
        << "sums stand apart, so that classes add up to the county";
    EXPECT_EQ(ledger_.query("SELECT COUNT(*) FROM adjusted_sum WHERE class LIKE '%orchard%'").rows[0][0],
              Value{std::int64_t{0}});
}

TEST_F(HeadlineFigures, WithoutTheSumSayThatItIsMissingNotThatSamplesAre) {
    const auto labelled = samples(county);
    (void)run("accuracy", {{"map", std::string("2025")}, {"layer", std::string("county")}}, &labelled);
    indicators();
    EXPECT_THAT(to_text(figure("A1", "county").at("interval_note")), HasSubstr("no estimate of this zone or sum"));
    EXPECT_FALSE(std::isnan(number(figure("B1", "county"), "lower")));
}

// A balance has the interval of a difference, from samples of changed parcels.
TEST_F(HeadlineFigures, ABalanceOfFarmlandCarriesTheIntervalOfADifference) {
    const std::vector<MappedClass> changes{{"inflow", 100, {{"inflow", 40}, {"other", 10}}},
                                           {"outflow", 300, {{"outflow", 50}, {"other", 8}, {"inflow", 2}}},
                                           {"other", 19600, {{"other", 290}, {"outflow", 8}, {"inflow", 2}}}};
    ledger_.put(
        Table{{"parcel_flow",
               "",
               {{"zone", FieldType::text, "", ""},
                {"from_class", FieldType::text, "", ""},
                {"to_class", FieldType::text, "", ""},
                {"area", FieldType::area, "m2", ""}}},
              {{std::string("1"), std::string("walnut"), std::string("cropland"), std::int64_t{100} * 100'000'000},
               {std::string("1"), std::string("cropland"), std::string("built"), std::int64_t{300} * 100'000'000}}});
    indicators();
    EXPECT_EQ(to_text(figure("D1", "county").at("interval_note")), "没有样本 no samples");
    Ledger other(dir_ / "other.gpkg");
    other.put(Table{ledger_.query("SELECT zone, from_class, to_class, area FROM parcel_flow", "parcel_flow")});
    std::swap(ledger_, other);
    const auto labelled = samples(changes);
    (void)run("accuracy", {{"map", std::string("farmland change")}, {"sums", Texts{"inflow - outflow"}}}, &labelled);
    indicators();
    double area = 0, variance = 0;
    for (const auto& c : changes) {
        double n = 0, in = 0, out = 0;
        for (const auto& [name, count] : c.samples)
            n += count, in += name == "inflow" ? count : 0, out += name == "outflow" ? count : 0;
        const double mean = (in - out) / n;
        area += c.ha * mean;
        variance += c.ha * c.ha * ((in + out) / n - mean * mean) / (n - 1);
    }
    const auto told = figure("D1", "county");
    EXPECT_NEAR(number(told, "value"), -200 * 15, 1e-9);
    EXPECT_NEAR(number(told, "adjusted"), area * 15, 1e-3);
    EXPECT_NEAR(number(told, "lower"), (area - 1.96 * std::sqrt(variance)) * 15, 1e-2);
    EXPECT_NEAR(number(told, "upper"), (area + 1.96 * std::sqrt(variance)) * 15, 1e-2);
}

TEST_F(HeadlineFigures, AnIntervalWithOneLimitOrInTheWrongOrderIsAnError) {
    const auto pack = [&](const std::string& columns) {
        write_text_file(
            dir_ / "odd.toml",
            "version = '1'\nname_zh = ''\nname_en = ''\n[parameters]\na = '${b}'\nb = '2.5'\n[[indicator]]\nid = "
            "'X'\nname_zh = ''\nname_en = ''\nunit = ''\nneeds = []\nsql = \"SELECT 'county' AS zone, " +
                columns + "\"\n");
        return Keys{{"pack", dir_ / "odd.toml"}};
    };
    (void)run("indicators", pack("${a} AS value, 1.0 AS lower, 2.0 AS upper"));
    EXPECT_NEAR(number(figure("X", "county"), "value"), 2.5, 0) << "a parameter may name another";
    for (const char* columns : {"1 AS value, 3.0 AS lower, 2.0 AS upper", "1 AS value, 1.0 AS lower"})
        EXPECT_THAT([&] { (void)run("indicators", pack(columns)); },
                    ThrowsMessage<DataError>(HasSubstr("both limits or none, the lower one first")))
            << columns;
}

TEST_F(HeadlineFigures, SettingsSayWhichReadingOfEachTermARuleRestsOnAlsoThroughOthers) {
    write_text_file(dir_ / "terms.toml", term("trees", "'broadleaf'", "") +
                                             term("woods", "${trees}, 'conifer'", "Do conifers count?") +
                                             term("unused", "1", ""));
    write_text_file(dir_ / "woods.toml", woods_pack());
    const Keys keys{{"pack", dir_ / "woods.toml"}, {"with", Texts{"trees='walnut'"}}};
    (void)run("indicators", keys);
    EXPECT_EQ(number(figure("W", "140722"), "value"), 3000) << "walnut and conifer, ha";
    const auto settings = ledger_.query("SELECT name, value, question FROM setting ORDER BY name");
    ASSERT_EQ(settings.rows.size(), 2U) << "of the terms that the rules name, also through others";
    EXPECT_EQ(to_text(settings.rows[0][1]), "'walnut'") << "as it was set";
    EXPECT_EQ(to_text(settings.rows[1][2]), "Do conifers count?");
}

TEST_F(HeadlineFigures, AnotherReadingStandsBesideTheFiguresAndNotAmongThem) {
    write_text_file(dir_ / "terms.toml", term("trees", "'broadleaf'", "") + term("woods", "${trees}, 'conifer'", ""));
    write_text_file(dir_ / "woods.toml", woods_pack());
    (void)run("indicators", {{"pack", dir_ / "woods.toml"}});
    (void)run(
        "indicators",
        {{"pack", dir_ / "woods.toml"}, {"with", Texts{"trees='walnut'"}}, {"reading", std::string("with walnut")}});
    EXPECT_EQ(number(figure("W", "140722"), "value"), 6000);
    const auto other = ledger_.query("SELECT reading, value FROM indicator_reading");
    ASSERT_EQ(other.rows.size(), 1U);
    EXPECT_EQ(to_text(other.rows[0][0]), "with walnut");
    EXPECT_EQ(std::get<double>(other.rows[0][1]), 3000);
    EXPECT_EQ(ledger_.query("SELECT * FROM indicator_rule").rows.size(), 1U) << "check proves the main reading";
}

TEST_F(HeadlineFigures, ASumIsTwoClassesOrMore) {
    const auto labelled = samples(county);
    for (const char* sum : {"walnut", "walnut + ", " - walnut", "", "+"})
        EXPECT_THROW((void)run("accuracy", {{"sums", Texts{sum}}}, &labelled), UsageError) << sum;
}

}  // namespace
}  // namespace linmu::test
