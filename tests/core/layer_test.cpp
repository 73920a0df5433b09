// SPDX-License-Identifier: MIT
#include "linmu/core/layer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "linmu/core/error.hpp"
#include "linmu/core/legend.hpp"

namespace linmu {
namespace {

const std::vector<Field> fields{
    {"BSM", FieldType::text, "", "标识码"}, {"DLBM", FieldType::text, "", ""}, {"TBMJ", FieldType::area, "m2", ""}};
const Legend legend{
    "small",
    "小图例",
    "small",
    {{1, "forest", "林地", "forest", "#006400", ""}, {2, "walnut", "核桃", "walnut", "#808000", "forest"}}};

TEST(FieldIndex, FindsByName) { EXPECT_EQ(field_index(fields, "TBMJ", "dltb"), 2U); }

TEST(FieldIndex, NamesTheNearestField) {
    try {
        (void)field_index(fields, "DLMB", "dltb");
        FAIL();
    } catch (const DataError& fault) {
        EXPECT_EQ(std::string(fault.what()), "dltb has no field 'DLMB'; did you mean 'DLBM'?");
    }
}

TEST(ToText, IsShortAndExact) {
    EXPECT_EQ(to_text(Value{}), "");
    EXPECT_EQ(to_text(Value{std::string("0103")}), "0103");
    EXPECT_EQ(to_text(Value{std::int64_t{-7}}), "-7");
    EXPECT_EQ(to_text(Value{0.1}), "0.1");
    EXPECT_EQ(std::stod(to_text(Value{1.0 / 3})), 1.0 / 3);
}

TEST(LegendFind, IsByCode) {
    ASSERT_NE(legend.find(2), nullptr);
    EXPECT_EQ(legend.find(2)->key, "walnut");
    EXPECT_EQ(legend.find(3), nullptr);
}

TEST(LegendAtKey, NamesTheNearestKey) {
    EXPECT_EQ(legend.at_key("forest").code, 1);
    try {
        (void)legend.at_key("wallnut");
        FAIL();
    } catch (const DataError& fault) {
        EXPECT_EQ(std::string(fault.what()), "legend 'small' has no class 'wallnut'; did you mean 'walnut'?");
    }
}

TEST(LayerBounds, JoinItsFeatures) {
    Layer layer;
    EXPECT_TRUE(bounds(layer).empty());
    layer.features.push_back({1, {{}, {}, {{1, 2}}}, {}});
    layer.features.push_back({2, {{}, {}, {{5, -2}}}, {}});
    EXPECT_EQ(bounds(layer).xmax, 5);
    EXPECT_EQ(bounds(layer).ymin, -2);
}

}  // namespace
}  // namespace linmu
