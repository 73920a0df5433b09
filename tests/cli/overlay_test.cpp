// SPDX-License-Identifier: MIT
// Overlays of the practice county's two years, of its work plots and roads, and of real farms, as people run them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>

#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "support/paths.hpp"
#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;

std::string survey(const std::string& name) { return practice_county() + "/survey/" + name; }

/// `linmu do` with areas to their last digit.
Outcome run_do(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "do");
    arguments.insert(arguments.end(), {"--area-unit", "m2", "--decimals", "4"});
    auto outcome = run_binary(std::move(arguments));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome;
}

/// A CSV's rows by the names of its columns.
class Rows {
public:
    explicit Rows(const std::string& path) : table_(read_csv(path)) {
        for (std::size_t i = 0; i < table_.spec.columns.size(); ++i) {
            const auto& name = table_.spec.columns[i].name;
            at_[name.substr(0, name.find(" ("))] = i;
        }
    }
    [[nodiscard]] std::size_t size() const { return table_.rows.size(); }
    [[nodiscard]] std::string text(std::size_t r, const std::string& column) const {
        return to_text(table_.rows[r][at_.at(column)]);
    }
    /// Whole units of Area.
    [[nodiscard]] std::int64_t units(std::size_t r, const std::string& column = "area") const {
        return std::llround(std::stod(text(r, column)) * 1e4);
    }

private:
    Table table_;
    std::map<std::string, std::size_t> at_;
};

/// The survey's own areas of a layer's features, summed over a field.
std::map<std::string, std::int64_t> own_areas(const Workspace& space, const std::string& layer,
                                              const std::string& field) {
    run_do({"clip", "-i", layer, "-i", survey("county.gpkg"), "--key", field, "--zone-key", "XZQDM", "--geometry",
            "false", "-o", space.path("own.csv")});
    std::map<std::string, std::int64_t> sums;
    const Rows rows(space.path("own.csv"));
    for (std::size_t r = 0; r < rows.size(); ++r) sums[rows.text(r, "id")] += rows.units(r);
    return sums;
}

TEST(ParcelTransition, EachPlantedChangeComesBackToACentimetre) {
    const Workspace space;
    run_do({"parcel-transition", "-i", survey("dltb_2020.shp"), "-i", survey("dltb_2025.gpkg"), "--geometry", "false",
            "-o", space.path("t.csv")});
    const Rows pieces(space.path("t-parcel_transition_piece.csv"));
    const Rows truth(practice_county() + "/truth/farmland_flows.csv");
    std::vector<bool> used(pieces.size(), false);
    ASSERT_GT(truth.size(), 10U);
    for (std::size_t t = 0; t < truth.size(); ++t) {
        const double planted = std::stod(truth.text(t, "area"));
        bool found = false;
        for (std::size_t p = 0; p < pieces.size() && !found; ++p) {
            if (used[p] || pieces.text(p, "zone") != truth.text(t, "village") ||
                pieces.text(p, "from_class") != truth.text(t, "code_from") ||
                pieces.text(p, "to_class") != truth.text(t, "code_to"))
                continue;
            found = used[p] = std::abs(std::stod(pieces.text(p, "area")) - planted) < 0.01;
        }
        EXPECT_TRUE(found) << truth.text(t, "code_from") << " to " << truth.text(t, "code_to") << " in "
                           << truth.text(t, "village") << ", " << planted << " m2";
    }
}

TEST(ParcelTransition, RowsAndColumnsCloseToTheLastDigitOnBothBases) {
    const Workspace space;
    const auto before = own_areas(space, survey("dltb_2020.shp"), "DLBM");
    const auto after = own_areas(space, survey("dltb_2025.gpkg"), "DLBM");
    std::int64_t ground = 0;
    for (const std::string basis : {"ellipsoid", "statistical"}) {
        run_do({"parcel-transition", "-i", survey("dltb_2020.shp"), "-i", survey("dltb_2025.gpkg"), "--geometry",
                "false", "--basis", basis, "-o", space.path("t.csv")});
        const Rows cells(space.path("t-parcel_transition.csv"));
        std::map<std::string, std::int64_t> from, to;
        std::int64_t all = 0;
        for (std::size_t r = 0; r < cells.size(); ++r) {
            if (!cells.text(r, "from_class").empty()) from[cells.text(r, "from_class")] += cells.units(r);
            if (!cells.text(r, "to_class").empty()) to[cells.text(r, "to_class")] += cells.units(r);
            all += cells.units(r);
        }
        if (basis == "ellipsoid") {
            EXPECT_EQ(from, before);
            EXPECT_EQ(to, after);
            ground = all;
        } else {
            EXPECT_EQ(all, ground) << "the ridges are booked, not lost";
            EXPECT_LT(from["0103"], before.at("0103")) << "cropland less its ridges";
            EXPECT_GT(from["1203"], 0);
        }
    }
}

