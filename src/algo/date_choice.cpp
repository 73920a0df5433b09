// SPDX-License-Identifier: MIT
#include "linmu/algo/date_choice.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "linmu/core/block.hpp"
#include "linmu/core/wide.hpp"
#include "stored_range.hpp"

namespace linmu {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Cells that are worked on at once: a row of them for each date stays in the first-level cache.
constexpr std::size_t width = 256;
using Row = std::array<float, width>;

using Looks = std::span<const Look>;

/// row = 0 where `values` has one, else `no_value`; what was no value stays so.
LINMU_WIDE void keep_valid(const float* __restrict values, std::size_t count, float* __restrict row) {
    for (std::size_t i = 0; i < count; ++i) row[i] = values[i] == values[i] ? row[i] : no_value;
}

LINMU_WIDE void keep_shown(const std::uint8_t* __restrict hidden, std::size_t count, float* __restrict row) {
    for (std::size_t i = 0; i < count; ++i) row[i] = hidden[i] == 0 ? row[i] : no_value;
}

/// As keep_valid and keep_shown, of cells as they are stored.
LINMU_WIDE void keep_stored(const std::uint16_t* __restrict cells, std::size_t count, const StoredRange& range,
                            float* __restrict row) {
    const std::uint16_t none = range.none, lowest = range.lowest, highest = range.highest;
    const int has_none = range.has_none ? 1 : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint16_t cell = cells[i];
        const int missing = (static_cast<int>(cell == none) & has_none) | static_cast<int>(cell < lowest) |
                            static_cast<int>(cell > highest);
        row[i] = missing == 0 ? row[i] : no_value;
    }
}

/// Takes the value from each cell of `row` in which the date is not clear.
void keep_clear(const Look& look, std::size_t start, std::size_t count, float* row) {
    for (const auto& band : look.bands) keep_valid(band.data() + start, count, row);
    if (!look.hidden.empty()) keep_shown(look.hidden.data() + start, count, row);
}

LINMU_WIDE void take_higher(const float* __restrict score, std::int32_t date, std::size_t count, float* __restrict best,
                            std::int32_t* __restrict choice) {
    // `choice` first: the comparison is with the best of the dates before.
    for (std::size_t i = 0; i < count; ++i) choice[i] = score[i] > best[i] ? date : choice[i];
    for (std::size_t i = 0; i < count; ++i) best[i] = score[i] > best[i] ? score[i] : best[i];
}

LINMU_WIDE void add_square(const float* __restrict a, const float* __restrict b, std::size_t count,
                           float* __restrict sum) {
    for (std::size_t i = 0; i < count; ++i) sum[i] += (a[i] - b[i]) * (a[i] - b[i]);
}

/// A date that is not clear is far from none.
LINMU_WIDE void add_distance(const float* __restrict square, std::size_t count, float* __restrict to_a,
                             float* __restrict to_b) {
    for (std::size_t i = 0; i < count; ++i) {
        const float distance = square[i] == square[i] ? std::sqrt(square[i]) : 0.0F;
        to_a[i] += distance;
        to_b[i] += distance;
    }
}

/// Sums of distances in some cells, a row for each date.
class Distances {
public:
    explicit Distances(std::size_t dates) : sums_(dates), clear_(dates) {}

    void load(Looks looks, std::size_t start, std::size_t count) {
        for (std::size_t d = 0; d < looks.size(); ++d) {
            sums_[d].fill(0);
            clear_[d].fill(0);
            keep_clear(looks[d], start, count, clear_[d].data());
        }
        Row square;
        for (std::size_t a = 0; a < looks.size(); ++a) {
            for (std::size_t b = a + 1; b < looks.size(); ++b) {
                for (std::size_t i = 0; i < count; ++i) square[i] = clear_[a][i] + clear_[b][i];
                for (std::size_t band = 0; band < looks[a].bands.size(); ++band)
                    add_square(looks[a].bands[band].data() + start, looks[b].bands[band].data() + start, count,
                               square.data());
                add_distance(square.data(), count, sums_[a].data(), sums_[b].data());
            }
        }
    }

    /// The nearer to all others the higher; no value where the date is not clear.
    void write_score(std::size_t date, std::size_t count, float* score) const {
        for (std::size_t i = 0; i < count; ++i) score[i] = clear_[date][i] - sums_[date][i];
    }

private:
    std::vector<Row> sums_, clear_;
};

/// Chosen dates' cells of one band, part by part.
class ChosenCells {
public:
    explicit ChosenCells(std::span<const AnyPlane* const> dates) : values_(dates.size()) {
        for (std::size_t d = 0; d < dates.size(); ++d) {
            if (const auto* real = std::get_if<RealPlane>(dates[d])) values_[d] = real->cells().data();
            else add_stored(std::get<StoredPlane>(*dates[d]), d, dates.size());
        }
        all_stored_alike_ =
            alike_.size() == 1 && std::ranges::none_of(values_, [](const float* v) { return v != nullptr; });
    }

