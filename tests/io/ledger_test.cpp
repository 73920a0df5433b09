// SPDX-License-Identifier: MIT
#include "linmu/io/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <limits>

#include "linmu/core/error.hpp"
#include "linmu/io/table_file.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

Table class_area() {
    return {{"class_area",
             "地类面积",
             {{"zone", FieldType::text, "", "村"},
              {"class", FieldType::text, "", "地类"},
              {"area", FieldType::area, "", "面积"}}},
            {{std::string("140722100001"), std::string("walnut"), std::int64_t{66'666'667}},
             {std::string("140722100001"), std::string("forest"), std::int64_t{100'000'000}},
             {std::string("140722100002"), std::string("walnut"), {}}}};
}

Layer villages() {
    return {{"villages", "EPSG:4547", {{"code", FieldType::text, "", "代码"}, {"area", FieldType::area, "", ""}}},
            {{1, {{{{{0, 0}, {0, 10}, {10, 10}}, {}}}, {}, {}}, {std::string("140722100001"), std::int64_t{500'000}}}}};
}

std::string fault_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const DataError& error) {
        return error.what();
    }
    return "no fault";
}

class LedgerTest : public testing::Test {
protected:
    test::TempDir dir_;

    std::string written(const std::string& name) {
        Ledger ledger(dir_ / name);
        ledger.put(villages());
        ledger.put(class_area());
        ledger.put(class_area());
        ledger.put(villages());
        ledger.close();
        return dir_ / name;
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir_.path()), {}));
    }
};

TEST_F(LedgerTest, FactsPutAreFactsRead) {
    Ledger ledger(dir_ / "l.gpkg");
    ledger.put(class_area());
    EXPECT_TRUE(ledger.has("class_area"));
    EXPECT_TRUE(ledger.has("class_area_m2"));
    EXPECT_FALSE(ledger.has("class"));
    const auto rows = ledger.query("SELECT zone, class, area FROM class_area ORDER BY fid", "again");
    EXPECT_EQ(rows.rows, class_area().rows);
    EXPECT_EQ(rows.spec.name, "again");
    EXPECT_EQ(rows.spec.columns[2].type, FieldType::area);
    EXPECT_EQ(rows.spec.columns[2].name_zh, "面积");
    EXPECT_EQ(rows.spec.columns[0].type, FieldType::text);
}

TEST_F(LedgerTest, SumsOfAreasAreExactWholeNumbers) {
    Ledger ledger(dir_ / "l.gpkg");
    ledger.put(class_area());
    ledger.put(class_area());
    const auto sum = ledger.query(
        "SELECT class, SUM(area) AS units, AVG(area) AS mean FROM class_area GROUP BY class ORDER BY class");
    EXPECT_EQ(sum.rows[0], (std::vector<Value>{std::string("forest"), std::int64_t{200'000'000}, 1e8}));
    EXPECT_EQ(sum.rows[1][1], Value{std::int64_t{133'333'334}});
    EXPECT_EQ(sum.spec.columns[1].type, FieldType::integer);
    EXPECT_EQ(sum.spec.columns[2].type, FieldType::real);
}

TEST_F(LedgerTest, AViewShowsAreasToPeople) {
    Ledger ledger(dir_ / "l.gpkg");
    ledger.put(class_area());
    const auto view = ledger.query("SELECT area_m2, area_ha, area_mu FROM class_area_m2 WHERE class = 'forest'");
    EXPECT_EQ(view.rows[0], (std::vector<Value>{10000.0, 1.0, 15.0}));
}

