// SPDX-License-Identifier: MIT
#include "linmu/algo/index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cmath>
#include <set>

#include "linmu/algo/rules.hpp"
#include "linmu/core/error.hpp"
#include "support/paths.hpp"

namespace linmu {
namespace {

std::vector<std::string> texts(const toml::node_view<const toml::node>& node) {
    std::vector<std::string> result;
    for (const auto& text : *node.as_array()) result.push_back(text.value<std::string>().value());
    return result;
}

TEST(Index, each_of_the_catalogue_gives_its_check_value) {
    const auto catalogue = toml::parse_file(test::source_file("data/indices.toml"));
    std::set<std::string> ids, names_zh, names_en;
    for (const auto& entry : *catalogue["index"].as_array()) {
        const toml::table& index = *entry.as_table();
        const auto text = [&](const char* key) { return index[key].value<std::string>().value(); };
        const auto number = [&](const char* key) { return index[key].value<double>().value(); };
        const auto id = text("id");
        EXPECT_TRUE(ids.insert(id).second) << id << " is there twice";
        EXPECT_TRUE(names_zh.insert(text("name_zh")).second) << id << ": " << text("name_zh") << " is there twice";
        EXPECT_TRUE(names_en.insert(text("name_en")).second) << id << ": " << text("name_en") << " is there twice";
        EXPECT_FALSE(text("reference").empty()) << id;
        const auto bands = texts(index["bands"]);
        EXPECT_EQ(index["check_bands"].as_table()->size(), bands.size()) << id;
        std::vector<float> cells;
        for (const auto& band : bands) cells.push_back(index["check_bands"][band].value<float>().value());
        std::vector<std::span<const float>> values;
        for (const float& cell : cells) values.emplace_back(&cell, 1);
        const SpectralIndex formula(text("formula"), bands, number("low"), number("high"));
        EXPECT_THAT(formula.needs(), testing::UnorderedElementsAreArray(bands)) << id;
        float out = 0;
        formula.apply(values, {&out, 1});
        const double check = number("check_value");
        // A value at an end of its range would hide a formula that goes beyond it.
        EXPECT_GT(check, number("low")) << id;
        EXPECT_LT(check, number("high")) << id;
        EXPECT_NEAR(static_cast<double>(out), check, 1e-6 * std::max(1.0, std::abs(check))) << id;
    }
    EXPECT_GE(ids.size(), 90U);
    for (const char* id : {"NDVI", "EVI", "EVI2", "SAVI", "NDWI", "MNDWI", "NDMI", "LSWI", "NBR", "BSI", "NDBI", "NDRE",
                           "NDRE2", "NDRE3", "PSRI", "NDYI", "NDYI_Y"})
        EXPECT_TRUE(ids.contains(id)) << id;
}

TEST(Index, values_are_clamped_to_the_range_and_missing_stay_missing) {
    const std::vector<std::string> bands = {"N", "R"};
    const SpectralIndex ndvi("(N - R) / (N + R)", bands, -0.2, 1);
    const std::vector<float> n = {0.5F, 0.1F, 0.4F, std::nanf(""), 0.0F}, r = {-0.1F, 0.4F, 0.1F, 0.1F, 0.0F};
    std::vector<float> out(5);
    ndvi.apply(std::vector<std::span<const float>>{n, r}, out);
    EXPECT_FLOAT_EQ(out[0], 1) << "negative reflectance would give 1.5";
    EXPECT_FLOAT_EQ(out[1], -0.2F);
    EXPECT_FLOAT_EQ(out[2], 0.6F);
    EXPECT_TRUE(std::isnan(out[3]));
    EXPECT_TRUE(std::isnan(out[4]));
}

TEST(Index, an_empty_range_is_an_error) {
    const std::vector<std::string> bands = {"N"};
    EXPECT_THROW(SpectralIndex("N", bands, 1, 1), DataError);
}

/// The cover of one cell by the decision list of the county; the bloom of another April is hidden unless given.
std::string cover(std::vector<float> cell, float other_bloom = std::nanf("")) {
    cell.push_back(other_bloom);
    static const std::vector<std::string> bands = {"NDVI_win", "NDVI_apr",  "NDVI_may",      "NDVI_aug", "NDVI_oct",
                                                   "NDMI_win", "NDMI_apr",  "NDMI_may",      "NDMI_aug", "NDMI_oct",
                                                   "NDRE_may", "NDRE_aug",  "MNDWI_aug",     "BSI_may",  "NDYI_apr",
                                                   "slope",    "elevation", "NDYI_apr_other"};
    const auto file = toml::parse_file(test::source_file("data/rules/zuoquan-landcover.toml"));
    const auto text = [](const toml::table& t, const char* key) { return t[key].value<std::string>().value(); };
    std::vector<NamedNumber> thresholds;
    for (const auto& entry : *file["threshold"].as_array()) {
        const toml::table& t = *entry.as_table();
        thresholds.emplace_back(text(t, "name"), t["value"].value<double>().value());
        EXPECT_FALSE(text(t, "source").empty());
        EXPECT_FALSE(text(t, "confidence").empty());
    }
    std::vector<RuleList::Formula> formulas;
    for (const auto& entry : *file["formula"].as_array()) {
        const toml::table& t = *entry.as_table();
        formulas.push_back({text(t, "name"), text(t, "formula")});
        EXPECT_FALSE(text(t, "source").empty());
    }
    std::vector<RuleList::Rule> rules;
    std::vector<std::string> classes;
    for (const auto& entry : *file["rule"].as_array()) {
        const toml::table& rule = *entry.as_table();
        rules.push_back({static_cast<std::int32_t>(rules.size()), text(rule, "when")});
        classes.push_back(text(rule, "class"));
    }
    std::vector<std::span<const float>> values;
    for (const float& value : cell) values.emplace_back(&value, 1);
    std::int32_t code = 0;
    RuleList(rules, thresholds, bands, formulas).classify(values, {&code, 1});
    return code == no_code ? "none" : classes.at(static_cast<std::size_t>(code));
}

// Medians of the classes of a practice county, in the order of the bands above.
const std::vector<std::pair<std::string, std::vector<float>>> typical = {
    {"cropland",
     {0.22F, 0.22F, 0.25F, 0.73F, 0.26F, -0.18F, -0.17F, -0.12F, 0.22F, -0.14F, 0.16F, 0.52F, -0.51F, 0.17F, 0.16F,
      7.5F, 884}},
    {"walnut",
     {0.23F, 0.31F, 0.71F, 0.73F, 0.52F, -0.18F, -0.12F, 0.17F, 0.19F, 0.092F, 0.47F, 0.48F, -0.5F, -0.13F, 0.17F, 17,
      922}},
    {"broadleaf",
     {0.27F, 0.31F, 0.77F, 0.8F, 0.74F, -0.19F, -0.18F, 0.25F, 0.28F, 0.23F, 0.55F, 0.56F, -0.52F, -0.21F, 0.16F, 23,
      1102}},
    {"conifer",
     {0.53F, 0.57F, 0.66F, 0.69F, 0.64F, 0.079F, 0.081F, 0.15F, 0.18F, 0.15F, 0.44F, 0.48F, -0.49F, -0.11F, 0.2F, 25,
      1037}},
    {"shrub",
     {0.26F, 0.3F, 0.63F, 0.66F, 0.55F, -0.2F, -0.18F, 0.034F, 0.05F, 0.01F, 0.36F, 0.38F, -0.51F, -0.0061F, 0.19F, 17,
      820}},
    {"forsythia",
     {0.27F, 0.27F, 0.66F, 0.68F, 0.6F, -0.2F, -0.094F, 0.072F, 0.085F, 0.049F, 0.39F, 0.4F, -0.51F, -0.042F, 0.34F, 19,
      870}},
    {"grass",
     {0.23F, 0.24F, 0.43F, 0.51F, 0.36F, -0.19F, -0.18F, -0.063F, -0.018F, -0.12F, 0.25F, 0.3F, -0.5F, 0.1F, 0.17F, 23,
      944}},
    {"built",
     {0.13F, 0.14F, 0.26F, 0.27F, 0.24F, -0.11F, -0.097F, -0.01F, 0.0F, -0.023F, 0.2F, 0.21F, -0.32F, 0.056F, 0.083F,
      8.2F, 904}},
    {"water",
     {-0.17F, -0.15F, -0.16F, -0.054F, -0.083F, -0.4F, -0.39F, -0.32F, -0.19F, -0.32F, -0.26F, -0.14F, -0.16F, 0.22F,
      0.1F, 3, 813}},
    {"bare",
     {0.12F, 0.14F, 0.17F, 0.17F, 0.15F, -0.14F, -0.13F, -0.11F, -0.1F, -0.12F, 0.12F, 0.12F, -0.32F, 0.12F, 0.075F, 27,
      995}}};

TEST(CountyRules, typical_season_curves_get_their_class) {
    for (const auto& [name, cell] : typical) EXPECT_EQ(cover(cell), name);
}

TEST(CountyRules, a_window_under_cloud_is_filled_from_its_neighbours) {
    for (const auto& [name, cell] : typical) {
        auto cloudy = cell;
        cloudy[1] = cloudy[6] = cloudy[14] = std::nanf("");  // April
        EXPECT_EQ(cover(cloudy, cell[14]), name);
    }
}

TEST(CountyRules, a_cell_seen_once_has_no_class) {
    auto cell = typical.front().second;
    for (std::size_t band = 0; band < 15; ++band) {
        if (band != 0 && band != 5) cell[band] = std::nanf("");
    }
    EXPECT_EQ(cover(cell), "none");
}

}  // namespace
}  // namespace linmu