    void take(std::size_t start, std::span<const std::int32_t> choice, std::span<float> out) const {
        for (std::size_t i = 0; !all_stored_alike_ && i < out.size(); ++i) {
            const auto* from = choice[i] == no_code ? nullptr : values_[static_cast<std::size_t>(choice[i])];
            out[i] = from == nullptr ? no_value : from[start + i];
        }
        for (const auto& alike : alike_) take(alike, start, choice, out);
    }

private:
    /// Dates whose cells are stored by one rule, so that those chosen of them become values together.
    struct Alike {
        CellRule rule;
        std::vector<const std::uint16_t*> cells;  ///< by date; null: stored otherwise
    };

    void add_stored(const StoredPlane& plane, std::size_t date, std::size_t dates) {
        auto it = std::ranges::find_if(alike_, [&](const Alike& alike) { return same(alike.rule, plane.rule); });
        if (it == alike_.end()) it = alike_.insert(it, Alike{plane.rule, std::vector<const std::uint16_t*>(dates)});
        it->cells[date] = plane.cells.cells().data();
    }

    void take(const Alike& alike, std::size_t start, std::span<const std::int32_t> choice, std::span<float> out) const {
        std::array<std::uint16_t, width> stored;
        std::array<std::uint8_t, width> of_others;
        Row values;
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto* from = choice[i] == no_code ? nullptr : alike.cells[static_cast<std::size_t>(choice[i])];
            of_others[i] = from == nullptr ? 1 : 0;
            stored[i] = from == nullptr ? std::uint16_t{0} : from[start + i];
        }
        to_real(stored.data(), values.data(), out.size(), alike.rule);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const float other = all_stored_alike_ ? no_value : out[i];
            out[i] = of_others[i] != 0 ? other : values[i];
        }
    }

    std::vector<const float*> values_;  ///< by date; null: it is stored
    std::vector<Alike> alike_;
    bool all_stored_alike_ = false;
};

}  // namespace

void keep_clear(const DatedPlanes& date, std::size_t start, std::span<float> scores) {
    const auto keep_hidden_out = [&](std::span<const std::uint8_t> hidden) {
        if (!hidden.empty()) keep_shown(hidden.data() + start, scores.size(), scores.data());
    };
    keep_hidden_out(date.hidden);
    const HiddenPlane* last = nullptr;  // the bands of a date mostly share theirs
    for (const auto* band : date.bands) {
        if (const auto* real = std::get_if<RealPlane>(band)) {
            keep_valid(real->cells().data() + start, scores.size(), scores.data());
            continue;
        }
        const auto& stored = std::get<StoredPlane>(*band);
        keep_stored(stored.cells.cells().data() + start, scores.size(), StoredRange(stored.rule), scores.data());
        if (stored.hidden && stored.hidden.get() != last) keep_hidden_out(stored.hidden->cells());
        last = stored.hidden.get();
    }
}

void hide_flagged(std::span<const std::int32_t> quality, std::int32_t flags, std::span<std::uint8_t> hidden) {
    for (std::size_t i = 0; i < hidden.size(); ++i)
        hidden[i] = quality[i] == no_code || (quality[i] & flags) != 0 ? 1 : 0;
}

void choose_medoid(Looks looks, std::span<std::int32_t> choice) {
    std::fill(choice.begin(), choice.end(), no_code);
    Distances distances(looks.size());
    Row best, score;
    for (std::size_t start = 0; start < choice.size(); start += width) {
        const auto count = std::min(width, choice.size() - start);
        distances.load(looks, start, count);
        best.fill(-infinity);
        for (std::size_t d = 0; d < looks.size(); ++d) {
            distances.write_score(d, count, score.data());
            take_higher(score.data(), static_cast<std::int32_t>(d), count, best.data(), choice.data() + start);
        }
    }
}

void choose_highest(std::span<const std::span<const float>> scores, std::span<std::int32_t> choice) {
    std::fill(choice.begin(), choice.end(), no_code);
    Row best;
    for (std::size_t start = 0; start < choice.size(); start += width) {
        const auto count = std::min(width, choice.size() - start);
        best.fill(-infinity);
        for (std::size_t d = 0; d < scores.size(); ++d)
            take_higher(scores[d].data() + start, static_cast<std::int32_t>(d), count, best.data(),
                        choice.data() + start);
    }
}

void take_chosen(std::span<const AnyPlane* const> dates, std::size_t start, std::span<const std::int32_t> choice,
                 std::span<float> out) {
    const ChosenCells cells(dates);
    for (std::size_t first = 0; first < out.size(); first += width) {
        const auto count = std::min(width, out.size() - first);
        cells.take(start + first, choice.subspan(first, count), out.subspan(first, count));
    }
}

void clear_count(std::span<const DatedPlanes> dates, std::size_t start, std::span<float> out) {
    std::fill(out.begin(), out.end(), 0.0F);
    Row clear;
    for (std::size_t first = 0; first < out.size(); first += width) {
        const auto count = std::min(width, out.size() - first);
        for (const auto& date : dates) {
            clear.fill(0);
            keep_clear(date, start + first, std::span(clear).first(count));
            for (std::size_t i = 0; i < count; ++i) out[first + i] += clear[i] == clear[i] ? 1.0F : 0.0F;
        }
    }
}

}  // namespace linmu
