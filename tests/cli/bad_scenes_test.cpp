// SPDX-License-Identifier: MIT
// Deliveries that are wrong in one way each: told in one sentence, and nothing is left half-written. A window that clouds
// hide is no fault: it is a hole, with a count of zero.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <string>

#include "linmu/io/table_file.hpp"
#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// A clear median of what lies in `delivery`, and how many dates are in it.
const std::string median = R"([grid]
like = "dem.tif"

[[step]]
id = "s"
use = "scenes"
path = "delivery"
bands = ["G", "R", "N"]

[[step]]
id = "m"
use = "mask"
in = ["s"]

[[step]]
id = "c"
use = "composite"
in = ["m"]
count = true

[[step]]
id = "w"
use = "write-raster"
in = ["c"]
path = "c.tif"
)";

class BadDeliveries : public testing::Test {
protected:
    void SetUp() override { fs::copy(fs::path(county_) / "dem.tif", space_.path("dem.tif")); }

    /// Puts a folder of the county's sensors where the pipeline looks.
    void deliver(const std::string& folder) const {
        fs::copy(fs::path(county_) / "sensors" / folder, space_.path("delivery"), fs::copy_options::recursive);
    }

    /// What is said of it, in one line and with nothing left behind.
    [[nodiscard]] std::string complaint(std::vector<std::string> more = {}) const {
        const auto text = space_.complaint(median, std::move(more));
        EXPECT_THAT(space_.left(), IsEmpty());
        EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
        return text;
    }

    /// The run that must go well, and what its plan has noted.
    [[nodiscard]] std::string notes(std::vector<std::string> more = {}) const {
        const auto outcome = space_.run(median, std::move(more));
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        return read_text_file(space_.path("out/log.jsonl"));
    }

    [[nodiscard]] RealPlane product(int band) const {
        const auto path = space_.path("out/products/c.tif");
        const RasterReader reader(inspect_raster(path).grid,
                                  {{.spec = {.name = "x"}, .path = path, .number = band, .nodata = {}}},
                                  Resampling::refuse);
        return reader.read(reader.spec().grid.window()).real(0);
    }

    /// Replaces a text in the metadata of the only product.
    void rewrite(const std::string& pattern, const std::string& by) const {
        for (const auto& entry : fs::recursive_directory_iterator(space_.path("delivery"))) {
            if (entry.path().filename() != "MTD_MSIL2A.xml") continue;
            const auto text = read_text_file(entry.path().string());
            const auto changed = std::regex_replace(text, std::regex(pattern), by);
            ASSERT_NE(changed, text) << pattern;
            write_text_file(entry.path().string(), changed);
        }
    }

    std::string county_ = practice_county_of_sensors();
    Workspace space_;
};

TEST_F(BadDeliveries, TruncatedBand) {
    deliver("faults/truncated_band");
    EXPECT_THAT(complaint(),
                AllOf(StartsWith("exit 1: linmu: step 's' at rows "), HasSubstr("_B04_10m.jp2 cannot be decoded"),
                      HasSubstr("the file is damaged or cut off, get it again")));
}

TEST_F(BadDeliveries, MixedUpBands) {
    deliver("faults/bands_of_another_size");
    EXPECT_THAT(complaint(), AllOf(StartsWith("exit 2: linmu: p.toml:4:1: step 's': "),
                                   HasSubstr("_B03_10m.jp2 has cells of 20 m, not of 10 m as its name says"),
                                   EndsWith("files of the product are mixed up, get it again\n")));
}

TEST_F(BadDeliveries, MissingMetadata) {
    deliver("faults/no_tile_metadata");
    EXPECT_THAT(complaint(), AllOf(StartsWith("exit 2: linmu: p.toml:4:1: step 's': "),
                                   HasSubstr("has no GRANULE/*/MTD_TL.xml; the copy is not whole, get it again")));
}

TEST_F(BadDeliveries, MissingMetadataIsSkippedWhereThatIsAskedFor) {
    deliver("faults/no_tile_metadata");
    fs::copy(fs::path(county_) / "sensors/s2-tiles", space_.path("delivery/more"), fs::copy_options::recursive);
    EXPECT_THAT(complaint(), HasSubstr("has no GRANULE/*/MTD_TL.xml"));
    EXPECT_THAT(notes({"--set", "s.faulty=skip"}), HasSubstr("skipped: "));
}

TEST_F(BadDeliveries, OffsetThatOneBandLacks) {
    deliver("faults/offset_missing_for_a_band");
    EXPECT_THAT(complaint(), AllOf(StartsWith("exit 2: linmu: p.toml:4:1: step 's': "),
                                   EndsWith("MTD_MSIL2A.xml has no BOA_ADD_OFFSET for band_id 3 (B04)\n")));
}

TEST_F(BadDeliveries, ContradictoryOffsetIsDecidedByCellsThatTell) {
    deliver("faults/offset_of_an_old_baseline");
    EXPECT_THAT(notes(), AllOf(HasSubstr("baseline 02.14"), HasSubstr("darkest 0.1 % of blue and red is"),
                               HasSubstr("offset 0: "), HasSubstr("though the metadata asks for -1000")));
}

