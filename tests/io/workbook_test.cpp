// SPDX-License-Identifier: MIT
#include "linmu/io/workbook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <memory>
#include <string>

#include "linmu/core/error.hpp"
#include "support/run_binary.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string part_of(const std::string& workbook, const std::string& part) {
    const std::unique_ptr<zip_t, decltype(&zip_close)> archive(zip_open(workbook.c_str(), ZIP_RDONLY, nullptr),
                                                               zip_close);
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(zip_fopen(archive.get(), part.c_str(), 0),
                                                                  zip_fclose);
    if (!file) return "there is no " + part;
    std::string text(1 << 20, '\0');
    text.resize(static_cast<std::size_t>(std::max<zip_int64_t>(0, zip_fread(file.get(), text.data(), text.size()))));
    return text;
}

/// 2 mu and half a hundredth, a code with a leading zero, nothing.
Table plots() {
    return {{"plots",
             "小班",
             {{"code", FieldType::text, "", "地类编码"},
              {"area", FieldType::area, "m2", "面积"},
              {"share", FieldType::real, "%", "占比"},
              {"count", FieldType::integer, "", "个数"}}},
            {{std::string("合计 Total"), std::int64_t{13366667}, {}, std::int64_t{3}},
             {std::string("0103"), std::int64_t{13366667}, 12.5, {}}}};
}

Sheet sheet_of(const Table& table, const std::string& title) {
    return {.title = title,
            .table = &table,
            .area_unit = AreaUnit::mu,
            .decimals = 2,
            .total_first = true,
            .footer = {"先求和再换算"}};
}

TEST(Workbook, HasNumbersAsNumbersCodesAsTextAndBlanksWhereNothingIs) {
    const test::TempDir dir;
    const auto table = plots();
    const Sheet sheet = sheet_of(table, "造林小班 (亩)");
    write_workbook(dir / "t.xlsx", std::span(&sheet, 1), Language::zh);
    const auto page = part_of(dir / "t.xlsx", "xl/worksheets/sheet1.xml");
    EXPECT_THAT(page, HasSubstr("<v>2.01</v>")) << "2.00500005 mu, half up";
    EXPECT_THAT(page, AllOf(HasSubstr("<v>12.5</v>"), Not(HasSubstr("<v>103</v>"))));
    EXPECT_THAT(page, HasSubstr("ySplit=\"3\"")) << "frozen below the header";
    EXPECT_THAT(page, Not(HasSubstr("mergeCell")));
    EXPECT_THAT(page, HasSubstr("<c r=\"C4\" s=\"")) << "a blank cell has its frame and no value";
    EXPECT_THAT(
        part_of(dir / "t.xlsx", "xl/sharedStrings.xml"),
        AllOf(HasSubstr("0103"), HasSubstr("面积（亩）"), HasSubstr("面积单位: 亩"), HasSubstr("先求和再换算")));
}

TEST(Workbook, NamesSheetsAsSpreadsheetsAllow) {
    const test::TempDir dir;
    const auto table = plots();
    const std::string chinese = "左权县各乡镇二〇二五年耕地流入流出分地类分村分坡度汇总表及其说明[草稿]";
    const Sheet sheets[] = {sheet_of(table, chinese), sheet_of(table, chinese), sheet_of(table, "in/out: a*b?")};
    write_workbook(dir / "t.xlsx", sheets, Language::en);
    const auto book = part_of(dir / "t.xlsx", "xl/workbook.xml");
    EXPECT_THAT(book, HasSubstr("\"左权县各乡镇二〇二五年耕地流入流出分地类分村分坡度汇总表及其说\""));
    EXPECT_THAT(book, HasSubstr("\"左权县各乡镇二〇二五年耕地流入流出分地类分村分坡度汇总表及 2\""));
    EXPECT_THAT(book, HasSubstr("\"inout ab\""));
}

TEST(Workbook, IsTheSameBytesEveryTime) {
    const test::TempDir dir;
    const auto table = plots();
    const Sheet sheet = sheet_of(table, "plots");
    write_workbook(dir / "a.xlsx", std::span(&sheet, 1), Language::en);
    write_workbook(dir / "b.xlsx", std::span(&sheet, 1), Language::en);
    EXPECT_EQ(test::text_of(dir / "a.xlsx"), test::text_of(dir / "b.xlsx"));
}

TEST(Workbook, ThatCannotBeWrittenLeavesNothing) {
    const test::TempDir dir;
    const auto table = plots();
    const Sheet sheet = sheet_of(table, "plots");
    EXPECT_THROW(write_workbook(dir / "no/such/folder/t.xlsx", std::span(&sheet, 1), Language::en), DataError);
    EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

}  // namespace
}  // namespace linmu
