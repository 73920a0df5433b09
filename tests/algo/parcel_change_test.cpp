// SPDX-License-Identifier: MIT
#include "linmu/algo/parcel_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linmu/core/random.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;

constexpr std::int32_t field = 1, walnut = 2, built = 3, shrub = 4;

Area m2(double value) { return Area::from_m2(value); }

/// A parcel of 10000 m2 with these flows.
ParcelEvidence parcel(std::vector<Flow> flows) { return {5, m2(10000), 80, {}, std::move(flows)}; }

ParcelRule rule() {
    ParcelRule result;
    result.least_part_of[built] = m2(200);
    return result;
}

TEST(ParcelChange, half_of_it_in_the_new_class_changes_the_whole_parcel) {
    const auto change = parcel_change(parcel({{field, field, m2(4000)}, {field, walnut, m2(6000)}}), rule());
    EXPECT_EQ(change.status, ParcelStatus::changed);
    EXPECT_EQ(change.before, field);
    EXPECT_EQ(change.after, walnut);
    EXPECT_EQ(change.changed, m2(10000)) << "the parcel's area, not the cells'";
    EXPECT_DOUBLE_EQ(change.changed_share, 0.6);
}

TEST(ParcelChange, a_tie_keeps_the_old_class) {
    const auto change = parcel_change(parcel({{field, field, m2(5000)}, {field, walnut, m2(5000)}}), rule());
    EXPECT_EQ(change.status, ParcelStatus::mixed);
    EXPECT_EQ(change.after, field);
}

TEST(ParcelChange, parts_of_the_mapping_unit_are_suggested_and_smaller_ones_are_not) {
    const auto change = parcel_change(
        parcel({{field, field, m2(8900)}, {field, built, m2(250)}, {field, walnut, m2(500)}, {field, shrub, m2(350)}}),
        rule());
    EXPECT_EQ(change.status, ParcelStatus::mixed);
    EXPECT_THAT(change.parts, ElementsAre(Flow{field, walnut, m2(500)}, Flow{field, built, m2(250)}));
    EXPECT_EQ(change.changed, m2(750));
    EXPECT_EQ(change.after, field);
    const auto none = parcel_change(parcel({{field, field, m2(9650)}, {field, shrub, m2(350)}}), rule());
    EXPECT_EQ(none.status, ParcelStatus::unchanged);
    EXPECT_EQ(none.changed, Area{});
}

TEST(ParcelChange, to_many_classes_is_mixed_and_not_a_whole_change) {
    const auto change =
        parcel_change(parcel({{field, field, m2(3000)}, {field, walnut, m2(3600)}, {field, shrub, m2(3400)}}), rule());
    EXPECT_EQ(change.status, ParcelStatus::mixed);
}

TEST(ParcelChange, what_was_not_of_the_class_before_is_no_evidence) {
    const auto change = parcel_change(parcel({{field, field, m2(6000)}, {shrub, built, m2(4000)}}), rule());
    EXPECT_EQ(change.status, ParcelStatus::unchanged);
    auto surveyed = parcel({{shrub, walnut, m2(9000)}, {field, field, m2(1000)}});
    surveyed.known = field;
    EXPECT_EQ(parcel_change(surveyed, rule()).status, ParcelStatus::unchanged) << "the map misread the field before";
}

TEST(ParcelChange, few_cells_or_little_seen_give_no_verdict) {
    auto small = parcel({{field, walnut, m2(10000)}});
    small.pure_cells = 5;
    EXPECT_EQ(parcel_change(small, rule()).status, ParcelStatus::too_small);
    const auto cloudy = parcel_change(parcel({{field, walnut, m2(4000)}, {field, no_code, m2(6000)}}), rule());
    EXPECT_EQ(cloudy.status, ParcelStatus::unseen);
    EXPECT_EQ(cloudy.after, cloudy.before);
    const auto empty = parcel_change(parcel({}), rule());
    EXPECT_EQ(empty.status, ParcelStatus::unseen);
    EXPECT_TRUE(std::isnan(empty.changed_share));
    EXPECT_EQ(to_string(empty.status), "unseen");
}

