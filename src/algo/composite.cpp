// SPDX-License-Identifier: MIT
#include "linmu/algo/composite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "linmu/core/error.hpp"
#include "linmu/core/wide.hpp"
#include "stored_range.hpp"

namespace linmu {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nothing = std::numeric_limits<float>::quiet_NaN();

using Dates = std::span<const BandOnDate>;
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
template <class T>
LINMU_WIDE void order_rows(T* __restrict low, T* __restrict high) {
    for (std::size_t i = 0; i < width; ++i) {
        const T a = low[i], b = high[i];
        low[i] = b < a ? b : a;
        high[i] = a < b ? b : a;
    }
}

/// `value` if it is not hidden; with all bits set a float is no value. In bits, as compilers do not blend floats by bytes.
float shown(float value, std::uint8_t hidden) {
    return std::bit_cast<float>(std::bit_cast<std::int32_t>(value) | -std::int32_t{hidden});
}

LINMU_WIDE void show_row(const float* __restrict values, const std::uint8_t* __restrict hidden, std::size_t count,
                         float* __restrict to) {
    for (std::size_t i = 0; i < count; ++i) to[i] = shown(values[i], hidden[i]);
}

// + 0 turns -0 to 0: they compare equal, so their order would show in the sign of a result.

/// What is missing comes last when sorted.
LINMU_WIDE void load_row(const float* __restrict values, const std::uint8_t* __restrict hidden, std::size_t count,
                         float* __restrict to, std::int32_t* __restrict valid) {
    for (std::size_t i = 0; i < count; ++i) {
        const float value = shown(values[i], hidden[i]);
        to[i] = value == value ? value + 0.0F : infinity;
        valid[i] += value == value ? 1 : 0;
    }
}

/// What is missing comes last and first by turns, so that the middle of the values stays in the middle of the rows.
LINMU_WIDE void load_row_centred(const float* __restrict values, const std::uint8_t* __restrict hidden,
                                 std::int32_t row, std::size_t count, float* __restrict to,
                                 std::int32_t* __restrict valid) {
    for (std::size_t i = 0; i < count; ++i) {
        const float value = shown(values[i], hidden[i]);
        const float missing = ((row - valid[i]) & 1) == 0 ? infinity : -infinity;
        to[i] = value == value ? value + 0.0F : missing;
        valid[i] += value == value ? 1 : 0;
    }
}

/// The median of rows loaded centred and sorted: `middle` where the values are odd in number, else halfway from `below` to `above`.
/// By bits, without a branch: compilers would load a row only where it is taken, cell by cell.
LINMU_WIDE void take_median(const float* __restrict middle, const float* __restrict below,
                            const float* __restrict above, const std::int32_t* __restrict valid, std::size_t count,
                            float* __restrict out) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto half = std::bit_cast<std::int32_t>(0.5F * below[i] + 0.5F * above[i]);
        const std::int32_t odd = -(valid[i] & 1), none = -static_cast<std::int32_t>(valid[i] == 0);
        out[i] = std::bit_cast<float>((std::bit_cast<std::int32_t>(middle[i]) & odd) | (half & ~odd) | none);
    }
}

LINMU_WIDE void widen_range(const float* __restrict from, std::size_t count, float* __restrict low,
                            float* __restrict high) {
    for (std::size_t i = 0; i < count; ++i) low[i] = from[i] < low[i] ? from[i] + 0.0F : low[i];
    for (std::size_t i = 0; i < count; ++i) high[i] = from[i] > high[i] ? from[i] + 0.0F : high[i];
}

