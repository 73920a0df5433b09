// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/raster.hpp"
#include "support/gdal_file.hpp"
#include "support/matrix.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using testing::HasSubstr;

const Legend legend{"test",
                    "测试",
                    "test",
                    {{1, "forest", "林地", "forest", "#007700", ""}, {3, "crop", "耕地", "cropland", "#ffff00", ""}}};

RasterSpec spec_of(int rows, int cols, BandKind kind, std::vector<std::string> names = {"value"}) {
    RasterSpec spec{{"EPSG:4547", 500000, 4100000, 10, 10, rows, cols}, {}};
    for (auto& name : names) {
        BandSpec band;
        band.name = name;
        band.kind = kind;
        spec.bands.push_back(band);
    }
    return spec;
}

/// Noise with gaps, or the codes 1 and 3 with gaps.
Block filled(const RasterSpec& spec) {
    auto block = blank_block(spec.grid.window(), spec.bands);
    for (std::size_t b = 0; b < block.bands.size(); ++b) {
        test::visit_cells(
            [&]<class T>(Plane<T>& plane) {
                std::uint64_t i = 0;
                for (auto& cell : plane.cells()) {
                    const double draw = random_unit(7, b, i++);
                    if (draw < 0.1) continue;
                    if constexpr (std::is_same_v<T, float>) cell = static_cast<float>(draw);
                    else cell = draw < 0.5 ? 1 : 3;
                }
            },
            block.bands[b]);
    }
    return block;
}

void write_in_tiles(const RasterSpec& spec, const Block& whole, const RasterOutput& output, int tile) {
    RasterWriter writer(spec, output);
    for (const auto& window : tiles(spec.grid.window(), tile)) writer.write(crop(whole, window));
    writer.close();
}

Block read_back(const std::string& path, BandKind kind) {
    const auto file = inspect_raster(path);
    std::vector<BandPick> picks;
    for (std::size_t b = 0; b < file.bands.size(); ++b) {
        BandPick pick;
        pick.spec.kind = kind;
        pick.path = path;
        pick.number = static_cast<int>(b) + 1;
        pick.scale = file.bands[b].scale;
        pick.offset = file.bands[b].offset;
        picks.push_back(pick);
    }
    return RasterReader(file.grid, picks, Resampling::refuse).read(file.grid.window());
}

template <class Call>
std::string error_of(Call&& call) {
    try {
        call();
    } catch (const DataError& error) {
        return error.what();
    }
    return "";
}

std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
    return names;
}

struct Way {
    std::string format, compress;
};

class RasterWriterFormats : public testing::TestWithParam<Way> {};

TEST_P(RasterWriterFormats, RealBandsComeBackAndBytesDoNotDependOnTilesOrThreads) {
    const TempDir dir;
    const auto spec = spec_of(1100, 700, BandKind::real, {"NDVI", "EVI"});
    const auto whole = filled(spec);
    std::string first;
    for (const int tile : {256, 512, 300, 2000}) {
        RasterOutput output{.path = dir / "x.tif", .format = GetParam().format, .compress = GetParam().compress};
        output.threads = tile == 300 ? 4 : 1;
        write_in_tiles(spec, whole, output, tile);
        const auto hash = content_hash(output.path);
        if (first.empty()) first = hash;
        EXPECT_EQ(hash, first) << "tile " << tile;
        EXPECT_THAT(names_in(dir.path()), testing::ElementsAre("x.tif"));
    }
    const auto back = read_back(dir / "x.tif", BandKind::real);
    for (std::size_t b = 0; b < 2; ++b) {
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < whole.real(b).size(); ++i) {
            const float want = whole.real(b).cells()[i];
            const float got = back.real(b).cells()[i];
            if (std::isnan(want) ? !std::isnan(got) : got != want) ++wrong;
        }
        EXPECT_EQ(wrong, 0U);
    }
    EXPECT_EQ(inspect_raster(dir / "x.tif").bands[1].description, "EVI");
    EXPECT_EQ(inspect_raster(dir / "x.tif").grid, spec.grid);
}

TEST_P(RasterWriterFormats, CodesComeBackWithTheirColours) {
    const TempDir dir;
    const auto spec = spec_of(700, 600, BandKind::code, {"class"});
    const auto whole = filled(spec);
    std::string first;
    for (const int tile : {256, 600}) {
        write_in_tiles(
            spec, whole,
            {.path = dir / "x.tif", .format = GetParam().format, .compress = GetParam().compress, .legend = &legend},
            tile);
        const auto hash = content_hash(dir / "x.tif");
        if (first.empty()) first = hash;
        EXPECT_EQ(hash, first);
    }
    const auto back = read_back(dir / "x.tif", BandKind::code);
    EXPECT_TRUE(std::ranges::equal(back.code(0).cells(), whole.code(0).cells()));
    const auto band = inspect_raster(dir / "x.tif").bands[0];
    EXPECT_EQ(band.type, "Byte");
    EXPECT_EQ(band.nodata, 0);
    EXPECT_TRUE(band.palette);
}

