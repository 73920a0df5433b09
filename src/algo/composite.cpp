// SPDX-License-Identifier: MIT
#include "linmu/algo/composite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nothing = std::numeric_limits<float>::quiet_NaN();

using Dates = std::span<const std::span<const float>>;
using Comparator = std::pair<std::size_t, std::size_t>;

/// Batcher's odd-even merge sort of `n` places (Knuth, vol. 3, 5.2.2, algorithm M).
std::vector<Comparator> sorting_network(std::size_t n) {
    std::vector<Comparator> network;
    std::size_t top = 1;
    while (top * 2 < n) top *= 2;
    for (std::size_t p = top; n > 1 && p > 0; p /= 2) {
        std::size_t q = top, r = 0, d = p;
        for (;;) {
            for (std::size_t i = 0; i + d < n; ++i)
                if ((i & p) == r) network.emplace_back(i, i + d);
            if (q == p) break;
            d = q - p;
            q /= 2;
            r = p;
        }
    }
    return network;
}

/// Cells that are sorted at once: a row per date, all of them in the first-level cache for up to 16 dates.
constexpr std::size_t width = 256;

// Whole rows, even where fewer cells are in use: a loop of known length over two rows that don't overlap becomes min and max of vectors.
void order_rows(float* __restrict low, float* __restrict high) {
    for (std::size_t i = 0; i < width; ++i) {
        const float a = low[i], b = high[i];
        low[i] = b < a ? b : a;
        high[i] = a < b ? b : a;
    }
}

void load_row(const float* __restrict from, std::size_t count, float* __restrict to, std::int32_t* __restrict valid) {
    // + 0 turns -0 to 0: they compare equal, so their order would show in the sign of a result.
    for (std::size_t i = 0; i < count; ++i) to[i] = from[i] == from[i] ? from[i] + 0.0F : infinity;
    for (std::size_t i = 0; i < count; ++i) valid[i] += from[i] == from[i] ? 1 : 0;
}

/// Some cells of all dates, a row per date, sorted along dates with the missing ones last.
class SortedChunk {
public:
    explicit SortedChunk(std::size_t dates) : dates_(dates), cells_(dates * width), network_(sorting_network(dates)) {}

    void load(Dates dates, std::size_t start, std::size_t count) {
        count_ = count;
        std::fill_n(valid_.begin(), count, 0);
        for (std::size_t d = 0; d < dates_; ++d) load_row(dates[d].data() + start, count, row(d), valid_.data());
        for (const auto& [low, high] : network_) order_rows(row(low), row(high));
    }

    void percentile(double share, float* out) const {
        for (std::size_t i = 0; i < count_; ++i) {
            if (valid_[i] == 0) {
                out[i] = nothing;
                continue;
            }
            const double rank = share * (valid_[i] - 1);
            const auto below = static_cast<std::size_t>(rank);
            const auto above = std::min(below + 1, static_cast<std::size_t>(valid_[i] - 1));
            const double part = rank - static_cast<double>(below);
            const double low = cells_[below * width + i], high = cells_[above * width + i];
            out[i] = static_cast<float>(low + part * (high - low));
        }
    }

private:
    [[nodiscard]] float* row(std::size_t date) { return cells_.data() + date * width; }

    std::size_t dates_;
    std::size_t count_ = 0;
    std::vector<float> cells_;
    std::array<std::int32_t, width> valid_{};
    std::vector<Comparator> network_;
};

void percentile(double share, Dates dates, std::span<float> out) {
    SortedChunk chunk(dates.size());
    for (std::size_t start = 0; start < out.size(); start += width) {
        chunk.load(dates, start, std::min(width, out.size() - start));
        chunk.percentile(share, out.data() + start);
    }
}

/// out = better(out, date) over the dates, missing ones skipped.
template <class Better>
void extreme(Dates dates, std::span<float> out, Better better) {
    std::fill(out.begin(), out.end(), nothing);
    float* __restrict to = out.data();
    for (const auto& date : dates) {
        const float* __restrict from = date.data();
        for (std::size_t i = 0; i < out.size(); ++i)
            to[i] = better(from[i], to[i]) || to[i] != to[i] ? from[i] + 0.0F : to[i];
    }
}

void add_row(const float* __restrict from, std::size_t count, double* __restrict sum, float* __restrict valid) {
    for (std::size_t i = 0; i < count; ++i) sum[i] += static_cast<double>(from[i] == from[i] ? from[i] : 0.0F);
    for (std::size_t i = 0; i < count; ++i) valid[i] += from[i] == from[i] ? 1.0F : 0.0F;
}

void mean(Dates dates, std::span<float> out) {
    std::array<double, width> sum{};
    std::array<float, width> valid{};
    for (std::size_t start = 0; start < out.size(); start += width) {
        const std::size_t n = std::min(width, out.size() - start);
        sum.fill(0);
        valid.fill(0);
        for (const auto& date : dates) add_row(date.data() + start, n, sum.data(), valid.data());
        for (std::size_t i = 0; i < n; ++i)
            out[start + i] = valid[i] > 0 ? static_cast<float>(sum[i] / static_cast<double>(valid[i])) : nothing;
    }
}

}  // namespace

Statistic parse_statistic(std::string_view text) {
    if (text == "median") return {Statistic::Kind::percentile, 0.5};
    if (text == "mean") return {Statistic::Kind::mean, 0};
    if (text == "min") return {Statistic::Kind::minimum, 0};
    if (text == "max") return {Statistic::Kind::maximum, 0};
    double percent = -1;
    const char* const end = text.data() + text.size();
    const bool read = text.starts_with('p') && std::from_chars(text.data() + 1, end, percent).ptr == end;
    if (read && percent >= 0 && percent <= 100) return {Statistic::Kind::percentile, percent / 100};
    throw DataError(fmt::format(
        "'{}' is no statistic; one of median, mean, min, max, p0 to p100 (p10 is the 10 % percentile)", text));
}

void composite(const Statistic& statistic, Dates dates, std::span<float> out) {
    switch (statistic.kind) {
        case Statistic::Kind::mean: return mean(dates, out);
        case Statistic::Kind::minimum: return extreme(dates, out, [](float a, float b) { return a < b; });
        case Statistic::Kind::maximum: return extreme(dates, out, [](float a, float b) { return a > b; });
        case Statistic::Kind::percentile: return percentile(statistic.share, dates, out);
    }
}

void clear_count(Dates dates, std::span<float> out) {
    std::fill(out.begin(), out.end(), 0.0F);
    for (const auto& date : dates) {
        const float* __restrict from = date.data();
        float* __restrict to = out.data();
        for (std::size_t i = 0; i < out.size(); ++i) to[i] += from[i] == from[i] ? 1.0F : 0.0F;
    }
}

}  // namespace linmu
