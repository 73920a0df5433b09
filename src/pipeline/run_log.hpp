// SPDX-License-Identifier: MIT
#pragma once
#include <cstdio>
#include <string>

#include <nlohmann/json.hpp>

namespace linmu {

/// The run's diary: one JSON object a line, written at once, so that it is whole up to the moment a run dies.
class RunLog {
public:
    explicit RunLog(const std::string& path);
    ~RunLog();
    RunLog(const RunLog&) = delete;
    RunLog& operator=(const RunLog&) = delete;
    void write(const std::string& event, nlohmann::ordered_json details = {});

private:
    std::FILE* file_;
};

}  // namespace linmu
