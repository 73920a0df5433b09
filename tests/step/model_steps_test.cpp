// SPDX-License-Identifier: MIT
// train, read-model, classify, and rules after a model, on a planted raster.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/table_file.hpp"
#include "support/matrix.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;
using Keys = std::vector<std::pair<std::string, ParamValue>>;
using Texts = std::vector<std::string>;

constexpr int side = 60, parcel = 10;
const Grid grid{"EPSG:4547", 500000, 4100600, 10, 10, side, side};

/// cropland, walnut or broadleaf, by parcels of 10 x 10 cells.
std::int32_t planted(int row, int col) { return 1 + (row / parcel + 2 * (col / parcel)) % 3; }

/// Three features: the first tells cropland, the second walnut, the third says nothing; 1 of 20 values is missing.
Block planted_features(double gaps = 0.05) {
    Block block{grid.window(), {}};
    for (std::uint64_t b = 0; b < 3; ++b) {
        RealPlane plane(side, side, 0);
        for (int r = 0; r < side; ++r) {
            for (int c = 0; c < side; ++c) {
                const auto row = static_cast<std::uint64_t>(r), col = static_cast<std::uint64_t>(c);
                const double signal = b < 2 && planted(r, c) == static_cast<int>(b) + 1 ? 3 : 0;
                plane(r, c) = random_unit(9, b, row, col) < gaps
                                  ? no_value
                                  : static_cast<float>(signal + random_normal(4, b, row, col));
            }
        }
        block.bands.emplace_back(std::move(plane));
    }
    return block;
}

Artifact features(const Texts& names = {"a", "b", "c"}) {
    RasterSpec spec{grid, {}};
    for (const auto& name : names) spec.bands.push_back(band(name));
    return Artifact::of(spec);
}

/// Squares within the parcels of every second row and column, or points in their middles.
Layer samples(bool points = false) {
    Layer layer{{"samples", "EPSG:4547", {{"class", FieldType::text, "", ""}, {"campaign", FieldType::text, "", ""}}},
                {}};
    const char* const keys[] = {"cropland", "walnut", "broadleaf"};
    for (int r = 0; r < side / parcel; ++r) {
        for (int c = 0; c < side / parcel; ++c) {
            const double x = 500000 + 100 * c, y = 4100600 - 100 * r;
            const auto wkt = points ? fmt::format("POINT ({} {})", x + 45, y - 45)
                                    : fmt::format("POLYGON (({0} {1}, {2} {1}, {2} {3}, {0} {3}, {0} {1}))", x + 12,
                                                  y - 12, x + 88, y - 88);
            layer.features.push_back(
                {100 + r * 10 + c,
                 from_wkt(wkt),
                 {std::string(keys[planted(r * parcel, c * parcel) - 1]), fmt::format("{}", r / 3)}});
        }
    }
    return layer;
}

class ModelSteps : public testing::Test {
protected:
    TempDir dir_;
    int ledgers_ = 0;

    Keys keys(const Keys& more = {}) const {
        Keys all{{"model", dir_ / "m.json"},           {"class-field", std::string("class")},
                 {"legend", std::string("landcover")}, {"trees", std::int64_t{20}},
                 {"folds", std::int64_t{2}},           {"block", 150.0}};
        for (const auto& [key, value] : more) {
            std::erase_if(all, [&](const auto& k) { return k.first == key; });
            all.emplace_back(key, value);
        }
        return all;
    }

    Ledger ledger() { return Ledger(dir_ / fmt::format("ledger{}.gpkg", ++ledgers_)); }

    Table trained(const Keys& more = {}, const Layer& layer = samples(), const Block& block = planted_features(),
                  int tile = side, Ledger* book = nullptr) {
        StepBench bench("train", keys(more));
        (void)bench.plan({Artifact::of(layer.spec), features()});
        auto own = ledger();
        return *bench.fold(book ? *book : own, {block}, {&layer}, tile).table;
    }

    /// What train says when it refuses.
    std::string refusal(const Keys& more, const Layer& layer = samples(), const Block& block = planted_features()) {
        try {
            (void)trained(more, layer, block);
        } catch (const Error& fault) {
            EXPECT_FALSE(std::filesystem::exists(dir_ / "m.json")) << "half a model was left";
            return fault.what();
        }
        return "";
    }

