// SPDX-License-Identifier: MIT
// change-filter, and change-verdict on plots whose work is known.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <numbers>
#include <string>

#include "linmu/algo/series.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/io/closures.hpp"
#include "support/matrix.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;
using Keys = std::vector<std::pair<std::string, ParamValue>>;

constexpr std::int32_t cropland = 1, broadleaf = 3, grass = 6;
constexpr int side = 9;  ///< cells of a plot; each has a margin of one

/// What was planted on a plot, and what is declared of it.
struct Story {
    std::string name;
    int declared = 0, worked = 0;  ///< years; worked 0: never
    bool clears = false;           ///< bushes were cut first
    bool was_forest = false, is_forest = false;
    double dates = 1;   ///< part of the dates that are clear
    std::string truth;  ///< "done", "not done"
};
const std::vector<Story> stories{
    {"planted after clearing", 2019, 2019, true, false, true, 1, "done"},
    {"planted after clearing, reported a year late", 2020, 2019, true, false, true, 1, "done"},
    {"planted before the maps", 2015, 2015, false, true, true, 1, "done"},
    {"nothing done on grass", 2019, 0, false, false, false, 1, "not done"},
    {"forest that was always there", 2019, 0, false, true, true, 1, "not done"},
    {"cleared and planted years before, declared again", 2023, 2018, true, false, true, 1, "not done"},
    {"planted, too young to be seen", 2024, 2024, false, false, false, 1, "done"},
    {"nothing done, seen through few gaps of cloud", 2019, 0, false, false, false, 0.12, "not done"},
};
constexpr int repeats = 12;

const int rows = static_cast<int>(stories.size()) * (side + 2), cols = repeats * (side + 2);
const Grid ground{"EPSG:4547", 500000, 4100000, 10, 10, rows, cols};

const Story& story_at(int row) { return stories[static_cast<std::size_t>(row / (side + 2))]; }

double ndvi(const Story& story, double year) {
    const double season = std::cos(2 * std::numbers::pi * (year - std::floor(year) - 0.55));
    double level = story.was_forest ? 0.62 : 0.5;
    if (story.worked > 0 && year > story.worked + 0.3) {
        if (story.clears) level = 0.18;
        level += 0.035 * (year - story.worked);
    }
    return std::min(level, 0.68) + 0.12 * season;
}

/// Ten dates a year from 2016 to 2025.
struct Series {
    std::vector<BandSpec> bands;
    Block block{ground.window(), {}};
    Series() {
        for (int year = 2016; year <= 2025; ++year) {
            for (int k = 0; k < 10; ++k) {
                const Date date{year, 2 + k, 11};
                RealPlane plane(rows, cols, 0);
                for (int r = 0; r < rows; ++r) {
                    for (int c = 0; c < cols; ++c) {
                        const auto place = static_cast<std::uint64_t>(r) * 100'000 + static_cast<std::uint64_t>(c);
                        const auto when = static_cast<std::uint64_t>(year * 100 + k);
                        const double noise = random_unit(5, place, when) + random_unit(6, place, when) - 1;
                        const bool clear = random_unit(7, place, when) < 0.85 * story_at(r).dates;
                        const double value = ndvi(story_at(r), year + (1.4 + k) / 12) + 0.04 * noise;
                        plane(r, c) = clear ? static_cast<float>(value) : no_value;
                    }
                }
                bands.push_back(
                    {.name = "NDVI", .kind = BandKind::real, .unit = "1", .scene = to_string(date), .date = date});
                block.bands.push_back(std::move(plane));
            }
        }
    }
};

CodePlane classes(bool later) {
    CodePlane plane(rows, cols, grass);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < cols; ++c) {
            const auto& story = story_at(r);
            const bool forest = later ? story.is_forest : story.was_forest;
            // One cell in twelve is misread.
            const bool wrong = random_unit(8, static_cast<std::uint64_t>(r * 1000 + c), later ? 1 : 0) < 1 / 12.0;
            plane(r, c) = forest != wrong ? broadleaf : grass;
        }
    return plane;
}

Layer plots() {
    Layer layer{
        {"works",
         "EPSG:4547",
         {{"id", FieldType::text, "", ""}, {"year", FieldType::integer, "", ""}, {"kind", FieldType::text, "", ""}}},
        {}};
    for (std::size_t s = 0; s < stories.size(); ++s)
        for (int k = 0; k < repeats; ++k) {
            // Edges cut cells, as real ones do.
            const double x = 500000 + 10.0 * (k * (side + 2) + 1) - 3,
                         y = 4100000 - 10.0 * (static_cast<double>(s) * (side + 2) + 1) + 2;
            const double size = 10.0 * side + 4;
            layer.features.push_back(
                {std::ssize(layer.features) + 1,
                 polygon({{x, y}, {x + size, y}, {x + size, y - size}, {x, y - size}}),
                 {fmt::format("{}-{}", s, k), std::int64_t{stories[s].declared}, std::string("人工造林")}});
        }
    return layer;
}

