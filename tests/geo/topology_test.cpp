// SPDX-License-Identifier: MIT
#include "linmu/geo/topology.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <regex>
#include <sstream>
#include <thread>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "support/paths.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

double ring_area(const Ring& ring) {
    double twice = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const auto& a = ring[i];
        const auto& b = ring[(i + 1) % ring.size()];
        twice += a.x * b.y - b.x * a.y;
    }
    return std::abs(twice) / 2;
}

double area(const Geometry& g) {
    double sum = 0;
    for (const auto& polygon : g.polygons) {
        sum += ring_area(polygon.outer);
        for (const auto& hole : polygon.holes) sum -= ring_area(hole);
    }
    return sum;
}

TEST(Wkt, GoesRoundUnchanged) {
    for (const auto* wkt : {"POINT (1.5 2)", "LINESTRING (0 0, 1 1, 2.25 0)",
                            "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (1 1, 2 1, 2 2, 1 1))",
                            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
                            "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))"}) {
        EXPECT_EQ(to_wkt(from_wkt(wkt)), wkt);
    }
    EXPECT_EQ(from_wkt("POINT (0.1 38446592.72521234)").points[0], (Point{0.1, 38446592.72521234}));
    EXPECT_EQ(to_wkt({}), "GEOMETRYCOLLECTION EMPTY");
    EXPECT_TRUE(from_wkt("POLYGON EMPTY").empty());
}

TEST(Wkt, HeightsAreLeftOutAndCollectionsTakenApart) {
    EXPECT_EQ(to_wkt(from_wkt("POLYGON Z ((0 0 5, 1 0 5, 1 1 5, 0 0 5))")), "POLYGON ((0 0, 1 0, 1 1, 0 0))");
    EXPECT_EQ(from_wkt("GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), MULTIPOLYGON (((5 5, 6 5, 6 6, 5 5))))")
                  .polygons.size(),
              2U);
}

TEST(Wkt, NonsenseIsRefused) {
    EXPECT_THAT([] { (void)from_wkt("POLYGON ((0 0"); }, ThrowsMessage<DataError>(HasSubstr("WKT")));
    EXPECT_THAT([] { (void)from_wkt("PARCEL 7"); }, ThrowsMessage<DataError>(HasSubstr("PARCEL")));
}

