// SPDX-License-Identifier: MIT
#pragma once
#include <sys/file.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/run_binary.hpp"

namespace linmu::test {

/// A practice county beside the tests' programs, made once for a build of linmu, also when many tests ask for it at once.
/// Tests never write into it.
inline std::string county_beside(const std::string& name, const std::vector<std::string>& options) {
    namespace fs = std::filesystem;
    const fs::path county = fs::path(LINMU_BINARY).parent_path() / name;
    const fs::path made = county / "made.txt";
    const int lock = open((county.string() + ".lock").c_str(), O_RDWR | O_CREAT, 0644);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) throw std::runtime_error("no lock beside " + county.string());
    if (!fs::exists(made) || fs::last_write_time(made) < fs::last_write_time(LINMU_BINARY)) {
        fs::remove_all(county);
        std::vector<std::string> command{"demo", "county", "--quiet", "--out", county.string()};
        command.insert(command.end(), options.begin(), options.end());
        const auto outcome = run_binary(command);
        if (outcome.exit_code != 0) throw std::runtime_error("no practice county: " + outcome.err);
        std::ofstream(made) << name << '\n';
    }
    close(lock);
    return county.string();
}

/// Of 4 km, with the scenes of two years.
inline std::string practice_county() { return county_beside("practice-county-4", {"--size", "4"}); }

/// The same, and in sensors/ what other satellites and other deliveries bring.
inline std::string practice_county_of_sensors() {
    return county_beside("practice-county-4-sensors", {"--size", "4", "--sensors", "all"});
}

}  // namespace linmu::test