TEST_F(LedgerTest, GdalAndQgisSeeItsTablesFeaturesAndViews) {
    const auto path = written("l.gpkg");
    std::vector<std::string> names;
    for (const auto& layer : inspect_vector(path)) names.push_back(layer.spec.name);
    EXPECT_THAT(names, UnorderedElementsAre("villages", "villages_m2", "class_area", "class_area_m2"));
    // Its squares lie about 0, 0, where no survey plane has ground.
    LayerRequest request{path, "", "", ""};
    request.prove = false;
    const auto back = read_layer(request);
    EXPECT_EQ(back.spec.name, "villages");
    EXPECT_EQ(back.features.size(), 2U);
    EXPECT_EQ(back.features[1].values[1], Value{std::int64_t{500'000}});
    EXPECT_EQ(back.spec.fields[0].name_zh, "代码");
}

TEST_F(LedgerTest, TheSameFactsAreTheSameBytes) {
    const auto a = read_text_file(written("a.gpkg"));
    EXPECT_EQ(a, read_text_file(written("b.gpkg")));
    EXPECT_EQ(files(), 2U);
}

TEST_F(LedgerTest, AClosedLedgerCanBeAskedAndNotWritten) {
    Ledger ledger(dir_ / "l.gpkg");
    ledger.put(class_area());
    ledger.close();
    EXPECT_EQ(ledger.query("SELECT COUNT(*) FROM class_area").rows[0][0], Value{std::int64_t{3}});
    EXPECT_THAT(fault_of([&] { ledger.put(class_area()); }), HasSubstr("is closed"));
    const auto again = Ledger::open(dir_ / "l.gpkg");
    EXPECT_EQ(again.query("SELECT area FROM class_area WHERE class = 'forest'").spec.columns[0].type, FieldType::area);
    EXPECT_THAT(fault_of([&] { (void)Ledger::open(dir_ / "absent.gpkg"); }), HasSubstr("there is no ledger"));
}

TEST_F(LedgerTest, WhatWasNotClosedIsNotThere) {
    {
        Ledger ledger(dir_ / "l.gpkg");
        ledger.put(class_area());
    }
    EXPECT_EQ(files(), 0U);
}

TEST_F(LedgerTest, FaultsOfAQueryComeWithItsWords) {
    Ledger ledger(dir_ / "l.gpkg");
    ledger.put(class_area());
    const auto fault = fault_of([&] { (void)ledger.query("SELECT areaa FROM class_area"); });
    EXPECT_THAT(fault, HasSubstr("no such column: areaa"));
    EXPECT_THAT(fault, HasSubstr("in: SELECT areaa FROM class_area"));
    EXPECT_THAT(fault_of([&] { (void)ledger.query("DELETE FROM class_area"); }), HasSubstr("may only read"));
    EXPECT_THAT(fault_of([&] { (void)ledger.query("SELECT 1; SELECT 2"); }), HasSubstr("one query only"));
    EXPECT_THAT(fault_of([&] { (void)ledger.query("  "); }), HasSubstr("an empty query"));
    EXPECT_EQ(ledger.query("SELECT COUNT(*) FROM class_area;").rows[0][0], Value{std::int64_t{3}});
}

TEST_F(LedgerTest, ATableThatDoesNotFitIsRefusedWhole) {
    Ledger ledger(dir_ / "l.gpkg");
    ledger.put(class_area());
    auto other = class_area();
    other.spec.columns[2].type = FieldType::real;
    EXPECT_THAT(fault_of([&] { ledger.put(other); }),
                HasSubstr("table 'class_area' has other columns; it has zone text, class text, area area"));
    auto wrong = class_area();
    wrong.rows[1][2] = 0.5;
    EXPECT_THAT(fault_of([&] { ledger.put(wrong); }),
                HasSubstr("table class_area, row 2: '0.5' is no area for column area"));
    wrong.rows[1].pop_back();
    EXPECT_THAT(fault_of([&] { ledger.put(wrong); }), HasSubstr("2 values for 3 columns"));
    wrong = class_area();
    wrong.spec.name = "gpkg_contents";
    EXPECT_THAT(fault_of([&] { ledger.put(wrong); }), HasSubstr("is taken"));
    wrong.spec.name = "twice";
    wrong.spec.columns[1].name = "ZONE";
    EXPECT_THAT(fault_of([&] { ledger.put(wrong); }), HasSubstr("duplicate column name"));
    EXPECT_FALSE(ledger.has("twice"));
    EXPECT_EQ(ledger.query("SELECT COUNT(*) FROM class_area").rows[0][0], Value{std::int64_t{3}});
}

/// What is handed over is what a query would have given.
TEST_F(LedgerTest, HeldTablesAreThoseOfAQuery) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const Table widths{{"a_widths", "", {{"fid", FieldType::integer, "", ""}, {"width", FieldType::real, "m", "宽"}}},
                       {{std::int64_t{7}, nan}, {std::int64_t{8}, 2.5}}};
    Ledger held(dir_ / "h.gpkg");
    held.hold();
    Ledger written(dir_ / "w.gpkg");
    for (auto* ledger : {&held, &written}) {
        ledger->put(class_area());
        ledger->put(widths);
        ledger->put(class_area());
    }
    EXPECT_FALSE(written.take_held());
    const auto tables = held.take_held();
    ASSERT_TRUE(tables && tables->size() == 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& mine = tables->at(i);
        EXPECT_EQ(mine.spec.name, i == 0 ? "a_widths" : "class_area");
        const auto asked = written.query("SELECT * FROM " + mine.spec.name, mine.spec.name);
        EXPECT_EQ(mine.rows, asked.rows);
        ASSERT_EQ(mine.spec.columns.size(), asked.spec.columns.size());
        for (std::size_t c = 0; c < mine.spec.columns.size(); ++c) {
            EXPECT_EQ(mine.spec.columns[c].name, asked.spec.columns[c].name);
            EXPECT_EQ(mine.spec.columns[c].name_zh, asked.spec.columns[c].name_zh);
        }
    }
}

TEST_F(LedgerTest, HeldTablesAreWrittenForWhoAsks) {
    Ledger ledger(dir_ / "l.gpkg");
    ledger.hold();
    ledger.put(class_area());
    EXPECT_THAT(fault_of([&] {
                    ledger.put(Table{{"class_area", "", {{"other", FieldType::text, "", ""}}}, {}});
                }),
                HasSubstr("has other columns"));
    EXPECT_TRUE(ledger.has("class_area"));
    EXPECT_FALSE(ledger.take_held());
    ledger.put(class_area());
    EXPECT_EQ(ledger.query("SELECT COUNT(*) FROM class_area").rows[0][0], Value{std::int64_t{6}});
    ledger.close();
    EXPECT_EQ(Ledger::open(dir_ / "l.gpkg").query("SELECT COUNT(*) FROM class_area").rows[0][0],
              Value{std::int64_t{6}});
}

TEST_F(LedgerTest, ItsOwnNamesAreTakenBeforeItsFileIsMade) {
    Ledger made(dir_ / "made.gpkg");
    const auto own = made.query("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')");
    ASSERT_GT(own.rows.size(), 4U);
    for (const auto& row : own.rows) {
        Ledger held(dir_ / "held.gpkg");
        held.hold();
        const Table table{{to_text(row[0]), "", {{"a", FieldType::text, "", ""}}}, {}};
        EXPECT_THAT(fault_of([&] { held.put(table); }), HasSubstr("is taken"));
    }
}

TEST_F(LedgerTest, NamesThatSqlReservesAreNames) {
    Ledger ledger(dir_ / "l.gpkg");
    ledger.put(Table{{"order", "", {{"group \"a\"", FieldType::integer, "", ""}, {"fid", FieldType::integer, "", ""}}},
                     {{std::int64_t{1}, std::int64_t{9}}}});
    EXPECT_EQ(ledger.query("SELECT row_id, \"group \"\"a\"\"\", fid FROM \"order\"").rows[0],
              (std::vector<Value>{std::int64_t{1}, std::int64_t{1}, std::int64_t{9}}));
}

TEST_F(LedgerTest, APlaceThatCannotBeWrittenIsSaid) {
    write_text_file(dir_ / "file", "x");
    EXPECT_THROW(Ledger(dir_ / "file/l.gpkg"), DataError);
    EXPECT_THROW(Ledger("/proc/l.gpkg"), DataError);
}

TEST_F(LedgerTest, AFullDiskIsADataErrorAndLeavesNothing) {
    const auto child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{300'000, 300'000};
        setrlimit(RLIMIT_FSIZE, &limit);
        try {
            Ledger ledger(dir_ / "l.gpkg");
            for (int i = 0; i < 10000; ++i) ledger.put(class_area());
            ledger.close();
        } catch (const DataError&) {
            _exit(7);
        }
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    EXPECT_EQ(files(), 0U);
}

}  // namespace
}  // namespace linmu