TEST(Invalidity, SaysWhyAndWhere) {
    EXPECT_FALSE(invalidity(from_wkt("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))")));
    const auto bow_tie = invalidity(from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"));
    ASSERT_TRUE(bow_tie);
    EXPECT_EQ(bow_tie->reason, "Self-intersection");
    EXPECT_EQ(bow_tie->where, (Point{1, 1}));
    EXPECT_EQ(invalidity(from_wkt("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (20 20, 21 20, 21 21, 20 20))"))->reason,
              "Hole lies outside shell");
    EXPECT_EQ(invalidity(from_wkt("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((1 1, 2 1, 2 2, 1 1)))"))->reason,
              "Nested shells");
}

TEST(Invalidity, OfWhatIsNoShapeAtAll) {
    Geometry two_points;
    two_points.polygons.push_back({{{1, 2}, {3, 4}}, {}});
    EXPECT_EQ(invalidity(two_points)->reason, "Too few points in geometry component");
    EXPECT_EQ(invalidity(two_points)->where, (Point{1, 2}));
    Geometry nowhere;
    nowhere.polygons.push_back({{{0, 0}, {1, 0}, {std::numeric_limits<double>::infinity(), 1}}, {}});
    EXPECT_EQ(invalidity(nowhere)->reason, "Invalid Coordinate");
    EXPECT_THAT([&] { (void)repaired(nowhere); }, ThrowsMessage<DataError>(HasSubstr("inf, 1")));
    EXPECT_FALSE(invalidity({}));
}

TEST(Repaired, ValidComesBackAsItIs) {
    const auto* wkt = "POLYGON ((2 2, 0 2, 0 0, 2 0, 2 2))";
    EXPECT_EQ(to_wkt(repaired(from_wkt(wkt))), wkt);
}

TEST(Repaired, ABowTieBecomesTwoTriangles) {
    const auto made = repaired(from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"));
    EXPECT_EQ(made.polygons.size(), 2U);
    EXPECT_NEAR(area(made), 2, 1e-15);
    EXPECT_FALSE(invalidity(made));
}

TEST(Repaired, SpikesAndStubsGoAwayAndHolesStay) {
    const auto spike = repaired(from_wkt("POLYGON ((0 0, 4 0, 4 4, 4 9, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))"));
    EXPECT_NEAR(area(spike), 15, 1e-15);
    EXPECT_TRUE(spike.lines.empty());
    EXPECT_TRUE(repaired(from_wkt("POLYGON ((0 0, 4 4, 0 0, 0 0))")).empty());
    Geometry stub = from_wkt("POLYGON ((0 0, 4 0, 4 4, 0 0))");
    stub.polygons[0].holes.push_back({{1, 1}, {2, 1}});
    EXPECT_NEAR(area(repaired(stub)), 8, 1e-15);
}

TEST(Overlay, IntersectionHasTheLowerDimensionOnly) {
    const auto a = from_wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))");
    EXPECT_NEAR(area(intersection_of(a, from_wkt("POLYGON ((2 2, 6 2, 6 6, 2 6, 2 2))"))), 4, 1e-15);
    EXPECT_TRUE(intersection_of(a, from_wkt("POLYGON ((4 0, 8 0, 8 4, 4 4, 4 0))")).empty());
    const auto road = intersection_of(a, from_wkt("LINESTRING (-1 1, 9 1)"));
    ASSERT_EQ(road.lines.size(), 1U);
    EXPECT_EQ(std::abs(road.lines[0][0].x - road.lines[0][1].x), 4);
    EXPECT_EQ(intersection_of(from_wkt("LINESTRING (-1 1, 9 1)"), a).lines.size(), 1U);
    EXPECT_TRUE(intersection_of(a, {}).empty());
}

TEST(Overlay, UnionCountsOverlapsOnce) {
    const std::vector<Geometry> parts{from_wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"),
                                      from_wkt("POLYGON ((2 0, 6 0, 6 4, 2 4, 2 0))"),
                                      from_wkt("POLYGON ((10 0, 11 0, 11 1, 10 1, 10 0))")};
    const auto all = union_of(parts);
    EXPECT_EQ(all.polygons.size(), 2U);
    EXPECT_NEAR(area(all), 25, 1e-15);
    EXPECT_TRUE(union_of({}).empty());
}

TEST(InnerPoint, LiesInsideEvenOfARing) {
    const auto ring = from_wkt("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (1 1, 9 1, 9 9, 1 9, 1 1))");
    const auto p = inner_point(ring);
    EXPECT_TRUE(p.x < 1 || p.x > 9 || p.y < 1 || p.y > 9);
    EXPECT_TRUE(p.x > 0 && p.x < 10 && p.y > 0 && p.y < 10);
    EXPECT_THROW((void)inner_point({}), DataError);
}

