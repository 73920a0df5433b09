// SPDX-License-Identifier: MIT
#include "linmu/geo/faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <pugixml.hpp>
#include <string>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/mend.hpp"
#include "linmu/geo/topology.hpp"
#include "support/paths.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;

std::vector<std::string> kinds(const Geometry& geometry, double spike = 0) {
    std::vector<std::string> out;
    for (const auto& fault : faults(geometry, spike)) out.emplace_back(name_of(fault.kind).key);
    return out;
}

std::vector<std::string> kinds(const char* wkt, double spike = 0) { return kinds(from_wkt(wkt), spike); }

TEST(Faults, EachKindHasItsNameAndItsPlace) {
    EXPECT_THAT(kinds("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))", 5), ElementsAre());
    const auto bow_tie = faults(from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"));
    ASSERT_EQ(bow_tie.size(), 1U) << "told once, by GEOS and by the crossing";
    EXPECT_EQ(bow_tie[0].kind, FaultKind::self_intersection);
    EXPECT_EQ(bow_tie[0].where, (Point{1, 1}));
    EXPECT_THAT(kinds("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (20 20, 21 20, 21 21, 20 20))"),
                ElementsAre("hole-outside"));
    EXPECT_THAT(kinds("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1), (2 2, 3 2, 3 3, 2 2))"),
                ElementsAre("nested-holes"));
    EXPECT_THAT(kinds("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((1 1, 2 1, 2 2, 1 1)))"),
                ElementsAre("nested-parts"));
    EXPECT_THAT(kinds("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((3 3, 6 3, 6 6, 3 6, 3 3)))"),
                testing::Contains("overlapping-parts"));
    EXPECT_THAT(kinds("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 3 1, 3 3, 1 3, 1 1), (1 1, 3 1, 3 3, 1 3, 1 1))"),
                testing::Contains(testing::AnyOf("duplicate-rings", "self-intersection", "nested-holes")));
    EXPECT_THAT(kinds("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (0 0, 9 9, 4 8, 0 0))"),
                testing::Contains(testing::AnyOf("split-interior", "self-intersection")));
    EXPECT_THAT(kinds("POLYGON ((0 0, 4 0, 4 4, 2 0, 0 4, 0 0))"),
                testing::Contains(testing::AnyOf("ring-self-intersection", "self-intersection")));
    EXPECT_THAT(kinds(Geometry{}), ElementsAre("no-geometry"));
    EXPECT_THAT(kinds("POLYGON ((0 0, 4 0, 4 0, 4 4, 0 0))"), ElementsAre("repeated-point"));
    EXPECT_THAT(kinds(Geometry{{{{{0, 0}, {1, 1}}, {}}}, {}, {}}), ElementsAre("too-few-points"));
    EXPECT_THAT(kinds(Geometry{{{{{0, 0}, {1, NAN}, {1, 1}}, {}}}, {}, {}}), ElementsAre("not-finite"));
}

TEST(Faults, AllOfAFeatureAreFoundAndNotOnlyTheFirst) {
    const auto found = kinds(
        "MULTIPOLYGON (((0 0, 2 2, 2 0, 0 2, 0 0)), ((10 0, 12 2, 12 0, 10 2, 10 0)), "
        "((20 0, 29 0, 29 9, 20 9, 20 0), (50 50, 51 50, 51 51, 50 50)))");
    EXPECT_EQ(std::ranges::count(found, "self-intersection"), 2);
    EXPECT_THAT(found, testing::Contains("hole-outside"));
}

TEST(Faults, SpikesHaveTheirAngle) {
    const auto found = faults(from_wkt("POLYGON ((0 0, 10 0, 10 5, 40 5.1, 10 5.2, 10 10, 0 10, 0 0))"), 1);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, FaultKind::spike);
    EXPECT_EQ(found[0].where, (Point{40, 5.1}));
    EXPECT_NEAR(found[0].measure, 2 * std::atan(0.1 / 30) * 180 / M_PI, 1e-9);
    EXPECT_TRUE(faults(from_wkt("POLYGON ((0 0, 10 0, 10 5, 40 5.1, 10 5.2, 10 10, 0 10, 0 0))"), 0.3).empty());
}

/// What is plainly valid is valid for GEOS; and nearly all simple rings are told plainly.
TEST(PlainlyValid, PropertyNeverContradictsGeos) {
    int plain = 0, valid = 0;
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        Ring ring;
        const std::uint64_t n = 3 + seed % 9;
        for (std::uint64_t i = 0; i < n; ++i) {
            const double angle = 6.283185307 * static_cast<double>(i) / static_cast<double>(n);
            const double reach = 1 + 3 * random_unit(seed, i, 1);
            const double mess = seed % 3 == 0 ? 4 * random_unit(seed, i, 2) : 0;
            // On a coarse grid of whole numbers: touching, folding and repeating are common.
            ring.push_back(
                {std::round((reach * std::cos(angle) + mess) * 2), std::round((reach * std::sin(angle) - mess) * 2)});
        }
        const Geometry g{{{ring, {}}}, {}, {}};
        bool geos = true;
        for (const auto& f : faults(g)) geos = geos && !makes_invalid(f.kind);
        plain += plainly_valid(g) ? 1 : 0;
        valid += geos ? 1 : 0;
        EXPECT_TRUE(geos || !plainly_valid(g)) << to_wkt(g);
    }
    EXPECT_GT(plain, valid * 8 / 10);
    EXPECT_LT(valid, 4000);
}

