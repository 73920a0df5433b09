// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>

#include "commit_file.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/wide.hpp"
#include "raster_format.hpp"
#include "raster_overviews.hpp"

namespace linmu {
namespace {

constexpr int block_size = 512;

std::size_t size(int n) { return static_cast<std::size_t>(n); }

/// Of the many NaN the one is written, so that the bytes are the same.
LINMU_WIDE void store_floats(std::span<const float> from, float* to, const RasterOutput& output) {
    if (output.scale == 1 && output.offset == 0) {
        for (std::size_t i = 0; i < from.size(); ++i) to[i] = from[i] != from[i] ? no_value : from[i];
        return;
    }
    for (std::size_t i = 0; i < from.size(); ++i) {
        const auto stored = static_cast<float>((static_cast<double>(from[i]) - output.offset) / output.scale);
        to[i] = stored != stored ? no_value : stored;
    }
}

/// Halves away from zero, within `low` and `high`, and `none` for no value; without branches, so that the compiler takes several cells at once.
template <class Number>
std::int32_t rounded(Number value, Number low, Number high, std::int32_t none) {
    const Number kept = value > low ? (value < high ? value : high) : low;
    const auto whole = static_cast<std::int32_t>(kept);
    const Number rest = kept - static_cast<Number>(whole);
    const auto up = static_cast<std::int32_t>(rest >= Number{0.5}),
               down = static_cast<std::int32_t>(rest <= Number{-0.5});
    const std::int32_t missing = -static_cast<std::int32_t>(value != value);
    return (none & missing) | ((whole + up - down) & ~missing);
}

template <class T>
LINMU_WIDE void store_whole(std::span<const float> from, T* to, const StoredForm& form, const RasterOutput& output) {
    const auto none = static_cast<std::int32_t>(form.nodata);
    const auto low = static_cast<float>(form.low), high = static_cast<float>(form.high);
    if (output.scale == 1 && output.offset == 0 && sizeof(T) <= 2) {
        for (std::size_t i = 0; i < from.size(); ++i) to[i] = static_cast<T>(rounded(from[i], low, high, none));
        return;
    }
    for (std::size_t i = 0; i < from.size(); ++i) {
        const double stored = (static_cast<double>(from[i]) - output.offset) / output.scale;
        to[i] = static_cast<T>(rounded(stored, form.low, form.high, none));
    }
}

template <class T>
void store_real(std::span<const float> from, T* to, const StoredForm& form, const RasterOutput& output) {
    if constexpr (std::is_same_v<T, float>) store_floats(from, to, output);
    else store_whole(from, to, form, output);
}

/// Returns false where a code is not from `low` to `high`.
template <class T>
LINMU_WIDE bool codes_stored(std::span<const std::int32_t> from, T* to, std::int32_t low, std::int32_t high, T none) {
    std::int32_t beyond = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        const auto code = from[i];
        beyond |= static_cast<std::int32_t>(code != no_code) &
                  (static_cast<std::int32_t>(code < low) | static_cast<std::int32_t>(code > high));
        to[i] = code == no_code ? none : static_cast<T>(code);
    }
    return beyond == 0;
}

template <class T>
void store_codes(std::span<const std::int32_t> from, T* to, const StoredForm& form, const RasterOutput& output) {
    using Codes = std::numeric_limits<std::int32_t>;
    constexpr bool holds_all = std::is_same_v<T, float>;
    const auto low = holds_all ? Codes::min() : static_cast<std::int32_t>(std::max<double>(form.low, Codes::min()));
    const auto high = holds_all ? Codes::max() : static_cast<std::int32_t>(std::min<double>(form.high, Codes::max()));
    if (codes_stored(from, to, low, high, static_cast<T>(form.nodata))) return;
    const auto beyond =
        std::ranges::find_if(from, [&](std::int32_t code) { return code != no_code && (code < low || code > high); });
    throw DataError(fmt::format("{}: code {} is not one that legend '{}' lets the file hold ({} to {})", output.path,
                                *beyond, output.legend == nullptr ? "" : output.legend->id, form.low, form.high));
}

template <class T>
void store(const AnyPlane& plane, int row, int col, int count, T* to, const StoredForm& form,
           const RasterOutput& output) {
    if (const auto* real = std::get_if<RealPlane>(&plane))
        store_real(real->row(row).subspan(size(col), size(count)), to, form, output);
    else store_codes(std::get<CodePlane>(plane).row(row).subspan(size(col), size(count)), to, form, output);
}

/// Calls `visitor` with a zero of the C++ type of `type`.
template <class Visitor>
void with_type(GDALDataType type, Visitor&& visitor) {
    switch (type) {
        case GDT_Byte: return visitor(std::uint8_t{});
        case GDT_UInt16: return visitor(std::uint16_t{});
        case GDT_Int16: return visitor(std::int16_t{});
        case GDT_Int32: return visitor(std::int32_t{});
        default: return visitor(float{});
    }
}

/// A row of blocks that is being filled: whole blocks, block after block, band after band in each, as they will be written.
struct BlockRow {
    std::vector<std::byte> cells;
    std::size_t filled = 0;  ///< cells of the raster, not of the edge blocks' padding
};

}  // namespace

