// SPDX-License-Identifier: MIT
#include "run_log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "linmu/core/error.hpp"

namespace linmu {

RunLog::RunLog(const std::string& path) : file_(std::fopen(path.c_str(), "a")) {
    if (!file_)
        throw DataError(
            fmt::format("{}: the log can't be written ({}); give another --out", path, std::strerror(errno)));
}

RunLog::~RunLog() { std::fclose(file_); }

void RunLog::write(const std::string& event, nlohmann::ordered_json details) {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    nlohmann::ordered_json line;
    line["time"] = fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
    line["event"] = event;
    for (const auto& [key, value] : details.items()) line[key] = value;
    fmt::print(file_, "{}\n", line.dump());
    std::fflush(file_);
}

}  // namespace linmu
