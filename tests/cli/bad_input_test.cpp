// SPDX-License-Identifier: MIT
// Bad input is told in a sentence with the file, and leaves nothing half-written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// The scenes of one summer to a clear median.
const std::string summer = R"([grid]
like = "dem.tif"

[[step]]
id = "s"
use = "scenes"
path = "scenes/*.SAFE"
window = "07-15/08-31"
bands = ["R", "N"]

[[step]]
id = "m"
use = "mask"
in = ["s"]

[[step]]
id = "c"
use = "composite"
in = ["m"]

[[step]]
id = "w"
use = "write-raster"
in = ["c"]
path = "c.tif"
)";

class BadScenes : public testing::Test {
protected:
    void SetUp() override {
        const fs::path county = practice_county();
        fs::copy(county / "dem.tif", space_.path("dem.tif"));
        fs::copy(county / "scenes/2025", space_.path("scenes"), fs::copy_options::recursive);
    }
    void TearDown() override { EXPECT_THAT(space_.left(), IsEmpty()); }

    /// A file of the first scene of August.
    [[nodiscard]] fs::path august(const std::string& ending) const {
        for (const auto& entry : fs::recursive_directory_iterator(space_.path("scenes"))) {
            const auto name = entry.path().string();
            if (name.ends_with(ending) && name.find("_202508") != std::string::npos) return entry.path();
        }
        throw std::runtime_error("no such file in the practice county: " + ending);
    }

    Workspace space_;
};

TEST_F(BadScenes, None) {
    fs::remove_all(space_.path("scenes"));
    EXPECT_EQ(space_.complaint(summer),
              "exit 2: linmu: p.toml:4:1: step 's': scenes/*.SAFE: no scene there; a scene is a .SAFE folder or zip, a "
              "Landsat, HLS or Gaofen product, a STAC item with its files, or a raster with NAME.scene.toml\n");
}

TEST_F(BadScenes, NoneInTheWindow) {
    EXPECT_THAT(space_.complaint(summer, {"--set", "s.window=2019-01-01/2019-02-01"}),
                AllOf(StartsWith("exit 2: linmu: p.toml:4:1: step 's': scenes/*.SAFE: no scene there is wanted"),
                      HasSubstr("7 left out: outside of the window 2019-01-01/2019-02-01")));
}

TEST_F(BadScenes, CutOffJp2) {
    const auto file = august("B08_10m.jp2");
    for (const unsigned part : {2U, 8U}) {
        fs::resize_file(file, fs::file_size(file) / part);
        EXPECT_THAT(space_.complaint(summer),
                    AllOf(StartsWith("exit 1: linmu: step 's' at rows "), HasSubstr("B08_10m.jp2 cannot be decoded"),
                          HasSubstr("the file is damaged or cut off, get it again")));
    }
}

TEST_F(BadScenes, EmptyJp2) {
    fs::resize_file(august("B08_10m.jp2"), 0);
    EXPECT_THAT(space_.complaint(summer),
                AllOf(StartsWith("exit 2: linmu: p.toml:4:1: step 's': "), HasSubstr("B08_10m.jp2 cannot be opened")));
}

TEST_F(BadScenes, BandThatTheMetadataListsIsGone) {
    fs::remove(august("B08_10m.jp2"));
    EXPECT_THAT(space_.complaint(summer), AllOf(HasSubstr("B08_10m.jp2, though its metadata lists it"),
                                                EndsWith("the copy is not whole, get it again\n")));
}

TEST_F(BadScenes, SafeFolderWithoutMetadataIsNotPassedOver) {
    fs::remove(august("MTD_MSIL2A.xml"));
    EXPECT_THAT(space_.complaint(summer),
                AllOf(StartsWith("exit 2: linmu: p.toml:4:1: step 's': scenes/"), HasSubstr("MTD_MSIL2A.xml")));
}

TEST_F(BadScenes, NoOverlapWithTheGrid) {
    const std::string far = "[grid]\ncrs = \"EPSG:32649\"\ncell = 10\nbounds = [300000, 3000000, 301000, 3001000]\n";
    EXPECT_THAT(space_.complaint(far + summer.substr(summer.find("\n\n"))),
                AllOf(StartsWith("exit 2: linmu: p.toml:7:1: step 's': no scene overlaps the master grid (100 x 100 "
                                 "cells of 10 x 10 in EPSG:32649)"),
                      EndsWith("lies beside it\n")));
}

TEST_F(BadScenes, NoOverlapWithAGridOfAnotherCrs) {
    const std::string far = "[grid]\ncrs = \"EPSG:4547\"\ncell = 10\nbounds = [500000, 3000000, 501000, 3001000]\n";
    EXPECT_THAT(space_.complaint(far + summer.substr(summer.find("\n\n")), {"--set", "s.resampling=nearest"}),
                HasSubstr("step 's': no scene overlaps the master grid (100 x 100 cells of 10 x 10 in EPSG:4547)"));
}

TEST_F(BadScenes, OfAnotherCrsAreNotResampledUnasked) {
    const std::string other = "[grid]\ncrs = \"EPSG:4547\"\ncell = 10\nbounds = [443500, 4096500, 444500, 4097500]\n";
    EXPECT_THAT(space_.complaint(other + summer.substr(summer.find("\n\n"))),
                AllOf(StartsWith("exit 2: linmu: p.toml:7:1: step 's': scenes/"),
                      HasSubstr("its CRS is EPSG:32649, the grid's is EPSG:4547; say how to resample it")));
}