struct RasterWriter::Impl {
    RasterSpec spec;
    RasterOutput output;
    StoredForm form;
    DatasetPtr dataset;
    std::map<int, BlockRow> open_rows;
    int next_row = 0;
    int next_col = 0;  ///< blocks of `next_row` that were written as they came
    std::vector<std::byte> one_block;
    std::optional<EarlyWriting> early;
    bool closed = false;

    Impl(RasterSpec raster, RasterOutput way)
        : spec(std::move(raster)), output(std::move(way)), form(stored_form(spec, output)) {
        require_format(output, form);
        require_writable(output.path);
        const NoSidecars one_file;
        if (output.format == "jp2") dataset = create_in_memory(spec, form);
        else if (output.resume_row > 0) resume();
        else
            dataset = create_tiff(cells_name(), spec, output, form, output.format == "gtiff" ? output.compress : "none",
                                  block_size);
        if (output.format != "jp2")
            reopen();  // at once, so that the file's bytes do not tell how often it was brought to the disk
        if (output.format != "jp2") early.emplace(cells_name());
    }
    ~Impl() {
        const NoSidecars one_file;
        const GdalErrors ignored;
        dataset.reset();
        if (!closed) remove_partial();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] std::string part_name() const { return partial_name(output.path); }
    /// A COG is made from a plain file of all cells, as its overviews come first.
    [[nodiscard]] std::string cells_name() const {
        return output.format == "cog" ? output.path + ".cells.part" : part_name();
    }

    void remove_partial() const noexcept {
        std::error_code ignored;
        for (const auto& name :
             {part_name(), output.path + ".cells.part", part_name() + ".ovr.tmp", part_name() + ".msk.ovr.tmp"}) {
            std::filesystem::remove(name, ignored);
        }
    }

    void resume() {
        if (!std::filesystem::exists(cells_name())) {
            throw DataError(fmt::format(
                "{} is gone, with the rows that a stopped run had written; remove the run's folder and run again",
                cells_name()));
        }
        reopen();
        next_row = std::min(output.resume_row, spec.grid.rows + block_size - 1) / block_size;
    }

    /// Closed, so that all is on the disk, and opened again; blocks that were not written yet stay out of the file.
    void reopen() {
        dataset.reset();
        const char* const options[] = {"SPARSE_OK=TRUE", nullptr};
        dataset.reset(GDALDataset::Open(cells_name().c_str(), GDAL_OF_RASTER | GDAL_OF_UPDATE | GDAL_OF_VERBOSE_ERROR,
                                        nullptr, options));
        if (!dataset) throw DataError(fmt::format("{} cannot be opened to go on with it", cells_name()));
    }

