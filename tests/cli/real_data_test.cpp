// SPDX-License-Identifier: MIT
// Pipelines on real data, which is kept beside the project.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "linmu/io/ledger.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::StartsWith;

using Matrix = std::array<std::array<std::int64_t, 3>, 3>;

struct YearPair {
    std::string before, after;
    Matrix cells;  ///< rows from, columns to: forest, built, other; counted by another program (see the data's index)
};

void PrintTo(const YearPair& pair, std::ostream* out) { *out << pair.before << " to " << pair.after; }

class RealLandCover : public testing::TestWithParam<YearPair> {};

Matrix matrix_of(const Ledger& ledger, const std::string& query, const std::array<std::string, 3>& classes) {
    Matrix matrix{};
    for (const auto& row : ledger.query(query).rows) {
        const auto from = std::ranges::find(classes, to_text(row[0])) - classes.begin();
        const auto to = std::ranges::find(classes, to_text(row[1])) - classes.begin();
        if (from < 3 && to < 3)
            matrix.at(static_cast<std::size_t>(from)).at(static_cast<std::size_t>(to)) = std::get<std::int64_t>(row[2]);
    }
    return matrix;
}

TEST_P(RealLandCover, TransitionIsTheCrossTableInTrueAreas) {
    const std::string data = shared_data("lulc_pie_1985_1991_1999");
    LINMU_NEEDS(data);
    const auto& [before, after, cells] = GetParam();
    const Workspace space;
    const auto run =
        run_binary({"run", source_file("tests/cases/real-landcover-counts.toml"), "--set", "data=" + data, "--set",
                    "before=" + before, "--set", "after=" + after, "--out", space.path("out"), "--quiet"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto ledger = Ledger::open(space.path("out/ledger.gpkg"));
    const std::array<std::string, 3> classes{"forest", "built", "other"};
    // The error matrix has the later map as its reference.
    const Matrix counted = matrix_of(ledger, "SELECT map_class, reference_class, cells FROM error_matrix", classes);
    EXPECT_EQ(counted, cells);

    const Matrix areas = matrix_of(ledger, "SELECT from_class, to_class, area FROM transition", classes);
    const auto file = inspect_raster(data + "/lu_pie_" + before + ".tif");
    const double plane = file.grid.cell_x * file.grid.cell_y * 1e4;
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            const double flat = static_cast<double>(cells.at(i).at(j)) * plane;
            EXPECT_NEAR(static_cast<double>(areas.at(i).at(j)), flat, 2e-4 * flat)
                << classes.at(i) << " to " << classes.at(j) << ": the state plane's scale is within 1:10000 of true";
        }
    }
    // The margins of the transition are the class areas of both maps, to the last digit.
    EXPECT_TRUE(ledger
                    .query("SELECT from_class, sum(area) FROM transition GROUP BY 1 EXCEPT SELECT class, area FROM "
                           "class_area WHERE map = '" +
                           before + "'")
                    .rows.empty());
    EXPECT_TRUE(ledger
                    .query("SELECT to_class, sum(area) FROM transition GROUP BY 1 EXCEPT SELECT class, area FROM "
                           "class_area WHERE map = '" +
                           after + "'")
                    .rows.empty());
}

INSTANTIATE_TEST_SUITE_P(
    PlumIsland, RealLandCover,
    testing::Values(YearPair{"1985", "1991", {{{46672, 1926, 415}, {0, 37085, 37}, {359, 1339, 25730}}}},
                    YearPair{"1991", "1999", {{{44425, 2183, 423}, {8, 40208, 134}, {944, 1064, 24174}}}},
                    YearPair{"1985", "1999", {{{44107, 4250, 656}, {11, 36957, 154}, {1259, 2248, 23921}}}}),
    [](const auto& pair) { return pair.param.before + "to" + pair.param.after; });

TEST(RealLandCoverPipeline, RunsAndHasNothingToDoAgain) {
    const std::string data = shared_data("lulc_pie_1985_1991_1999");
    LINMU_NEEDS(data);
    const Workspace space;
    const std::vector<std::string> command{
        "run", source_file("pipelines/real-landcover.toml"), "--set", "data=" + data, "--out", space.path("out")};
    const auto run = run_binary(command);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(fs::exists(space.path("out/products/plum-island.qgz")));
    EXPECT_THAT(run_binary(command).out, StartsWith("Nothing to do: "));
}

TEST(RealSentinel2Pipeline, AreasAddUpAndOverlapsCountOnce) {
    const std::string data =
        shared_data("s2_l2a_33TWL_33TWM_5dates/tests/testdata/sentinel2/full_products/sentinel-2-l2a");
    LINMU_NEEDS(data);
    const Workspace space;
    const std::vector<std::string> command{
        "run", source_file("pipelines/real-sentinel2.toml"), "--set", "data=" + data, "--out", space.path("out")};
    const auto run = run_binary(command);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    for (const char* name : {"indices-2023-08.tif", "vegetation-2023-08.tif", "squares.gpkg", "real-sentinel2.qgz"}) {
        EXPECT_TRUE(fs::exists(space.path(std::string("out/products/") + name))) << name;
    }
    // Each square's classes add up to the polygon's own area; what lies beyond the grid is told as "outside".
    const auto ledger = Ledger::open(space.path("out/ledger.gpkg"));
    const auto squares = ledger
                             .query(
                                 "SELECT z.zone, z.area, sum(c.area), sum(c.class = 'outside') FROM zone z JOIN "
                                 "class_area c ON c.zone = z.zone GROUP BY 1, 2")
                             .rows;
    EXPECT_GE(squares.size(), 12U);
    for (const auto& row : squares) {
        const auto whole = static_cast<double>(std::get<std::int64_t>(row[1]));
        EXPECT_NEAR(static_cast<double>(std::get<std::int64_t>(row[2])) / whole, 1, 1e-6) << to_text(row[0]);
    }
    // The tiles overlap by 10 km, but a datatake is seen once: never more than the five dates.
    const auto picture = [&] {
        for (const auto& entry : fs::directory_iterator(space.path("out/products"))) {
            const auto name = entry.path().string();
            if (name.ends_with(".tif") && inspect_raster(name).bands.back().description == "count") return name;
        }
        return std::string();
    }();
    ASSERT_FALSE(picture.empty());
    const auto file = inspect_raster(picture);
    BandPick pick;
    pick.spec = {.name = "count", .kind = BandKind::real, .unit = {}, .legend = {}, .scene = {}, .date = {}};
    pick.path = picture;
    pick.number = static_cast<int>(file.bands.size());
    pick.scale = file.bands.back().scale;
    pick.offset = file.bands.back().offset;
    const auto counts = RasterReader(file.grid, {pick}, Resampling::refuse).read(file.grid.window());
    float most = 0;
    for (const float n : counts.real(0).cells()) most = std::max(most, std::isnan(n) ? 0 : n);
    EXPECT_LE(most, 5.001F);
    EXPECT_GE(most, 2.999F);
    EXPECT_THAT(run_binary(command).out, StartsWith("Nothing to do: "));
}

}  // namespace
}  // namespace linmu::test
