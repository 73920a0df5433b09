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

using Dates = std::span<const DatedBand>;
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

/// `values` without those hidden.
void show_row(const float* __restrict values, const std::uint8_t* __restrict hidden, std::size_t count,
              float* __restrict to) {
    for (std::size_t i = 0; i < count; ++i) to[i] = hidden[i] != 0 ? nothing : values[i];
}

void load_row(const float* __restrict from, std::size_t count, float* __restrict to, std::int32_t* __restrict valid) {
    // + 0 turns -0 to 0: they compare equal, so their order would show in the sign of a result.
    for (std::size_t i = 0; i < count; ++i) to[i] = from[i] == from[i] ? from[i] + 0.0F : infinity;
    for (std::size_t i = 0; i < count; ++i) valid[i] += from[i] == from[i] ? 1 : 0;
}

void widen_range(const float* __restrict from, std::size_t count, float* __restrict low, float* __restrict high) {
    for (std::size_t i = 0; i < count; ++i) low[i] = from[i] < low[i] ? from[i] + 0.0F : low[i];
    for (std::size_t i = 0; i < count; ++i) high[i] = from[i] > high[i] ? from[i] + 0.0F : high[i];
}

void add_row(const float* __restrict from, std::size_t count, double* __restrict sum) {
    for (std::size_t i = 0; i < count; ++i) sum[i] += static_cast<double>(from[i] == from[i] ? from[i] : 0.0F);
}

/// Where a percentile lies among the sorted values of a cell.
struct Rank {
    std::size_t below = 0, above = 0;
    double part = 0;  ///< of the way from below to above
};

/// By the number of values that a cell has.
std::vector<Rank> ranks(double share, std::size_t dates) {
    std::vector<Rank> out(1);
    for (std::size_t n = 1; n <= dates; ++n) {
        const double rank = share * static_cast<double>(n - 1);
        const auto below = static_cast<std::size_t>(rank);
        out.push_back({below, std::min(below + 1, n - 1), rank - static_cast<double>(below)});
    }
    return out;
}

/// What the statistics of some cells at a time need: a row per date, and figures over the dates.
class Chunk {
public:
    Chunk(std::span<const Statistic> statistics, std::size_t dates) : rows_(dates * width) {
        const auto some = [&](Statistic::Kind kind) {
            return std::ranges::any_of(statistics, [kind](const Statistic& s) { return s.kind == kind; });
        };
        if (some(Statistic::Kind::percentile)) network_ = sorting_network(dates);
        sums_ = some(Statistic::Kind::mean);
        ranges_ = some(Statistic::Kind::minimum) || some(Statistic::Kind::maximum);
        for (const auto& statistic : statistics) ranks_.push_back(ranks(statistic.share, dates));
    }

    void load(Dates dates, std::size_t start, std::size_t count) {
        count_ = count;
        valid_.fill(0);
        sum_.fill(0);
        low_.fill(infinity);
        high_.fill(-infinity);
        for (std::size_t d = 0; d < dates.size(); ++d) add_date(dates[d], start, d);
        for (const auto& [low, high] : network_) order_rows(row(low), row(high));
    }

    void write(const Statistic& statistic, std::size_t number, float* out) const {
        switch (statistic.kind) {
            case Statistic::Kind::mean: return mean(out);
            case Statistic::Kind::minimum: return copy_valid(low_.data(), out);
            case Statistic::Kind::maximum: return copy_valid(high_.data(), out);
            case Statistic::Kind::percentile: return percentile(ranks_[number], out);
        }
    }

private:
    [[nodiscard]] float* row(std::size_t date) { return rows_.data() + date * width; }

    void add_date(const DatedBand& date, std::size_t start, std::size_t place) {
        const float* from = date.values.data() + start;
        std::array<float, width> shown;
        if (!date.hidden.empty()) {
            show_row(from, date.hidden.data() + start, count_, shown.data());
            from = shown.data();
        }
        load_row(from, count_, row(place), valid_.data());
        if (ranges_) widen_range(from, count_, low_.data(), high_.data());
        if (sums_) add_row(from, count_, sum_.data());
    }

    void mean(float* out) const {
        for (std::size_t i = 0; i < count_; ++i)
            out[i] = valid_[i] > 0 ? static_cast<float>(sum_[i] / static_cast<double>(valid_[i])) : nothing;
    }

    void copy_valid(const float* from, float* out) const {
        for (std::size_t i = 0; i < count_; ++i) out[i] = valid_[i] > 0 ? from[i] : nothing;
    }

    void percentile(const std::vector<Rank>& by_count, float* out) const {
        for (std::size_t i = 0; i < count_; ++i) {
            if (valid_[i] == 0) {
                out[i] = nothing;
                continue;
            }
            const auto& rank = by_count[static_cast<std::size_t>(valid_[i])];
            const double low = rows_[rank.below * width + i], high = rows_[rank.above * width + i];
            out[i] = static_cast<float>(low + rank.part * (high - low));
        }
    }

    bool sums_ = false, ranges_ = false;
    std::size_t count_ = 0;
    std::vector<float> rows_;
    std::array<std::int32_t, width> valid_{};
    std::array<double, width> sum_{};
    std::array<float, width> low_{}, high_{};
    std::vector<Comparator> network_;
    std::vector<std::vector<Rank>> ranks_;
};

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
        "'{}' is no statistic of a band; one of median, mean, min, max, p0 to p100 (p10 is the 10 % percentile)",
        text));
}

void composite(std::span<const Statistic> statistics, Dates dates, std::span<const std::span<float>> out) {
    Chunk chunk(statistics, dates.size());
    for (std::size_t start = 0; start < out.front().size(); start += width) {
        chunk.load(dates, start, std::min(width, out.front().size() - start));
        for (std::size_t s = 0; s < statistics.size(); ++s) chunk.write(statistics[s], s, out[s].data() + start);
    }
}

}  // namespace linmu