    static Block classified(const Table& model, const Keys& more = {}, const Block& block = planted_features(),
                            const Artifact& spec = features()) {
        StepBench bench("classify", more);
        (void)bench.plan({Artifact::of(model.spec), spec});
        bench.start({&model});
        return bench.apply(block.window, {block});
    }

    static double share_right(const CodePlane& classes) {
        int right = 0;
        for (int r = 0; r < side; ++r)
            for (int c = 0; c < side; ++c) right += classes(r, c) == planted(r, c) ? 1 : 0;
        return right / static_cast<double>(side * side);
    }

    std::string model_text() const { return read_text_file(dir_ / "m.json"); }
};

const Keys everything{{"give", Texts{"class", "probability", "margin", "status", "all"}}};

TEST_F(ModelSteps, FindThePlantedClasses) {
    for (const std::string kind : {"forest", "boosting"}) {
        const auto model = trained({{"kind", kind}});
        const Block map = classified(model, everything);
        EXPECT_GT(share_right(map.code(0)), 0.85) << kind;
        EXPECT_GT(share_right(classified(model, {}, planted_features(0)).code(0)), 0.88) << kind;
        ASSERT_EQ(map.bands.size(), 4U + load_legend("landcover").classes.size());
        for (int r = 0; r < side; ++r)
            for (int c = 0; c < side; ++c) {
                if (map.code(0)(r, c) == no_code) continue;
                double sum = 0, most = 0, next = 0;
                for (std::size_t k = 4; k < map.bands.size(); ++k) {
                    const double p = static_cast<double>(map.real(k)(r, c));
                    sum += p;
                    next = std::max(next, std::min(p, most));
                    most = std::max(most, p);
                }
                ASSERT_NEAR(sum, 1, 1e-5);
                ASSERT_FLOAT_EQ(map.real(1)(r, c), static_cast<float>(most));
                ASSERT_NEAR(map.real(2)(r, c), most - next, 1e-6);
            }
    }
}

TEST_F(ModelSteps, ScoresAndImportanceAreInTheLedger) {
    auto book = ledger();
    (void)trained({{"name", std::string("2025")}, {"most-cells", std::int64_t{20}}}, samples(), planted_features(),
                  side, &book);
    const auto scores = book.query("SELECT scheme, folds, class, samples, overall, f1 FROM model_score");
    ASSERT_EQ(scores.rows.size(), 12U);
    const auto all =
        book.query("SELECT samples, overall, f1 FROM model_score WHERE class = 'all' AND scheme = 'block'");
    EXPECT_EQ(std::get<std::int64_t>(all.rows[0][0]), 36 * 20);
    EXPECT_GT(std::get<double>(all.rows[0][1]), 0.8);
    EXPECT_LT(std::get<double>(all.rows[0][1]), 1);
    const auto gains = book.query("SELECT model, feature, importance FROM model_importance");
    ASSERT_EQ(gains.rows.size(), 3U);
    EXPECT_EQ(std::get<std::string>(gains.rows[0][0]), "2025");
    EXPECT_EQ(std::get<std::string>(gains.rows[2][1]), "c") << "which says least";
    double sum = 0;
    for (const auto& row : gains.rows) sum += std::get<double>(row[2]);
    EXPECT_NEAR(sum, 1, 1e-9);
}

/// A feature that is only a number of the parcel lets a model learn each parcel by heart: folds of single cells see nothing of
/// it, those by parcel do.
TEST_F(ModelSteps, RandomFoldsLeakAndParcelsShowIt) {
    Block block = planted_features();
    for (int r = 0; r < side; ++r)
        for (int c = 0; c < side; ++c) {
            block.real(0)(r, c) = static_cast<float>(
                random_unit(77, static_cast<std::uint64_t>(r / parcel), static_cast<std::uint64_t>(c / parcel)));
            block.real(1)(r, c) = block.real(2)(r, c);
        }
    auto book = ledger();
    (void)trained({{"block", 200.0}, {"folds", std::int64_t{5}}}, samples(), block, side, &book);
    const auto overall = [&](const std::string& scheme) {
        return std::get<double>(
            book.query("SELECT overall FROM model_score WHERE class = 'all' AND scheme = '" + scheme + "'").rows[0][0]);
    };
    EXPECT_GT(overall("random"), 0.9);
    EXPECT_LT(overall("parcel"), 0.5);
    EXPECT_LT(overall("block"), 0.5);
}