TEST(ParcelTransition, SpeaksOfClassesThroughACrosswalk) {
    const Workspace space;
    run_do({"parcel-transition", "-i", survey("dltb_2020.shp"), "-i", survey("dltb_2025.gpkg"), "--crosswalk-before",
            "dltb-landcover", "--crosswalk-after", "dltb-landcover", "-o", space.path("t.gpkg")});
    const auto layer = read_layer({space.path("t.gpkg"), "", "", ""});
    const auto from = field_index(layer.spec.fields, "from_class", "t");
    bool walnut = false;
    for (const auto& feature : layer.features) {
        EXPECT_FALSE(feature.geometry.polygons.empty());
        EXPECT_NE(to_text(feature.values[from]), "0201");
        walnut = walnut || to_text(feature.values[from]) == "walnut";
    }
    EXPECT_TRUE(walnut);
}

TEST(Overlay, GivesTheSameBytesForAnyThreadsAndItsPiecesTheirAreas) {
    const Workspace space;
    for (const std::string threads : {"1", "2"})
        run_do({"overlay", "-i", survey("dltb_2020.shp"), "-i", survey("dltb_2025.gpkg"), "--keys", "BSM", "--fields",
                "DLBM", "--class", "DLBM", "--threads", threads, "-o", space.path("o" + threads + ".csv")});
    EXPECT_EQ(text_of(space.path("o1.csv")), text_of(space.path("o2.csv")));
    run_do({"overlay", "-i", survey("dltb_2020.shp"), "-i", survey("dltb_2025.gpkg"), "--keys", "BSM", "-o",
            space.path("o.gpkg")});
    run_do({"polygon-area", "-i", space.path("o.gpkg"), "--key", "kind", "-o", space.path("again.gpkg")});
    const auto pieces = read_layer({space.path("again.gpkg"), "", "", ""});
    const auto told = field_index(pieces.spec.fields, "area", "o");
    const auto measured = field_index(pieces.spec.fields, "ellipsoid_area", "o");
    for (const auto& feature : pieces.features) {
        const double area = std::stod(to_text(feature.values[told]));
        ASSERT_NEAR(std::stod(to_text(feature.values[measured])), area, 0.05) << feature.fid;
    }
}

TEST(Overlay, OfThreeLayersClosesToo) {
    const Workspace space;
    run_do({"overlay", "-i", survey("dltb_2020.shp"), "-i", survey("dltb_2025.gpkg"), "-i", survey("villages.gpkg"),
            "--keys", "BSM,BSM,ZLDWDM", "--geometry", "false", "-o", space.path("o.csv")});
    const auto own = own_areas(space, survey("dltb_2020.shp"), "BSM");
    std::map<std::string, std::int64_t> sums;
    const Rows rows(space.path("o.csv"));
    std::size_t triples = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        if (!rows.text(r, "a_id").empty()) sums[rows.text(r, "a_id")] += rows.units(r);
        if (!rows.text(r, "a_id").empty() && !rows.text(r, "b_id").empty() && !rows.text(r, "c_id").empty()) ++triples;
    }
    EXPECT_EQ(sums, own);
    EXPECT_GT(triples, 500U);
}

TEST(Clip, PiecesAndWhatLiesInNoZoneAddUp) {
    const Workspace space;
    run_do({"clip", "-i", survey("works.gpkg"), "-i", survey("villages.gpkg"), "--key", "XBBH", "--zone-key", "ZLDWDM",
            "-o", space.path("c.csv")});
    const Rows rows(space.path("c.csv"));
    std::map<std::string, double> shares;
    for (std::size_t r = 0; r < rows.size(); ++r) shares[rows.text(r, "id")] += std::stod(rows.text(r, "share"));
    EXPECT_GT(shares.size(), 10U);
    for (const auto& [id, share] : shares) EXPECT_NEAR(share, 1, 1e-9) << id;
}