TEST(Topology, WorksInManyThreads) {
    std::vector<double> got(4);
    std::vector<std::thread> threads;
    for (auto& out : got) {
        threads.emplace_back([&out] {
            for (int i = 0; i < 200; ++i) out = area(repaired(from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")));
        });
    }
    for (auto& thread : threads) thread.join();
    for (const double a : got) EXPECT_NEAR(a, 2, 1e-15);
}

std::vector<Box> random_boxes(int n) {
    std::vector<Box> boxes;
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(n); ++i) {
        const double x = 1000 * random_unit(1, i);
        const double y = 1000 * random_unit(2, i);
        boxes.push_back({x, y, x + 20 * random_unit(3, i), y + 20 * random_unit(4, i)});
        if (i % 50 == 0) boxes.back() = Box{};
    }
    return boxes;
}

TEST(BoxIndex, FindsWhatALoopFinds) {
    for (const int n : {0, 1, 15, 16, 17, 257, 5000}) {
        const auto boxes = random_boxes(n);
        const BoxIndex index(boxes);
        for (const auto& q : random_boxes(100)) {
            std::vector<std::size_t> want;
            for (std::size_t i = 0; i < boxes.size(); ++i) {
                const auto& b = boxes[i];
                const bool touch = b.xmin <= q.xmax && q.xmin <= b.xmax && b.ymin <= q.ymax && q.ymin <= b.ymax;
                if (touch && !b.empty() && !q.empty()) want.push_back(i);
            }
            ASSERT_EQ(index.touching(q), want);
        }
    }
}

TEST(BoxIndex, TouchingAtACornerCounts) {
    const std::vector<Box> boxes{{0, 0, 1, 1}, {5, 5, 6, 6}};
    EXPECT_EQ(BoxIndex(boxes).touching({1, 1, 2, 2}), std::vector<std::size_t>{0});
    EXPECT_TRUE(BoxIndex(boxes).touching({}).empty());
}

/// The test suite of JTS: <case> with geometry <a> in WKT and the verdict of <op name="isValid">.
TEST(Invalidity, AgreesWithTheCasesOfJts) {
    const auto folder = test::shared_data("invalid_geometry_jts_xml/modules/tests/src/test/resources/testxml");
    LINMU_NEEDS(folder);
    const std::regex tag(R"(<a>\s*([^<]*?)\s*</a>)");
    const std::regex verdict(R"re(<op name="isValid" arg1="[Aa]"\s*>\s*(true|false)\s*</op>)re");
    int valid = 0;
    int invalid = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
        if (file.path().filename().string().rfind("TestValid", 0) != 0) continue;
        std::ostringstream read;
        read << std::ifstream(file.path()).rdbuf();
        const std::string text = read.str();
        for (std::size_t at = text.find("<case>"); at != std::string::npos; at = text.find("<case>", at + 1)) {
            const auto part = text.substr(at, text.find("</case>", at) - at);
            std::smatch wkt, answer;
            if (!std::regex_search(part, wkt, tag) || !std::regex_search(part, answer, verdict)) continue;
            Geometry shape;
            try {
                shape = from_wkt(wkt[1].str());
            } catch (const DataError&) {
                continue;  // rings that are not closed: such text is no geometry here
            }
            const bool mixed = !shape.polygons.empty() + !shape.lines.empty() + !shape.points.empty() > 1;
            if (shape.empty() || mixed || wkt[1].str().find("COLLECTION") != std::string::npos ||
                wkt[1].str().find("RING") != std::string::npos)
                continue;
            EXPECT_EQ(!invalidity(shape), answer[1] == "true") << file.path().filename() << ": " << wkt[1];
            if (shape.polygons.empty() || invalidity(shape).value_or(Invalidity{}).reason == "Invalid Coordinate")
                continue;
            ++(answer[1] == "true" ? valid : invalid);
            EXPECT_FALSE(invalidity(repaired(shape))) << file.path().filename() << ": " << wkt[1];
        }
    }
    EXPECT_GT(valid, 10);
    EXPECT_GT(invalid, 20);
}

TEST(Contains, APointInAHoleIsOutside) {
    const Geometry ring = from_wkt("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (3 3, 6 3, 6 6, 3 6, 3 3))");
    EXPECT_TRUE(contains(ring, {1, 1}));
    EXPECT_FALSE(contains(ring, {4, 4}));
    EXPECT_FALSE(contains(ring, {10, 4}));
    EXPECT_TRUE(contains(ring, inner_point(ring)));
}

}  // namespace
}  // namespace linmu
