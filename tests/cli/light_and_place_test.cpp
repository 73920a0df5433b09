// SPDX-License-Identifier: MIT
// Light on slopes and the place of scenes, corrected in one pipeline on the practice county: each fit, of an earlier pass,
// feeds the correction of a later one, and a second fit reports what is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>

#include "linmu/io/hash.hpp"
#include "linmu/io/ledger.hpp"
#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

std::string pipeline(const std::string& method) {
    return R"([grid]
like = "${county}/dem.tif"
[vars]
county = "."
[[step]]
id = "dem"
use = "read-raster"
path = "${county}/dem.tif"
[[step]]
id = "terrain"
use = "terrain"
in = ["dem"]
[[step]]
id = "classes"
use = "read-raster"
path = "${county}/truth/class_2025.tif"
kind = "code"
legend = "landcover"
[[step]]
id = "scenes"
use = "scenes"
path = "${county}/scenes/2025/*.SAFE"
window = "01-01/06-10"
bands = ["R", "N", "S1"]
[[step]]
id = "lit"
use = "terrain-shadow"
in = ["scenes", "dem"]
[[step]]
id = "clear"
use = "mask"
in = ["lit"]
terrain-shadow = true
[[step]]
id = "before"
use = "terrain-fit"
in = ["clear", "terrain", "classes"]
[[step]]
id = "level"
use = "terrain-correct"
in = ["clear", "terrain", "before", "classes"]
method = ")" +
           method +
           R"("
[[step]]
id = "after"
use = "terrain-fit"
in = ["level", "terrain", "classes"]
[[step]]
id = "shifts"
use = "shift"
in = ["level"]
band = "R"
chip = 128
[[step]]
id = "straight"
use = "shift-correct"
in = ["level", "shifts"]
[[step]]
id = "median"
use = "composite"
in = ["straight"]
[[step]]
id = "w"
use = "write-raster"
in = ["median"]
path = "median.tif"
[[step]]
id = "shade"
use = "terrain-shadow"
in = ["clear", "dem"]
only-mask = true
[[step]]
id = "ws"
use = "write-raster"
in = ["shade"]
path = "shade.tif"
)";
}

class LightAndPlace : public testing::Test {
protected:
    /// One run by method c, which more than one test looks at.
    static void SetUpTestSuite() {
        space_ = std::make_unique<Workspace>();
        (void)run("c", "whole", {"-j", "1", "--tile", "512"});
    }
    static void TearDownTestSuite() { space_.reset(); }
    static Ledger whole() { return Ledger::open(space_->path("whole/ledger.gpkg")); }

    static Ledger run(const std::string& method, const std::string& out, std::vector<std::string> more = {}) {
        more.insert(more.end(), {"--set", "county=" + practice_county(), "--quiet"});
        const auto outcome = space_->run(pipeline(method), more, out);
        if (outcome.exit_code != 0) throw std::runtime_error(outcome.err);
        return Ledger::open(space_->path(out + "/ledger.gpkg"));
    }

    /// A band that followed the light: its correlation with it before and after, and what of it the fit says is light of the sky.
    struct Lit {
        double before, after, sky;
    };
    static std::vector<Lit> lit_bands(const Ledger& ledger, const std::string& forest) {
        std::vector<Lit> out;
        for (const auto& row :
             ledger
                 .query("SELECT b.r, a.r, b.c FROM terrain_fit b JOIN terrain_fit a USING (scene, band, class) "
                        "WHERE b.fit = 'before' AND a.fit = 'after' AND class = '" +
                        forest + "' AND abs(b.r) >= 0.1")
                 .rows)
            out.push_back({std::get<double>(row[0]), std::get<double>(row[1]), std::get<double>(row[2])});
        return out;
    }

    /// The largest of what is left.
    static double most_left(const Ledger& ledger, const std::string& forest) {
        double most = 0;
        for (const auto& band : lit_bands(ledger, forest)) most = std::max(most, std::abs(band.after));
        return most;
    }

    static std::unique_ptr<Workspace> space_;
};
std::unique_ptr<Workspace> LightAndPlace::space_;

