// SPDX-License-Identifier: MIT
// Steps over time: harmonic, season, fvc-ends, fvc, trend, breaks.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "linmu/algo/series.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "support/matrix.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;
using Texts = std::vector<std::string>;

const Grid grid{"EPSG:32649", 500000, 4100000, 10, 10, 1, 3};

BandSpec dated(const std::string& name, const Date& date) {
    return {.name = name, .kind = BandKind::real, .unit = "1", .legend = {}, .scene = to_string(date), .date = date};
}

Artifact raster(std::vector<BandSpec> bands) { return Artifact::of(RasterSpec{grid, std::move(bands)}); }

std::vector<std::string> names(const Artifact& artifact) {
    std::vector<std::string> out;
    for (const auto& band : artifact.raster.bands) out.push_back(band.name);
    return out;
}

/// A series of one row of three cells: bands and their planes.
struct Series {
    std::vector<BandSpec> bands;
    Block block{grid.window(), {}};

    template <class Value>
    void add(const std::string& name, int day, Value value) {
        bands.push_back(dated(name, date_of(day)));
        RealPlane plane(1, 3, no_value);
        for (int c = 0; c < 3; ++c) plane(0, c) = static_cast<float>(value(c));
        block.bands.emplace_back(std::move(plane));
    }
};

const int january = day_number({2023, 1, 1});

double wave(int day, int peak) { return std::cos(2 * std::numbers::pi * (day - peak) / days_a_year); }

TEST(HarmonicStep, FitsEachBandOverItsDates) {
    Series series;
    for (int day = january; day < january + 365; day += 10) {
        series.add("R", day, [&](int) { return 0.1; });
        series.add("NDVI", day, [&](int c) {
            return c == 2 && day > january + 30 ? std::nan("") : 0.5 + 0.1 * (c + 1) * wave(day, january + 200);
        });
    }
    StepBench bench("harmonic",
                    {{"pairs", std::int64_t{1}}, {"bands", Texts{"NDVI"}}, {"days", Texts{"07-20", "2023-01-01"}}});
    const auto out = bench.plan({raster(series.bands)});
    EXPECT_THAT(names(out), testing::ElementsAre("NDVI_mean", "NDVI_amplitude1", "NDVI_phase1", "NDVI_rmse",
                                                 "NDVI_count", "NDVI_0720", "NDVI_20230101"));
    EXPECT_EQ(out.raster.bands[2].unit, "radian");
    EXPECT_FALSE(out.raster.bands[0].date) << "a curve is of no one date";
    const auto block = bench.apply(grid.window(), {series.block});
    EXPECT_NEAR(block.real(0)(0, 0), 0.5, 1e-5);
    EXPECT_NEAR(block.real(1)(0, 0), 0.1, 1e-5);
    EXPECT_NEAR(block.real(1)(0, 1), 0.2, 1e-5);
    EXPECT_NEAR(block.real(3)(0, 1), 0, 1e-5);
    EXPECT_EQ(block.real(4)(0, 1), 37);
    EXPECT_NEAR(block.real(5)(0, 1), 0.7, 1e-3) << "20 July 2023 is the peak";
    EXPECT_NEAR(block.real(6)(0, 1), 0.5 + 0.2 * wave(january, january + 200), 1e-5);
    EXPECT_EQ(block.real(4)(0, 2), 4);
    EXPECT_TRUE(std::isnan(block.real(5)(0, 2))) << "4 dates of January tell nothing of July";
}

TEST(HarmonicStep, RefusesCodesAndBandsWithoutDateAndTooFewDates) {
    StepBench codes("harmonic"), dateless("harmonic"), few("harmonic"), absent("harmonic", {{"bands", Texts{"NDVJ"}}});
    EXPECT_THAT([&] { (void)codes.plan({raster({band("SCL", BandKind::code)})}); },
                ThrowsMessage<DataError>(HasSubstr("mask the scenes first")));
    EXPECT_THAT(
        [&] { (void)dateless.plan({raster({band("NDVI")})}); },
        ThrowsMessage<DataError>(HasSubstr("band 'NDVI' of 'in1' has no date; take bands of scenes, or give dates")));
    EXPECT_THAT(
        [&] {
            (void)few.plan({raster({dated("NDVI", {2024, 5, 1})})});
        },
        ThrowsMessage<DataError>("band 'NDVI' has 1 dates; a curve of 2 pairs needs 6 at least"));
    EXPECT_THAT(
        [&] {
            (void)absent.plan({raster({dated("NDVI", {2024, 5, 1})})});
        },
        ThrowsMessage<DataError>("the inputs have no band 'NDVJ'; did you mean 'NDVI'?"));
    StepBench trend("harmonic", {{"outputs", Texts{"trend"}}});
    EXPECT_THAT(
        [&] {
            (void)trend.plan({raster({dated("NDVI", {2024, 5, 1})})});
        },
        ThrowsMessage<UsageError>(HasSubstr("trend = true is needed")));
}

