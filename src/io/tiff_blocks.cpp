// SPDX-License-Identifier: MIT
#include "tiff_blocks.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <libdeflate.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "linmu/core/wide.hpp"

namespace linmu {
namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }

std::string_view structure(GDALMajorObject& object, const char* key) {
    const char* value = object.GetMetadataItem(key, "IMAGE_STRUCTURE");
    return value == nullptr ? std::string_view{} : value;
}

bool is_plain(GDALDataset& file, const std::vector<int>& numbers) {
    const auto compression = structure(file, "COMPRESSION");
    const bool alone = file.GetRasterCount() == 1 || structure(file, "INTERLEAVE") == "BAND";
    const auto whole_bytes = [&](int number) { return structure(*file.GetRasterBand(number), "NBITS").empty(); };
    return std::endian::native == std::endian::little && std::string_view(file.GetDriverName()) == "GTiff" && alone &&
           (compression.empty() || compression == "DEFLATE" || compression == "ZSTD") &&
           structure(file, "PREDICTOR") <= "3" && std::ranges::all_of(numbers, whole_bytes);
}

/// Opened for each block: a season of scenes has more files than a process may have open.
class File {
public:
    explicit File(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~File() {
        if (file_ >= 0) ::close(file_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    /// All of `into`, from `offset` on.
    [[nodiscard]] bool read(std::span<std::byte> into, std::uint64_t offset) const;

private:
    int file_;
};

bool File::read(std::span<std::byte> into, std::uint64_t offset) const {
    while (!into.empty()) {
        const auto got = ::pread(file_, into.data(), into.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        into = into.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return true;
}

bool is_little_endian(const std::string& path) {
    std::array<std::byte, 2> mark{};
    return File(path).read(mark, 0) && mark[0] == std::byte{'I'} && mark[1] == std::byte{'I'};
}

template <class T>
struct Lanes {
    static constexpr std::size_t count = 16 / sizeof(T);
    typedef T Vector __attribute__((vector_size(16)));

    /// `cells` moved up by `By` places, zeros before.
    template <std::size_t By, std::size_t... I>
    static Vector moved(Vector cells, std::index_sequence<I...>) {
        return __builtin_shufflevector(Vector{}, cells, (count - By + I)...);
    }
    template <std::size_t... I>
    static Vector all_last(Vector cells, std::index_sequence<I...>) {
        return __builtin_shufflevector(cells, cells, (I - I + count - 1)...);
    }
    /// Each with all before it.
    static Vector summed(Vector cells) {
        constexpr std::make_index_sequence<count> places;
        if constexpr (count > 1) cells += moved<1>(cells, places);
        if constexpr (count > 2) cells += moved<2>(cells, places);
        if constexpr (count > 4) cells += moved<4>(cells, places);
        if constexpr (count > 8) cells += moved<8>(cells, places);
        return cells;
    }
    static Vector last(Vector cells) { return all_last(cells, std::make_index_sequence<count>{}); }
};

/// Differences from the cell before become cells; 16 bytes at a time.
template <class T>
LINMU_WIDE void add_up(std::byte* row, std::size_t count) {
    using L = Lanes<T>;
    typename L::Vector before{};
    std::size_t i = 0;
    for (; i + L::count <= count; i += L::count) {
        typename L::Vector cells;
        std::memcpy(&cells, row + i * sizeof(T), sizeof cells);
        const auto sums = L::summed(cells);
        cells = sums + before;
        std::memcpy(row + i * sizeof(T), &cells, sizeof cells);
        before += L::last(sums);  // not of `cells`: the next turn then waits for one addition only
    }
    T sum = before[0];
    for (; i < count; ++i) {
        T cell;
        std::memcpy(&cell, row + i * sizeof(T), sizeof cell);
        sum = static_cast<T>(sum + cell);
        std::memcpy(row + i * sizeof(T), &sum, sizeof sum);
    }
}

void add_up(std::byte* row, std::size_t count, std::size_t cell_bytes) {
    switch (cell_bytes) {
        case 1: return add_up<std::uint8_t>(row, count);
        case 2: return add_up<std::uint16_t>(row, count);
        case 4: return add_up<std::uint32_t>(row, count);
        default: return add_up<std::uint64_t>(row, count);
    }
}

/// The floating-point predictor keeps a row's bytes by their place in the cell, the highest first.
void join_bytes(std::byte* row, const std::byte* apart, std::size_t count, std::size_t cell_bytes) {
    for (std::size_t b = 0; b < cell_bytes; ++b) {
        const std::byte* from = apart + (cell_bytes - 1 - b) * count;
        for (std::size_t i = 0; i < count; ++i) row[i * cell_bytes + b] = from[i];
    }
}

}  // namespace

void InflaterFree::operator()(void* inflater) const noexcept {
    libdeflate_free_decompressor(static_cast<libdeflate_decompressor*>(inflater));
}

void ZstdFree::operator()(void* context) const noexcept { ZSTD_freeDCtx(static_cast<ZSTD_DCtx*>(context)); }

std::unique_ptr<const TiffBlocks> TiffBlocks::open(GDALDataset& file, const std::string& path,
                                                   const std::vector<int>& numbers) {
    if (!is_plain(file, numbers) || !is_little_endian(path)) return nullptr;
    return std::unique_ptr<const TiffBlocks>(new TiffBlocks(file, path, numbers));
}

TiffBlocks::TiffBlocks(GDALDataset& file, std::string path, const std::vector<int>& numbers)
    : path_(std::move(path)), rows_(file.GetRasterYSize()) {
    if (const auto compression = structure(file, "COMPRESSION"); !compression.empty())
        compression_ = compression == "ZSTD" ? Compression::zstd : Compression::deflate;
    if (const auto predictor = structure(file, "PREDICTOR"); !predictor.empty()) predictor_ = predictor.front() - '0';
    auto& first = *file.GetRasterBand(numbers.front());
    first.GetBlockSize(&block_cols_, &block_rows_);
    cell_bytes_ = size(GDALGetDataTypeSizeBytes(first.GetRasterDataType()));
    across_ = size((file.GetRasterXSize() + block_cols_ - 1) / block_cols_);
    down_ = size((rows_ + block_rows_ - 1) / block_rows_);
    places_.reserve(numbers.size() * across_ * down_);
    for (const int number : numbers) {
        auto& band = *file.GetRasterBand(number);
        const auto figure = [&](const char* name, std::size_t row, std::size_t col) -> std::uint64_t {
            const char* text = band.GetMetadataItem(fmt::format("{}_{}_{}", name, col, row).c_str(), "TIFF");
            return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
        };
        for (std::size_t row = 0; row < down_; ++row) {
            for (std::size_t col = 0; col < across_; ++col)
                places_.push_back({figure("BLOCK_OFFSET", row, col), figure("BLOCK_SIZE", row, col)});
        }
    }
}

bool TiffBlocks::read(std::size_t band, int row, int col, std::span<std::byte> cells, BlockRoom& room) const {
    const auto& place = places_[(band * down_ + size(row)) * across_ + size(col)];
    const int rows = std::min(block_rows_, rows_ - row * block_rows_);
    const auto wanted = size(rows) * size(block_cols_) * cell_bytes_;
    // A block that is much longer than its cells is damaged; its length is no reason to ask for memory.
    if (place.offset == 0 || place.bytes == 0 || place.bytes > 2 * cells.size() + 1024) return false;
    if (compression_ == Compression::none)
        return place.bytes >= wanted && File(path_).read(cells.first(wanted), place.offset);
    if (room.stored.size() < place.bytes) room.stored.resize(place.bytes);
    const auto stored = std::span(room.stored).first(place.bytes);
    if (!File(path_).read(stored, place.offset) || decompress(stored, cells, room) < wanted) return false;
    undo_predictor(cells, rows, room);
    return true;
}

/// How many bytes of `cells` were filled; 0 when `stored` is not sound.
std::size_t TiffBlocks::decompress(std::span<const std::byte> stored, std::span<std::byte> cells,
                                   BlockRoom& room) const {
    if (compression_ == Compression::zstd) {
        if (!room.zstd) room.zstd.reset(ZSTD_createDCtx());
        if (!room.zstd) throw std::bad_alloc();
        const auto got = ZSTD_decompressDCtx(static_cast<ZSTD_DCtx*>(room.zstd.get()), cells.data(), cells.size(),
                                             stored.data(), stored.size());
        return ZSTD_isError(got) != 0 ? 0 : got;
    }
    if (!room.inflater) room.inflater.reset(libdeflate_alloc_decompressor());
    if (!room.inflater) throw std::bad_alloc();
    std::size_t got = 0;
    const auto done = libdeflate_zlib_decompress(static_cast<libdeflate_decompressor*>(room.inflater.get()),
                                                 stored.data(), stored.size(), cells.data(), cells.size(), &got);
    return done == LIBDEFLATE_SUCCESS ? got : 0;
}

void TiffBlocks::undo_predictor(std::span<std::byte> cells, int rows, BlockRoom& room) const {
    const auto count = size(block_cols_);
    const auto row_bytes = count * cell_bytes_;
    if (predictor_ == 3 && room.stored.size() < row_bytes) room.stored.resize(row_bytes);
    for (std::size_t r = 0; r < size(rows); ++r) {
        auto* row = cells.data() + r * row_bytes;
        if (predictor_ == 2) add_up(row, count, cell_bytes_);
        if (predictor_ != 3) continue;
        add_up(row, row_bytes, 1);
        std::memcpy(room.stored.data(), row, row_bytes);
        join_bytes(row, room.stored.data(), count, cell_bytes_);
    }
}

}  // namespace linmu