class BadFiles : public testing::Test {
protected:
    void SetUp() override {
        space_.raster("r.tif", small_grid, 2, [](int b, int r, int c) { return 1000 + 500 * b + r + c; });
    }
    Workspace space_;
};

const std::string zones = R"([[step]]
id = "z"
use = "read-layer"
path = "z.shp"

[[step]]
id = "p"
use = "polygon-area"
in = ["z"]
key = "id"
)";

TEST_F(BadFiles, LayerWithoutCrs) {
    space_.squares("z.shp", "EPSG:32649", {500100, 4099900}, 500, 2);
    fs::remove(space_.path("z.prj"));
    EXPECT_THAT(
        space_.complaint(zones),
        AllOf(StartsWith("exit 2: linmu: p.toml:1:1: step 'z': z.shp: layer 'z': it has no CRS; eastings 500100 to "),
              HasSubstr("whose meridian they don't tell"), HasSubstr("say which it is (crs = \"EPSG:4547\")")));
    EXPECT_THAT(space_.left(), IsEmpty());
    EXPECT_EQ(space_.run(zones, {"--set", "z.crs=EPSG:32649"}).exit_code, 0);
}

TEST_F(BadFiles, LayerWithoutFeatures) {
    space_.write("z.geojson", R"({"type": "FeatureCollection", "name": "z", "features": []})");
    const auto text = space_.complaint(zones, {"--set", "z.path=z.geojson"});
    EXPECT_THAT(text, AllOf(StartsWith("exit 2: linmu: p.toml:1:1: step 'z': "), HasSubstr("z.geojson"),
                            HasSubstr("features")));
}

TEST_F(BadFiles, LayerWithoutItsKey) {
    space_.squares("z.shp", "EPSG:32649", {500100, 4099900}, 500, 2);
    EXPECT_EQ(space_.complaint(zones, {"--set", "p.key=idd"}),
              "exit 2: linmu: p.toml:6:1: step 'p': z has no field 'idd'; did you mean 'id'?\n");
}

TEST_F(BadFiles, MissingRasterAndLayer) {
    fs::remove(space_.path("r.tif"));
    EXPECT_EQ(
        space_.complaint(ndvi + zones),
        "exit 2: linmu: p.toml:1:1: step 'a': there is no file r.tif\np.toml:18:1: step 'z': there is no file z.shp\n");
}

TEST_F(BadFiles, RasterBesideTheGrid) {
    const std::string grid = "[grid]\ncrs = \"EPSG:32649\"\ncell = 10\nbounds = [600000, 4098000, 603000, 4100000]\n";
    EXPECT_THAT(
        space_.complaint(grid + ndvi),
        HasSubstr("step 'a': r.tif shares no cell with the master grid (300 x 200 cells of 10 x 10 in EPSG:32649)"));
}

TEST_F(BadFiles, FolderThatCanNotBeMade) {
    space_.write("out", "a file where a folder should be");
    EXPECT_EQ(space_.complaint(ndvi),
              "exit 1: linmu: out/products: the folder can't be made (Not a directory); give another --out\n");
    EXPECT_EQ(text_of(space_.path("out")), "a file where a folder should be");
}

TEST_F(BadFiles, FolderInTheProductsPlace) {
    fs::create_directories(space_.path("out/products/ndvi.tif"));
    EXPECT_EQ(space_.complaint(ndvi), "exit 1: linmu: out/products/ndvi.tif cannot be written: it is a folder\n");
    EXPECT_THAT(space_.left(), IsEmpty());
}

/// A disk that is full from the first file that is larger than some kilobytes. The signal is ignored as cron and others do.
Outcome on_a_full_disk(int kilobytes, const Workspace& space) {
    return run_program({"bash", "-c", "trap '' XFSZ; ulimit -f " + std::to_string(kilobytes) + "; exec \"$@\"", "bash",
                        LINMU_BINARY, "run", space.path("p.toml"), "--out", space.path("out")});
}

TEST_F(BadFiles, FullDiskLeavesNothing) {
    space_.write("p.toml", ndvi);
    int failed = 0;
    for (const int kilobytes : {1, 8, 40, 90, 100, 200}) {
        const auto outcome = on_a_full_disk(kilobytes, space_);
        if (outcome.exit_code == 0) continue;
        ++failed;
        EXPECT_EQ(outcome.exit_code, 1) << kilobytes << " kB";
        EXPECT_THAT(outcome.err, StartsWith("linmu: " + space_.path("out"))) << kilobytes << " kB";
        EXPECT_THAT(space_.left(), IsEmpty()) << kilobytes << " kB: " << outcome.err;
    }
    EXPECT_GE(failed, 4);
    EXPECT_EQ(space_.run(ndvi).exit_code, 0);
}

TEST_F(BadFiles, FailedRunLeavesNoManifestAndNoLedgerOfAnEarlierOne) {
    ASSERT_EQ(space_.run(ndvi).exit_code, 0);
    space_.write("p.toml", ndvi + "# the same with another compression, on a full disk\ncompress = \"none\"\n");
    ASSERT_EQ(on_a_full_disk(40, space_).exit_code, 1);
    EXPECT_THAT(space_.left(), testing::ElementsAre("products/ndvi.tif"));
}

}  // namespace
}  // namespace linmu::test