LINMU_WIDE void add_row(const float* __restrict from, std::size_t count, double* __restrict sum) {
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

/// Those comparators that the rows `first` to `last` of the sorted depend on.
std::vector<Comparator> pruned(const std::vector<Comparator>& network, std::size_t rows, std::size_t first,
                               std::size_t last) {
    std::vector<bool> needed(rows);
    for (std::size_t row = first; row <= last; ++row) needed[row] = true;
    std::vector<Comparator> kept;
    for (auto it = network.rbegin(); it != network.rend(); ++it) {
        if (!needed[it->first] && !needed[it->second]) continue;
        needed[it->first] = needed[it->second] = true;
        kept.push_back(*it);
    }
    std::ranges::reverse(kept);
    return kept;
}

// Where the median of `n` rows lies, loaded centred and sorted: with an odd number of values in one row, else between two.
std::size_t middle_row(std::size_t n) { return (n - 1) / 2; }
std::size_t row_below(std::size_t n) { return n % 2 == 1 && n > 1 ? middle_row(n) - 1 : middle_row(n); }
std::size_t row_above(std::size_t n) { return std::min(row_below(n) + 1, n - 1); }

std::vector<Comparator> median_network(std::size_t n) {
    return pruned(sorting_network(n), n, row_below(n), row_above(n));
}

bool is_median(const Statistic& statistic) {
    return statistic.kind == Statistic::Kind::percentile && !(std::abs(statistic.share - 0.5) > 0);
}

/// As load_row_centred, of cells as they are stored.
LINMU_WIDE void load_stored_centred(const std::uint16_t* __restrict cells, const std::uint8_t* __restrict hidden,
                                    std::size_t row, std::size_t count, const StoredRange& range,
                                    std::uint16_t* __restrict to, std::uint16_t* __restrict valid) {
    const std::uint16_t none = range.none, lowest = range.lowest, highest = range.highest;
    const int has_none = range.has_none ? 1 : 0, odd = static_cast<int>(row & 1U);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint16_t cell = cells[i];
        const int missing = (static_cast<int>(cell == none) & has_none) | static_cast<int>(cell < lowest) |
                            static_cast<int>(cell > highest) | static_cast<int>(hidden[i] != 0);
        const auto gone = static_cast<std::uint16_t>(-missing);
        const auto end = static_cast<std::uint16_t>(((valid[i] ^ odd) & 1) - 1);
        to[i] = static_cast<std::uint16_t>((cell & ~gone) | (end & gone));
        valid[i] = static_cast<std::uint16_t>(valid[i] + 1 - missing);
    }
}

/// So many cells before they are loaded they are asked for from memory: three quarters of a page. Nearer ones come too late.
constexpr std::size_t ahead = 6 * width;

/// The median of dates that are stored alike. Values rise with what is stored, so it is found among the cells as they are,
/// twice as many at a time, and only then made a value.
class StoredMedian {
public:
    explicit StoredMedian(Dates dates)
        : range_(rule_of(dates)), rows_(dates.size() * width), network_(median_network(dates.size())),
          dates_(dates.size()) {
        const auto& rule = rule_of(dates);
        open_.scale = rule.scale;
        open_.offset = rule.offset;
        open_.floor = rule.floor;
    }

    static bool fits(std::span<const Statistic> statistics, Dates dates) {
        if (statistics.size() != 1 || !is_median(statistics.front()) || dates.empty()) return false;
        const auto alike = [&](const BandOnDate& date) {
            return std::holds_alternative<StoredPlane>(*date.values) && date.hidden.empty() &&
                   same(std::get<StoredPlane>(*date.values).rule, rule_of(dates));
        };
        if (!std::ranges::all_of(dates, alike)) return false;
        const auto& rule = rule_of(dates);
        return rule.scale > 0 && rule.lowest <= 65535 && rule.highest >= 0;
    }

    void write(Dates dates, std::size_t start, std::size_t count, float* out) {
        static constexpr std::array<std::uint8_t, width> shown_all{};
        valid_.fill(0);
        for (std::size_t d = 0; d < dates_; ++d) {
            const auto& plane = std::get<StoredPlane>(*dates[d].values);
            const auto* cells = plane.cells.cells().data() + start;
            for (std::size_t i = 0; i < width; i += 32) __builtin_prefetch(cells + ahead + i);
            load_stored_centred(cells, plane.hidden ? plane.hidden->cells().data() + start : shown_all.data(), d, count,
                                range_, row(d), valid_.data());
        }
        for (const auto& [low, high] : network_) order_rows(row(low), row(high));
        take(count, out);
    }

private:
    static const CellRule& rule_of(Dates dates) { return std::get<StoredPlane>(*dates.front().values).rule; }
    [[nodiscard]] std::uint16_t* row(std::size_t date) { return rows_.data() + date * width; }

    void take(std::size_t count, float* out) {
        std::array<float, width> below, above;
        std::array<std::int32_t, width> valid;
        to_real(row(row_below(dates_)), below.data(), width, open_);
        to_real(row(row_above(dates_)), above.data(), width, open_);
        const auto& middle = middle_row(dates_) == row_below(dates_) ? below : above;
        for (std::size_t i = 0; i < width; ++i) valid[i] = valid_[i];
        take_median(middle.data(), below.data(), above.data(), valid.data(), count, out);
    }