/// Found by fuzz_repair: a point that is no place beside a good triangle.
TEST(PlainlyValid, LooksAtPolygonsAlone) {
    const Geometry mixed{{{{{0, 0}, {1, 0}, {1, 1}}, {}}}, {}, {{NAN, 0}}};
    EXPECT_FALSE(plainly_valid(mixed));
    EXPECT_THAT(kinds(mixed), ElementsAre("not-finite"));
}

TEST(Mended, KeepsWhatIsRightToTheBit) {
    const auto right = from_wkt("POLYGON ((0.123456789 0, 9 0, 9 9, 0 9, 0.123456789 0))");
    const auto made = mended(right, {1e-4, 1, 1});
    EXPECT_TRUE(made.mends.empty());
    EXPECT_EQ(to_wkt(made.geometry), to_wkt(right));
}

TEST(Mended, SaysWhatItDidAndKeepsOldVertices) {
    const auto made = mended(from_wkt("POLYGON ((0.00012345 0, 2 2, 2 0, 0.3 2.1, 0.00012345 0))"), {1e-4, 0, 1});
    ASSERT_EQ(made.mends.size(), 1U);
    EXPECT_EQ(made.mends[0].reason, "self-intersection");
    EXPECT_FALSE(invalidity(made.geometry));
    bool kept = false;
    for (const auto& polygon : made.geometry.polygons)
        kept = kept || std::ranges::count(polygon.outer, Point{0.00012345, 0}) == 1;
    EXPECT_TRUE(kept) << to_wkt(made.geometry);
}

TEST(Mended, CutsSpikesTakesOutRepeatedPointsAndTellsBoth) {
    const auto made =
        mended(from_wkt("POLYGON ((0 0, 10 0, 10 0, 10 5, 40 5.1, 10 5.2, 10 10, 0 10, 0 0))"), {1e-4, 1, 1});
    ASSERT_EQ(made.mends.size(), 2U);
    EXPECT_EQ(made.mends[0].reason, "repeated-point");
    EXPECT_EQ(made.mends[1].reason, "spike");
    EXPECT_EQ(made.mends[1].where, (Point{40, 5.1}));
    EXPECT_FALSE(invalidity(made.geometry));
}

TEST(Mended, WhatCannotBeMendedIsToldAndLeftAsItWas) {
    const Geometry nowhere{{{{{0, 0}, {1, NAN}, {1, 1}}, {}}}, {}, {}};
    EXPECT_EQ(mended(nowhere).trouble, "a coordinate is no number");
    EXPECT_EQ(mended(nowhere).geometry.polygons.size(), 1U);
    EXPECT_FALSE(mended(from_wkt("POLYGON ((0 0, 4 4, 0 0, 0 0))")).trouble.empty()) << "no area";
    EXPECT_FALSE(mended({}).trouble.empty());
}

// -- the cases of JTS

struct JtsCases {
    int checked = 0, refused = 0, beyond = 0;
};

/// Rings as lines, and collections of several kinds, are no geometries of survey layers.
bool beyond_layers(const std::string& wkt) {
    return wkt.find("LINEARRING") != std::string::npos || wkt.find("COLLECTION") != std::string::npos;
}

void check_cases(const std::string& path, JtsCases& count) {
    pugi::xml_document document;
    ASSERT_TRUE(document.load_file(path.c_str()));
    for (const auto& one : document.child("run").children("case")) {
        const std::string wkt = one.child_value("a");
        for (const auto& test : one.children("test")) {
            const auto op = test.child("op");
            if (std::string_view(op.attribute("name").value()) != "isValid") continue;
            if (beyond_layers(wkt)) {
                ++count.beyond;
                continue;
            }
            const bool expected = std::string_view(op.child_value()).find("true") != std::string_view::npos;
            bool valid = false;
            try {
                const auto g = from_wkt(wkt);
                valid = g.empty() || !invalidity(g);
                const auto list = faults(g);
                const bool no_fault = std::ranges::none_of(
                    list, [](const Fault& f) { return makes_invalid(f.kind) && f.kind != FaultKind::no_geometry; });
                EXPECT_EQ(valid, no_fault) << wkt;
                const auto made = mended(g, {0, 0, 1});
                EXPECT_TRUE(!made.trouble.empty() || !invalidity(made.geometry)) << wkt;
            } catch (const DataError&) {
                ++count.refused;  // a ring that is not closed, or of fewer than four points
            }
            EXPECT_EQ(valid, expected) << one.child_value("desc") << "\n" << wkt;
            ++count.checked;
        }
    }
}

TEST(Jts, EveryCaseOfValidityIsJudgedAsExpected) {
    const auto root = test::shared_data("invalid_geometry_jts_xml");
    LINMU_NEEDS(root);
    JtsCases count;
    for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
        const auto name = file.path().filename().string();
        if (name.starts_with("TestValid") && name.ends_with(".xml")) check_cases(file.path().string(), count);
    }
    RecordProperty("checked", count.checked);
    RecordProperty("refused", count.refused);
    EXPECT_EQ(count.checked + count.beyond, 842);
    EXPECT_LE(count.beyond, 3);
}

}  // namespace
}  // namespace linmu
