// SPDX-License-Identifier: MIT
#include "linmu/io/coverage_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "commit_file.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// Goes up when the same layer and grid would give other bytes.
constexpr int version = 1;
constexpr std::size_t checksum_size = 16;

std::string path_of(const std::string& folder, const std::string& key) {
    return (std::filesystem::path(folder) / (key + ".coverage")).string();
}

class Hasher {
public:
    Hasher() : state_(XXH3_createState()) { XXH3_128bits_reset(state_.get()); }
    void add(const void* data, std::size_t size) { XXH3_128bits_update(state_.get(), data, size); }
    void add(std::uint64_t number) { add(&number, sizeof number); }
    void add(const std::vector<Point>& points) {
        add(points.size());
        if (!points.empty()) add(points.data(), points.size() * sizeof(Point));
    }
    [[nodiscard]] std::string hex() const {
        const auto hash = XXH3_128bits_digest(state_.get());
        return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
    }

    [[nodiscard]] XXH128_canonical_t canonical() const {
        XXH128_canonical_t hash;
        XXH128_canonicalFromHash(&hash, XXH3_128bits_digest(state_.get()));
        return hash;
    }

private:
    struct Freer {
        void operator()(XXH3_state_t* state) const noexcept { static_cast<void>(XXH3_freeState(state)); }
    };
    std::unique_ptr<XXH3_state_t, Freer> state_;
};

void add_geometry(Hasher& hasher, const Geometry& geometry) {
    hasher.add(geometry.polygons.size());
    for (const auto& polygon : geometry.polygons) {
        hasher.add(polygon.outer);
        hasher.add(polygon.holes.size());
        for (const auto& hole : polygon.holes) hasher.add(hole);
    }
    hasher.add(geometry.lines.size());
    for (const auto& line : geometry.lines) hasher.add(line);
    hasher.add(geometry.points);
}

struct FileCloser {
    void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
};

void write_bytes(std::FILE* file, const void* data, std::size_t size, const std::string& path) {
    if (std::fwrite(data, 1, size, file) == size) return;
    throw DataError(
        fmt::format("{} cannot be written: {}; make room and run again", path, std::generic_category().message(errno)));
}

/// A whole file in memory, as the system maps it.
class Mapping {
public:
    explicit Mapping(const std::string& path) {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) return;
        struct stat status {};
        if (::fstat(file, &status) == 0 && status.st_size > 0) {
            size_ = static_cast<std::size_t>(status.st_size);
            data_ = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file, 0);
        }
        ::close(file);
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() {
        if (data_ != MAP_FAILED) ::munmap(data_, size_);
    }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept {
        if (data_ == MAP_FAILED) return {};
        return {static_cast<const std::uint8_t*>(data_), size_};
    }

private:
    void* data_ = MAP_FAILED;
    std::size_t size_ = 0;
};

}  // namespace

std::string coverage_key(const Layer& layer, const Grid& grid) {
    Hasher hasher;
    const auto head = fmt::format("coverage {} {} {} {} {} {} {} {} {}\n", version, layer.spec.crs, grid.crs, grid.x0,
                                  grid.y0, grid.cell_x, grid.cell_y, grid.rows, grid.cols);
    hasher.add(head.data(), head.size());
    hasher.add(layer.features.size());
    for (const auto& feature : layer.features) add_geometry(hasher, feature.geometry);
    return hasher.hex();
}

void write_coverage(const std::string& folder, const std::string& key, const CoverageIndex& index) {
    std::error_code fault;
    std::filesystem::create_directories(folder, fault);
    const auto path = path_of(folder, key);
    require_writable(path);
    static std::atomic<unsigned> writers = 0;
    const auto own = fmt::format("{}.{}.{}", partial_name(path), ::getpid(), ++writers);
    try {
        {
            const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(own.c_str(), "wb"));
            if (!file)
                throw DataError(fmt::format("{} cannot be written: {}", own, std::generic_category().message(errno)));
            const auto parts = index.stored();
            Hasher hasher;
            for (const auto part : parts) hasher.add(part.data(), part.size());
            const auto checksum = hasher.canonical();
            write_bytes(file.get(), &checksum, checksum_size, own);
            for (const auto part : parts) write_bytes(file.get(), part.data(), part.size(), own);
            if (std::fflush(file.get()) != 0)
                throw DataError(fmt::format("{} cannot be written: {}; make room and run again", own,
                                            std::generic_category().message(errno)));
        }
        commit_file(own, path);
    } catch (...) {
        std::remove(own.c_str());
        throw;
    }
}

std::optional<CoverageIndex> read_coverage(const std::string& folder, const std::string& key) {
    const auto mapping = std::make_shared<const Mapping>(path_of(folder, key));
    if (mapping->bytes().size() < checksum_size) return {};
    const auto bytes = mapping->bytes().subspan(checksum_size);
    XXH128_canonical_t checksum;
    XXH128_canonicalFromHash(&checksum, XXH3_128bits(bytes.data(), bytes.size()));
    if (std::memcmp(&checksum, mapping->bytes().data(), checksum_size) != 0) return {};
    try {
        return CoverageIndex::over(bytes, mapping);
    } catch (const DataError&) {
        return {};
    }
}

}  // namespace linmu