    int bring_to_disk() {
        const NoSidecars one_file;
        const GdalErrors errors;
        // GDAL's own flush leaves the places of the blocks in memory: a file that was killed then has none.
        if (output.format != "jp2") reopen();
        errors.check(fmt::format("{} cannot be written", output.path));
        return std::min(next_row * block_size, spec.grid.rows);
    }

    [[nodiscard]] int blocks_across() const { return (spec.grid.cols + block_size - 1) / block_size; }
    [[nodiscard]] std::size_t cell_bytes() const { return size(GDALGetDataTypeSizeBytes(form.type)); }
    [[nodiscard]] std::size_t block_bytes() const { return cell_bytes() * size(block_size) * size(block_size); }
    [[nodiscard]] Window row_window(int index) const {
        return intersection(spec.grid.window(), {index * block_size, 0, block_size, spec.grid.cols});
    }

    BlockRow& row_of(int index) {
        auto& row = open_rows[index];
        if (row.cells.empty()) row.cells.resize(block_bytes() * size(blocks_across()) * spec.bands.size());
        return row;
    }

    void take(const Block& block) {
        const auto window = intersection(block.window, spec.grid.window());
        if (window.empty()) return;
        for (int index = window.row / block_size; index * block_size < window.row_end(); ++index) {
            const auto part = intersection(window, row_window(index));
            if (comes_next(index, part)) write_through(block, part);
            else fill(row_of(index), block, part);
            flush_complete();
        }
    }

    /// Whole blocks that follow on the last one written: they need not be gathered.
    [[nodiscard]] bool comes_next(int index, const Window& part) const {
        return index == next_row && part.col == next_col * block_size && part.rows == row_window(index).rows &&
               (part.col_end() % block_size == 0 || part.col_end() == spec.grid.cols) && !open_rows.contains(index);
    }

    void write_through(const Block& block, const Window& part) {
        const NoSidecars one_file;
        const GdalErrors errors;
        for (; next_col * block_size < part.col_end(); ++next_col) {
            const auto inside = intersection(part, {part.row, next_col * block_size, part.rows, block_size});
            for (std::size_t band = 0; band < block.bands.size(); ++band) {
                one_block.resize(block_bytes());
                if (inside.rows < block_size || inside.cols < block_size) std::ranges::fill(one_block, std::byte{});
                store_part(block, band, inside, one_block.data());
                write_block(band, next_col, one_block.data(), errors);
            }
        }
        if (next_col == blocks_across()) next_block_row();
    }

    void next_block_row() {
        ++next_row;
        next_col = 0;
        if (early) early->push();
    }

    void fill(BlockRow& row, const Block& block, const Window& part) const {
        for (int b = part.col / block_size; b * block_size < part.col_end(); ++b) {
            const auto inside = intersection(part, {part.row, b * block_size, part.rows, block_size});
            for (std::size_t band = 0; band < block.bands.size(); ++band)
                store_part(block, band, inside,
                           row.cells.data() + block_bytes() * (size(b) * spec.bands.size() + band));
        }
        row.filled += part.cells();
    }

    /// The cells of `inside`, which lies in one block, to their places in it.
    void store_part(const Block& block, std::size_t band, const Window& inside, std::byte* to) const {
        with_type(form.type, [&](auto zero) {
            auto* cells = static_cast<decltype(zero)*>(static_cast<void*>(to));
            for (int r = inside.row; r < inside.row_end(); ++r) {
                store(block.bands[band], r - block.window.row, inside.col - block.window.col, inside.cols,
                      cells + size(r % block_size) * size(block_size) + size(inside.col % block_size), form, output);
            }
        });
    }

    void flush_complete() {
        for (auto it = open_rows.find(next_row);
             it != open_rows.end() && it->second.filled + cells_written() >= row_window(next_row).cells();
             it = open_rows.find(next_row)) {
            flush(it->second);
            open_rows.erase(it);
            next_block_row();
        }
    }

