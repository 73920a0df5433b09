// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <string>

#include "linmu/core/progress.hpp"

namespace linmu::cli {

/// On a terminal: one line with share, rate and time left, redrawn at most ten times a second. Elsewhere: a line at
/// each quarter of work that takes longer than a few seconds. On stderr; `quiet` says nothing.
class ProgressBar final : public Progress {
public:
    explicit ProgressBar(bool quiet);
    void begin(std::string_view what, std::int64_t total, std::string_view unit) override;
    void advance(std::int64_t units) override;
    void end() override;
    /// A line for people that does not tear the bar.
    void say(const std::string& text);

private:
    using Clock = std::chrono::steady_clock;
    [[nodiscard]] std::string line() const;
    void draw();
    void clear();

    bool quiet_, terminal_, drawn_ = false;
    std::string what_, unit_;
    std::int64_t total_ = 0, done_ = 0, first_ = 0;
    int quarter_ = 0;
    Clock::time_point began_, shown_;
};

}  // namespace linmu::cli
