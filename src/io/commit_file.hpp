// SPDX-License-Identifier: MIT
#pragma once
#include <string>

namespace linmu {

/// The temporary name that a product has until it is whole: beside it, so that renaming is one step of the file system.
[[nodiscard]] inline std::string partial_name(const std::string& path) { return path + ".part"; }
/// Throws DataError when `path` cannot be written: its folder is not there, is closed to us, or `path` is a folder.
void require_writable(const std::string& path);
/// Flushes the temporary to the disk and renames it. Throws DataError in the system's words.
void commit_file(const std::string& partial, const std::string& path);

/// Lets the disk write a growing file while the rest is still computed, so that `commit_file` has little to wait for.
/// A convenience alone: where it can't be done, nothing is.
class EarlyWriting {
public:
    explicit EarlyWriting(const std::string& path);
    ~EarlyWriting();
    EarlyWriting(const EarlyWriting&) = delete;
    EarlyWriting& operator=(const EarlyWriting&) = delete;
    /// The disk begins with what the system holds of the file; does not wait for it.
    void push() const noexcept;

private:
    int file_;
};

}  // namespace linmu