/// Where conifers stand thinner on sunny slopes the ground between them is brighter: more of a band's correlation than light
/// explains. The fit tells it by light of the sky below nothing.
TEST_F(LightAndPlace, CorrelationOfForestWithTheLightFallsBelowATenthInEachBand) {
    for (const std::string forest : {"broadleaf", "conifer"}) {
        const auto bands = lit_bands(whole(), forest);
        EXPECT_EQ(bands.size(), 12U) << "three bands of four dates of " << forest;
        double most = 0;
        for (const auto& band : bands) {
            EXPECT_LT(std::abs(band.after), 0.1) << forest << ", before " << band.before;
            most = std::max(most, band.before);
        }
        EXPECT_GT(most, 0.9) << "in winter the light says more than the ground";
        const auto beyond = std::ranges::count_if(bands, [](const Lit& band) { return band.sky < -0.1; });
        EXPECT_LE(beyond, forest == "conifer" ? 3 : 0);
    }
}

/// The county's light falls on the ground, not on upright crowns: c is its method, and the fit of the corrected scenes tells so.
TEST_F(LightAndPlace, TheMethodOfUprightCrownsLeavesALittleOfALightThatFallsOnTheGround) {
    const auto upright = run("scs+c", "out");
    for (const std::string forest : {"broadleaf", "conifer"}) {
        for (const auto& band : lit_bands(upright, forest)) {
            EXPECT_LT(std::abs(band.after), 0.25) << forest;
            EXPECT_LT(std::abs(band.after), 0.4 * band.before) << forest;
        }
        RecordProperty(forest + " c", std::to_string(most_left(whole(), forest)));
        RecordProperty(forest + " scs+c", std::to_string(most_left(upright, forest)));
        EXPECT_GT(most_left(upright, forest), most_left(whole(), forest));
    }
}

TEST_F(LightAndPlace, ScenesOfOneGridLieInPlaceAndTheLowSunCastsMoreShade) {
    const auto ledger = whole();
    const auto shifts = ledger.query("SELECT verdict, dx, dy FROM scene_shift ORDER BY scene").rows;
    ASSERT_EQ(shifts.size(), 4U);
    for (const auto& row : shifts) {
        EXPECT_THAT(to_text(row[0]), testing::AnyOf("in place", "reference"));
        EXPECT_LT(std::hypot(std::get<double>(row[1]), std::get<double>(row[2])), 0.05);
    }
    const std::string path = space_->path("whole/products/shade.tif");
    const auto file = inspect_raster(path);
    std::vector<std::int64_t> shaded;
    for (int number = 1; number <= static_cast<int>(file.bands.size()); ++number) {
        BandPick pick;
        pick.spec = {.name = "shadow", .kind = BandKind::code};
        pick.path = path;
        pick.number = number;
        const auto block = RasterReader(file.grid, {pick}, Resampling::refuse).read(file.grid.window());
        shaded.push_back(std::ranges::count(block.code(0).cells(), 1));
    }
    ASSERT_EQ(shaded.size(), 4U);
    EXPECT_GT(shaded[0], 1000) << "19 January";
    EXPECT_GT(shaded[0], 10 * shaded[3]) << "8 June";
}

TEST_F(LightAndPlace, TablesAndMapsAreTheSameForAnyTilesAndThreads) {
    const auto all = whole(), small = run("c", "small", {"-j", "2", "--tile", "64"});
    for (const auto* table : {"terrain_fit", "scene_shift"}) {
        const auto query = std::string("SELECT * FROM ") + table;
        EXPECT_GT(all.query(query).rows.size(), 3U);
        EXPECT_EQ(small.query(query).rows, all.query(query).rows) << table;
    }
    for (const auto* name : {"median.tif", "shade.tif"}) {
        EXPECT_EQ(content_hash(space_->path(std::string("small/products/") + name)),
                  content_hash(space_->path(std::string("whole/products/") + name)))
            << name;
    }
}

}  // namespace
}  // namespace linmu::test