TEST(ParcelChange, clouds_are_left_out_of_shares) {
    const auto change = parcel_change(
        parcel({{field, field, m2(2000)}, {field, walnut, m2(4000)}, {no_code, walnut, m2(4000)}}), rule());
    EXPECT_EQ(change.status, ParcelStatus::changed);
    EXPECT_DOUBLE_EQ(change.changed_share, 4000.0 / 6000);
}

TEST(ParcelChange, class_areas_alone_give_the_least_change_that_they_allow) {
    ClassAreas before, after;
    before.add({5, field}, m2(8000)), before.add({5, shrub}, m2(2000)), before.add({6, built}, m2(77));
    after.add({5, field}, m2(3000)), after.add({5, walnut}, m2(4000)), after.add({5, built}, m2(2500));
    EXPECT_THAT(least_flows(before, after, 5),
                ElementsAre(Flow{field, field, m2(3000)}, Flow{field, walnut, m2(4000)}, Flow{field, built, m2(1000)},
                            Flow{shrub, built, m2(1500)}, Flow{shrub, no_code, m2(500)}));
    EXPECT_THAT(least_flows(after, before, 6), ElementsAre(Flow{no_code, built, m2(77)}));
}

TEST(ParcelChange, flows_are_those_of_the_parcel) {
    ChangeAreas changes;
    changes.add({4, field, field}, m2(1)), changes.add({5, field, walnut}, m2(2)),
        changes.add({5, no_code, field}, m2(3));
    changes.add({6, field, field}, m2(4));
    EXPECT_THAT(flows_of(changes, 5), ElementsAre(Flow{no_code, field, m2(3)}, Flow{field, walnut, m2(2)}));
    EXPECT_THAT(flows_of(changes, 7), testing::IsEmpty());
}

TEST(ParcelChange, property_the_table_of_flows_holds_every_square_metre_of_the_parcels) {
    ChangeAreas table;
    Area parcels;
    for (std::uint64_t p = 0; p < 500; ++p) {
        ParcelEvidence evidence{
            static_cast<std::int32_t>(p), m2(20000 * random_unit(1, p)), static_cast<std::int64_t>(p % 40), {}, {}};
        for (std::uint64_t i = 0; i < p % 7; ++i)
            evidence.flows.push_back(
                {random_unit(2, p, i) < 0.1 ? no_code : 1 + static_cast<std::int32_t>(4 * random_unit(3, p, i)),
                 1 + static_cast<std::int32_t>(4 * random_unit(4, p, i)), m2(5000 * random_unit(5, p, i))});
        add_parcel(table, 0, parcel_change(evidence, rule()));
        parcels += evidence.area;
    }
    EXPECT_EQ(table.total(), parcels);
    EXPECT_EQ(areas_before(table).total(), parcels);
}

TEST(ParcelChange, inflow_and_outflow_of_fields_are_the_off_diagonal_sums) {
    ChangeAreas table;
    add_parcel(table, 9, parcel_change(parcel({{field, walnut, m2(9000)}}), rule()));
    add_parcel(table, 9, parcel_change(parcel({{shrub, field, m2(9000)}}), rule()));
    add_parcel(table, 9, parcel_change(parcel({{field, field, m2(9000)}, {field, built, m2(300)}}), rule()));
    EXPECT_EQ(table.at({9, field, walnut}), m2(10000));
    EXPECT_EQ(table.at({9, shrub, field}), m2(10000));
    EXPECT_EQ(table.at({9, field, built}), m2(300));
    EXPECT_EQ(table.at({9, field, field}), m2(9700));
    EXPECT_EQ(areas_before(table).at({9, field}), m2(20000));
    EXPECT_EQ(areas_after(table).at({9, field}), m2(19700));
}

}  // namespace
}  // namespace linmu
