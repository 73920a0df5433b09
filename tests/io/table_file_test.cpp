// SPDX-License-Identifier: MIT
#include "linmu/io/table_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;

class TableFile : public testing::Test {
protected:
    test::TempDir dir_;

    std::string csv_of(const Table& table, const CsvOptions& options = {}) {
        write_csv(dir_ / "t.csv", table, options);
        return read_text_file(dir_ / "t.csv");
    }
    Table parsed(const std::string& text) {
        write_text_file(dir_ / "in.csv", text);
        return read_csv(dir_ / "in.csv");
    }
    std::string fault_of(const std::string& text) {
        try {
            static_cast<void>(parsed(text));
        } catch (const DataError& error) {
            return error.what();
        }
        return "no fault";
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir_.path()), {}));
    }
};

Table areas(std::initializer_list<std::int64_t> units) {
    Table table{{"t", "", {{"area", FieldType::area, "", "面积"}}}, {}};
    for (const auto u : units) table.rows.push_back({Value{u}});
    return table;
}

TEST_F(TableFile, IsTheSameWhenItsRowsComeSomeAtATime) {
    const auto table = areas({66666, -33334, 0, 5'000'000'000'000'000'000});
    const auto wanted = csv_of(table);
    CsvWriter writer(dir_ / "parts.csv", table.spec, {});
    for (const auto& row : table.rows) writer.add({row});
    EXPECT_FALSE(std::filesystem::exists(dir_ / "parts.csv")) << "it has no name before it is whole";
    writer.close();
    EXPECT_EQ(read_text_file(dir_ / "parts.csv"), wanted);
}

TEST_F(TableFile, RowsThatAreWrittenAtTheSameTimeStandInTheirOrder) {
    Table table{{"t", "", {{"n", FieldType::integer, "", ""}, {"x", FieldType::real, "", ""}}}, {}};
    std::string expected = "n,x\r\n";
    for (std::int64_t i = 0; i < 70'000; ++i) {
        table.rows.push_back({i - 100, static_cast<double>(i) + 0.5});
        expected += std::to_string(i - 100) + "," + std::to_string(i) + ".5\r\n";
    }
    const auto from_behind = [](std::size_t count, const std::function<void(std::size_t)>& work) {
        for (std::size_t i = count; i-- > 0;) work(i);
    };
    write_csv(dir_ / "t.csv", table, {}, from_behind);
    EXPECT_TRUE(read_text_file(dir_ / "t.csv") == expected);
}

TEST_F(TableFile, WhatIsNotClosedLeavesNothing) {
    const auto table = areas({1, 2});
    {
        CsvWriter writer(dir_ / "parts.csv", table.spec, {});
        writer.add(table.rows);
        EXPECT_THROW(writer.add({{Value{}, Value{}}}), DataError);
    }
    EXPECT_EQ(files(), 0U);
}