Artifact class_map() { return Artifact::of(RasterSpec{ground, {band("class", BandKind::code, "landcover")}}); }
const Keys keys{{"key", std::string("id")},         {"year", std::string("year")},
                {"kind", std::string("kind")},      {"before-year", std::int64_t{2016}},
                {"after-year", std::int64_t{2025}}, {"curve-from", std::int64_t{2018}}};

class VerdictsOnPlots : public testing::Test {
protected:
    TempDir dir_;
    Ledger ledger_{dir_ / "ledger.gpkg"};

    [[nodiscard]] std::string text(const std::string& sql) const {
        const auto rows_found = ledger_.query(sql).rows;
        return rows_found.empty() ? "" : to_text(rows_found[0][0]);
    }
    void expect_closed() const {
        for (const auto& closure : load_closures().closures) {
            if (!closure.id.starts_with("work-verdict")) continue;
            const auto found = ledger_.query(closure.sql);
            EXPECT_FALSE(found.rows.empty());
            for (const auto& row : found.rows) EXPECT_EQ(row[1], row[2]) << closure.id << ' ' << to_text(row[0]);
        }
    }
};

TEST_F(VerdictsOnPlots, AgreeWithWhatWasDoneAndSayWhenTheyCannotTell) {
    const Series series;
    StepBench breaks("breaks");
    const auto broken = breaks.plan({Artifact::of(RasterSpec{ground, series.bands})});
    const auto evidence = breaks.apply(ground.window(), {series.block});
    const auto layer = plots();
    StepBench bench("change-verdict", keys), second("change-verdict", keys);
    for (auto* b : {&bench, &second}) (void)b->plan({class_map(), class_map(), Artifact::of(layer.spec), broken});
    const std::vector<Block> inputs{block_of(classes(false)), block_of(classes(true)), evidence};
    (void)bench.fold(ledger_, inputs, {&layer}, 64, &second);
    expect_closed();

    const auto verdicts = ledger_.query("SELECT plot, verdict, reason FROM work_verdict ORDER BY fid").rows;
    std::map<std::size_t, std::map<std::string, int>> table;
    std::map<std::size_t, std::string> reasons;
    int wrong_done = 0, not_done = 0, wrong_not = 0, done = 0, told = 0;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const auto s = i / repeats;
        const auto verdict = to_text(verdicts[i][1]);
        ++table[s][verdict];
        reasons[s] = to_text(verdicts[i][2]);
        (stories[s].truth == "done" ? done : not_done) += 1;
        told += verdict != "cannot tell" ? 1 : 0;
        wrong_done += verdict == "done" && stories[s].truth != "done" ? 1 : 0;
        wrong_not += verdict == "not done" && stories[s].truth == "done" ? 1 : 0;
    }
    for (const auto& [s, counts] : table) {
        std::printf("%-52s %-9s", stories[s].name.c_str(), stories[s].truth.c_str());
        for (const char* verdict : {"done", "not done", "cannot tell"})
            std::printf(" %s %2d", verdict, counts.contains(verdict) ? counts.at(verdict) : 0);
        std::printf("  (%s)\n", reasons[s].c_str());
    }
    std::printf("called done of %d that were not: %d; called not done of %d that were: %d; told %d of %zu\n", not_done,
                wrong_done, done, wrong_not, told, verdicts.size());
    EXPECT_LE(wrong_done, not_done / 20) << "at most 5 %";
    EXPECT_LE(wrong_not, done / 20);
    EXPECT_GE(told, 5 * repeats * 9 / 10) << "five stories of eight can be told";
    for (const std::size_t s : {0U, 1U, 2U}) EXPECT_GE(table[s]["done"], repeats * 9 / 10) << stories[s].name;
    for (const std::size_t s : {3U, 4U}) EXPECT_GE(table[s]["not done"], repeats * 9 / 10) << stories[s].name;
    EXPECT_THAT(reasons[6], HasSubstr("done in 2024: works under 5 years can't be seen"));
    EXPECT_THAT(reasons[7], HasSubstr("clear dates, 18 needed to tell a break"));
    EXPECT_EQ(table[7]["cannot tell"], repeats);
    const auto year =
        ledger_.query("SELECT break_year, magnitude, dates FROM work_verdict WHERE plot = '0-0'").rows.at(0);
    EXPECT_EQ(year[0], Value{std::int64_t{2019}});
    EXPECT_NEAR(std::get<double>(year[1]), -0.3, 0.08);
    EXPECT_NEAR(std::get<double>(year[2]), 85, 5);

    // The same, from tiles of another size and without the stop.
    Ledger other(dir_ / "other.gpkg");
    StepBench again("change-verdict", keys);
    (void)again.plan({class_map(), class_map(), Artifact::of(layer.spec), broken});
    (void)again.fold(other, inputs, {&layer}, 37);
    for (const char* name : {"work_verdict", "work_verdict_area"})
        EXPECT_EQ(other.query(fmt::format("SELECT * FROM {}", name)).rows,
                  ledger_.query(fmt::format("SELECT * FROM {}", name)).rows);
}