TEST_F(ModelSteps, SameSamplesAndSeedGiveTheSameBytes) {
    const Keys few{{"most-cells", std::int64_t{15}}, {"subsample", 0.7}, {"colsample", 0.7}};
    (void)trained(few);
    const auto once = model_text();
    (void)trained(few, samples(), planted_features(), 7);
    EXPECT_EQ(model_text(), once) << "tiles of 7";
    (void)trained(few);
    EXPECT_EQ(model_text(), once) << "again";
    StepBench first("train", keys(few)), second("train", keys(few));
    const auto layer = samples();
    (void)first.plan({Artifact::of(layer.spec), features()});
    (void)second.plan({Artifact::of(layer.spec), features()});
    auto book = ledger();
    (void)first.fold(book, {planted_features()}, {&layer}, 11, &second);
    EXPECT_EQ(model_text(), once) << "stopped half-way";
    auto other = few;
    other.emplace_back("seed", std::int64_t{2});
    (void)trained(other);
    EXPECT_NE(model_text(), once) << "another seed";
}

TEST_F(ModelSteps, PointsAreTheirCells) {
    auto book = ledger();
    const auto model = trained({{"least-samples", std::int64_t{5}}, {"folds", std::int64_t{3}}}, samples(true),
                               planted_features(0), side, &book);
    EXPECT_EQ(std::get<std::int64_t>(
                  book.query("SELECT samples FROM model_score WHERE class = 'all' AND scheme = 'parcel'").rows[0][0]),
              36);
    EXPECT_GT(share_right(classified(model).code(0)), 0.6);
}

TEST_F(ModelSteps, BoostingStopsWhereBlocksHeldOutSayIt) {
    (void)trained({{"trees", std::int64_t{400}}, {"patience", std::int64_t{10}}, {"learning-rate", 0.3}});
    const auto json = nlohmann::json::parse(model_text());
    const int trees = std::stoi(json["parameters"]["trees"].get<std::string>());
    EXPECT_GT(trees, 3);
    EXPECT_LT(trees, 100);
    EXPECT_EQ(json["xgboost"]["learner"]["gradient_booster"]["model"]["trees"].size(),
              static_cast<std::size_t>(3 * trees));
}

TEST_F(ModelSteps, WeightsMakeARareClassMoreFrequent) {
    const auto count = [&](const Texts& weights) {
        const Block map = classified(trained({{"weights", weights}}));
        return std::ranges::count(map.code(0).cells(), 2);
    };
    const auto as_it_is = count({"none"});
    EXPECT_GT(count({"walnut=8"}), as_it_is + 20);
    EXPECT_LT(count({"walnut=0.1"}), as_it_is - 20);
    EXPECT_NEAR(static_cast<double>(count({"balanced"})), static_cast<double>(as_it_is), 100) << "they are balanced";
}

TEST_F(ModelSteps, PriorsAndTheSurveyShiftTheChoice) {
    const auto model = trained();
    const auto plain = classified(model, everything),
               never = classified(model, {{"give", Texts{"class", "all"}}, {"priors", Texts{"walnut=0"}}});
    EXPECT_EQ(std::ranges::count(never.code(0).cells(), 2), 0);
    EXPECT_EQ(never.real(2)(5, 5), 0) << "p_walnut";
    const float p1 = plain.real(4)(5, 5), p2 = plain.real(5)(5, 5);
    EXPECT_NEAR(never.real(1)(5, 5), p1 / (1 - p2), 1e-5);

    Block with_survey = planted_features();
    with_survey.bands.emplace_back(CodePlane(side, side, 2));
    auto spec = features();
    spec.raster.bands.push_back(band("survey", BandKind::code, "landcover"));
    const auto leaning =
        classified(model, {{"parcel-band", std::string("survey")}, {"parcel-weights", Texts{"walnut=1000000"}}},
                   with_survey, spec);
    EXPECT_GT(std::ranges::count(leaning.code(0).cells(), 2), 3400);
    with_survey.bands.back() = CodePlane(side, side, 1);
    const auto other =
        classified(model, {{"parcel-band", std::string("survey")}, {"parcel-weights", Texts{"walnut=1000000"}}},
                   with_survey, spec);
    EXPECT_TRUE(std::ranges::equal(other.code(0).cells(), plain.code(0).cells())) << "the survey says no walnut";
}

