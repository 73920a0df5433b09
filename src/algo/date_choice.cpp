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

/// Whole rows of a part of a season, of which cells lack a value: all bits set, or none.
constexpr std::size_t part_width = 4096;
using Missing = std::array<std::uint16_t, part_width>;

/// Adds the cells of a band, as they are stored, that are no value. Two bytes a cell: twice as many at a time as floats.
LINMU_WIDE void add_missing(const std::uint16_t* __restrict cells, std::size_t count, const StoredRange& range,
                            std::uint16_t* __restrict missing) {
    const std::uint16_t none = range.none, lowest = range.lowest, highest = range.highest;
    const std::uint16_t all = 0xffff, counts = range.has_none ? all : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint16_t cell = cells[i];
        const std::uint16_t is_none = cell == none ? counts : 0, low = cell < lowest ? all : 0,
                            high = cell > highest ? all : 0;
        missing[i] = static_cast<std::uint16_t>(missing[i] | is_none | low | high);
    }
}

LINMU_WIDE void keep_present(const std::uint16_t* __restrict missing, std::size_t count, float* __restrict row) {
    for (std::size_t i = 0; i < count; ++i) row[i] = missing[i] == 0 ? row[i] : no_value;
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

using StoredRow = std::array<std::uint16_t, width>;

/// Up to so many dates it is quicker to go through the cells of all than to look each cell up.
constexpr std::size_t few_dates = 24;

/// Dates in two bytes; `no_code` is none of them.
LINMU_WIDE void narrow(const std::int32_t* __restrict choice, std::size_t count, std::uint16_t* __restrict chosen) {
    for (std::size_t i = 0; i < count; ++i)
        chosen[i] = static_cast<std::uint16_t>(choice[i] == no_code ? -1 : choice[i]);
}

LINMU_WIDE void add_chosen(const std::uint16_t* __restrict cells, const std::uint16_t* __restrict chosen,
                           std::uint16_t date, std::size_t count, std::uint16_t* __restrict stored,
                           std::uint16_t* __restrict found) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint16_t here = chosen[i] == date ? 0xffff : 0;
        stored[i] = static_cast<std::uint16_t>(stored[i] | (cells[i] & here));
        found[i] = static_cast<std::uint16_t>(found[i] | here);
    }
}

LINMU_WIDE void put_found(const float* __restrict values, const std::uint16_t* __restrict found, std::size_t count,
                          float* __restrict out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = found[i] != 0 ? values[i] : out[i];
}

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
        StoredRow stored{}, found{};
        if (alike.cells.size() <= few_dates) select(alike, start, choice, stored, found);
        else look_up(alike, start, choice, stored, found);
        Row values;
        to_real(stored.data(), values.data(), out.size(), alike.rule);
        if (all_stored_alike_) std::ranges::fill(out, no_value);
        put_found(values.data(), found.data(), out.size(), out.data());
    }

    /// Each date's cells are gone through, many at a time.
    static void select(const Alike& alike, std::size_t start, std::span<const std::int32_t> choice, StoredRow& stored,
                       StoredRow& found) {
        StoredRow chosen;
        narrow(choice.data(), choice.size(), chosen.data());
        for (std::size_t d = 0; d < alike.cells.size(); ++d) {
            if (alike.cells[d] == nullptr) continue;
            add_chosen(alike.cells[d] + start, chosen.data(), static_cast<std::uint16_t>(d), choice.size(),
                       stored.data(), found.data());
        }
    }

    static void look_up(const Alike& alike, std::size_t start, std::span<const std::int32_t> choice, StoredRow& stored,
                        StoredRow& found) {
        for (std::size_t i = 0; i < choice.size(); ++i) {
            const auto* from = choice[i] == no_code ? nullptr : alike.cells[static_cast<std::size_t>(choice[i])];
            if (from == nullptr) continue;
            stored[i] = from[start + i];
            found[i] = 1;
        }
    }

    std::vector<const float*> values_;  ///< by date; null: it is stored
    std::vector<Alike> alike_;
    bool all_stored_alike_ = false;
};

/// Of a band's cells `start` and on: takes away scores where it has no value, or notes them in `missing`.
void keep_clear(const AnyPlane& band, std::size_t start, std::span<float> scores, Missing& missing) {
    if (const auto* real = std::get_if<RealPlane>(&band))
        return keep_valid(real->cells().data() + start, scores.size(), scores.data());
    const auto& stored = std::get<StoredPlane>(band);
    add_missing(stored.cells.cells().data() + start, scores.size(), StoredRange(stored.rule), missing.data());
}

void keep_clear_part(const DatedPlanes& date, std::size_t start, std::span<float> scores) {
    const auto keep_hidden_out = [&](std::span<const std::uint8_t> hidden) {
        if (!hidden.empty()) keep_shown(hidden.data() + start, scores.size(), scores.data());
    };
    keep_hidden_out(date.hidden);
    Missing missing;
    std::ranges::fill(std::span(missing).first(scores.size()), std::uint16_t{0});
    const HiddenPlane* last = nullptr;  // the bands of a date mostly share theirs
    for (const auto* band : date.bands) {
        keep_clear(*band, start, scores, missing);
        const auto* stored = std::get_if<StoredPlane>(band);
        if (stored == nullptr) continue;
        if (stored->hidden && stored->hidden.get() != last) keep_hidden_out(stored->hidden->cells());
        last = stored->hidden.get();
    }
    keep_present(missing.data(), scores.size(), scores.data());
}

}  // namespace

void keep_clear(const DatedPlanes& date, std::size_t start, std::span<float> scores) {
    for (std::size_t first = 0; first < scores.size(); first += part_width)
        keep_clear_part(date, start + first, scores.subspan(first, std::min(part_width, scores.size() - first)));
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
