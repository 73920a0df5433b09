// SPDX-License-Identifier: MIT
#include "progress_bar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace linmu::cli {
namespace {

constexpr int bar_width = 24;
constexpr auto redraw_every = std::chrono::milliseconds(100);
constexpr auto long_work = std::chrono::seconds(5);

std::string duration(double seconds) {
    const auto s = static_cast<long>(seconds + 0.5);
    if (s < 60) return fmt::format("{} s", s);
    if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
    return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
}

}  // namespace

ProgressBar::ProgressBar(bool quiet) : quiet_(quiet), terminal_(isatty(fileno(stderr)) != 0) {}

void ProgressBar::begin(std::string_view what, std::int64_t total, std::string_view unit) {
    what_ = what;
    unit_ = unit;
    total_ = std::max<std::int64_t>(1, total);
    done_ = first_ = 0;
    quarter_ = 0;
    began_ = Clock::now();
    shown_ = began_ - redraw_every;
    draw();
}

void ProgressBar::advance(std::int64_t units) {
    // A resumed run begins with what was done before: that has no rate.
    if (done_ == 0 && units > 1) first_ = units;
    done_ = std::min(total_, done_ + units);
    draw();
}

void ProgressBar::end() {
    const auto took = std::chrono::duration<double>(Clock::now() - began_).count();
    clear();
    if (!quiet_ && (terminal_ || took > 5))
        fmt::print(stderr, "{}: {} {} in {}\n", what_, total_, unit_, duration(took));
}

void ProgressBar::say(const std::string& text) {
    if (quiet_) return;
    clear();
    fmt::print(stderr, "{}\n", text);
}

std::string ProgressBar::line() const {
    const double share = static_cast<double>(done_) / static_cast<double>(total_);
    const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    const double rate = seconds > 0 ? static_cast<double>(done_ - first_) / seconds : 0;
    const int filled = static_cast<int>(share * bar_width);
    auto text =
        fmt::format("{} [{}{}] {:3.0f} % {}/{} {}", what_, std::string(static_cast<std::size_t>(filled), '#'),
                    std::string(static_cast<std::size_t>(bar_width - filled), ' '), share * 100, done_, total_, unit_);
    if (rate > 0)
        text += fmt::format(", {:.1f} a second, {} left", rate, duration(static_cast<double>(total_ - done_) / rate));
    return text;
}

void ProgressBar::draw() {
    if (quiet_) return;
    const auto now = Clock::now();
    if (terminal_) {
        if (now - shown_ < redraw_every && done_ != total_) return;
        fmt::print(stderr, "\r\033[K{}", line());
        std::fflush(stderr);
        drawn_ = true;
        shown_ = now;
        return;
    }
    const int quarter = static_cast<int>(4 * done_ / total_);
    if (quarter > quarter_ && now - began_ > long_work && done_ != total_) fmt::print(stderr, "{}\n", line());
    quarter_ = quarter;
}

void ProgressBar::clear() {
    if (!drawn_) return;
    fmt::print(stderr, "\r\033[K");
    drawn_ = false;
}

}  // namespace linmu::cli
