// SPDX-License-Identifier: MIT
#include "raster_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/error.hpp"
#include "raster_view.hpp"

namespace linmu {
namespace {

/// Codes are never averaged: beside real bands of one reading, the nearest of their kind is taken.
Resampling method_for(Resampling asked, bool code) {
    if (!code) return asked;
    if (asked == Resampling::bilinear || asked == Resampling::cubic) return Resampling::nearest;
    return asked == Resampling::average ? Resampling::mode : asked;
}

template <class Visitor>
void visit_type(GDALDataType type, const std::byte* data, Visitor&& visitor) {
    const void* cells = data;
    switch (type) {
        case GDT_Byte: return visitor(static_cast<const std::uint8_t*>(cells));
        case GDT_UInt16: return visitor(static_cast<const std::uint16_t*>(cells));
        case GDT_Int16: return visitor(static_cast<const std::int16_t*>(cells));
        case GDT_UInt32: return visitor(static_cast<const std::uint32_t*>(cells));
        case GDT_Int32: return visitor(static_cast<const std::int32_t*>(cells));
        case GDT_Float32: return visitor(static_cast<const float*>(cells));
        default: return visitor(static_cast<const double*>(cells));
    }
}

GDALDataType readable(GDALDataType type) {
    switch (type) {
        case GDT_Byte:
        case GDT_UInt16:
        case GDT_Int16:
        case GDT_UInt32:
        case GDT_Int32:
        case GDT_Float32: return type;
        default: return GDT_Float64;
    }
}

std::size_t size(int n) { return static_cast<std::size_t>(n); }

}  // namespace

/// Where decoded cells go: the planes, of which the cell (row, col) of the file is at (row - corner.row, col - corner.col).
struct RasterSource::Target {
    std::span<AnyPlane* const> planes;
    int row = 0;
    int col = 0;