TEST(SeasonStep, MeasuresTheSeasonOfOneYear) {
    Series series;
    // Leaves from day 100 to day 300 of the year, cell by cell ten days later; the third has none.
    for (int day = -50; day < 420; day += 6)
        series.add("NDVI", january + day, [&](int c) {
            const double up = 1 / (1 + std::exp((100 + 10 * c - day) / 6.0));
            const double down = 1 / (1 + std::exp((300 - day) / 6.0));
            return c == 2 ? 0.6 : 0.2 + 0.6 * (up - down);
        });
    for (const std::string smoothing : {"whittaker", "savitzky-golay", "harmonic"}) {
        StepBench bench("season", {{"window", std::string("2023-01-01/2023-12-31")},
                                   {"smoothing", smoothing},
                                   {"pairs", std::int64_t{3}},
                                   {"fraction", 0.5},
                                   {"metrics", Texts{"start", "end", "amplitude", "large-integral"}}});
        const auto out = bench.plan({raster(series.bands)});
        EXPECT_THAT(names(out),
                    testing::ElementsAre("NDVI_amplitude", "NDVI_start", "NDVI_end", "NDVI_large_integral"));
        EXPECT_EQ(out.raster.bands[1].unit, "day");
        const auto block = bench.apply(grid.window(), {series.block});
        const double bound = smoothing == "harmonic" ? 8 : 2.5;
        EXPECT_NEAR(block.real(0)(0, 0), 0.6, smoothing == "harmonic" ? 0.1 : 0.04) << smoothing;
        EXPECT_NEAR(block.real(1)(0, 0), 101, bound) << smoothing << ": day 1 is 1 January";
        EXPECT_NEAR(block.real(1)(0, 1), 111, bound) << smoothing;
        EXPECT_NEAR(block.real(2)(0, 0), 301, bound) << smoothing;
        EXPECT_TRUE(std::isnan(block.real(1)(0, 2))) << smoothing;
    }
}

TEST(SeasonStep, NeedsAWindowOfOneYearWithDates) {
    const auto input = raster({dated("NDVI", {2024, 5, 1})});
    StepBench any("season", {{"window", std::string("01-01/12-31")}});
    EXPECT_THAT([&] { (void)any.plan({input}); }, ThrowsMessage<UsageError>(HasSubstr("has no year")));
    StepBench two("season", {{"window", std::string("2023-01-01/2024-12-31")}});
    EXPECT_THAT([&] { (void)two.plan({input}); }, ThrowsMessage<UsageError>(HasSubstr("longer than a year")));
    StepBench few("season", {{"window", std::string("2024-01-01/2024-12-31")}});
    EXPECT_THAT([&] { (void)few.plan({input}); },
                ThrowsMessage<DataError>(HasSubstr("has 1 dates within 2024-01-01/2024-12-31, and least-dates is 6")));
}

class CoverSteps : public testing::Test {
protected:
    static constexpr int size = 40;
    const Grid grid_{"EPSG:4547", 500000, 4100000, 10, 10, size, size};
    TempDir dir_;
    Block ndvi_{grid_.window(), {}}, classes_{grid_.window(), {}};

    CoverSteps() {
        RealPlane ndvi(size, size, 0);
        CodePlane classes(size, size, 1);
        // Class 1: 0.1 to 0.9 evenly; class 2: 0.3 to 0.5; class 9 has one cell.
        for (int r = 0; r < size; ++r)
            for (int c = 0; c < size; ++c) {
                const double share = (r / 2 * size + c + 0.5) / (size * size / 2.0);
                classes(r, c) = r % 2 == 0 ? 1 : 2;
                ndvi(r, c) = static_cast<float>(r % 2 == 0 ? 0.1 + 0.8 * share : 0.3 + 0.2 * share);
            }
        classes(0, 0) = 9;
        ndvi(5, 5) = no_value;
        ndvi_.bands.emplace_back(std::move(ndvi));
        classes_.bands.emplace_back(std::move(classes));
    }
    Artifact values() const { return Artifact::of(RasterSpec{grid_, {band("NDVI")}}); }
    Artifact codes() const { return Artifact::of(RasterSpec{grid_, {band("class", BandKind::code, "landcover")}}); }
};

