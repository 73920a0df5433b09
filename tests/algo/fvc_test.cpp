// SPDX-License-Identifier: MIT
#include "linmu/algo/fvc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

const float nan = std::nanf("");

TEST(VegetationCover, PercentilesAreThoseOfSortingToABin) {
    IndexHistogram histogram;
    std::vector<double> values;
    for (std::uint64_t i = 0; i < 20001; ++i) {
        const auto value = static_cast<float>(std::tanh(0.4 * random_normal(1, i)));
        histogram.add(value);
        values.push_back(static_cast<double>(value));
    }
    histogram.add(nan);
    std::sort(values.begin(), values.end());
    EXPECT_EQ(histogram.count(), 20001U);
    for (const double share : {0.005, 0.05, 0.5, 0.95, 0.995})
        EXPECT_NEAR(histogram.percentile(share), values[static_cast<std::size_t>(share * 20000)], 0.0006) << share;
    EXPECT_LE(histogram.percentile(0), values.front());
    EXPECT_GE(histogram.percentile(1), values.back());
}

TEST(VegetationCover, ValuesOfOneBinAreEvenInIt) {
    IndexHistogram histogram;
    for (int i = 0; i < 10; ++i) histogram.add(0.50001F);
    EXPECT_NEAR(histogram.percentile(0.5), 0.50025, 1e-9) << "the middle of the bin from 0.5 to 0.5005";
    histogram.add(-7);
    EXPECT_NEAR(histogram.percentile(0), -1, 1e-9) << "beyond -1 is the first bin";
}

TEST(VegetationCover, HistogramsMergeInAnyOrderAndSurviveStorage) {
    std::vector<float> values;
    std::vector<std::int32_t> classes;
    for (std::uint64_t i = 0; i < 5000; ++i) {
        values.push_back(i % 17 == 0 ? nan : static_cast<float>(random_unit(2, i)));
        classes.push_back(i % 13 == 0 ? no_code : static_cast<std::int32_t>(random_bits(3, i) % 3) - 1);
    }
    ClassHistograms whole, left, right;
    add_values(whole, values, classes);
    const std::span<const float> v(values);
    const std::span<const std::int32_t> c(classes);
    add_values(left, v.first(1700), c.first(1700));
    add_values(right, v.subspan(1700), c.subspan(1700));
    merge(right, left);
    EXPECT_EQ(to_bytes(whole), to_bytes(right));
    EXPECT_EQ(whole.size(), 3U) << "cells without class are in none";
    EXPECT_EQ(to_bytes(class_histograms_from(to_bytes(whole))), to_bytes(whole));
    EXPECT_EQ(class_histograms_from(to_bytes(whole)).at(-1).count(), whole.at(-1).count());
    EXPECT_THROW((void)class_histograms_from(to_bytes(whole).substr(0, 50)), DataError);
    EXPECT_THROW((void)class_histograms_from("LMA"), DataError);
}

TEST(VegetationCover, IsTheShareBetweenTheEndsCutToZeroAndOne) {
    const std::vector<float> ndvi{0.0F, 0.1F, 0.3F, 0.5F, 0.9F, 1.0F, nan};
    std::vector<float> out(ndvi.size());
    vegetation_cover(ndvi, {0.1, 0.9}, out);
    EXPECT_THAT(std::vector<float>(out.begin(), out.end() - 1),
                testing::Pointwise(testing::FloatNear(1e-6F), std::vector<float>{0, 0, 0.25F, 0.5F, 1, 1}));
    EXPECT_TRUE(std::isnan(out.back()));
}

TEST(VegetationCover, TakesTheEndsOfEachClass) {
    const std::vector<float> ndvi{0.5F, 0.5F, 0.5F, 0.5F};
    const std::vector<std::int32_t> classes{1, 2, 3, no_code};
    std::vector<float> out(4);
    vegetation_cover(ndvi, classes, {{1, {0.0, 1.0}}, {2, {0.4, 0.6}}}, out);
    EXPECT_FLOAT_EQ(out[0], 0.5F);
    EXPECT_FLOAT_EQ(out[1], 0.5F);
    EXPECT_TRUE(std::isnan(out[2])) << "a class without ends";
    EXPECT_TRUE(std::isnan(out[3]));
}

}  // namespace
}  // namespace linmu