INSTANTIATE_TEST_SUITE_P(All, RasterWriterFormats,
                         testing::Values(Way{"gtiff", "none"}, Way{"gtiff", "deflate"}, Way{"gtiff", "zstd"},
                                         Way{"cog", "none"}, Way{"cog", "deflate"}, Way{"cog", "zstd"}),
                         [](const auto& one) { return one.param.format + "_" + one.param.compress; });

TEST(RasterWriter, RowsOfBlocksThatArePartlyGatheredAndPartlyWrittenAtOnceAreTheSameBytes) {
    const TempDir dir;
    const auto spec = spec_of(1100, 2100, BandKind::real, {"NDVI", "EVI"});
    const auto whole = filled(spec);
    std::string first;
    for (const int tile : {512, 1024, 640}) {
        write_in_tiles(spec, whole, {.path = dir / "x.tif", .format = "gtiff", .compress = "none"}, tile);
        const auto hash = content_hash(dir / "x.tif");
        if (first.empty()) first = hash;
        EXPECT_EQ(hash, first) << "tile " << tile;
    }
    const auto back = read_back(dir / "x.tif", BandKind::real);
    EXPECT_EQ(back.real(1)(1099, 2099), whole.real(1)(1099, 2099));
}

TEST(RasterWriter, CogHasOverviewsOfTheMostFrequentCode) {
    const TempDir dir;
    const auto spec = spec_of(1024, 1024, BandKind::code, {"class"});
    auto block = blank_block(spec.grid.window(), spec.bands);
    for (int r = 0; r < 1024; ++r) {
        for (int c = 0; c < 1024; ++c) block.code(0)(r, c) = r % 2 == 0 && c % 2 == 0 ? 1 : 3;
    }
    write_raster(spec, block, {.path = dir / "x.tif", .legend = &legend});
    auto* file = GDALDataset::FromHandle(GDALOpen((dir / "x.tif").c_str(), GA_ReadOnly));
    ASSERT_EQ(file->GetRasterBand(1)->GetOverviewCount(), 1);
    std::uint8_t cell = 0;
    ASSERT_EQ(
        file->GetRasterBand(1)->GetOverview(0)->RasterIO(GF_Read, 100, 100, 1, 1, &cell, 1, 1, GDT_Byte, 0, 0, nullptr),
        CE_None);
    EXPECT_EQ(cell, 3);
    EXPECT_STREQ(file->GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE"), "COG");
    EXPECT_STREQ(file->GetRasterBand(1)->GetMetadataItem("class_3"), "crop 耕地 cropland");
    EXPECT_EQ(file->GetRasterBand(1)->GetColorTable()->GetColorEntry(1)->c2, 0x77);
    GDALClose(GDALDataset::ToHandle(file));
}

TEST(RasterWriter, WholeNumbersAreRoundedAndSaturate) {
    const TempDir dir;
    const auto spec = spec_of(1, 6, BandKind::real);
    auto block = blank_block(spec.grid.window(), spec.bands);
    const float values[] = {0.00006F, 0.00025F, 7.0F, -3.0F, 0.1F};
    std::ranges::copy(values, block.real(0).cells().begin());
    write_raster(spec, block,
                 {.path = dir / "x.tif", .format = "gtiff", .type = "uint16", .scale = 1e-4, .offset = -0.1});
    auto* file = GDALDataset::FromHandle(GDALOpen((dir / "x.tif").c_str(), GA_ReadOnly));
    std::vector<std::uint16_t> cells(6);
    ASSERT_EQ(file->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, 6, 1, cells.data(), 6, 1, GDT_UInt16, 0, 0, nullptr),
              CE_None);
    EXPECT_THAT(cells, testing::ElementsAre(1001, 1003, 65535, 1, 2000, 0));
    EXPECT_DOUBLE_EQ(file->GetRasterBand(1)->GetScale(), 1e-4);
    EXPECT_DOUBLE_EQ(file->GetRasterBand(1)->GetOffset(), -0.1);
    GDALClose(GDALDataset::ToHandle(file));
}

