// SPDX-License-Identifier: MIT
#include "warp_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace linmu {
namespace {

/// Of a cell: a centre on the border of two belongs to the one further east and south, whatever the last digits say.
constexpr double on_border = 1e-7;
/// As GDAL: less weight than this is none.
constexpr float least_weight = 1e-5F;

std::size_t size(int n) { return static_cast<std::size_t>(n); }

bool has_value(float v) { return v == v; }
bool has_value(std::int32_t v) { return v != no_code; }

template <class T>
void gather(const PlaceRow& places, std::span<const T> cells, std::span<T> out, T none) {
    for (std::size_t i = 0; i < places.count; ++i)
        out[i] = places.nearest[i] < 0 ? none : cells[size(places.nearest[i])];
}

/// As `on_border`, of the distance from the centre of the cell before.
constexpr float in_next_cell = 0.5F - 1e-7F;

/// Of a place in the file whose own cell has a value.
float bilinear_of_valid(const PlaceRow& places, std::size_t i, std::span<const float> cells) {
    const float across = places.across[i], down = places.down[i];
    if (!(across == across)) return no_value;
    const float* cell = cells.data() + places.at[i];
    const int stride = places.stride;
    const float own = cell[(across >= in_next_cell ? 1 : 0) + (down >= in_next_cell ? stride : 0)];
    if (!has_value(own)) return no_value;
    const std::array<float, 4> value{cell[0], cell[1], cell[stride], cell[stride + 1]};
    const std::array<float, 4> weight{(1 - across) * (1 - down), across * (1 - down), (1 - across) * down,
                                      across * down};
    float sum = 0, weights = 0;
    for (std::size_t k = 0; k < 4; ++k) {
        if (!has_value(value[k])) continue;
        sum += weight[k] * value[k];
        weights += weight[k];
    }
    return weights < least_weight ? no_value : sum / weights;
}

std::array<float, 4> cubic_weights(float d) {
    return {0.5F * d * (-1 + d * (2 - d)), 1 + 0.5F * d * d * (-5 + 3 * d), 0.5F * d * (1 + d * (4 - 3 * d)),
            0.5F * d * d * (d - 1)};
}

/// Half open, as the cells are.
struct Inside {
    double right, bottom;
    explicit Inside(const SourceCells& source)
        : right(source.file.cols - on_border), bottom(source.file.rows - on_border) {}
    bool operator()(double x, double y) const {
        const int in = static_cast<int>(x >= -on_border) & static_cast<int>(x < right) &
                       static_cast<int>(y >= -on_border) & static_cast<int>(y < bottom);
        return in != 0;
    }
};

double triangle(double d) { return std::max(0.0, 1 - std::abs(d)); }

double cubic(double distance) {
    const double d = std::abs(distance);
    if (d <= 1) return 1 + d * d * (1.5 * d - 2.5);
    return d < 2 ? 2 + d * (-4 + d * (2.5 - 0.5 * d)) : 0;
}

template <class T>
void vote(const PlaceRow& places, const SourceCells& source, std::size_t band, KernelSize size_of, KernelRoom& room,
          std::span<T> out, T none) {
    const auto& plane = std::get<Plane<T>>(source.block.bands[band]);
    std::vector<std::pair<T, float>> votes;
    for (std::size_t i = 0; i < places.count; ++i) {
        out[i] = none;
        if (places.nearest[i] < 0) continue;
        room.across.set(Resampling::mode, places.x[i], size_of.across, source.file.cols);
        room.down.set(Resampling::mode, places.y[i], size_of.down, source.file.rows);
        votes.clear();
        for (std::size_t r = 0; r < room.down.weight.size(); ++r) {
            const auto row = plane.row(room.down.first + static_cast<int>(r) - source.window.row);
            for (std::size_t c = 0; c < room.across.weight.size(); ++c) {
                const T value = row[size(room.across.first - source.window.col) + c];
                if (!has_value(value)) continue;
                const float weight = room.down.weight[r] * room.across.weight[c];
                const auto it = std::ranges::find(votes, value, &std::pair<T, float>::first);
                if (it == votes.end()) votes.emplace_back(value, weight);
                else it->second += weight;
            }
        }
        float most = 0;
        for (const auto& [value, weight] : votes) {
            const bool even = std::abs(weight - most) <= 1e-5F * most;
            if (even ? value < out[i] : weight > most) out[i] = value;
            most = std::max(most, weight);
        }
    }
}

}  // namespace

void PlaceRow::find_nearest(const SourceCells& source) {
    stride = source.window.cols;
    const Inside inside(source);
    for (std::size_t i = 0; i < count; ++i) {
        const bool in = inside(x[i], y[i]);
        const int col = static_cast<int>(in ? x[i] + on_border : 0);
        const int row = static_cast<int>(in ? y[i] + on_border : 0);
        nearest[i] = in ? (row - source.window.row) * stride + col - source.window.col : -1;
    }
}