TEST(Union, FindsThePlantedDoubleReports) {
    const Workspace space;
    run_do({"union", "-i", survey("works.gpkg"), "--key", "XBBH", "--order", "ZLND", "-o", space.path("u.csv")});
    const Rows overlaps(space.path("u-union_overlap.csv"));
    const Rows parts(space.path("u-union_part.csv"));
    const Rows years(space.path("u-union_year.csv"));
    const Rows truth(practice_county() + "/truth/plots.csv");
    std::size_t planted = 0;
    for (std::size_t t = 0; t < truth.size(); ++t) {
        if (truth.text(t, "repeats").empty()) continue;
        ++planted;
        bool found = false;
        for (std::size_t o = 0; o < overlaps.size(); ++o)
            found = found || (overlaps.text(o, "first_id") == truth.text(t, "repeats") &&
                              overlaps.text(o, "second_id") == truth.text(t, "plot"));
        EXPECT_TRUE(found) << truth.text(t, "plot");
    }
    EXPECT_GT(planted, 0U);
    std::int64_t counted = 0;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        counted += parts.units(p, "counted");
        EXPECT_EQ(parts.units(p, "counted") + parts.units(p, "repeated"), parts.units(p, "own"));
    }
    EXPECT_EQ(years.units(years.size() - 1, "cumulative"), counted);
}

TEST(Union, OfRealFarmsFindsAllThatOverlap) {
    const std::string farms = shared_data("cadastre_farms_swellendam_invalid/farms_33S.shp");
    LINMU_NEEDS(farms);
    const Workspace space;
    run_do({"union", "-i", farms, "--key", "AG_CAD_ID", "--order", "AG_CAD_ID", "--geometry", "false", "--grid", "1e-5",
            "-o", space.path("f.csv")});
    const Rows overlaps(space.path("f-union_overlap.csv"));
    double sum = 0;
    std::size_t small = 0;
    for (std::size_t o = 0; o < overlaps.size(); ++o) {
        const double area = std::stod(overlaps.text(o, "area"));
        sum += area;
        if (area < 1) ++small;
    }
    // GEOS finds 3838 pairs, 367 of less than 1 m2, some of them thinner than the rounding of coordinates.
    EXPECT_NEAR(static_cast<double>(overlaps.size()), 3838, 30);
    EXPECT_NEAR(static_cast<double>(small), 367, 30);
    // 3410.97 km2 in the plane of UTM 33 S, 504 km east of its meridian, where a square metre is 1.00545 in the plane:
    // k = 0.9996 (1 + x2 / 2 R2).
    EXPECT_NEAR(sum / 1e6, 3410.97 / 1.00545, 0.5);
}

TEST(Corridor, OfThePracticeRoadsHasBothSidesAndNoCarriageway) {
    const Workspace space;
    run_do({"corridor", "-i", survey("roads.gpkg"), "--key", "LXDM", "--width", "20", "--carriageway-field", "KD",
            "--interval", "500", "-o", space.path("c.csv")});
    const Rows strips(space.path("c-corridor.csv"));
    std::size_t left = 0;
    std::set<std::string> pieces;
    for (std::size_t r = 0; r < strips.size(); ++r) {
        pieces.insert(strips.text(r, "piece"));
        const double length = std::stod(strips.text(r, "to_m")) - std::stod(strips.text(r, "from_m"));
        EXPECT_LE(length, 500 + 1e-9);
        if (strips.text(r, "side") == "left") ++left;
        EXPECT_NEAR(std::stod(strips.text(r, "area")), 20 * length, 0.25 * 20 * length + 800) << r;
    }
    EXPECT_EQ(left * 2, strips.size());
    EXPECT_EQ(pieces.size(), strips.size()) << "each piece has a key of its own";
}

TEST(Overlay, TellsWhatIsMissing) {
    const auto outcome = run_binary({"do", "overlay", "-i", survey("dltb_2020.shp"), "--keys", "BSM"});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("two layers or more"));
    const auto lines = run_binary({"do", "clip", "-i", survey("roads.gpkg"), "-i", survey("villages.gpkg"), "--key",
                                   "LXDM", "--zone-key", "ZLDWDM"});
    EXPECT_EQ(lines.exit_code, 1);
    EXPECT_THAT(lines.err, HasSubstr("lines and points have no area"));
}

}  // namespace
}  // namespace linmu::test
