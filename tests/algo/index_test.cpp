// SPDX-License-Identifier: MIT
#include "linmu/algo/index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <toml++/toml.h>

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
    std::set<std::string> ids;
    for (const auto& entry : *catalogue["index"].as_array()) {
        const toml::table& index = *entry.as_table();
        const auto id = index["id"].value<std::string>().value();
        EXPECT_TRUE(ids.insert(id).second) << id << " is there twice";
        const auto bands = texts(index["bands"]);
        std::vector<float> cells;
        for (const auto& band : bands) cells.push_back(index["check_bands"][band].value<float>().value());
        std::vector<std::span<const float>> values;
        for (const float& cell : cells) values.emplace_back(&cell, 1);
        const SpectralIndex formula(index["formula"].value<std::string>().value(), bands, index["low"].value<double>().value(),
                                    index["high"].value<double>().value());
        EXPECT_THAT(formula.needs(), testing::UnorderedElementsAreArray(bands)) << id;
        float out = 0;
        formula.apply(values, {&out, 1});
        EXPECT_NEAR(out, index["check_value"].value<double>().value(), 2e-6) << id;
        EXPECT_FALSE(index["reference"].value<std::string>().value().empty()) << id;
    }
    for (const char* id : {"NDVI", "EVI", "EVI2", "SAVI", "NDWI", "MNDWI", "NDMI", "NBR", "BSI", "NDBI", "NDRE", "PSRI", "NDYI"})
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

/// The cover of one cell by the decision list of the county.
std::string cover(const std::vector<float>& cell) {
    static const std::vector<std::string> bands = {"NDVI_apr", "NDVI_may", "NDVI_aug", "NDVI_oct", "NDVI_win",
                                                   "NDMI_aug", "MNDWI_aug", "BSI_may", "slope", "elevation"};
    const auto file = toml::parse_file(test::source_file("data/rules/zuoquan-landcover.toml"));
    std::vector<NamedNumber> thresholds;
    for (const auto& entry : *file["threshold"].as_array()) {
        const toml::table& t = *entry.as_table();
        thresholds.emplace_back(t["name"].value<std::string>().value(), t["value"].value<double>().value());
        EXPECT_FALSE(t["source"].value<std::string>().value().empty());
        EXPECT_FALSE(t["confidence"].value<std::string>().value().empty());
    }
    std::vector<RuleList::Rule> rules;
    std::vector<std::string> classes;
    for (const auto& entry : *file["rule"].as_array()) {
        const toml::table& rule = *entry.as_table();
        rules.push_back({static_cast<std::int32_t>(rules.size()), rule["when"].value<std::string>().value()});
        classes.push_back(rule["class"].value<std::string>().value());
    }
    std::vector<std::span<const float>> values;
    for (const float& value : cell) values.emplace_back(&value, 1);
    std::int32_t code = 0;
    RuleList(rules, thresholds, bands).classify(values, {&code, 1});
    return code == no_code ? "none" : classes.at(static_cast<std::size_t>(code));
}

TEST(CountyRules, typical_season_curves_get_their_class) {
    const float nan = std::nanf("");
    // NDVI Apr, May, Aug, Oct, winter; NDMI, MNDWI in August; BSI in May; slope, elevation
    EXPECT_EQ(cover({0.0F, 0.02F, 0.05F, 0.0F, 0.0F, 0.1F, 0.5F, -0.1F, 1, 900}), "water");
    EXPECT_EQ(cover({0.1F, 0.15F, 0.2F, 0.15F, 0.1F, -0.1F, -0.3F, 0.15F, 5, 1000}), "bare");
    EXPECT_EQ(cover({0.1F, 0.15F, 0.2F, 0.15F, 0.1F, -0.1F, -0.3F, 0.02F, 5, 1000}), "built");
    EXPECT_EQ(cover({0.5F, 0.55F, 0.65F, 0.6F, 0.48F, 0.25F, -0.5F, -0.1F, 28, 1400}), "conifer");
    EXPECT_EQ(cover({0.18F, 0.22F, 0.82F, 0.3F, 0.15F, 0.3F, -0.5F, 0.15F, 6, 1000}), "cropland");
    EXPECT_EQ(cover({0.35F, 0.6F, 0.75F, 0.5F, 0.25F, 0.22F, -0.5F, 0.0F, 10, 1050}), "walnut");
    EXPECT_EQ(cover({0.35F, 0.7F, 0.88F, 0.5F, 0.25F, 0.4F, -0.5F, -0.1F, 30, 1600}), "broadleaf");
    EXPECT_EQ(cover({0.28F, 0.42F, 0.62F, 0.4F, 0.22F, 0.15F, -0.5F, 0.05F, 30, 1300}), "shrub");
    EXPECT_EQ(cover({0.2F, 0.3F, 0.45F, 0.3F, 0.18F, 0.0F, -0.45F, 0.1F, 25, 1500}), "grass");
    EXPECT_EQ(cover({nan, nan, nan, nan, nan, nan, nan, nan, 5, 1000}), "none");
}

}  // namespace
}  // namespace linmu