void PlaceRow::find_around(const SourceCells& source) {
    stride = source.window.cols;
    const Inside inside(source);
    const int row_of_window = source.window.row + 1, col_of_window = source.window.col + 1;
    int inside_count = 0;
    for (std::size_t i = 0; i < count; ++i) inside_count += inside(x[i], y[i]) ? 1 : 0;
    const bool all = inside_count == static_cast<int>(count);
    for (std::size_t i = 0; !all && i < count; ++i) {
        if (inside(x[i], y[i])) continue;
        x[i] = y[i] = std::numeric_limits<double>::quiet_NaN();
    }
    for (std::size_t i = 0; i < count; ++i) {
        // From the centre of the cell before the first: above 0, so that cut off is rounded down.
        const double right = all || x[i] == x[i] ? x[i] + 0.5 : source.window.col + 3;
        const double below = all || y[i] == y[i] ? y[i] + 0.5 : source.window.row + 3;
        const int col = static_cast<int>(right);
        const int row = static_cast<int>(below);
        at[i] = (row - row_of_window) * stride + col - col_of_window;
        across[i] = static_cast<float>(right - col);
        down[i] = static_cast<float>(below - row);
    }
    for (std::size_t i = 0; !all && i < count; ++i) across[i] = x[i] == x[i] ? across[i] : no_value;
}

void AxisWeights::set(Resampling method, double x, double width, int cells) {
    const double reach = method == Resampling::cubic ? 2 * width : method == Resampling::bilinear ? width : width / 2;
    first = std::clamp(static_cast<int>(std::floor(x - reach)), 0, cells - 1);
    const int last = std::clamp(static_cast<int>(std::floor(x + reach)), first, cells - 1);
    weight.resize(size(last - first + 1));
    for (int i = first; i <= last; ++i) {
        const double away = (i + 0.5 - x) / width;
        double share = 0;
        if (method == Resampling::bilinear) share = triangle(away);
        else if (method == Resampling::cubic) share = cubic(away);
        else share = std::max(0.0, std::min(i + 1.0, x + reach) - std::max(static_cast<double>(i), x - reach));
        weight[size(i - first)] = static_cast<float>(share);
    }
}

void take_nearest(const PlaceRow& places, std::span<const float> cells, std::span<float> out) {
    gather(places, cells, out, no_value);
}
void take_nearest(const PlaceRow& places, std::span<const std::int32_t> cells, std::span<std::int32_t> out) {
    gather(places, cells, out, no_code);
}

void take_bilinear(const PlaceRow& places, std::span<const float> cells, std::span<float> out) {
    const auto stride = places.stride;
    int lost = 0;
    for (std::size_t i = 0; i < places.count; ++i) {
        const float* cell = cells.data() + places.at[i];
        const float upper = cell[0] + places.across[i] * (cell[1] - cell[0]);
        const float lower = cell[stride] + places.across[i] * (cell[stride + 1] - cell[stride]);
        out[i] = upper + places.down[i] * (lower - upper);
        lost += has_value(out[i]) ? 0 : 1;
    }
    if (lost == 0) return;
    for (std::size_t i = 0; i < places.count; ++i) {
        if (!has_value(out[i])) out[i] = bilinear_of_valid(places, i, cells);
    }
}

void take_cubic(const PlaceRow& places, std::span<const float> cells, std::span<float> out) {
    for (std::size_t i = 0; i < places.count; ++i) {
        const auto across = cubic_weights(places.across[i]);
        const auto down = cubic_weights(places.down[i]);
        const float* row = cells.data() + places.at[i] - places.stride - 1;
        float sum = 0;
        for (std::size_t r = 0; r < 4; ++r, row += places.stride)
            sum += down[r] * (across[0] * row[0] + across[1] * row[1] + across[2] * row[2] + across[3] * row[3]);
        out[i] = sum;
        if (!has_value(sum)) out[i] = bilinear_of_valid(places, i, cells);
    }
}

void take_weighted(Resampling method, const PlaceRow& places, const SourceCells& source, std::size_t band,
                   KernelSize size_of, KernelRoom& room, std::span<float> out) {
    const auto& plane = source.block.real(band);
    for (std::size_t i = 0; i < places.count; ++i) {
        out[i] = no_value;
        if (places.nearest[i] < 0) continue;
        if (method != Resampling::average && !has_value(plane.cells()[size(places.nearest[i])])) continue;
        room.across.set(method, places.x[i], size_of.across, source.file.cols);
        room.down.set(method, places.y[i], size_of.down, source.file.rows);
        double sum = 0, weights = 0;
        for (std::size_t r = 0; r < room.down.weight.size(); ++r) {
            const auto row = plane.row(room.down.first + static_cast<int>(r) - source.window.row);
            for (std::size_t c = 0; c < room.across.weight.size(); ++c) {
                const float value = row[size(room.across.first - source.window.col) + c];
                if (!has_value(value)) continue;
                const double weight =
                    static_cast<double>(room.down.weight[r]) * static_cast<double>(room.across.weight[c]);
                sum += weight * static_cast<double>(value);
                weights += weight;
            }
        }
        if (weights >= static_cast<double>(least_weight)) out[i] = static_cast<float>(sum / weights);
    }
}

void take_mode(const PlaceRow& places, const SourceCells& source, std::size_t band, KernelSize size_of,
               KernelRoom& room, std::span<float> out) {
    vote(places, source, band, size_of, room, out, no_value);
}
void take_mode(const PlaceRow& places, const SourceCells& source, std::size_t band, KernelSize size_of,
               KernelRoom& room, std::span<std::int32_t> out) {
    vote(places, source, band, size_of, room, out, no_code);
}

}  // namespace linmu
