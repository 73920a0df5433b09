// SPDX-License-Identifier: MIT
#pragma once
#include <sys/file.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "support/run_binary.hpp"

namespace linmu::test {

/// A practice county of 4 km beside the tests' programs, made once for a build of linmu, also when many tests ask for it
/// at once. Tests never write into it.
inline std::string practice_county() {
    namespace fs = std::filesystem;
    const fs::path county = fs::path(LINMU_BINARY).parent_path() / "practice-county-4";
    const fs::path made = county / "made.txt";
    const int lock = open((county.string() + ".lock").c_str(), O_RDWR | O_CREAT, 0644);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) throw std::runtime_error("no lock beside " + county.string());
    if (!fs::exists(made) || fs::last_write_time(made) < fs::last_write_time(LINMU_BINARY)) {
        fs::remove_all(county);
        const auto outcome = run_binary({"demo", "county", "--size", "4", "--quiet", "--out", county.string()});
        if (outcome.exit_code != 0) throw std::runtime_error("no practice county: " + outcome.err);
        std::ofstream(made) << "size 4 km\n";
    }
    close(lock);
    return county.string();
}

}  // namespace linmu::test
