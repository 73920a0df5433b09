// SPDX-License-Identifier: MIT
#include "raster_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

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

std::unique_ptr<OpenRaster> open_raster(const std::string& path) {
    auto raster = std::make_unique<OpenRaster>();
    raster->file = open_dataset(path, GDAL_OF_RASTER);
    return raster;
}

std::size_t size(int n) { return static_cast<std::size_t>(n); }

std::atomic<std::int64_t> decoded{0};

}  // namespace

std::int64_t decoded_blocks() noexcept { return decoded; }

/// Where decoded cells go: the planes, of which the cell (row, col) of the file is at (row - corner.row, col - corner.col).
struct RasterSource::Target {
    std::span<AnyPlane* const> planes;
    int row = 0;
    int col = 0;

    /// Converts `cells`, whose first cell is at `data`, rows `stride` cells apart.
    void take(std::size_t band, const Window& cells, GDALDataType type, const std::byte* data, int stride,
              const CellRule& rule) {
        if (auto* stored = std::get_if<StoredPlane>(planes[band])) return keep(cells, data, stride, *stored);
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

    /// Where a block can be decoded to, as it covers the width of a plane that keeps cells as they are stored; else nowhere.
    [[nodiscard]] std::span<std::byte> room_for(std::size_t band, const Window& block) const {
        auto* stored = std::get_if<StoredPlane>(planes[band]);
        if (stored == nullptr || block.col != col || block.cols != stored->cells.cols()) return {};
        if (block.row < row || block.row_end() > row + stored->cells.rows()) return {};
        const auto cells = stored->cells.cells().subspan(size(block.row - row) * size(block.cols), block.cells());
        return std::as_writable_bytes(cells);
    }

    /// As it is stored.
    void keep(const Window& cells, const std::byte* data, int stride, StoredPlane& plane) const {
        for (int r = 0; r < cells.rows; ++r) {
            const auto to = plane.cells.row(cells.row - row + r).subspan(size(cells.col - col), size(cells.cols));
            std::memcpy(to.data(), data + size(r) * size(stride) * sizeof(std::uint16_t), to.size_bytes());
        }
    }
};

RasterSource::RasterSource(Placement placement, const RasterFile& file, const std::vector<BandPick>& picks,
                           bool keep_blocks)
    : path_(file.path), placement_(std::move(placement)), code_(picks.front().spec.kind == BandKind::code),
      keep_blocks_(keep_blocks) {
    for (const auto& pick : picks) add_band(file, pick);
    const auto& first = file.bands[size(numbers_.front()) - 1];
    block_rows_ = first.block_rows;
    block_cols_ = first.block_cols;
    const int strip_or_tile = block_cols_ >= file.grid.cols ? block_rows_ : std::max(block_rows_, block_cols_);
    natural_block_ = strip_or_tile * std::max(placement_.row_factor, placement_.col_factor);
    open(file);
    if (block_wise_) cache_owner_ = BlockCache::instance().new_owner();
}

RasterSource::~RasterSource() {
    if (cache_owner_ != 0) BlockCache::instance().forget(cache_owner_);
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

void RasterSource::open(const RasterFile& file) {
    pool_ = std::make_unique<DatasetPool>([path = path_] { return open_raster(path); });
    const auto raster = pool_->lease();
    const GdalErrors errors;
    const char* interleave = raster->dataset().GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE");
    const bool alone = file.bands.size() == 1 || (interleave != nullptr && EQUAL(interleave, "BAND"));
    block_wise_ = alone && same_type_;
    if (block_wise_) blocks_ = TiffBlocks::open(raster->dataset(), path_, numbers_);
    const int flags = raster->dataset().GetRasterBand(numbers_.front())->GetMaskFlags();
    masked_ = (flags & GMF_PER_DATASET) != 0 && (flags & GMF_ALPHA) == 0;
}

bool RasterSource::storable() const noexcept {
    return !code_ && same_type_ && type_ == GDT_UInt16 && !masked_ &&
           placement_.row_factor * placement_.col_factor == 1;
}

void RasterSource::read(const Window& window, const Window& wanted, std::span<AnyPlane* const> planes) const {
    const Window part = intersection(wanted, placement_.area);
    if (part.empty()) return;
    for (std::size_t b = 0; b < planes.size(); ++b) {
        if (auto* stored = std::get_if<StoredPlane>(planes[b])) stored->rule = rules_[b];
    }
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
    if (block_wise_) read_blocks(raster, cells, target, keep_blocks_ || !whole_blocks);
    else read_window(raster, cells, target);
    if (masked_) drop_masked(raster, cells, target);
}

std::size_t RasterSource::cell_bytes() const { return size(GDALGetDataTypeSizeBytes(type_)); }
std::size_t RasterSource::block_bytes() const { return cell_bytes() * size(block_rows_) * size(block_cols_); }

/// Decodes block by block past GDAL's cache: blocks that no other window meets would only pass through it, the others are kept for all
/// threads, of which each has a dataset of its own.
void RasterSource::read_blocks(OpenRaster& raster, const Window& cells, Target& target, bool keep) const {
    const auto bytes = block_bytes();
    auto& room = read_room().cells;
    if (!keep && room.size() < bytes) room.resize(bytes);
    for (std::size_t b = 0; b < numbers_.size(); ++b) {
        for (int row = cells.row / block_rows_; row * block_rows_ < cells.row_end(); ++row) {
            for (int col = cells.col / block_cols_; col * block_cols_ < cells.col_end(); ++col) {
                const Window block{row * block_rows_, col * block_cols_, block_rows_, block_cols_};
                const auto part = intersection(cells, block);
                if (const auto place = target.room_for(b, block); !place.empty() && !keep) {
                    decode(raster, b, row, col, place);
                    continue;
                }
                std::shared_ptr<const BlockCache::Bytes> kept;
                if (keep) kept = kept_block(raster, b, row, col);
                else decode(raster, b, row, col, std::span(room).first(bytes));
                const auto* data = kept ? kept->data() : room.data();
                const auto skipped = size(part.row - block.row) * size(block_cols_) + size(part.col - block.col);
                target.take(b, part, type_, data + skipped * cell_bytes(), block_cols_, rules_[b]);
            }
        }
    }
}

std::shared_ptr<const BlockCache::Bytes> RasterSource::kept_block(OpenRaster& raster, std::size_t band, int row,
                                                                  int col) const {
    return BlockCache::instance().get({cache_owner_, band, row, col}, block_bytes(),
                                      [&](std::span<std::byte> cells) { decode(raster, band, row, col, cells); });
}

void RasterSource::decode(OpenRaster& raster, std::size_t band, int row, int col, std::span<std::byte> cells) const {
    ++decoded;
    if (blocks_ && blocks_->read(band, row, col, cells, read_room().block)) return;
    const GdalErrors errors;
    const auto done = raster.dataset().GetRasterBand(numbers_[band])->ReadBlock(col, row, cells.data());
    if (done == CE_None && !errors.failed()) return;
    const Window file{0, 0, raster.dataset().GetRasterYSize(), raster.dataset().GetRasterXSize()};
    fail(errors, numbers_[band], intersection(file, {row * block_rows_, col * block_cols_, block_rows_, block_cols_}));
}

void RasterSource::read_window(OpenRaster& raster, const Window& cells, Target& target) const {
    const auto plane = size(GDALGetDataTypeSizeBytes(type_)) * cells.cells();
    auto& room = read_room().cells;
    if (room.size() < plane * numbers_.size()) room.resize(plane * numbers_.size());
    auto numbers = numbers_;
    const GdalErrors errors;
    const auto done = raster.dataset().RasterIO(GF_Read, cells.col, cells.row, cells.cols, cells.rows, room.data(),
                                                cells.cols, cells.rows, type_, static_cast<int>(numbers.size()),
                                                numbers.data(), 0, 0, static_cast<GSpacing>(plane), nullptr);
    if (done != CE_None || errors.failed()) fail(errors, numbers.front(), cells);
    for (std::size_t b = 0; b < numbers_.size(); ++b) {
        target.take(b, cells, type_, room.data() + b * plane, cells.cols, rules_[b]);
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
