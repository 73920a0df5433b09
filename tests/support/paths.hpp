// SPDX-License-Identifier: MIT
#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>

namespace linmu::test {

/// A file of the shared test data, which is kept beside the project and never in it ($LINMU_SHARED_DATA, else ../shared/data).
inline std::string shared_data(const std::string& name) {
    const char* set = std::getenv("LINMU_SHARED_DATA");
    const std::filesystem::path root = set ? set : LINMU_SOURCE_DIR "/../shared/data";
    return (root / name).lexically_normal().string();
}

inline std::string source_file(const std::string& name) { return std::string(LINMU_SOURCE_DIR "/") + name; }

}  // namespace linmu::test

/// Skips by name where the shared data is absent.
#define LINMU_NEEDS(path) \
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "the shared test data has no " << (path)
