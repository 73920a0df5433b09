// SPDX-License-Identifier: MIT
#include "linmu/io/wanted_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linmu/core/error.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

const std::vector<WantedTable> wanted{{"adjusted_area", {"zone", "low"}}, {"other", {"x"}}};

class WantedTables : public testing::Test {
protected:
    test::TempDir dir_;
    Ledger ledger_{dir_ / "ledger.gpkg"};

    WantedTables() {
        ledger_.put(Table{{"class_area", "", {{"zone", FieldType::text, "", ""}, {"area", FieldType::area, "m2", ""}}},
                          {{std::string("A"), std::int64_t{5}}, {std::string("B"), std::int64_t{7}}}});
    }
    void put_adjusted() {
        ledger_.put(
            Table{{"adjusted_area", "", {{"zone", FieldType::text, "", ""}, {"low", FieldType::area, "m2", ""}}},
                  {{std::string("B"), std::int64_t{6}}}});
    }
    [[nodiscard]] std::vector<std::string> told(const std::string& sql, const std::string& stand_in) const {
        std::vector<std::string> rows;
        for (const auto& row : ledger_.query(with_stand_ins(sql, stand_in)).rows) {
            rows.emplace_back();
            for (const auto& value : row) rows.back() += to_text(value) + " ";
        }
        return rows;
    }
};

const std::string joined =
    "SELECT c.zone, c.area, a.low FROM class_area c LEFT JOIN adjusted_area a ON a.zone = c.zone ORDER BY c.zone DESC";

TEST_F(WantedTables, AreEmptyWhereTheLedgerLacksThem) {
    const auto absent = stand_ins(ledger_, wanted);
    EXPECT_THAT(told(joined, absent), testing::ElementsAre("B 7  ", "A 5  "));
    put_adjusted();
    EXPECT_THAT(told(joined, stand_ins(ledger_, wanted)), testing::ElementsAre("B 7 6 ", "A 5  "));
    EXPECT_THAT(told(joined, absent), testing::ElementsAre("B 7  ", "A 5  ")) << "as it was when they were absent";
}

TEST_F(WantedTables, GoBeforeTheQuerysOwnExpressions) {
    const auto absent = stand_ins(ledger_, wanted);
    EXPECT_THAT(told("\n  with own AS (SELECT zone FROM adjusted_area) SELECT COUNT(*) FROM own", absent),
                testing::ElementsAre("0 "));
    EXPECT_THAT(told("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4) "
                     "SELECT SUM(i), (SELECT COUNT(*) FROM other) FROM n",
                     absent),
                testing::ElementsAre("10 0 "));
    EXPECT_THAT(told("SELECT * FROM (" + joined + ") WHERE zone IS 'A'", absent), testing::ElementsAre("A 5  "));
}

TEST_F(WantedTables, KeepTheTypesOfOtherColumns) {
    const auto found = ledger_.query(with_stand_ins(joined, stand_ins(ledger_, wanted)));
    EXPECT_EQ(found.spec.columns[1].type, FieldType::area);
    put_adjusted();
    EXPECT_EQ(stand_ins(ledger_, std::vector(1, wanted[0])), "");
    EXPECT_EQ(with_stand_ins(joined, ""), joined);
    EXPECT_THROW((void)told("SELECT high FROM adjusted_area", stand_ins(ledger_, wanted)), DataError)
        << "a column that it lacks is an error, not nothing";
}

}  // namespace
}  // namespace linmu