TEST_F(CoverSteps, EndsOfEachClassMakeItsCover) {
    Ledger ledger(dir_ / "ledger.gpkg");
    StepBench ends("fvc-ends", {{"map", std::string("2025")}});
    const auto spec = ends.plan({values(), codes()});
    ASSERT_EQ(spec.kind, ArtifactKind::table);
    const auto made = ends.fold(ledger, {ndvi_, classes_}, {}, 7);
    ASSERT_TRUE(made.table);
    ASSERT_EQ(made.table->rows.size(), 3U);
    EXPECT_EQ(ledger.query("SELECT map, code, class, cells, soil, vegetation FROM fvc_ends").rows, made.table->rows);
    const auto& walnut = made.table->rows[1];
    EXPECT_EQ(walnut[2], Value{std::string("walnut")});
    EXPECT_NEAR(std::get<double>(walnut[4]), 0.31, 0.001);
    EXPECT_NEAR(std::get<double>(walnut[5]), 0.49, 0.001);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(made.table->rows[2][4])) << "one cell has no percentiles";

    StepBench cover("fvc");
    const auto out = cover.plan({values(), Artifact::of(made.table->spec), codes()});
    EXPECT_EQ(out.raster.bands[0].name, "FVC");
    cover.start({&*made.table});
    const auto block = cover.apply(grid_.window(), {ndvi_, classes_});
    const auto& plane = block.real(0);
    EXPECT_NEAR(plane(20, 0), (ndvi_.real(0)(20, 0) - 0.14) / 0.72, 0.002);
    EXPECT_NEAR(plane(21, 0), (ndvi_.real(0)(21, 0) - 0.31) / 0.18, 0.006);
    EXPECT_EQ(plane(1, 0), 0);
    EXPECT_EQ(plane(size - 1, size - 1), 1);
    EXPECT_TRUE(std::isnan(plane(0, 0))) << "its class has no ends";
    EXPECT_TRUE(std::isnan(plane(5, 5)));
}

TEST_F(CoverSteps, TheTableIsTheSameForAnyTilesAndAfterAStop) {
    const auto rows = [&](int tile, bool stopped) {
        StepBench first("fvc-ends"), second("fvc-ends");
        (void)first.plan({values(), codes()});
        (void)second.plan({values(), codes()});
        Ledger ledger(dir_ / fmt::format("{}{}.gpkg", tile, stopped));
        return first.fold(ledger, {ndvi_, classes_}, {}, tile, stopped ? &second : nullptr).table->rows;
    };
    const auto whole = rows(64, false);
    EXPECT_EQ(rows(7, false), whole);
    EXPECT_EQ(rows(7, true), whole);
}

TEST_F(CoverSteps, WithoutClassesAllCellsHaveOnePairOfEnds) {
    Ledger ledger(dir_ / "ledger.gpkg");
    StepBench ends("fvc-ends");
    (void)ends.plan({values()});
    const auto made = ends.fold(ledger, {ndvi_}, {}, 16);
    ASSERT_EQ(made.table->rows.size(), 1U);
    EXPECT_EQ(made.table->rows[0][2], Value{std::string("all")});
    StepBench cover("fvc");
    (void)cover.plan({values(), Artifact::of(made.table->spec)});
    cover.start({&*made.table});
    const auto block = cover.apply(grid_.window(), {ndvi_});
    EXPECT_EQ(block.real(0)(0, 0), 0);
    EXPECT_EQ(block.real(0)(size - 2, size - 1), 1);
    // Ends of all cells do not serve cells by class.
    StepBench mixed("fvc");
    (void)mixed.plan({values(), Artifact::of(made.table->spec), codes()});
    EXPECT_THAT([&] { mixed.start({&*made.table}); },
                ThrowsMessage<DataError>(HasSubstr("give fvc-ends the class map too")));
}

TEST_F(CoverSteps, RefuseCodesAndTablesOfAnotherKind) {
    StepBench ends("fvc-ends"), cover("fvc"), turned("fvc-ends", {{"low", 50.0}, {"high", 50.0}});
    EXPECT_THAT([&] { (void)ends.plan({codes()}); }, ThrowsMessage<DataError>(HasSubstr("holds codes")));
    EXPECT_THAT(
        [&] {
            (void)cover.plan({values(), Artifact::of(TableSpec{"areas", "", {{"code", FieldType::integer, "", ""}}})});
        },
        ThrowsMessage<DataError>(HasSubstr("'soil'")));
    EXPECT_THAT([&] { (void)turned.plan({values()}); }, ThrowsMessage<UsageError>(HasSubstr("must be below high")));
}