    /// Of the row `next_row`.
    [[nodiscard]] std::size_t cells_written() const {
        return size(row_window(next_row).rows) * size(next_col) * size(block_size);
    }

    void flush(BlockRow& row) {
        const NoSidecars one_file;
        const GdalErrors errors;
        for (int b = next_col; b < blocks_across(); ++b) {
            for (std::size_t band = 0; band < spec.bands.size(); ++band) {
                auto* cells = row.cells.data() + block_bytes() * (size(b) * spec.bands.size() + band);
                write_block(band, b, cells, errors);
            }
        }
    }

    void write_block(std::size_t band, int b, std::byte* cells, const GdalErrors& errors) const {
        auto& to = *dataset->GetRasterBand(static_cast<int>(band) + 1);
        const auto done = output.format == "jp2" ? write_window(to, b, cells) : to.WriteBlock(b, next_row, cells);
        if (done != CE_None || errors.failed()) errors.raise(fmt::format("{} cannot be written", output.path));
    }

    /// Into memory, whose blocks are rows.
    CPLErr write_window(GDALRasterBand& band, int b, std::byte* cells) const {
        const auto w =
            intersection(spec.grid.window(), {next_row * block_size, b * block_size, block_size, block_size});
        return band.RasterIO(GF_Write, w.col, w.row, w.cols, w.rows, cells, w.cols, w.rows, form.type,
                             static_cast<GSpacing>(cell_bytes()),
                             static_cast<GSpacing>(cell_bytes() * size(block_size)), nullptr);
    }

    void close() {
        if (closed) return;
        if (next_row * block_size < spec.grid.rows) {
            throw DataError(
                fmt::format("{} is not whole: rows from {} were never written", output.path, next_row * block_size));
        }
        const NoSidecars one_file;
        finish();
        commit_file(part_name(), output.path);
        closed = true;
        remove_partial();
    }

    void finish() {
        const GdalErrors errors;
        if (output.format == "cog") build_overviews(*dataset, spec, form, output.path, block_size);
        dataset->FlushCache(false);
        if (output.format == "jp2") copy_to_format(*dataset, part_name(), output, form);
        dataset.reset();
        errors.check(fmt::format("{} cannot be written", output.path));
        if (output.format == "cog")
            copy_to_format(*open_dataset(cells_name(), GDAL_OF_RASTER), part_name(), output, form);
        check_last_cells();
    }

    /// What the disk took is what a reader finds: the last blocks are there and can be decoded.
    void check_last_cells() const {
        const auto file = open_dataset(part_name(), GDAL_OF_RASTER);
        const GdalErrors errors;
        std::vector<double> last(spec.bands.size());
        const auto done = file->RasterIO(GF_Read, spec.grid.cols - 1, spec.grid.rows - 1, 1, 1, last.data(), 1, 1,
                                         GDT_Float64, static_cast<int>(last.size()), nullptr, 0, 0, 0, nullptr);
        if (done != CE_None || errors.failed()) errors.raise(fmt::format("{} was not written whole", output.path));
    }
};

RasterWriter::RasterWriter(RasterSpec spec, RasterOutput output)
    : impl_(std::make_unique<Impl>(std::move(spec), std::move(output))) {}
RasterWriter::~RasterWriter() = default;
RasterWriter::RasterWriter(RasterWriter&&) noexcept = default;
RasterWriter& RasterWriter::operator=(RasterWriter&&) noexcept = default;

void RasterWriter::write(const Block& block) { impl_->take(block); }
int RasterWriter::flush() { return impl_->bring_to_disk(); }
void RasterWriter::close() { impl_->close(); }

void write_raster(const RasterSpec& spec, const Block& block, const RasterOutput& output) {
    RasterWriter writer(spec, output);
    writer.write(block);
    writer.close();
}

}  // namespace linmu