TEST_F(TableFile, AreasArePrintedInTheUnitAskedForAndRoundedHalfAwayFromZero) {
    // 6.6666 m2 is 0.0099999 mu; 3.3333 m2 is 0.00499995 mu; 3.3334 m2 is 0.0050001 mu.
    EXPECT_EQ(csv_of(areas({66666, 33333, 33334, -33334, 0})),
              "area (mu)\r\n0.01\r\n0.00\r\n0.01\r\n-0.01\r\n0.00\r\n");
    // 0.005 m2 is a half.
    EXPECT_EQ(csv_of(areas({50, 49, -50, 12345678}), {Language::en, AreaUnit::m2, 2, false}),
              "area (m2)\r\n0.01\r\n0.00\r\n-0.01\r\n1234.57\r\n");
    EXPECT_EQ(csv_of(areas({Area::from_m2(20'280'000'00.0).units()}), {Language::en, AreaUnit::ha, 0, false}),
              "area (ha)\r\n202800\r\n");
}

TEST_F(TableFile, TheLargestAreaIsPrintedExactly) {
    EXPECT_EQ(csv_of(areas({INT64_MAX}), {Language::en, AreaUnit::mu, 4, false}),
              "area (mu)\r\n1383505805528.2164\r\n");
}

TEST_F(TableFile, ChineseHeadersHaveChineseNamesAndUnitsAfterAMark) {
    EXPECT_EQ(csv_of(areas({0}), {Language::zh, AreaUnit::mu, 1, true}), "\xEF\xBB\xBF面积（亩）\r\n0.0\r\n");
}

TEST_F(TableFile, CellsWithCommasQuotesOrLinesAreQuoted) {
    const Table table{{"t", "", {{"a", FieldType::text, "", ""}, {"b", FieldType::real, "%", ""}}},
                      {{Value{std::string("x,\"y\"\nz")}, Value{0.1}}, {Value{}, Value{}}}};
    EXPECT_EQ(csv_of(table), "a,b (%)\r\n\"x,\"\"y\"\"\nz\",0.1\r\n,\r\n");
    const auto back = read_csv(dir_ / "t.csv");
    EXPECT_EQ(back.rows, table.rows);
}

TEST_F(TableFile, ColumnsAreTypedByAllTheirValues) {
    const auto table = parsed("\xEF\xBB\xBFid,share,name,none\r\n1,2,3,\r\n-4,2.5,x,\r\n,,,\r\n");
    const auto& columns = table.spec.columns;
    EXPECT_EQ(columns[0].name, "id");
    EXPECT_EQ(columns[0].type, FieldType::integer);
    EXPECT_EQ(columns[1].type, FieldType::real);
    EXPECT_EQ(columns[2].type, FieldType::text);
    EXPECT_EQ(columns[3].type, FieldType::text);
    ASSERT_EQ(table.rows.size(), 3U);
    EXPECT_EQ(table.rows[1], (std::vector<Value>{std::int64_t{-4}, 2.5, std::string("x"), {}}));
    EXPECT_EQ(table.rows[2], std::vector<Value>(4));
}

TEST_F(TableFile, CodesThatANumberWouldChangeStayText) {
    const auto table = parsed("DLBM,BSM,x\n0103,140722100000000000123,0.5\n0201,140722100000000000124,0\n");
    EXPECT_EQ(table.rows[0], (std::vector<Value>{std::string("0103"), std::string("140722100000000000123"), 0.5}));
}

TEST_F(TableFile, OfficeFilesInGbkAreRead) {
    const auto table = parsed("\xB5\xD8\xC0\xE0\n\xBA\xCB\xCC\xD2\n");
    EXPECT_EQ(table.spec.columns[0].name, "地类");
    EXPECT_EQ(table.rows[0][0], Value{std::string("核桃")});
}

TEST_F(TableFile, FaultsNameTheirLine) {
    EXPECT_THAT(fault_of("a,b\n1,2\n3\n"), HasSubstr("in.csv:3: 1 values for 2 columns"));
    EXPECT_THAT(fault_of("a\n\"x\ny\"\n\"open\n"), HasSubstr("in.csv:4: a quote is opened and never closed"));
    EXPECT_THAT(fault_of("a\n\"x\"y\n"), HasSubstr("in.csv:2: text after a closing quote"));
    EXPECT_THAT(fault_of("a,a\n"), HasSubstr("two columns are named 'a'"));
    EXPECT_THAT(fault_of("a,\n"), HasSubstr("a column has no name"));
    EXPECT_THAT(fault_of(""), HasSubstr("is empty"));
    EXPECT_THAT(fault_of("a\n\xFF\xFF\n"), HasSubstr("neither UTF-8 nor GBK"));
}

TEST_F(TableFile, APlaceThatCannotBeWrittenIsADataError) {
    write_text_file(dir_ / "file", "x");
    EXPECT_THROW(write_text_file(dir_ / "file/under.txt", "x"), DataError);
    EXPECT_THROW(write_text_file(dir_ / "absent/under.txt", "x"), DataError);
    EXPECT_THROW(write_text_file(dir_.path(), "x"), DataError);
    EXPECT_THROW(write_text_file("/proc/linmu.txt", "x"), DataError);
    EXPECT_THROW(static_cast<void>(read_text_file(dir_ / "absent")), DataError);
    EXPECT_THROW(static_cast<void>(read_text_file(dir_.path())), DataError);
    EXPECT_EQ(files(), 1U);
}

TEST_F(TableFile, AFullDiskLeavesTheOldFileAndNothingElse) {
    write_text_file(dir_ / "t.txt", "old");
    const auto child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1000, 1000};
        setrlimit(RLIMIT_FSIZE, &limit);
        try {
            write_text_file(dir_ / "t.txt", std::string(5000, 'x'));
        } catch (const DataError&) {
            _exit(7);
        }
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    EXPECT_EQ(read_text_file(dir_ / "t.txt"), "old");
    EXPECT_EQ(files(), 1U);
}

}  // namespace
}  // namespace linmu