TEST_F(ModelSteps, WhatCannotBeToldHasItsReason) {
    const auto model = trained();
    Block block = planted_features(0);
    for (std::size_t b = 0; b < 3; ++b) block.real(b)(0, 0) = no_value;
    RealPlane clear(side, side, 5), shade(side, side, 0);
    clear(0, 1) = 1;
    clear(0, 2) = no_value;
    shade(0, 3) = 1;
    block.bands.emplace_back(clear);
    block.bands.emplace_back(shade);
    const auto spec = features({"a", "b", "c", "n", "shade"});
    const Block map = classified(model,
                                 {{"give", Texts{"class", "status", "probability"}},
                                  {"clear-band", std::string("n")},
                                  {"least-clear", std::int64_t{2}},
                                  {"shadow-band", std::string("shade")},
                                  {"min-probability", 0.5},
                                  {"min-margin", 0.3},
                                  {"unsure", std::string("99")}},
                                 block, spec);
    const auto& status = map.code(2);
    EXPECT_EQ(map.code(0)(0, 0), no_code) << "without any feature there is no class, not even an unsure one";
    EXPECT_EQ(status(0, 0), 1);
    EXPECT_EQ(map.code(0)(0, 1), 99);
    EXPECT_EQ(status(0, 1), 2);
    EXPECT_EQ(status(0, 2), 2) << "how many dates were clear is not known";
    EXPECT_EQ(status(0, 3), 3);
    int unlikely = 0, undecided = 0;
    for (int r = 1; r < side; ++r)
        for (int c = 0; c < side; ++c) {
            const float p = map.real(1)(r, c);
            ASSERT_EQ(status(r, c) == 4, p < 0.5F);
            ASSERT_EQ(map.code(0)(r, c) == 99, status(r, c) != 0);
            unlikely += status(r, c) == 4 ? 1 : 0;
            undecided += status(r, c) == 5 ? 1 : 0;
        }
    EXPECT_GT(unlikely, 0);
    EXPECT_GT(undecided, 0);
}

TEST_F(ModelSteps, TheQualityBandSaysWhatLiesInShadow) {
    const auto model = trained();
    Block block = planted_features(0);
    CodePlane quality(side, side, 0);
    quality(3, 3) = 1 << 6;               // dark
    quality(3, 4) = (1 << 1) | (1 << 4);  // a cloud's shadow on water
    quality(3, 5) = 1 << 4;               // water is no fault
    block.bands.emplace_back(quality);
    auto spec = features();
    spec.raster.bands.push_back(band("QA", BandKind::code));
    const Block map = classified(model, {{"give", Texts{"status"}}, {"shadow-band", std::string("QA")}}, block, spec);
    EXPECT_EQ(map.code(0)(3, 3), 3);
    EXPECT_EQ(map.code(0)(3, 4), 3);
    EXPECT_EQ(map.code(0)(3, 5), 0);
}

TEST_F(ModelSteps, StrataHaveModelsOfTheirOwn) {
    // In the north the classes are as planted; in the south features a and b have changed their roles.
    Block block = planted_features();
    CodePlane zone(side, side, 1);
    for (int r = side / 2; r < side; ++r)
        for (int c = 0; c < side; ++c) {
            std::swap(block.real(0)(r, c), block.real(1)(r, c));
            zone(r, c) = 2;
        }
    block.bands.emplace_back(zone);
    auto spec = features();
    spec.raster.bands.push_back(band("zone", BandKind::code));
    const auto layer = samples();
    const auto of_stratum = [&](const std::string& stratum) {
        StepBench bench("train", keys({{"model", dir_ / ("m" + stratum + ".json")},
                                       {"stratum-band", std::string("zone")},
                                       {"strata", Texts{stratum}}}));
        (void)bench.plan({Artifact::of(layer.spec), spec});
        auto book = ledger();
        return *bench.fold(book, {block}, {&layer}, 16).table;
    };
    const auto north = of_stratum("1");
    (void)of_stratum("2");
    EXPECT_LT(share_right(classified(north, {}, block, spec).code(0)), 0.7);
    const auto both = classified(
        north,
        {{"stratum-band", std::string("zone")}, {"strata", Texts{"2"}}, {"stratum-models", Texts{dir_ / "m2.json"}}},
        block, spec);
    EXPECT_GT(share_right(both.code(0)), 0.85);
}