    /// Converts `cells`, whose first cell is at `data`, rows `stride` cells apart.
    void take(std::size_t band, const Window& cells, GDALDataType type, const std::byte* data, int stride,
              const CellRule& rule) {
        visit_type(type, data, [&](const auto* in) {
            for (int r = 0; r < cells.rows; ++r) {
                const auto* from = in + size(r) * size(stride);
                const auto to = [&](auto& plane) {
                    return plane.row(cells.row - row + r).subspan(size(cells.col - col), size(cells.cols)).data();
                };
                if (auto* real = std::get_if<RealPlane>(planes[band])) to_real(from, to(*real), size(cells.cols), rule);
                else to_code(from, to(std::get<CodePlane>(*planes[band])), size(cells.cols), rule);
            }
        });
    }
};

RasterSource::RasterSource(const Grid& grid, const RasterFile& file, const std::vector<BandPick>& picks,
                           Resampling resampling)
    : path_(file.path), code_(picks.front().spec.kind == BandKind::code) {
    const auto method = method_for(resampling, code_);
    placement_ = place(grid, file, method);
    for (const auto& pick : picks) add_band(file, pick);
    const auto& first = file.bands[size(numbers_.front()) - 1];
    block_rows_ = first.block_rows;
    block_cols_ = first.block_cols;
    const int strip_or_tile = block_cols_ >= file.grid.cols ? block_rows_ : std::max(block_rows_, block_cols_);
    natural_block_ = strip_or_tile * std::max(placement_.row_factor, placement_.col_factor);
    if (placement_.warped) view_warped(crop(grid, placement_.area), method);
    else view_plain(file);
}

void RasterSource::add_band(const RasterFile& file, const BandPick& pick) {
    if (pick.number < 1 || size(pick.number) > file.bands.size()) {
        throw DataError(fmt::format("{} has no band {}; it has 1 to {}", path_, pick.number, file.bands.size()));
    }
    const auto& band = file.bands[size(pick.number) - 1];
    CellRule rule;
    if (!code_)
        rule = {.scale = pick.scale,
                .offset = pick.offset,
                .floor = pick.floor,
                .lowest = pick.lowest,
                .highest = pick.highest};
    if (const auto nodata = pick.nodata ? pick.nodata : band.nodata) rule.nodata = *nodata;
    const auto type = readable(GDALGetDataTypeByName(band.type.c_str()));
    same_type_ =
        same_type_ && (type_ == GDT_Unknown || type == type_) && type == GDALGetDataTypeByName(band.type.c_str());
    type_ = type_ == GDT_Unknown ? type : GDALDataTypeUnion(type_, type);
    numbers_.push_back(pick.number);
    rules_.push_back(rule);
}

void RasterSource::view_plain(const RasterFile& file) {
    pool_ = std::make_unique<DatasetPool>([path = path_] { return open_plain(path); });
    const auto raster = pool_->lease();
    const GdalErrors errors;
    const char* interleave = raster->dataset().GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE");
    const bool alone = file.bands.size() == 1 || (interleave != nullptr && EQUAL(interleave, "BAND"));
    block_wise_ = alone && same_type_;
    if (block_wise_) blocks_ = TiffBlocks::open(raster->dataset(), path_, numbers_);
    const int flags = raster->dataset().GetRasterBand(numbers_.front())->GetMaskFlags();
    masked_ = (flags & GMF_PER_DATASET) != 0 && (flags & GMF_ALPHA) == 0;
}

/// The view's bands are the picked ones, in their order, and its no value is ours.
void RasterSource::view_warped(const Grid& grid, Resampling method) {
    WarpRequest request{path_, grid, resampling_name(method), code_, numbers_, {}};
    for (std::size_t b = 0; b < numbers_.size(); ++b) {
        request.nodata.push_back(rules_[b].nodata);
        rules_[b].nodata = code_ ? static_cast<double>(no_code) : std::numeric_limits<double>::quiet_NaN();
        numbers_[b] = static_cast<int>(b) + 1;
    }
    type_ = code_ ? GDT_Int32 : GDT_Float32;
    pool_ = std::make_unique<DatasetPool>([request = std::move(request)] { return open_warped(request); });
}

void RasterSource::read(const Window& window, std::span<AnyPlane* const> planes) const {
    const Window part = intersection(window, placement_.area);
    if (part.empty()) return;
    const auto raster = pool_->lease();
    if (placement_.row_factor * placement_.col_factor > 1) return repeat_cells(*raster, part, window, planes);
    const Window cells{part.row - placement_.area.row, part.col - placement_.area.col, part.rows, part.cols};
    Target target{planes, window.row - placement_.area.row, window.col - placement_.area.col};
    read_cells(*raster, cells, target);
}

void RasterSource::repeat_cells(OpenRaster& raster, const Window& part, const Window& window,
                                std::span<AnyPlane* const> planes) const {
    const int down = placement_.row_factor;
    const int across = placement_.col_factor;
    const int top = part.row - placement_.area.row;
    const int left = part.col - placement_.area.col;
    const Window cells{top / down, left / across, (top + part.rows - 1) / down - top / down + 1,
                       (left + part.cols - 1) / across - left / across + 1};
    BandSpec spec;
    spec.kind = code_ ? BandKind::code : BandKind::real;
    auto coarse = unset_block(cells, std::vector<BandSpec>(numbers_.size(), spec));
    std::vector<AnyPlane*> targets;
    for (auto& plane : coarse.bands) targets.push_back(&plane);
    Target target{targets, cells.row, cells.col};
    read_cells(raster, cells, target);

    const auto spread = [&](const auto& from, auto& to) {
        for (int r = 0; r < part.rows; ++r) {
            const auto in = from.row((top + r) / down - cells.row);
            const auto out = to.row(part.row - window.row + r).subspan(size(part.col - window.col), size(part.cols));
            for (int c = 0; c < part.cols; ++c) out[size(c)] = in[size((left + c) / across - cells.col)];
        }
    };
    for (std::size_t b = 0; b < planes.size(); ++b) {
        if (code_) spread(std::get<CodePlane>(coarse.bands[b]), std::get<CodePlane>(*planes[b]));
        else spread(std::get<RealPlane>(coarse.bands[b]), std::get<RealPlane>(*planes[b]));
    }
}

void RasterSource::read_cells(OpenRaster& raster, const Window& cells, Target& target) const {
    const int file_rows = raster.dataset().GetRasterYSize();
    const int file_cols = raster.dataset().GetRasterXSize();
    const auto on_blocks = [](int from, int count, int block, int end) {
        return from % block == 0 && (count % block == 0 || from + count == end);
    };
    const bool whole_blocks = on_blocks(cells.row, cells.rows, block_rows_, file_rows) &&
                              on_blocks(cells.col, cells.cols, block_cols_, file_cols);
    if (block_wise_ && whole_blocks) read_blocks(raster, cells, target);
    else read_window(raster, cells, target);
    if (masked_) drop_masked(raster, cells, target);
}

/// Decodes block by block past GDAL's cache, which such blocks would only pass through.
void RasterSource::read_blocks(OpenRaster& raster, const Window& cells, Target& target) const {
    const auto bytes = size(GDALGetDataTypeSizeBytes(type_)) * size(block_rows_) * size(block_cols_);
    if (raster.scratch.size() < bytes) raster.scratch.resize(bytes);
    const GdalErrors errors;
    for (std::size_t b = 0; b < numbers_.size(); ++b) {
        auto& band = *raster.dataset().GetRasterBand(numbers_[b]);
        for (int r = cells.row; r < cells.row_end(); r += block_rows_) {
            for (int c = cells.col; c < cells.col_end(); c += block_cols_) {
                const auto part = intersection(cells, {r, c, block_rows_, block_cols_});
                const int row = r / block_rows_, col = c / block_cols_;
                const std::span cells_of_block(raster.scratch.data(), bytes);
                const bool read = blocks_ && blocks_->read(b, row, col, cells_of_block, raster.room);
                if (!read && (band.ReadBlock(col, row, raster.scratch.data()) != CE_None || errors.failed()))
                    fail(errors, numbers_[b], part);
                target.take(b, part, type_, raster.scratch.data(), block_cols_, rules_[b]);
            }
        }
    }
}

/// All bands in one call, so that a file that keeps its bands cell by cell is decoded once.
void RasterSource::read_window(OpenRaster& raster, const Window& cells, Target& target) const {
    const auto plane = size(GDALGetDataTypeSizeBytes(type_)) * cells.cells();
    if (raster.scratch.size() < plane * numbers_.size()) raster.scratch.resize(plane * numbers_.size());
    auto numbers = numbers_;
    const GdalErrors errors;
    const auto done = raster.dataset().RasterIO(
        GF_Read, cells.col, cells.row, cells.cols, cells.rows, raster.scratch.data(), cells.cols, cells.rows, type_,
        static_cast<int>(numbers.size()), numbers.data(), 0, 0, static_cast<GSpacing>(plane), nullptr);
    if (done != CE_None || errors.failed()) fail(errors, numbers.front(), cells);
    for (std::size_t b = 0; b < numbers_.size(); ++b) {
        target.take(b, cells, type_, raster.scratch.data() + b * plane, cells.cols, rules_[b]);
    }
}

void RasterSource::drop_masked(OpenRaster& raster, const Window& cells, Target& target) const {
    std::vector<std::uint8_t> valid(cells.cells());
    const GdalErrors errors;
    auto& mask = *raster.dataset().GetRasterBand(numbers_.front())->GetMaskBand();
    const auto done = mask.RasterIO(GF_Read, cells.col, cells.row, cells.cols, cells.rows, valid.data(), cells.cols,
                                    cells.rows, GDT_Byte, 0, 0, nullptr);
    if (done != CE_None || errors.failed()) fail(errors, numbers_.front(), cells);
    for (int r = 0; r < cells.rows; ++r) {
        for (int c = 0; c < cells.cols; ++c) {
            if (valid[size(r) * size(cells.cols) + size(c)] != 0) continue;
            for (auto* plane : target.planes) {
                if (auto* real = std::get_if<RealPlane>(plane))
                    (*real)(cells.row - target.row + r, cells.col - target.col + c) = no_value;
                else std::get<CodePlane> (*plane)(cells.row - target.row + r, cells.col - target.col + c) = no_code;
            }
        }
    }
}

void RasterSource::fail(const GdalErrors& errors, int number, const Window& cells) const {
    errors.raise(
        fmt::format("{} cannot be decoded in band {}, rows {} to {}, columns {} to {}; the file is damaged or cut off, "
                    "get it again",
                    path_, number, cells.row, cells.row_end() - 1, cells.col, cells.col_end() - 1));
}

}  // namespace linmu
