// SPDX-License-Identifier: MIT
#include "linmu/algo/error_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "linmu/core/error.hpp"
#include "support/matrix.hpp"

namespace linmu {
namespace {

using test::matrix;

/// Counts of the papers; results recomputed from their formulas by a program that shares no code with linmu.
struct Published {
    std::string name;
    Plane<std::int64_t> counts;
    std::vector<double> mapped;
    double overall, overall_half;
    std::vector<double> user, user_half, producer, producer_half, share, share_se;
};
const std::vector<Published> examples = {
    {"Olofsson et al. 2014, table 8",
     matrix<std::int64_t>({{66, 0, 5, 4}, {0, 55, 8, 12}, {1, 0, 153, 11}, {2, 1, 9, 313}}),
     {200000.0, 150000.0, 3200000.0, 6450000.0},
     0.9465118881118881,
     0.01848361774255427,
     {0.88, 0.7333333333333333, 0.9272727272727272, 0.963076923076923},
     {0.07404098207767795, 0.10075701452492515, 0.03974536974854174, 0.020533500686664853},
     {0.7486614048308412, 0.8471563981042654, 0.9345089085796926, 0.9616089928314558},
     {0.21330985298526794, 0.25440836071925726, 0.03432442266661106, 0.018361535481631986},
     {0.02350862470862471, 0.012984615384615384, 0.31752214452214456, 0.6459846153846155},
     {0.0034907224410811637, 0.0021291530756257677, 0.008792424205322327, 0.009229963918506097}},
    {"Olofsson et al. 2013, example 1",
     matrix<std::int64_t>({{97, 0, 3}, {3, 279, 18}, {2, 1, 97}}),
     {22353.0, 1122543.0, 610228.0},
     0.94441678194817,
     0.021882223029781992,
     {0.97, 0.93, 0.97},
     {0.03360353516756201, 0.028920844573354355, 0.03360353516756201},
     {0.48063082434097937, 0.9941886770739936, 0.8969258967646558},
     {0.22453457365957633, 0.011325426080613193, 0.04120616443929301},
     {0.025703255154621553, 0.5982866566692724, 0.37601008817610604},
     {0.006125723597569531, 0.010057433978612926, 0.010617971078729412}},
    {"Olofsson et al. 2013, example 2",
     matrix<std::int64_t>({{127, 66, 54}, {2, 322, 17}, {0, 15, 540}}),
     {0.007, 0.295, 0.698},
     0.9612973752719083,
     0.011864490536318507,
     {0.5141700404858299, 0.9442815249266863, 0.972972972972973},
     {0.062457421104562226, 0.024381867687739988, 0.013503635769367953},
     {0.6753468083826599, 0.9307202678802727, 0.9766497593600623},
     {0.30458928328736173, 0.029382261524961525, 0.009603891716265653},
     {0.005329395561993185, 0.2992983600623669, 0.6953722443756398},
     {0.0012418371624892074, 0.00605242311660895, 0.005940044413765635}}};

std::vector<std::int32_t> numbered(int n) {
    std::vector<std::int32_t> codes;
    for (int i = 1; i <= n; ++i) codes.push_back(i);
    return codes;
}

TEST(ErrorMatrix, published_examples_come_out) {
    for (const auto& example : examples) {
        const ErrorMatrix counted{numbered(example.counts.rows()), example.counts};
        const auto result = adjusted_accuracy(counted, example.mapped);
        double whole = 0;
        for (const double m2 : example.mapped) whole += m2;
        EXPECT_NEAR(result.overall.value, example.overall, 1e-12) << example.name;
        EXPECT_NEAR(result.overall.half_width(), example.overall_half, 1e-12) << example.name;
        for (std::size_t i = 0; i < result.classes.size(); ++i) {
            const auto& c = result.classes[i];
            EXPECT_EQ(c.code, static_cast<int>(i) + 1);
            EXPECT_NEAR(c.user.value, example.user[i], 1e-12) << example.name;
            EXPECT_NEAR(c.user.half_width(), example.user_half[i], 1e-12) << example.name;
            EXPECT_NEAR(c.producer.value, example.producer[i], 1e-12) << example.name;
            EXPECT_NEAR(c.producer.half_width(), example.producer_half[i], 1e-12) << example.name;
            EXPECT_NEAR(c.share.value, example.share[i], 1e-12) << example.name;
            EXPECT_NEAR(c.share.standard_error, example.share_se[i], 1e-12) << example.name;
            EXPECT_NEAR(c.area_m2.value, example.share[i] * whole, 1e-9 * whole) << example.name;
            EXPECT_NEAR(c.area_m2.standard_error, example.share_se[i] * whole, 1e-9 * whole) << example.name;
            EXPECT_NEAR(c.f1, 2 / (1 / example.user[i] + 1 / example.producer[i]), 1e-12) << example.name;
        }
    }
}

TEST(ErrorMatrix, the_paper_prints_these_hectares) {
    std::vector<double> mapped_m2;
    for (const double pixels : examples[0].mapped) mapped_m2.push_back(pixels * 900);
    const auto result = adjusted_accuracy({numbered(4), examples[0].counts}, mapped_m2);
    EXPECT_NEAR(result.classes[0].area_m2.value / 1e4, 21158, 0.5);
    EXPECT_NEAR(result.classes[0].area_m2.half_width() / 1e4, 6158, 0.5);
    EXPECT_NEAR(result.classes[3].area_m2.value / 1e4, 581386, 0.5);
    EXPECT_EQ(result.classes[1].mapped_m2, 150000 * 900.0);
}

TEST(ErrorMatrix, areas_add_up_to_the_whole) {
    for (const auto& example : examples) {
        double sum = 0;
        for (const auto& c :
             adjusted_accuracy({numbered(example.counts.rows()), example.counts}, example.mapped).classes)
            sum += c.share.value;
        EXPECT_NEAR(sum, 1, 1e-12) << example.name;
    }
}

TEST(ErrorMatrix, counts_samples_by_map_and_reference) {
    const std::vector<LabelledSample> samples = {{1, 1}, {1, 2}, {2, 2}, {1, 2}};
    const std::vector<std::int32_t> classes = {2, 1};
    const auto counted = error_matrix(samples, classes);
    EXPECT_EQ(counted.counts(0, 0), 1);
    EXPECT_EQ(counted.counts(1, 0), 2);
    EXPECT_EQ(counted.counts(1, 1), 1);
    EXPECT_EQ(counted.row_total(1), 3);
    EXPECT_EQ(counted.column_total(0), 3);
    EXPECT_EQ(counted.total(), 4);
    EXPECT_THROW((void)error_matrix(std::vector<LabelledSample>{{1, 3}}, classes), DataError);
}

TEST(ErrorMatrix, a_class_that_is_nowhere_has_no_accuracy) {
    const auto result = adjusted_accuracy({numbered(3), matrix<std::int64_t>({{5, 1, 0}, {1, 5, 0}, {0, 0, 0}})},
                                          std::vector<double>{10, 20, 0});
    EXPECT_TRUE(std::isnan(result.classes[2].user.value));
    EXPECT_TRUE(std::isnan(result.classes[2].producer.value));
    EXPECT_TRUE(std::isnan(result.classes[2].f1));
    EXPECT_EQ(result.classes[2].area_m2.value, 0);
}

TEST(ErrorMatrix, too_few_samples_are_an_error_that_names_the_class) {
    try {
        (void)adjusted_accuracy({{10, 20}, matrix<std::int64_t>({{5, 1}, {0, 1}})}, std::vector<double>{1, 1});
        FAIL();
    } catch (const DataError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("class 20 of the map has 1 samples"));
    }
}

TEST(SampleSize, is_that_of_the_published_example) {
    const std::vector<double> shares = {0.02, 0.015, 0.32, 0.645}, user = {0.7, 0.6, 0.9, 0.95};
    EXPECT_EQ(sample_size(shares, user, 0.01), 641);
}

// Stehman 2014, numerical example: 10 samples of each of the strata A to D, whose map was changed afterwards.
const std::string strata = "AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDDDDDDD";
const std::string mapped = "AAAAAAABBBABBBBBBBBBBBCCCCCCBBDDDDDDDDDD";
const std::string truth = "AAAAACBABCABBBBBAABBCCCCCDDBBADDDDDDDCCB";
const std::vector<double> sizes = {40000, 30000, 20000, 10000};

Estimate stehman(
    const std::function<bool(char, char)>& y,
    const std::function<bool(char, char)>& x = [](char, char) { return true; }) {
    std::vector<StratifiedSample> samples;
    for (std::size_t i = 0; i < strata.size(); ++i)
        samples.push_back({static_cast<std::size_t>(strata[i] - 'A'), y(mapped[i], truth[i]) ? 1.0 : 0.0,
                           x(mapped[i], truth[i]) ? 1.0 : 0.0});
    return stratified_ratio(samples, sizes, true);
}

void expect_estimate(const Estimate& got, double value, double standard_error) {
    EXPECT_NEAR(got.value, value, 1e-12);
    EXPECT_NEAR(got.standard_error, standard_error, 1e-12);
}

TEST(StratifiedRatio, published_example_comes_out) {
    expect_estimate(stehman([](char, char t) { return t == 'A'; }), 0.35, 0.08224779632306267);
    expect_estimate(stehman([](char, char t) { return t == 'C'; }), 0.2, 0.06427977044832137);
    expect_estimate(stehman([](char m, char t) { return m == t; }), 0.63, 0.084642188062455);
    expect_estimate(stehman([](char m, char t) { return m == 'B' && t == 'C'; }), 0.08, 0.04806615811104062);
    const auto both = [](char m, char t) { return m == 'B' && t == 'B'; };
    expect_estimate(stehman(both, [](char m, char) { return m == 'B'; }), 0.574468085106383, 0.12478224724014163);
    expect_estimate(stehman(both, [](char, char t) { return t == 'B'; }), 0.7941176470588235, 0.11654791352416964);
}

TEST(StratifiedRatio, needs_two_samples_of_each_stratum) {
    const std::vector<StratifiedSample> samples = {{0, 1, 1}, {0, 0, 1}, {1, 1, 1}};
    EXPECT_THROW((void)stratified_ratio(samples, std::vector<double>{10, 10}), DataError);
}

}  // namespace
}  // namespace linmu