TEST_F(ModelSteps, AnswersDoNotDependOnTheTile) {
    const auto model = trained({{"kind", std::string("forest")}});
    const Block block = planted_features(), whole = classified(model, everything);
    StepBench bench("classify", everything);
    (void)bench.plan({Artifact::of(model.spec), features()});
    bench.start({&model});
    for (const auto& tile : tiles(grid.window(), 13)) {
        const Block part = bench.apply(tile, {crop(block, tile)}), same = crop(whole, tile);
        ASSERT_TRUE(std::ranges::equal(part.code(0).cells(), same.code(0).cells()));
        for (std::size_t b : {1U, 2U, 4U, 5U})
            ASSERT_TRUE(std::ranges::equal(part.real(b).cells(), same.real(b).cells(), [](float x, float y) {
                return x == y || (std::isnan(x) && std::isnan(y));
            }));
    }
}

TEST_F(ModelSteps, FeaturesAreFoundByNameInAnyOrder) {
    const auto model = trained();
    Block mixed{grid.window(), {}};
    const Block block = planted_features();
    for (std::size_t b : {2U, 0U, 1U}) mixed.bands.push_back(block.bands[b]);
    const auto map = classified(model, {}, mixed, features({"c", "a", "b"}));
    EXPECT_TRUE(std::ranges::equal(map.code(0).cells(), classified(model).code(0).cells()));
}

TEST_F(ModelSteps, RulesTakeTheModelsBands) {
    std::ofstream(dir_ / "after.toml") << R"(name_zh = "模型后规则"
name_en = "rules after a model"
legend = "landcover"
[[threshold]]
name = "sure"
value = 0.9
unit = "1"
source = "test"
confidence = "estimate"
[[rule]]
class = "walnut"
when = "class == 2 and probability >= sure"
why = "the model is sure"
[[rule]]
class = "cropland"
when = "class == 2"
why = "the model is not"
)";
    const Block map =
        classified(trained({{"learning-rate", 0.4}}), {{"give", Texts{"class", "probability", "margin"}}});
    StepBench rules("classify-rules", {{"rules", dir_ / "after.toml"}});
    (void)rules.plan({Artifact::of(
        RasterSpec{grid, {band("class", BandKind::code, "landcover"), band("probability"), band("margin")}})});
    const Block after = rules.apply(grid.window(), {map});
    int sure = 0, unsure = 0;
    for (int r = 0; r < side; ++r)
        for (int c = 0; c < side; ++c) {
            const bool walnut = map.code(0)(r, c) == 2, is_sure = map.real(1)(r, c) >= 0.9F;
            ASSERT_EQ(after.code(0)(r, c), !walnut ? no_code : is_sure ? 2 : 1) << r << ", " << c;
            (walnut && is_sure ? sure : unsure) += walnut ? 1 : 0;
        }
    EXPECT_GT(sure, 100);
    EXPECT_GT(unsure, 10);
}