TEST_F(VerdictsOnPlots, KeepWhatThePlotsWereDeliveredWith) {
    auto layer = plots();
    layer.spec.fields[0].name = "XBBH";
    layer.spec.fields.push_back({"Verdict", FieldType::text, "", ""});  // a name that the verdict takes
    for (auto& feature : layer.features) feature.values.emplace_back(std::string("theirs"));
    auto by_number = keys;
    by_number[0].second = std::string("XBBH");
    StepBench bench("change-verdict", by_number);
    const auto planned = bench.plan({class_map(), class_map(), Artifact::of(layer.spec)});
    const auto made =
        bench.fold(ledger_, {block_of(classes(false)), block_of(classes(true))}, {&layer}, 64).layer.value();
    ASSERT_EQ(made.features.size(), layer.features.size());
    const auto number = field_index(made.spec.fields, "XBBH", "the verdicts");
    EXPECT_EQ(field_index(planned.layer.fields, "XBBH", "the plan"), number);
    for (std::size_t i = 0; i < made.features.size(); ++i) {
        EXPECT_EQ(made.features[i].values.at(number), layer.features[i].values[0]);
        EXPECT_EQ(made.features[i].values.size(), made.spec.fields.size());
    }
    EXPECT_EQ(std::ranges::count(made.spec.fields, std::string("Verdict"), &Field::name), 0);
}

TEST_F(VerdictsOnPlots, WithTooFewDatesSayHowMany) {
    const auto layer = plots();
    RealPlane nothing(rows, cols, no_value), count(rows, cols, 14);
    Block evidence{ground.window(), {}};
    const RasterSpec spec{ground,
                          {band("NDVI_break"), band("NDVI_magnitude"), band("NDVI_rmse"), band("NDVI_count"),
                           band("NDVI_year", BandKind::code), band("NDVI_direction", BandKind::code, "direction")}};
    for (int k = 0; k < 3; ++k) evidence.bands.emplace_back(nothing);
    evidence.bands.emplace_back(count);
    for (int k = 0; k < 2; ++k) evidence.bands.emplace_back(CodePlane(rows, cols, no_code));
    StepBench bench("change-verdict", keys);
    (void)bench.plan({class_map(), class_map(), Artifact::of(layer.spec), Artifact::of(spec)});
    (void)bench.fold(ledger_, {block_of(classes(false)), block_of(classes(true)), evidence}, {&layer}, 64);
    EXPECT_EQ(text("SELECT verdict_zh || ': ' || reason_zh FROM work_verdict WHERE plot = '3-0'").substr(0, 12),
              "不能判定");
    EXPECT_THAT(text("SELECT reason FROM work_verdict WHERE plot = '3-0'"), HasSubstr("14 clear dates, 18 needed"));
    EXPECT_EQ(text("SELECT COUNT(*) FROM work_verdict WHERE verdict = 'not done'"), "0");
}

TEST_F(VerdictsOnPlots, OfDifferentSeasonsAreNotGiven) {
    const auto layer = plots();
    auto more = keys;
    more.emplace_back("before-window", std::string("07-15/08-31"));
    more.emplace_back("after-window", std::string("04-01/04-25"));
    StepBench bench("change-verdict", more);
    (void)bench.plan({class_map(), class_map(), Artifact::of(layer.spec)});
    (void)bench.fold(ledger_, {block_of(classes(false)), block_of(classes(true))}, {&layer}, 64);
    EXPECT_EQ(text("SELECT COUNT(*) FROM work_verdict WHERE reason LIKE '%different seasons%'"),
              std::to_string(layer.features.size()));
}