TEST(RasterWriter, HalvesAreRoundedAwayFromZero) {
    const TempDir dir;
    const auto spec = spec_of(1, 4, BandKind::real);
    auto block = blank_block(spec.grid.window(), spec.bands);
    const float values[] = {0.25F, -0.25F, 1.25F, -1.25F};
    std::ranges::copy(values, block.real(0).cells().begin());
    write_raster(spec, block, {.path = dir / "x.tif", .format = "gtiff", .type = "int16", .scale = 0.5});
    EXPECT_THAT(read_back(dir / "x.tif", BandKind::real).real(0).cells(),
                testing::ElementsAre(0.5F, -0.5F, 1.5F, -1.5F));
}

TEST(RasterWriter, CodesAreStoredInTheSmallestTypeThatHoldsTheLegend) {
    const TempDir dir;
    const auto spec = spec_of(2, 2, BandKind::code);
    const auto stored = [&](std::vector<std::int32_t> codes) {
        Legend some{"some", "", "", {}};
        for (const auto code : codes) some.classes.push_back({code, std::to_string(code), "", "", "", ""});
        auto block = blank_block(spec.grid.window(), spec.bands);
        block.code(0)(0, 0) = codes.front();
        block.code(0)(1, 1) = codes.back();
        write_raster(spec, block, {.path = dir / "x.tif", .format = "gtiff", .legend = &some});
        EXPECT_TRUE(
            std::ranges::equal(read_back(dir / "x.tif", BandKind::code).code(0).cells(), block.code(0).cells()));
        const auto band = inspect_raster(dir / "x.tif").bands[0];
        return band.type + " " + std::to_string(static_cast<long>(*band.nodata));
    };
    EXPECT_EQ(stored({1, 255}), "Byte 0");
    EXPECT_EQ(stored({0, 254}), "Byte 255");
    EXPECT_EQ(stored({0, 255}), "Int16 -32768");
    EXPECT_EQ(stored({101, 1202}), "Int16 -32768");
    EXPECT_EQ(stored({-1, 140722}), "Int32 -2147483648");
}

TEST(RasterWriter, CodeThatTheFileCannotHoldIsRefusedAndNothingIsLeft) {
    const TempDir dir;
    const auto spec = spec_of(2, 2, BandKind::code);
    auto block = blank_block(spec.grid.window(), spec.bands);
    block.code(0)(0, 0) = 300;
    EXPECT_THAT(error_of([&] { write_raster(spec, block, {.path = dir / "x.tif", .legend = &legend}); }),
                HasSubstr("code 300"));
    EXPECT_THAT(names_in(dir.path()), testing::IsEmpty());
}

TEST(RasterWriter, Jpeg2000IsLossless) {
    const TempDir dir;
    const auto spec = spec_of(1100, 600, BandKind::real);
    const auto whole = filled(spec);
    std::string first;
    for (const int tile : {300, 512}) {
        write_in_tiles(spec, whole, {.path = dir / "x.jp2", .format = "jp2", .type = "uint16", .scale = 1e-4}, tile);
        if (first.empty()) first = content_hash(dir / "x.jp2");
        EXPECT_EQ(content_hash(dir / "x.jp2"), first);
    }
    EXPECT_THAT(names_in(dir.path()), testing::ElementsAre("x.jp2"));
    BandPick pick;
    pick.path = dir / "x.jp2";
    pick.scale = 1e-4;
    pick.nodata = 0;
    EXPECT_EQ(inspect_raster(pick.path).grid, spec.grid);
    const auto back = RasterReader(spec.grid, {pick}, Resampling::refuse).read(spec.grid.window());
    for (std::size_t i = 0; i < back.real(0).size(); ++i) {
        const float want = whole.real(0).cells()[i];
        const float got = back.real(0).cells()[i];
        ASSERT_EQ(std::isnan(got), std::isnan(want));
        if (std::isnan(want)) continue;
        ASSERT_NEAR(got, want, 0.501e-4);
    }
}

TEST(RasterWriter, CutOffJpeg2000IsAnErrorWhereverItIsCut) {
    const TempDir dir;
    const auto spec = spec_of(1100, 2100, BandKind::real);
    write_raster(spec, filled(spec), {.path = dir / "x.jp2", .format = "jp2", .type = "uint16", .scale = 1e-4});
    const auto size = fs::file_size(dir / "x.jp2");
    for (const int percent : {99, 80, 50, 35, 5}) {
        const auto path = dir / std::to_string(percent) + ".jp2";
        fs::copy_file(dir / "x.jp2", path);
        fs::resize_file(path, size * static_cast<std::uintmax_t>(percent) / 100);
        BandPick pick;
        pick.path = path;
        const auto text = error_of(
            [&] { static_cast<void>(RasterReader(spec.grid, {pick}, Resampling::refuse).read(spec.grid.window())); });
        EXPECT_THAT(text, testing::AllOf(HasSubstr(path), HasSubstr("band 1, rows"))) << percent;
    }
}

