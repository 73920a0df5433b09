// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "linmu/algo/shift.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/io/raster.hpp"
#include "support/known_land.hpp"
#include "support/matrix.hpp"
#include "support/paths.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const Grid grid{"EPSG:32649", 500000, 4100000, 10, 10, 300, 340};

BandSpec seen(const std::string& scene, const std::string& name = "N", BandKind kind = BandKind::real) {
    return {.name = name, .kind = kind, .scene = scene, .date = Date{2025, 5, 20}};
}
Artifact scenes(std::vector<BandSpec> bands, const Grid& on = grid) {
    return Artifact::of(RasterSpec{on, std::move(bands)});
}

RealPlane picture(Shift shift, std::uint64_t season = 0) {
    const Land land(season);
    RealPlane out(grid.rows, grid.cols, 0);
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) {
            const double noise = random_unit(season + 20, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(c));
            out(r, c) = static_cast<float>(land.at(r - shift.rows, c - shift.cols) + 0.05 * noise);
        }
    }
    return out;
}

/// Equal cell by cell, no value to no value.
bool same(const RealPlane& a, const RealPlane& b) {
    return std::ranges::equal(a.cells(), b.cells(),
                              [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

struct Found {
    double cols = 99, rows = 99, east = 0, north = 0;
    std::int64_t chips = 0;
    std::string verdict, reference;
};
std::map<std::string, Found> found_in(const Table& table) {
    std::map<std::string, Found> out;
    for (const auto& row : table.rows) {
        Found here;
        here.reference = std::get<std::string>(row[3]);
        if (const auto* cols = std::get_if<double>(&row[4])) here.cols = *cols;
        if (const auto* rows = std::get_if<double>(&row[5])) here.rows = *rows;
        if (const auto* east = std::get_if<double>(&row[6])) here.east = *east;
        if (const auto* north = std::get_if<double>(&row[7])) here.north = *north;
        here.chips = std::get<std::int64_t>(row[8]);
        here.verdict = std::get<std::string>(row[11]);
        out[std::get<std::string>(row[1])] = here;
    }
    return out;
}

using Keys = std::vector<std::pair<std::string, ParamValue>>;
const Keys small_chips{{"chip", std::int64_t{96}}, {"chips", std::int64_t{3}}};

class ShiftSteps : public testing::Test {
protected:
    TempDir dir_;
    int ledgers_ = 0;

    Table check(const std::vector<Artifact>& inputs, const std::vector<Block>& blocks, int tile, const Keys& keys,
                bool halted = false) {
        StepBench bench("shift", keys), second("shift", keys);
        (void)bench.plan(inputs);
        (void)second.plan(inputs);
        Ledger book(dir_ / ("ledger" + std::to_string(++ledgers_) + ".gpkg"));
        auto made = bench.fold(book, blocks, {}, tile, halted ? &second : nullptr);
        EXPECT_EQ(book.query("SELECT scene, dx, dy, verdict FROM scene_shift").rows.size(), made.table->rows.size());
        return std::move(*made.table);
    }

    /// All of the grid in tiles, as a run does.
    static Block correct(const Artifact& input, const Block& block, const Table& shifts, int tile,
                         const Keys& keys = {}) {
        StepBench bench("shift-correct", keys);
        const auto out = bench.plan({input, Artifact::of(shifts.spec)});
        EXPECT_EQ(out.raster.bands, input.raster.bands);
        bench.start({&shifts});
        const Window all = block.window;
        Block padded = blank_block(all.grown(bench.halo()), input.raster.bands);
        Block result = blank_block(all, input.raster.bands);
        paste(block, padded);
        for (const auto& window : tiles(all, tile))
            paste(bench.apply(window, {crop(padded, window.grown(bench.halo()))}), result);
        return result;
    }

    static void paste(const Block& from, Block& to) {
        for (std::size_t b = 0; b < from.bands.size(); ++b) {
            test::visit_cells(
                [&]<class T>(Plane<T>& plane) {
                    const auto& source = std::get<Plane<T>>(from.bands[b]);
                    for (int r = 0; r < source.rows(); ++r)
                        std::ranges::copy(source.row(r), plane.row(from.window.row - to.window.row + r).begin() +
                                                             (from.window.col - to.window.col));
                },
                to.bands[b]);
        }
    }
};

TEST_F(ShiftSteps, FindPlantedShiftsAndBringTheScenesBack) {
    const std::vector<BandSpec> bands{seen("a"), seen("b"), seen("c"), seen("c", "QA", BandKind::code), seen("d")};
    Block block{grid.window(), {}};
    block.bands.emplace_back(picture({}));
    block.bands.emplace_back(picture({0.25, 1.5}, 1));
    block.bands.emplace_back(picture({-3.3, 0.04}, 2));
    CodePlane quality(grid.rows, grid.cols, 0);
    quality(100, 100) = 8;
    block.bands.emplace_back(quality);
    block.bands.emplace_back(picture({}, 3));
    // Clouds: a quarter of b, one half of c; all of d but a corner.
    auto& b = block.real(1);
    auto& c = block.real(2);
    auto& d = block.real(4);
    for (int r = 0; r < grid.rows; ++r) {
        for (int col = 0; col < grid.cols; ++col) {
            if (r < 150 && col > 190) b(r, col) = no_value;
            if (r + col > 380) c(r, col) = no_value;
            if (r > 60 || col > 60) d(r, col) = no_value;
        }
    }
    const auto input = scenes(bands);
    const Table table = check({input}, {block}, 128, small_chips);
    const auto found = found_in(table);
    EXPECT_EQ(found.at("a").verdict, "reference") << "the clearest";
    EXPECT_EQ(found.at("b").reference, "a");
    EXPECT_EQ(found.at("b").verdict, "shifted");
    EXPECT_NEAR(found.at("b").cols, 0.25, 0.1);
    EXPECT_NEAR(found.at("b").rows, 1.5, 0.1);
    EXPECT_NEAR(found.at("b").east, 2.5, 1);
    EXPECT_NEAR(found.at("b").north, -15, 1);
    EXPECT_NEAR(found.at("c").cols, -3.3, 0.1);
    EXPECT_NEAR(found.at("c").rows, 0.04, 0.1);
    EXPECT_EQ(found.at("d").verdict, "unsure");
    EXPECT_EQ(found.at("d").chips, 0);

    const auto back = correct(input, block, table, 128);
    const auto after = found_in(check({input}, {back}, 128, small_chips));
    for (const auto* scene : {"b", "c"}) {
        EXPECT_EQ(after.at(scene).verdict, "in place");
        EXPECT_LT(std::hypot(after.at(scene).cols, after.at(scene).rows), 0.1) << scene;
    }
    EXPECT_EQ(back.code(3)(100, 103), 8) << "codes move with their scene, by whole cells";
    EXPECT_TRUE(same(back.real(0), block.real(0))) << "the reference stays";

    const auto small = correct(input, block, table, 37);
    EXPECT_TRUE(same(small.real(1), back.real(1)));
    EXPECT_TRUE(same(small.real(2), back.real(2)));
}

TEST_F(ShiftSteps, TablesAreTheSameForAnyTilesAndAfterAHalt) {
    const auto input = scenes({seen("a"), seen("b")});
    Block block{grid.window(), {}};
    block.bands.emplace_back(picture({}));
    block.bands.emplace_back(picture({1.1, -0.7}, 1));
    const auto wanted = check({input}, {block}, 512, small_chips).rows;
    EXPECT_EQ(check({input}, {block}, 41, small_chips).rows, wanted);
    EXPECT_EQ(check({input}, {block}, 41, small_chips, true).rows, wanted);
}

TEST_F(ShiftSteps, AReferenceMayBeNamedOrComeBeside) {
    const auto input = scenes({seen("a"), seen("b")});
    Block block{grid.window(), {}}, photo{grid.window(), {}};
    block.bands.emplace_back(picture({}));
    block.bands.emplace_back(picture({2, 0}, 1));
    photo.bands.emplace_back(picture({-1, 0}, 2));
    auto keys = small_chips;
    keys.emplace_back("reference", std::string("b"));
    const auto named = found_in(check({input}, {block}, 128, keys));
    EXPECT_EQ(named.at("b").verdict, "reference");
    EXPECT_NEAR(named.at("a").cols, -2, 0.1);
    const auto beside =
        found_in(check({input, Artifact::of(RasterSpec{grid, {band("grey")}})}, {block, photo}, 128, small_chips));
    EXPECT_EQ(beside.at("a").reference, "in2");
    EXPECT_NEAR(beside.at("a").cols, 1, 0.1);
    EXPECT_NEAR(beside.at("b").cols, 3, 0.1);
}

TEST_F(ShiftSteps, SmallShiftsStayAndTooLargeOnesAreErrors) {
    const auto input = scenes({seen("a"), seen("b")});
    Block block{grid.window(), {}};
    block.bands.emplace_back(picture({}));
    block.bands.emplace_back(picture({2.5, 0}, 1));
    const Table table = check({input}, {block}, 128, small_chips);
    const auto left = correct(input, block, table, 128, {{"limit", 3.0}});
    EXPECT_TRUE(same(left.real(1), block.real(1)));
    StepBench far("shift-correct", {{"max-shift", std::int64_t{2}}});
    (void)far.plan({input, Artifact::of(table.spec)});
    EXPECT_THAT([&] { far.start({&table}); },
                ThrowsMessage<DataError>(
                    HasSubstr("cells beside the reference, farther than max-shift = 2; look into its geometry")));
    StepBench others("shift-correct");
    (void)others.plan({scenes({seen("a"), seen("x")}), Artifact::of(table.spec)});
    EXPECT_THAT([&] { others.start({&table}); },
                ThrowsMessage<DataError>("the table of shifts has no scene 'x'; check the same scenes"));
}

TEST_F(ShiftSteps, TellWhatCannotBe) {
    StepBench one("shift");
    EXPECT_THAT([&] { (void)one.plan({scenes({seen("a")})}); },
                ThrowsMessage<DataError>(HasSubstr("there is one scene only, 'a'")));
    StepBench bands("shift");
    EXPECT_THAT(
        [&] {
            (void)bands.plan({scenes({seen("a"), seen("a", "R"), seen("b"), seen("b", "R")})});
        },
        ThrowsMessage<DataError>("a has 2 bands; name the one to take"));
    StepBench misspelt("shift", {{"reference", std::string("summer2")}});
    EXPECT_THAT(
        [&] {
            (void)misspelt.plan({scenes({seen("summer1"), seen("winter")})});
        },
        ThrowsMessage<UsageError>(HasSubstr("there is no scene 'summer2'; did you mean 'summer1'")));
    StepBench tiny("shift");
    EXPECT_THAT(
        [&] {
            (void)tiny.plan({scenes({seen("a"), seen("b")}, {"EPSG:32649", 0, 0, 10, 10, 20, 400})});
        },
        ThrowsMessage<DataError>(HasSubstr("the grid has 20 x 400 cells")));
}

/// A band of a real picture, without its empty cells.
Block real_band(const std::string& path, int number, const Grid& on) {
    BandPick pick;
    pick.spec = seen("a");
    pick.path = path;
    pick.number = number;
    return RasterReader(on, {pick}, Resampling::refuse).read(on.window());
}

/// The picture with what it shows moved by `shift`, bilinear.
RealPlane moved(const RealPlane& plane, Shift shift) {
    const int halo = shift_halo(8);
    RealPlane padded(plane.rows() + 2 * halo, plane.cols() + 2 * halo, no_value);
    for (int r = 0; r < plane.rows(); ++r) std::ranges::copy(plane.row(r), padded.row(r + halo).begin() + halo);
    return moved_back(padded, halo, {-shift.cols, -shift.rows}, ShiftKernel::bilinear);
}

TEST_F(ShiftSteps, FindShiftsPlantedInARealPicture) {
    const std::string path = shared_data("s2_l2a_openeo_sample/sample_geotiff/S2_L2A_sample.tif");
    LINMU_NEEDS(path);
    const Grid on = inspect_raster(path).grid;
    const Block picture = real_band(path, 4, on);
    const std::map<std::string, Shift> planted{{"b", {0.25, -0.25}}, {"c", {1.5, 0.25}}, {"d", {-3.3, 1.5}}};
    std::vector<BandSpec> bands{seen("a")};
    Block block{on.window(), {picture.bands[0]}};
    for (const auto& [scene, shift] : planted) {
        bands.push_back(seen(scene));
        block.bands.emplace_back(moved(picture.real(0), shift));
    }
    const auto input = scenes(bands, on);
    const Keys keys{{"reference", std::string("a")}};
    const Table table = check({input}, {block}, 256, keys);
    const auto found = found_in(table);
    const auto after = found_in(check({input}, {correct(input, block, table, 256)}, 256, keys));
    for (const auto& [scene, shift] : planted) {
        EXPECT_NEAR(found.at(scene).cols, shift.cols, 0.1) << scene;
        EXPECT_NEAR(found.at(scene).rows, shift.rows, 0.1) << scene;
        EXPECT_EQ(after.at(scene).verdict, "in place") << scene;
        EXPECT_LT(std::hypot(after.at(scene).cols, after.at(scene).rows), 0.1) << scene;
    }
}

/// Two dates of Landsat before and after a dam broke, cut from the scenes by frames that lie 900 m beside each other.
TEST_F(ShiftSteps, TwoRealDatesLieOnEachOtherAndAPlantedShiftIsFound) {
    const std::string folder = shared_data("landsat_c2_xlandsat/georef/LC08_L2SP_218074_201901");
    const std::string before = folder + "14_20200829_02_T1-cropped/LC08_L2SP_218074_20190114_20200829_02_T1_SR_B5.TIF";
    const std::string after = folder + "30_20200829_02_T1-cropped/LC08_L2SP_218074_20190130_20200829_02_T1_SR_B5.TIF";
    LINMU_NEEDS(before);
    const Grid on = inspect_raster(before).grid;
    const auto input = scenes({seen("14 January"), seen("30 January"), seen("moved")}, on);
    Block block{on.window(), {real_band(before, 1, on).bands[0], real_band(after, 1, on).bands[0]}};
    const Shift planted{-3.3, 1.5};
    block.bands.emplace_back(moved(block.real(1), planted));
    const Keys keys{{"reference", std::string("14 January")}, {"chip", std::int64_t{96}}};
    const Table table = check({input}, {block}, 128, keys);
    const auto found = found_in(table);
    const auto& plain = found.at("30 January");
    EXPECT_LT(std::hypot(plain.cols, plain.rows), 0.3) << "the products are registered to a third of a cell";
    EXPECT_NE(plain.verdict, "unsure");
    EXPECT_NEAR(found.at("moved").cols - plain.cols, planted.cols, 0.1);
    EXPECT_NEAR(found.at("moved").rows - plain.rows, planted.rows, 0.1);
    const auto corrected = found_in(check({input}, {correct(input, block, table, 128)}, 128, keys));
    EXPECT_LT(std::hypot(corrected.at("moved").cols, corrected.at("moved").rows), 0.1);
}

}  // namespace
}  // namespace linmu::test