TEST_F(BadDeliveries, ContradictoryOffsetIsRefusedWhereCellsDoNotTell) {
    deliver("faults/all_cloud");
    rewrite("<BOA_ADD_OFFSET [^>]*>[^<]*</BOA_ADD_OFFSET>", "");
    EXPECT_THAT(
        complaint(),
        AllOf(StartsWith("exit 2: linmu: p.toml:4:1: step 's': "),
              HasSubstr("does not say whether the offset of baseline 05.09 was applied, and its cells do not show "
                        "it (darkest 0.1 % of blue and red is"),
              EndsWith("or leave the scene out\n")));
}

TEST_F(BadDeliveries, DoubtfulOffsetOfAStacItem) {
    deliver("stac/S2A_49SGA_20250411_0_L2A");
    EXPECT_THAT(complaint(),
                AllOf(HasSubstr("does not say whether the offset of baseline 05.09 was applied"),
                      HasSubstr("say it in the metadata (earthsearch:boa_offset_applied of a STAC item)")));
}

TEST_F(BadDeliveries, ScenesOfTheOtherHalfOfThePlanet) {
    deliver("faults/southern_half");
    const auto told = AllOf(StartsWith("exit 2: linmu: p.toml:4:1: step 's': no scene overlaps the master grid ("),
                            HasSubstr("in EPSG:32649)"), HasSubstr("_T56JMM_"), EndsWith(" lies beside it\n"));
    EXPECT_THAT(complaint(), told);
    EXPECT_THAT(complaint({"--set", "s.resampling=bilinear"}), told);
}

TEST_F(BadDeliveries, OneOfTheOtherHalfAmongOthersIsLeftOutAndTold) {
    deliver("faults/southern_half");
    fs::copy(fs::path(county_) / "sensors/shifted", space_.path("delivery/more"), fs::copy_options::recursive);
    EXPECT_THAT(notes(), AllOf(HasSubstr("_T56JMM_20250521T072318 skipped: it lies beside the master grid"),
                               HasSubstr("S2B_MSIL2A_20250526T031049")));
}

TEST_F(BadDeliveries, AllCloudIsAHoleWithACountOfZero) {
    deliver("faults/all_cloud");
    (void)notes();
    EXPECT_THAT(space_.left(), ElementsAre("ledger.gpkg", "manifest.json", "products/c.tif"));
    for (int band = 1; band <= 3; ++band) {
        const auto plane = product(band);
        EXPECT_TRUE(std::ranges::all_of(plane.cells(), [](float v) { return std::isnan(v); })) << band;
    }
    const auto count = product(4);
    EXPECT_TRUE(std::ranges::all_of(count.cells(), [](float v) { return v == 0; }));
}

TEST_F(BadDeliveries, AllCloudAmongOtherDatesIsAHoleOnlyWhereTheyAreNot) {
    deliver("faults/all_cloud");
    fs::copy(fs::path(county_) / "sensors/s2-tiles", space_.path("delivery/more"), fs::copy_options::recursive);
    (void)notes({"--set", "s.window=2025-05-01/2025-12-31"});
    const auto count = product(4), red = product(2);
    int holes = 0;
    for (std::size_t i = 0; i < count.size(); ++i) {
        ASSERT_EQ(count.cells()[i] == 0, std::isnan(red.cells()[i]));
        holes += count.cells()[i] == 0 ? 1 : 0;
    }
    EXPECT_GT(holes, 0);
    EXPECT_LT(holes, static_cast<int>(count.size() / 4));
}

TEST_F(BadDeliveries, ProductWithoutAnyValueIsAnError) {
    deliver("faults/all_cloud");
    EXPECT_THAT(complaint({"--set", "c.count=false"}),
                AllOf(StartsWith("exit 1: linmu: "),
                      HasSubstr("c.tif: not one cell has a value; look at the grid, the dates and the masks")));
}

TEST_F(BadDeliveries, NoDateInTheWindow) {
    deliver("shifted");
    EXPECT_THAT(complaint({"--set", "s.window=2019-01-01/2019-02-01"}),
                AllOf(StartsWith("exit 2: linmu: p.toml:4:1: step 's': "), HasSubstr("no scene there is wanted"),
                      HasSubstr("2 left out: outside of the window 2019-01-01/2019-02-01")));
}

TEST_F(BadDeliveries, RawImageWithoutHeights) {
    deliver("gaofen/GF1_WFV1_E113.4_N37.0_20250523_L1A0007654320");
    EXPECT_THAT(
        complaint({"--set", "s.quality=optional", "--set", "s.resampling=bilinear"}),
        AllOf(StartsWith(
                  "exit 2: linmu: p.toml:4:1: step 's': GF1_WFV1_E113.4_N37.0_20250523_L1A0007654320 is an image of "
                  "level LEVEL1A that lies by its RPC"),
              HasSubstr("dem = \"dem.tif\"")));
}

TEST_F(BadDeliveries, LevelsThatAreNotOneMeasure) {
    deliver("l1c");
    fs::copy(fs::path(county_) / "sensors/shifted", space_.path("delivery/more"), fs::copy_options::recursive);
    EXPECT_THAT(complaint(),
                AllOf(HasSubstr("scenes of surface reflectance and of top of atmosphere lie together there"),
                      HasSubstr("sentinel2-l1c"), Not(HasSubstr("quality band"))));
}

}  // namespace
}  // namespace linmu::test