TEST_F(VerdictsOnPlots, TellWhatTheyMissByName) {
    auto layer = plots();
    const auto plan = [&](Keys more, std::vector<Artifact> evidence = {}) {
        auto all = keys;
        for (auto& key : more) all.push_back(std::move(key));
        StepBench bench("change-verdict", all);
        std::vector<Artifact> inputs{class_map(), class_map(), Artifact::of(layer.spec)};
        inputs.insert(inputs.end(), evidence.begin(), evidence.end());
        (void)bench.plan(inputs);
    };
    const auto ndvi_map = Artifact::of(RasterSpec{ground, {band("NDVI")}});
    EXPECT_THAT(
        [&] {
            plan({{"value-before", std::string("in4:NDVY")}}, {ndvi_map});
        },
        ThrowsMessage<DataError>(HasSubstr("'in4' has no band 'NDVY'; did you mean 'NDVI'?")));
    EXPECT_THAT(
        [&] {
            plan({{"shadow", std::string("dark")}}, {ndvi_map});
        },
        ThrowsMessage<UsageError>(HasSubstr("write \"step:band\"")));
    EXPECT_THAT(
        [&] {
            plan({{"after-year", std::int64_t{2016}}});
        },
        ThrowsMessage<UsageError>(HasSubstr("must be later than before-year")));
    layer.features.resize(2);
    layer.features[0].values[2] = std::string("修路");
    layer.features[1].values[1] = Value{};
    StepBench bench("change-verdict", keys);
    (void)bench.plan({class_map(), class_map(), Artifact::of(layer.spec)});
    (void)bench.fold(ledger_, {block_of(classes(false)), block_of(classes(true))}, {&layer}, 64);
    EXPECT_EQ(text("SELECT reason FROM work_verdict WHERE plot = '0-0'"), "no rule for the kind of work '修路'");
    EXPECT_EQ(text("SELECT reason FROM work_verdict WHERE plot = '0-1'"), "no year is declared");
}

// ---- change-filter

const Grid strip{"EPSG:4547", 500000, 4100000, 10, 10, 12, 40};

TEST(ChangeFilterStep, IsTheSameForAnyTilesAndAsWideAsTheShift) {
    CodePlane before(12, 40, cropland), after(12, 40, cropland);
    for (int r = 0; r < 12; ++r)
        for (int c = 0; c < 40; ++c) {
            before(r, c) = c < 11 ? broadleaf : cropland;
            after(r, c) = c < 12 || (c >= 20 && c < 22) || c >= 30 ? broadleaf : cropland;
        }
    const auto artifact = Artifact::of(RasterSpec{strip, {band("class", BandKind::code, "landcover")}});
    const auto changed = [&](int tile, const std::optional<Table>& shift) {
        StepBench bench("change-filter");
        std::vector<Artifact> inputs{artifact, artifact};
        if (shift) inputs.push_back(Artifact::of(shift->spec));
        (void)bench.plan(inputs);
        bench.start(shift ? std::vector<const Table*>{&*shift} : std::vector<const Table*>{});
        std::map<int, int> columns;
        for (const auto& window : tiles(strip.window(), tile)) {
            const Window wide = window.grown(bench.halo());
            // Beyond the grid there is nothing.
            const auto part = [&](const CodePlane& plane) {
                CodePlane seen(wide.rows, wide.cols, no_code);
                for (int r = 0; r < wide.rows; ++r)
                    for (int c = 0; c < wide.cols; ++c)
                        if (strip.window().contains({wide.row + r, wide.col + c, 1, 1}))
                            seen(r, c) = plane(wide.row + r, wide.col + c);
                Block block{wide, {}};
                block.bands.emplace_back(std::move(seen));
                return block;
            };
            const auto out = bench.apply(window, {part(before), part(after)});
            for (int r = 0; r < window.rows; ++r)
                for (int c = 0; c < window.cols; ++c)
                    if (out.code(0)(r, c) != before(window.row + r, window.col + c)) ++columns[window.col + c];
        }
        return columns;
    };
    std::map<int, int> wanted{{20, 12}, {21, 12}};
    for (int c = 30; c < 40; ++c) wanted[c] = 12;
    EXPECT_EQ(changed(64, {}), wanted) << "the border that moved by one cell is no change";
    EXPECT_EQ(changed(7, {}), wanted);
    Table shift{
        {"scene_shift",
         "",
         {{"dx", FieldType::real, "", ""}, {"dy", FieldType::real, "", ""}, {"verdict", FieldType::text, "", ""}}},
        {{1.2, -0.4, std::string("shifted")}, {0.0, 0.0, std::string("reference")}}};
    wanted.erase(20);
    wanted.erase(21);
    EXPECT_EQ(changed(7, shift), wanted) << "images 1.3 cells apart: a change must be 3 cells wide";
    shift.rows[0][0] = 6.0;
    EXPECT_THAT([&] { (void)changed(7, shift); }, ThrowsMessage<DataError>(HasSubstr("shift-correct them first")));
}

}  // namespace
}  // namespace linmu::test
