// SPDX-License-Identifier: MIT
#include "linmu/io/image_writer.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "linmu/core/error.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/zip_file.hpp"
#include "support/gdal_file.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

CodePlane ramp(int rows, int cols, std::int32_t first) {
    CodePlane out(rows, cols, 0);
    for (std::size_t i = 0; i < out.size(); ++i) out.cells()[i] = first + static_cast<std::int32_t>(i);
    return out;
}

ImageForm form(const std::string& path) {
    return {.path = path,
            .rows = 4,
            .cols = 3,
            .grid = Grid{.crs = "EPSG:32649", .x0 = 15, .y0 = 4000, .cell_x = 30, .cell_y = 30},
            .tags = {{"AREA_OR_POINT", "Point"}}};
}

std::vector<int> stored(const std::string& path) {
    GDALAllRegister();
    auto* file = GDALDataset::Open(path.c_str());
    std::vector<int> cells(static_cast<std::size_t>(file->GetRasterXSize() * file->GetRasterYSize()));
    EXPECT_EQ(
        file->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, file->GetRasterXSize(), file->GetRasterYSize(), cells.data(),
                                         file->GetRasterXSize(), file->GetRasterYSize(), GDT_Int32, 0, 0, nullptr),
        CE_None);
    GDALClose(GDALDataset::ToHandle(file));
    return cells;
}

TEST(ImageWriter, StoresNumbersAsTheyAreWithoutNodata) {
    const test::TempDir folder;
    for (const std::string format : {"gtiff", "cog", "jp2"}) {
        auto wanted = form(folder / ("a." + format));
        wanted.format = format;
        ImageWriter writer(wanted);
        const auto top = ramp(2, 3, 0);
        const auto bottom = ramp(2, 3, 65530);
        writer.write(0, std::span(&top, 1));
        writer.write(2, std::span(&bottom, 1));
        EXPECT_FALSE(std::filesystem::exists(wanted.path));
        writer.close();
        EXPECT_THAT(stored(wanted.path),
                    testing::ElementsAre(0, 1, 2, 3, 4, 5, 65530, 65531, 65532, 65533, 65534, 65535));
        const auto file = inspect_raster(wanted.path);
        EXPECT_EQ(file.grid.x0, 15) << format;
        EXPECT_EQ(file.grid.y0, 4000);
        EXPECT_EQ(file.bands.front().type, "UInt16");
        EXPECT_FALSE(file.bands.front().nodata.has_value());
    }
}

TEST(ImageWriter, HoldsNumbersToTheType) {
    const test::TempDir folder;
    auto wanted = form(folder / "a.tif");
    wanted.type = "int16";
    wanted.nodata = -9999;
    ImageWriter writer(wanted);
    CodePlane cells(4, 3, -9999);
    cells(0, 0) = 70000;
    cells(0, 1) = -70000;
    writer.write(0, std::span(&cells, 1));
    writer.close();
    const auto got = stored(wanted.path);
    EXPECT_EQ(got[0], 32767);
    EXPECT_EQ(got[1], -32768);
    EXPECT_EQ(inspect_raster(wanted.path).bands.front().nodata, -9999);
}

TEST(ImageWriter, LeavesNothingWhenItIsNotFinished) {
    const test::TempDir folder;
    {
        ImageWriter writer(form(folder / "a.tif"));
        const auto top = ramp(2, 3, 0);
        writer.write(0, std::span(&top, 1));
        EXPECT_THROW(writer.close(), DataError);
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ImageWriter, RefusesWhatItCannotWrite) {
    const test::TempDir folder;
    auto wrong = form(folder / "a.tif");
    wrong.type = "float64";
    EXPECT_THROW(ImageWriter{wrong}, DataError);
    wrong = form(folder / "a.tif");
    wrong.format = "png";
    EXPECT_THROW(ImageWriter{wrong}, DataError);
    EXPECT_THROW(ImageWriter{form(folder / "no/such/folder/a.tif")}, DataError);
}

TEST(Zip, HoldsAFolderUnderItsName) {
    const test::TempDir folder;
    std::filesystem::create_directories(folder / "p.SAFE/deep");
    write_text_file(folder / "p.SAFE/a.xml", "<a/>");
    write_text_file(folder / "p.SAFE/deep/b.txt", "b");
    write_zip(folder / "one.zip", folder / "p.SAFE");
    write_zip(folder / "two.zip", folder / "p.SAFE/");
    GDALAllRegister();
    const CPLStringList names(VSIReadDirRecursive(("/vsizip/" + (folder / "one.zip")).c_str()));
    EXPECT_GE(names.FindString("p.SAFE/a.xml"), 0);
    EXPECT_GE(names.FindString("p.SAFE/deep/b.txt"), 0);
    EXPECT_EQ(content_hash(folder / "one.zip"), content_hash(folder / "two.zip"));
    EXPECT_THROW(write_zip(folder / "no.zip", folder / "nothing"), DataError);
}

}  // namespace
}  // namespace linmu