TEST(TrendStep, TakesOneValueAYearWithinTheWindow) {
    Series series;
    for (int year = 2016; year <= 2024; ++year) {
        const double step = 0.02 * (year - 2016);
        series.add("NDVI", day_number({year, 7, 10}), [&](int c) {
            return c == 0 ? 0.4 + step : c == 1 ? 0.8 - step : year % 2;
        });
        series.add("NDVI", day_number({year, 1, 10}), [](int) { return 0.1; });
    }
    StepBench bench("trend", {{"window", std::string("07-01/08-31")}});
    const auto out = bench.plan({raster(series.bands)});
    EXPECT_THAT(names(out),
                testing::ElementsAre("NDVI_slope", "NDVI_intercept", "NDVI_p", "NDVI_years", "NDVI_direction"));
    EXPECT_EQ(out.raster.bands[4].legend, "direction");
    const auto block = bench.apply(grid.window(), {series.block});
    EXPECT_NEAR(block.real(0)(0, 0), 0.02, 1e-6);
    EXPECT_NEAR(block.real(1)(0, 0), 0.4, 1e-6);
    EXPECT_NEAR(block.real(2)(0, 0), 2.0 / 362880, 1e-9);
    EXPECT_EQ(block.real(3)(0, 0), 9);
    EXPECT_EQ(block.code(4)(0, 0), 1);
    EXPECT_EQ(block.code(4)(0, 1), -1);
    EXPECT_EQ(block.code(4)(0, 2), 0);
}

TEST(TrendStep, TakesARasterAYear) {
    StepBench bench("trend", {{"dates", Texts{"2020", "2021", "2022", "2023", "2024"}}});
    std::vector<Artifact> inputs(5, raster({band("FVC")}));
    EXPECT_EQ(names(bench.plan(inputs)).front(), "FVC_slope");
    std::vector<Block> blocks;
    for (int k = 0; k < 5; ++k) blocks.push_back(block_of(RealPlane(1, 3, 0.5F - 0.1F * static_cast<float>(k))));
    EXPECT_NEAR(bench.apply(grid.window(), blocks).real(0)(0, 0), -0.1, 1e-6);
    StepBench four("trend", {{"dates", Texts{"2020", "2021", "2022", "2023"}}});
    EXPECT_THAT([&] { (void)four.plan(inputs); },
                ThrowsMessage<UsageError>(HasSubstr("'dates' names 4 dates, but the inputs have 5 bands")));
    StepBench same("trend", {{"dates", Texts{"2020", "2020", "2020", "2020", "2020"}}});
    EXPECT_THAT([&] { (void)same.plan(inputs); },
                ThrowsMessage<DataError>(HasSubstr("has dates in 1 years, and least-years is 5")));
}

TEST(BreaksStep, TellsTheYearOfAClearing) {
    Series series;
    const int clearing = day_number({2022, 6, 1});
    for (int day = day_number({2019, 1, 1}); day < day_number({2024, 1, 1}); day += 9)
        series.add("NDVI", day, [&](int c) {
            const double season = 0.5 + 0.2 * wave(day, january + 200);
            const double noise =
                0.02 * random_normal(1, static_cast<std::uint64_t>(day), static_cast<std::uint64_t>(c));
            return c == 2 ? std::nan("") : season + noise - (c == 0 && day >= clearing ? 0.35 : 0);
        });
    StepBench bench("breaks");
    const auto out = bench.plan({raster(series.bands)});
    EXPECT_THAT(names(out), testing::ElementsAre("NDVI_break", "NDVI_magnitude", "NDVI_rmse", "NDVI_count", "NDVI_year",
                                                 "NDVI_direction"));
    const auto block = bench.apply(grid.window(), {series.block});
    EXPECT_NEAR(block.real(0)(0, 0), decimal_year(clearing), 10 / 365.0);
    EXPECT_NEAR(block.real(1)(0, 0), -0.35, 0.03);
    EXPECT_EQ(block.code(4)(0, 0), 2022);
    EXPECT_EQ(block.code(5)(0, 0), -1);
    EXPECT_EQ(block.code(5)(0, 1), 0);
    EXPECT_TRUE(std::isnan(block.real(0)(0, 1)));
    EXPECT_EQ(block.code(5)(0, 2), no_code);
}

TEST(BreaksStep, NeedsMoreYearsThanItsHistory) {
    Series series;
    for (int day = 0; day < 300; day += 5) series.add("NDVI", january + day, [](int) { return 0.5; });
    StepBench bench("breaks");
    EXPECT_THAT(
        [&] { (void)bench.plan({raster(series.bands)}); },
        ThrowsMessage<DataError>(HasSubstr("spans 0.8 years, and history-years is 2; give more years of scenes")));
}

}  // namespace
}  // namespace linmu::test