TEST_F(ModelSteps, AModelOfXgboostIsReadWithNames) {
    const auto own = trained();
    std::ofstream(dir_ / "plain.json") << nlohmann::json::parse(model_text())["xgboost"].dump();
    const auto read = [&](const std::string& file, const Keys& more) {
        Keys all{{"path", dir_ / file}};
        all.insert(all.end(), more.begin(), more.end());
        StepBench bench("read-model", all);
        const auto spec = bench.plan({});
        RunContext context;
        const auto made = dynamic_cast<WholeStep&>(bench.step()).run({}, context);
        EXPECT_EQ(made.table->spec.columns.size(), spec.table.columns.size());
        return *made.table;
    };
    const auto plain = read("plain.json", {{"legend", std::string("landcover")},
                                           {"model-features", Texts{"a", "b", "c"}},
                                           {"model-classes", Texts{"cropland", "walnut", "3"}}});
    const auto wanted = classified(own);
    EXPECT_TRUE(std::ranges::equal(classified(plain).code(0).cells(), wanted.code(0).cells()));
    EXPECT_TRUE(std::ranges::equal(classified(read("m.json", {})).code(0).cells(), wanted.code(0).cells()));
    auto newer = nlohmann::json::parse(model_text());  // as XGBoost 3.1 writes it
    auto& learner = newer["xgboost"]["learner"];
    learner["learner_model_param"]["base_score"] = "[5E-1]";
    for (auto& tree : learner["gradient_booster"]["model"]["trees"])
        for (auto& left : tree["default_left"]) left = left != 0 && left != false;
    std::ofstream(dir_ / "newer.json") << newer.dump();
    EXPECT_TRUE(std::ranges::equal(classified(read("newer.json", {})).code(0).cells(), wanted.code(0).cells()));
    const auto fails = [&](const std::string& file, const Keys& more, const std::string& words) {
        EXPECT_THAT([&] { (void)read(file, more); }, ThrowsMessage<DataError>(HasSubstr(words)));
    };
    fails("plain.json", {}, "does not name its 3 features");
    fails("plain.json", {{"model-features", Texts{"a", "b", "c"}}}, "does not name its 3 classes");
    fails("plain.json", {{"model-features", Texts{"a", "b"}}, {"model-classes", Texts{"1", "2", "3"}}},
          "has 3 features, but 2 names");
    fails("plain.json", {{"model-features", Texts{"a", "b", "c"}}, {"model-classes", Texts{"1", "2"}}},
          "has 3 classes, but 2 codes");
    fails("m.json", {{"model-features", Texts{"b", "a", "c"}}}, "says other features");
    fails("m.json", {{"legend", std::string("vegetation")}}, "says other legend");
}

TEST_F(ModelSteps, DamagedModelsAreRefused) {
    (void)trained();
    const auto whole = nlohmann::json::parse(model_text());
    const auto refuses = [&](const std::string& text, const std::string& words) {
        std::ofstream(dir_ / "bad.json") << text;
        StepBench bench("read-model", {{"path", dir_ / "bad.json"}});
        EXPECT_THAT([&] { (void)bench.plan({}); },
                    ThrowsMessage<DataError>(testing::AllOf(HasSubstr("bad.json"), HasSubstr(words))));
    };
    const auto changed = [&](const std::string& pointer, const nlohmann::json& value) {
        auto json = whole;
        json[nlohmann::json::json_pointer(pointer)] = value;
        return json.dump();
    };
    const std::string learner = "/xgboost/learner", first = learner + "/gradient_booster/model/trees/0";
    refuses(model_text().substr(0, model_text().size() / 2), "damaged");
    refuses("", "damaged");
    refuses("[1, 2]", "is no model");
    refuses("{\"linmu-model\": 1}", "has no 'version'");
    refuses(changed("/linmu-model", 7), "format 7");
    refuses(changed("/features", 3), "another type");
    refuses(changed("/codes", {1, 2}), "3 classes, but 2 codes");
    refuses(changed(learner + "/objective/name", "reg:squarederror"), "'reg:squarederror'");
    refuses(changed(learner + "/gradient_booster/name", "gblinear"), "'gblinear'");
    refuses(changed(learner + "/learner_model_param/base_score", "many"), "no number");
    refuses(changed(first + "/left_children", {1}), "must have 1 numbers");
    refuses(changed(first + "/left_children", "x"), "must have 1 numbers");
    refuses(changed(learner + "/gradient_booster/model/tree_info", {0}), "must have 1 trees");
}

TEST_F(ModelSteps, TreesThatAreNoTreesAreRefusedBeforeATile) {
    (void)trained();
    auto json = nlohmann::json::parse(model_text());
    json["xgboost"]["learner"]["gradient_booster"]["model"]["trees"][0]["left_children"][0] = 0;
    std::ofstream(dir_ / "bad.json") << json.dump();
    StepBench reader("read-model", {{"path", dir_ / "bad.json"}}), bench("classify");
    const auto spec = reader.plan({});
    RunContext context;
    const auto made = dynamic_cast<WholeStep&>(reader.step()).run({}, context);
    (void)bench.plan({spec, features()});
    EXPECT_THAT([&] { bench.start({&*made.table}); }, ThrowsMessage<DataError>(HasSubstr("damaged")));
}