TEST(RasterWriter, FileAppearsOnlyWhenClosed) {
    const TempDir dir;
    const auto spec = spec_of(600, 600, BandKind::real);
    const auto whole = filled(spec);
    {
        RasterWriter writer(spec, {.path = dir / "x.tif"});
        writer.write(crop(whole, {0, 0, 300, 600}));
        EXPECT_FALSE(fs::exists(dir / "x.tif"));
        EXPECT_THAT(error_of([&] { writer.close(); }), HasSubstr("rows from 0 were never written"));
    }
    EXPECT_THAT(names_in(dir.path()), testing::IsEmpty());
}

TEST(RasterWriter, AnOlderFileStaysUntilTheNewOneIsWhole) {
    const TempDir dir;
    const auto spec = spec_of(4, 4, BandKind::real);
    std::ofstream(dir / "x.tif") << "older";
    { RasterWriter writer(spec, {.path = dir / "x.tif"}); }
    EXPECT_EQ(content_hash(dir / "x.tif"), text_hash("older"));
    write_raster(spec, filled(spec), {.path = dir / "x.tif"});
    EXPECT_EQ(inspect_raster(dir / "x.tif").grid, spec.grid);
}

TEST(RasterWriter, PlacesThatCannotBeWrittenAreToldBeforeTheFirstBlock) {
    const TempDir dir;
    const auto spec = spec_of(4, 4, BandKind::real);
    EXPECT_THAT(error_of([&] { RasterWriter writer(spec, {.path = dir / "none/x.tif"}); }),
                HasSubstr("there is no folder"));
    EXPECT_THAT(error_of([&] { RasterWriter writer(spec, {.path = dir.path()}); }), HasSubstr("it is a folder"));
    EXPECT_THAT(error_of([&] { RasterWriter writer(spec, {.path = dir / "x", .format = "gtif"}); }),
                HasSubstr("did you mean 'gtiff'"));
    EXPECT_THAT(error_of([&] { RasterWriter writer(spec, {.path = dir / "x", .compress = "lzw"}); }),
                HasSubstr("compression 'lzw'"));
    EXPECT_THAT(error_of([&] { RasterWriter writer(spec, {.path = dir / "x", .type = "float64"}); }),
                HasSubstr("float32"));
    EXPECT_THAT(error_of([&] { RasterWriter writer(spec, {.path = dir / "x.jp2", .format = "jp2"}); }),
                HasSubstr("uint16"));
}

TEST(RasterWriter, FolderClosedToUsIsTold) {
    if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    const TempDir dir;
    fs::permissions(dir.path(), fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_THAT(error_of([&] { RasterWriter writer(spec_of(4, 4, BandKind::real), {.path = dir / "x.tif"}); }),
                HasSubstr("Permission denied"));
    fs::permissions(dir.path(), fs::perms::owner_all);
}

/// A file may grow to `limit` bytes in a child process, as on a full disk. What the child said of it.
std::string error_under_limit(const std::string& folder, const RasterOutput& output, rlim_t limit) {
    const auto said = folder + ".said";
    const pid_t child = fork();
    if (child == 0) {
        const auto spec = spec_of(1100, 1100, BandKind::real);
        const auto whole = filled(spec);
        std::signal(SIGXFSZ, SIG_IGN);
        std::ofstream out(said);
        const rlimit most{limit, limit};
        setrlimit(RLIMIT_FSIZE, &most);
        out << error_of([&] { write_in_tiles(spec, whole, output, 512); }) << std::flush;
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    std::ifstream in(said);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    fs::remove(said);
    return text;
}

TEST(RasterWriter, FullDiskIsToldAndNothingIsLeft) {
    for (const auto& way : {Way{"gtiff", "none"}, Way{"gtiff", "deflate"}, Way{"cog", "deflate"}}) {
        // The cells take 4.8 MB, compressed about 4 MB; a COG fails while its cells are kept, or while it is made of them.
        for (const rlim_t limit : {rlim_t{100'000}, rlim_t{3'500'000}, rlim_t{4'000'000}}) {
            const TempDir dir;
            const auto text = error_under_limit(
                dir.path(), {.path = dir / "x.tif", .format = way.format, .compress = way.compress}, limit);
            EXPECT_THAT(text, HasSubstr("x.tif cannot be written"))
                << way.format << " " << way.compress << " " << limit;
            EXPECT_THAT(names_in(dir.path()), testing::IsEmpty());
        }
    }
}

}  // namespace
}  // namespace linmu
