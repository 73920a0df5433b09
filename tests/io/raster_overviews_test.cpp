// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "linmu/core/random.hpp"
#include "linmu/io/raster.hpp"
#include "support/gdal_file.hpp"
#include "support/matrix.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using test::TempDir;

struct Closer {
    void operator()(GDALDataset* file) const { GDALClose(GDALDataset::ToHandle(file)); }
};
using File = std::unique_ptr<GDALDataset, Closer>;

File open(const std::string& path) { return File(GDALDataset::FromHandle(GDALOpen(path.c_str(), GA_ReadOnly))); }

/// Rows x cols, as an overview's are.
struct Cells {
    int rows, cols;
    std::vector<double> value;
    [[nodiscard]] double at(int r, int c) const {
        return value[static_cast<std::size_t>(r) * static_cast<std::size_t>(cols) + static_cast<std::size_t>(c)];
    }
};

Cells read(GDALRasterBand& band) {
    Cells out{band.GetYSize(), band.GetXSize(), {}};
    out.value.resize(static_cast<std::size_t>(out.rows) * static_cast<std::size_t>(out.cols));
    EXPECT_EQ(band.RasterIO(GF_Read, 0, 0, out.cols, out.rows, out.value.data(), out.cols, out.rows, GDT_Float64, 0, 0,
                            nullptr),
              CE_None);
    return out;
}

/// The cells under one of an overview that have a value, row by row.
std::vector<double> under(const Cells& fine, int row, int col, double none) {
    std::vector<double> out;
    for (int r = 2 * row; r < std::min(2 * row + 2, fine.rows); ++r) {
        for (int c = 2 * col; c < std::min(2 * col + 2, fine.cols); ++c) {
            const double v = fine.at(r, c);
            if (v == v && v != none) out.push_back(v);
        }
    }
    return out;
}

double mode(const std::vector<double>& cells, double none) {
    double best = none;
    std::ptrdiff_t most = 0;
    for (const double v : cells) {
        const auto count = std::ranges::count(cells, v);
        if (count > most) best = v;
        most = std::max(most, count);
    }
    return best;
}

double mean(const std::vector<double>& cells, double none) {
    double sum = 0;
    for (const double v : cells) sum += v;
    return cells.empty() ? none : sum / static_cast<double>(cells.size());
}

RasterSpec spec_of(int rows, int cols, const std::vector<BandKind>& kinds) {
    RasterSpec spec{{"EPSG:4547", 500000, 4100000, 10, 10, rows, cols}, {}};
    for (const auto kind : kinds) {
        BandSpec band;
        band.name = "b" + std::to_string(spec.bands.size());
        band.kind = kind;
        spec.bands.push_back(band);
    }
    return spec;
}

/// Noise, with a tenth of no value and, in the north west, none of value at all.
Block noise(const RasterSpec& spec) {
    auto block = blank_block(spec.grid.window(), spec.bands);
    for (std::size_t b = 0; b < block.bands.size(); ++b) {
        test::visit_cells(
            [&]<class T>(Plane<T>& plane) {
                for (int r = 0; r < plane.rows(); ++r) {
                    for (int c = 0; c < plane.cols(); ++c) {
                        const auto i = static_cast<std::uint64_t>(r * plane.cols() + c);
                        const double draw = random_unit(3, b, i);
                        if (draw < 0.1 || (r < 9 && c < 7)) continue;
                        plane(r, c) = std::is_same_v<T, float> ? static_cast<T>(draw * 1000)
                                                               : static_cast<T>(1 + static_cast<int>(draw * 40) % 3);
                    }
                }
            },
            block.bands[b]);
    }
    return block;
}

const Legend legend{
    "t", "t", "t", {{1, "a", "a", "a", "", ""}, {2, "b", "b", "b", "", ""}, {3, "c", "c", "c", "", ""}}};

/// Every level of every band from the one before, down to one block.
void expect_levels(const std::string& path, const RasterSpec& spec, double none, double tolerance) {
    const auto file = open(path);
    for (std::size_t b = 0; b < spec.bands.size(); ++b) {
        auto& band = *file->GetRasterBand(static_cast<int>(b) + 1);
        ASSERT_EQ(band.GetOverviewCount(), 2);
        auto fine = read(band);
        for (int level = 0; level < 2; ++level) {
            const auto coarse = read(*band.GetOverview(level));
            ASSERT_EQ(coarse.rows, (fine.rows + 1) / 2);
            ASSERT_EQ(coarse.cols, (fine.cols + 1) / 2);
            const bool code = spec.bands[b].kind == BandKind::code;
            for (int r = 0; r < coarse.rows; ++r) {
                for (int c = 0; c < coarse.cols; ++c) {
                    const auto cells = under(fine, r, c, none);
                    const double want = code ? mode(cells, none) : mean(cells, none);
                    const double got = coarse.at(r, c);
                    if (std::isnan(want)) ASSERT_TRUE(std::isnan(got)) << r << ' ' << c;
                    else ASSERT_NEAR(got, want, tolerance) << r << ' ' << c << " level " << level;
                }
            }
            fine = coarse;
        }
    }
}

TEST(Overviews, CodesByModeWithTheUpperLeftOfEqualsAndNoValueOnlyWhereThereIsNoOther) {
    const TempDir dir;
    const auto spec = spec_of(1333, 1101, {BandKind::code});
    write_raster(spec, noise(spec), {.path = dir / "x.tif", .legend = &legend});
    expect_levels(dir / "x.tif", spec, 0, 0);
    write_raster(spec, noise(spec), {.path = dir / "y.tif"});  // int32
    expect_levels(dir / "y.tif", spec, static_cast<double>(no_code), 0);
}

TEST(Overviews, RealBandsByMeanOfThoseWithAValue) {
    const TempDir dir;
    const auto spec = spec_of(1101, 1333, {BandKind::real, BandKind::real});
    write_raster(spec, noise(spec), {.path = dir / "x.tif"});
    expect_levels(dir / "x.tif", spec, no_value, 1e-3);
    write_raster(spec, noise(spec), {.path = dir / "y.tif", .compress = "zstd", .type = "uint16"});
    expect_levels(dir / "y.tif", spec, 0, 0.5);
    write_raster(spec, noise(spec), {.path = dir / "z.tif", .type = "int16", .offset = 500});
    expect_levels(dir / "z.tif", spec, -32768, 0.5);
}

TEST(Overviews, CodesBesideRealBandsAreNotAveraged) {
    const TempDir dir;
    const auto spec = spec_of(1050, 1050, {BandKind::real, BandKind::code});
    write_raster(spec, noise(spec), {.path = dir / "x.tif"});
    expect_levels(dir / "x.tif", spec, no_value, 1e-3);
}

TEST(Overviews, RasterOfOneBlockHasNone) {
    const TempDir dir;
    const auto spec = spec_of(512, 300, {BandKind::real});
    write_raster(spec, noise(spec), {.path = dir / "x.tif"});
    EXPECT_EQ(open(dir / "x.tif")->GetRasterBand(1)->GetOverviewCount(), 0);
    EXPECT_STREQ(open(dir / "x.tif")->GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE"), "COG");
}

}  // namespace
}  // namespace linmu