TEST_F(ModelSteps, TrainingRefusesWhatCannotBeLearnt) {
    auto one = samples();
    for (auto& feature : one.features) feature.values[0] = std::string("walnut");
    EXPECT_THAT(refusal({}, one), HasSubstr("of one class, 'walnut'"));

    auto three = samples(true);
    three.features.erase(three.features.begin() + 3, three.features.end());
    EXPECT_THAT(refusal({}, three), HasSubstr("fewer than 10"));

    EXPECT_THAT(refusal({{"block", 5000.0}}), HasSubstr("all 2304 samples lie in one block"));

    Block nothing = planted_features();
    for (std::size_t b = 0; b < 3; ++b) nothing.real(b) = RealPlane(side, side, no_value);
    EXPECT_THAT(refusal({}, samples(), nothing), HasSubstr("no sample has a cell with values"));

    auto misspelt = samples();
    misspelt.features[4].values[0] = std::string("walnutt");
    EXPECT_THAT(refusal({}, misspelt), testing::AllOf(HasSubstr("sample 104"), HasSubstr("did you mean 'walnut'")));
    misspelt.features[4].values[0] = std::string("77");
    EXPECT_THAT(refusal({}, misspelt), testing::AllOf(HasSubstr("sample 104"), HasSubstr("has no class 77")));

    auto lines = samples();
    lines.features[0].geometry = from_wkt("LINESTRING (500000 4100600, 500100 4100500)");
    EXPECT_THAT(refusal({}, lines), HasSubstr("is a line"));

    EXPECT_THAT(refusal({{"class-field", std::string("klass")}}), HasSubstr("klass"));
    EXPECT_THAT(refusal({{"features", Texts{"a", "d"}}}), HasSubstr("no band 'd'"));
    EXPECT_THAT(refusal({{"folds", std::int64_t{1}}}), HasSubstr("give 2 or more"));
    EXPECT_THAT(refusal({{"folds", std::int64_t{0}}, {"patience", std::int64_t{5}}}), HasSubstr("patience"));
    EXPECT_THAT(refusal({{"weights", Texts{"walnut=x"}}}), HasSubstr("no weight of a class"));
    EXPECT_THAT(refusal({{"weights", Texts{"water=2"}}}), HasSubstr("'water' has no samples"));
}

TEST_F(ModelSteps, CellsOfTwoClassesTeachNothing) {
    auto layer = samples();
    auto twice = layer.features[0];
    twice.fid = 999;
    twice.values[0] = std::string("water");
    layer.features.push_back(twice);
    EXPECT_THAT(refusal({{"most-cells", std::int64_t{0}}}, layer), "") << "water has no cell left, and is no class";
    EXPECT_FALSE(nlohmann::json::parse(model_text())["samples"].contains("water"));
}

TEST_F(ModelSteps, ClassifyRefusesAnotherLegendAndMissingFeatures) {
    const auto model = trained();
    const auto refuses = [&](const Keys& more, const Artifact& spec, const std::string& words) {
        StepBench bench("classify", more);
        try {
            (void)bench.plan({Artifact::of(model.spec), spec});
            ADD_FAILURE() << words;
        } catch (const Error& fault) {
            EXPECT_THAT(fault.what(), HasSubstr(words));
        }
    };
    refuses({{"legend", std::string("vegetation")}}, features(), "legend 'landcover', the map is to have 'vegetation'");
    refuses({}, features({"a", "b", "cc"}), "no band 'c'");
    refuses({{"give", Texts{"klass"}}}, features(), "there is no 'klass'");
    refuses({{"give", Texts{}}}, features(), "'give' is empty");
    refuses({{"clear-band", std::string("a")}}, features(), "go together");
    refuses({{"parcel-band", std::string("a")}, {"parcel-weights", Texts{"walnut=2"}}}, features(),
            "classes and strata are codes");
    refuses({{"priors", Texts{"walnut=-1"}}}, features(), "no weight");
    refuses({{"priors", Texts{"walnut=1", "2=3"}}}, features(), "second time");
    refuses({{"unsure", std::string("walnutt")}}, features(), "did you mean 'walnut'");
    StepBench bench("classify", {});
    (void)bench.plan({Artifact::of(model.spec), features()});
    Table none{model.spec, {}};
    EXPECT_THAT([&] { bench.start({&none}); }, ThrowsMessage<DataError>(HasSubstr("no model")));
}

}  // namespace
}  // namespace linmu::test