    StoredRange range_;
    CellRule open_;  ///< of cells that are known to have a value
    std::vector<std::uint16_t> rows_;
    std::array<std::uint16_t, width> valid_{};
    std::vector<Comparator> network_;
    std::size_t dates_;
};

/// What the statistics of some cells at a time need: a row per date, and figures over the dates.
class Chunk {
public:
    Chunk(std::span<const Statistic> statistics, std::size_t dates) : rows_(dates * width), dates_(dates) {
        const auto some = [&](auto holds) { return std::ranges::any_of(statistics, holds); };
        const auto is = [](Statistic::Kind kind) { return [kind](const Statistic& s) { return s.kind == kind; }; };
        sums_ = some(is(Statistic::Kind::mean));
        ranges_ = some(is(Statistic::Kind::minimum)) || some(is(Statistic::Kind::maximum));
        sorts_ = dates > 0 && some(is(Statistic::Kind::percentile));
        centred_ =
            sorts_ && !some([](const Statistic& s) { return s.kind == Statistic::Kind::percentile && !is_median(s); });
        if (sorts_) network_ = centred_ ? median_network(dates) : sorting_network(dates);
        for (const auto& statistic : statistics) ranks_.push_back(ranks(statistic.share, dates));
    }

    void load(Dates dates, std::size_t start, std::size_t count) {
        count_ = count;
        valid_.fill(0);
        if (sums_) sum_.fill(0);
        if (ranges_) {
            low_.fill(infinity);
            high_.fill(-infinity);
        }
        for (std::size_t d = 0; d < dates.size(); ++d) add_date(dates[d], start, d);
        for (const auto& [low, high] : network_) order_rows(row(low), row(high));
    }

    void write(const Statistic& statistic, std::size_t number, float* out) const {
        switch (statistic.kind) {
            case Statistic::Kind::mean: return mean(out);
            case Statistic::Kind::minimum: return copy_valid(low_.data(), out);
            case Statistic::Kind::maximum: return copy_valid(high_.data(), out);
            case Statistic::Kind::percentile:
                if (!centred_) return percentile(ranks_[number], out);
                return take_median(row(middle_row(dates_)), row(row_below(dates_)), row(row_above(dates_)),
                                   valid_.data(), count_, out);
        }
    }

private:
    [[nodiscard]] float* row(std::size_t date) { return rows_.data() + date * width; }
    [[nodiscard]] const float* row(std::size_t date) const { return rows_.data() + date * width; }
    void add_date(const BandOnDate& date, std::size_t start, std::size_t place) {
        static constexpr std::array<std::uint8_t, width> none{};
        std::array<float, width> worked_out;
        const float* values = values_of(*date.values, start, count_, worked_out).data();
        const std::uint8_t* hidden = date.hidden.empty() ? none.data() : date.hidden.data() + start;
        if (centred_)
            load_row_centred(values, hidden, static_cast<std::int32_t>(place), count_, row(place), valid_.data());
        else load_row(values, hidden, count_, row(place), valid_.data());
        if (!ranges_ && !sums_) return;
        std::array<float, width> seen;
        show_row(values, hidden, count_, seen.data());
        if (ranges_) widen_range(seen.data(), count_, low_.data(), high_.data());
        if (sums_) add_row(seen.data(), count_, sum_.data());
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
            const float low = row(rank.below)[i], high = row(rank.above)[i];
            out[i] = between(low, high, rank.part);
        }
    }

    /// Halfway as take_median has it, so that a median is the same beside other percentiles.
    static float between(float low, float high, double part) {
        if (part == 0.5) return 0.5F * low + 0.5F * high;
        return static_cast<float>(static_cast<double>(low) +
                                  part * (static_cast<double>(high) - static_cast<double>(low)));
    }

    bool sums_ = false, ranges_ = false, sorts_ = false, centred_ = false;
    std::size_t count_ = 0;
    std::vector<float> rows_;
    std::size_t dates_;
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
    const auto cells = out.front().size();
    if (StoredMedian::fits(statistics, dates)) {
        StoredMedian median(dates);
        for (std::size_t start = 0; start < cells; start += width)
            median.write(dates, start, std::min(width, cells - start), out.front().data() + start);
        return;
    }
    Chunk chunk(statistics, dates.size());
    for (std::size_t start = 0; start < cells; start += width) {
        chunk.load(dates, start, std::min(width, cells - start));
        for (std::size_t s = 0; s < statistics.size(); ++s) chunk.write(statistics[s], s, out[s].data() + start);
    }
}

}  // namespace linmu
