// SPDX-License-Identifier: MIT
#include "linmu/io/hash.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <xxhash.h>
#ifdef LINMU_XXHASH_DISPATCH
#include <xxh_x86dispatch.h>  // the same names, by the widest vectors that the processor has
#endif

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "database_hash.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/vector.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

/// What is read at once stays in the second-level cache until it is hashed.
constexpr std::size_t piece = std::size_t{1} << 17;

/// Seconds; FAT counts in twos.
constexpr std::time_t clock_tick = 3;

struct FileCloser {
    void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
};
struct StateFreer {
    void operator()(XXH3_state_t* state) const noexcept { static_cast<void>(XXH3_freeState(state)); }
};

std::string hex(const XXH128_hash_t& hash) { return fmt::format("{:016x}{:016x}", hash.high64, hash.low64); }

[[noreturn]] void fail(const fs::path& path, int error) {
    throw DataError(fmt::format("{} cannot be read: {}", path.string(), std::generic_category().message(error)));
}

std::string file_hash(const fs::path& path) {
    const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rb"));
    if (!file) fail(path, errno);
    const std::unique_ptr<XXH3_state_t, StateFreer> state(XXH3_createState());
    XXH3_128bits_reset(state.get());
    std::vector<char> buffer(piece);
    while (const auto count = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
        XXH3_128bits_update(state.get(), buffer.data(), count);
    }
    if (std::ferror(file.get()) != 0) fail(path, errno);
    return hex(XXH3_128bits_digest(state.get()));
}

std::vector<fs::path> files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

std::string folder_hash(const fs::path& folder) {
    std::string all;
    for (const auto& file : files_below(folder)) {
        all += fmt::format("{}\n{}\n", file.lexically_relative(folder).generic_string(), file_hash(file));
    }
    return text_hash(all);
}

}  // namespace

std::string content_hash(const std::string& path) {
    if (is_database(path)) return database_hash(path);
    try {
        return fs::is_directory(path) ? folder_hash(path) : file_hash(path);
    } catch (const fs::filesystem_error& error) {
        fail(path, error.code().value());
    }
}

std::string file_stamp(const std::string& path) {
    if (is_database(path)) return {};
    std::error_code fault;
    const bool folder = fs::is_directory(path, fault);
    std::string all;
    for (const auto& file : folder ? files_below(path) : std::vector<fs::path>{path}) {
        struct stat s {};
        if (::stat(file.c_str(), &s) != 0 || std::max(s.st_mtime, s.st_ctime) + clock_tick > std::time(nullptr))
            return {};
        all += fmt::format("{} {} {} {}.{} {}.{}\n", file.generic_string(), s.st_size, s.st_ino, s.st_mtim.tv_sec,
                           s.st_mtim.tv_nsec, s.st_ctim.tv_sec, s.st_ctim.tv_nsec);
    }
    return text_hash(all);
}

std::string text_hash(std::string_view text) { return hex(XXH3_128bits(text.data(), text.size())); }

}  // namespace linmu
