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

const std::string real_scenes = "s2_l2a_33TWL_33TWM_5dates/tests/testdata/sentinel2/full_products/sentinel-2-l2a";

/// Band 1 of a file as it is stored, or scaled.
RealPlane first_band(const std::string& path, double scale = 1, std::optional<double> nodata = {}) {
    const BandPick pick{.spec = {.name = "band"}, .path = path, .scale = scale, .nodata = nodata};
    const auto grid = inspect_raster(path).grid;
    return std::get<RealPlane>(RasterReader(grid, std::vector{pick}, Resampling::refuse).read(grid.window()).bands[0]);
}

std::string composite_of(const std::string& grid, const std::string& scenes, const std::string& more) {
    return grid + "[[step]]\nid = \"s\"\nuse = \"scenes\"\npath = \"" + scenes + "\"\nbands = [\"R\"]\n" + more +
           "[[step]]\nid = \"m\"\nuse = \"mask\"\nin = [\"s\"]\ncells = 0\n"
           "[[step]]\nid = \"c\"\nuse = \"composite\"\nin = [\"m\"]\n"
           "[[step]]\nid = \"w\"\nuse = \"write-raster\"\nin = [\"c\"]\npath = \"c.tif\"\n";
}

TEST(RealSentinel2, AClearCellOfOneDateEqualsTheSource) {
    const auto folder = shared_data(real_scenes + "/S2A_33TWL_20230815_0_L2A");
    LINMU_NEEDS(folder);
    const Workspace space;
    const auto run = space.run(composite_of("", folder, ""));
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto made = first_band(space.path("out/products/c.tif"));
    const auto red = first_band(folder + "/B04.tif", 0.0001, 0);
    const auto classes = first_band(folder + "/SCL.tif");
    std::size_t clear = 0, hidden = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
        const auto code = std::lround(classes.cells()[i]);
        const bool used = code == 2 || (code >= 4 && code <= 7);
        if (!used) {
            EXPECT_TRUE(std::isnan(made.cells()[i])) << i;
            ++hidden;
        } else if (!std::isnan(red.cells()[i])) {
            ASSERT_EQ(made.cells()[i], std::max(red.cells()[i], 0.0001F)) << i << ", class " << code;
            ++clear;
        }
    }
    EXPECT_GT(clear, 800000U);
    EXPECT_GT(hidden, 1000U);
}

/// The mean step from a row to the next, over the cells that both have.
double step_between(const RealPlane& cells, int row) {
    double sum = 0;
    int count = 0;
    for (int c = 0; c < cells.cols(); ++c) {
        const auto step = static_cast<double>(cells(row, c)) - static_cast<double>(cells(row + 1, c));
        if (std::isnan(step)) continue;
        sum += std::abs(step);
        ++count;
    }
    return count == 0 ? std::nan("") : sum / count;
}

TEST(RealSentinel2, WhereOneTileGivesWayToTheNextThereIsNoSeam) {
    const auto folder = shared_data(real_scenes);
    LINMU_NEEDS(folder);
    const Workspace space;
    const std::string grid =
        "[grid]\ncrs = \"EPSG:32633\"\ncell = 120\nbounds = [499980, 4990200, 609780, 5200080]\n\n";
    const auto run =
        space.run(composite_of(grid, folder + "/*", "window = \"08-01/08-31\"\nresampling = \"bilinear\"\n"));
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto made = first_band(space.path("out/products/c.tif"));
    // 33TWL, which comes first, begins at 5100000 north.
    const int seam = (5200080 - 5100000) / 120 - 1;
    std::vector<double> near;
    for (int row = seam - 30; row <= seam + 30; ++row) {
        if (std::abs(row - seam) > 2) near.push_back(step_between(made, row));
    }
    std::ranges::sort(near);
    EXPECT_LT(step_between(made, seam), near.back() * 1.1) << "from " << near.front() << " to " << near.back();
}

}  // namespace
}  // namespace linmu::test
