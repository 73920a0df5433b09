// SPDX-License-Identifier: MIT
#include "commit_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
    throw DataError(fmt::format("{} cannot be written: {}", path, std::generic_category().message(error)));
}

/// A file's bytes, or the entries of a folder, are on the disk when this returns.
void flush_to_disk(const std::string& path, int flags) {
    const int file = ::open(path.c_str(), flags | O_CLOEXEC);
    if (file < 0) fail(path, errno);
    const int error = ::fsync(file) == 0 ? 0 : errno;
    ::close(file);
    // Some network file systems cannot flush a folder; the rename itself is still whole.
    if (error != 0 && error != EINVAL) fail(path, error);
}

std::string folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

}  // namespace

void require_writable(const std::string& path) {
    const auto folder = folder_of(path);
    if (std::filesystem::is_directory(path)) throw DataError(fmt::format("{} cannot be written: it is a folder", path));
    if (!std::filesystem::is_directory(folder)) {
        throw DataError(fmt::format("{} cannot be written: there is no folder {}; make it first", path, folder));
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) fail(path, errno);
}

void commit_file(const std::string& partial, const std::string& path) {
    flush_to_disk(partial, O_RDONLY);
    if (std::rename(partial.c_str(), path.c_str()) != 0) fail(path, errno);
    flush_to_disk(folder_of(path), O_RDONLY | O_DIRECTORY);
}

EarlyWriting::EarlyWriting(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}

EarlyWriting::~EarlyWriting() {
    if (file_ >= 0) ::close(file_);
}

void EarlyWriting::push() const noexcept {
#ifdef SYNC_FILE_RANGE_WRITE
    if (file_ >= 0) static_cast<void>(::sync_file_range(file_, 0, 0, SYNC_FILE_RANGE_WRITE));
#endif
}

}  // namespace linmu
