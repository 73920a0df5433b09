// SPDX-License-Identifier: MIT
#include "linmu/algo/best_pixel.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>

#include "linmu/core/quality_flags.hpp"

namespace linmu {
namespace {

constexpr double days_of_year = 365.25;

/// Rows to the nearest flagged cell above or below, at most `reach`; for rows of the inner part, and all columns.
CodePlane distance_in_columns(const CodePlane& quality, std::int32_t flags, int reach) {
    CodePlane out(quality.rows() - 2 * reach, quality.cols(), reach);
    std::vector<std::int32_t> rows_since(static_cast<std::size_t>(quality.cols()));
    const auto sweep = [&](int first, int last, int step) {
        std::ranges::fill(rows_since, reach);
        for (int r = first; r != last; r += step) {
            const auto codes = quality.row(r);
            for (std::size_t c = 0; c < codes.size(); ++c) {
                const bool flagged = codes[c] != no_code && (codes[c] & flags) != 0;
                rows_since[c] = flagged ? 0 : std::min(rows_since[c] + 1, reach);
            }
            const int inner = r - reach;
            if (inner < 0 || inner >= out.rows()) continue;
            const auto to = out.row(inner);
            for (std::size_t c = 0; c < to.size(); ++c) to[c] = std::min(to[c], rows_since[c]);
        }
    };
    sweep(0, quality.rows(), 1);
    sweep(quality.rows() - 1, -1, -1);
    return out;
}

/// Over a row of columns, the lower envelope of the parabolas (c - apex)^2 + height[apex]^2.
class Envelope {
public:
    void build(std::span<const std::int32_t> heights) {
        pieces_.clear();
        const auto columns = static_cast<std::int64_t>(heights.size());
        for (std::int64_t c = 0; c < columns; ++c) {
            const std::int64_t height = heights[static_cast<std::size_t>(c)];
            Piece next{c, height * height, 0};
            while (!pieces_.empty() && value(pieces_.back(), pieces_.back().start) > value(next, pieces_.back().start))
                pieces_.pop_back();
            if (!pieces_.empty()) next.start = last_before(pieces_.back(), next) + 1;
            if (next.start < columns) pieces_.push_back(next);
        }
    }

    /// out[i] = the envelope at column first + i, at most `most`.
    void write(std::int64_t first, std::int64_t most, std::span<std::int32_t> out) const {
        std::size_t piece = 0;
        for (std::size_t i = 0; i < out.size(); ++i) {
            const std::int64_t column = first + static_cast<std::int64_t>(i);
            while (piece + 1 < pieces_.size() && pieces_[piece + 1].start <= column) ++piece;
            out[i] = static_cast<std::int32_t>(std::min(value(pieces_[piece], column), most));
        }
    }

private:
    struct Piece {
        std::int64_t apex, base, start;  ///< it is the lowest from column `start` on
    };
    static std::int64_t value(const Piece& piece, std::int64_t column) {
        return (column - piece.apex) * (column - piece.apex) + piece.base;
    }
    /// The last column where `a` is not above `b`, which has the apex further on.
    static std::int64_t last_before(const Piece& a, const Piece& b) {
        const std::int64_t over = b.apex * b.apex - a.apex * a.apex + b.base - a.base, width = 2 * (b.apex - a.apex);
        return over >= 0 ? over / width : -((width - 1 - over) / width);
    }

    std::vector<Piece> pieces_;
};

}  // namespace

double day_score(int day, int target, double spread) {
    const double apart = std::abs(day - target);
    const double days = std::min(apart, days_of_year - apart) / spread;
    return std::exp(-0.5 * days * days);
}

CodePlane squared_distance(const CodePlane& quality, std::int32_t flags, int reach) {
    assert(reach >= 0 && 2 * reach < quality.rows() && 2 * reach < quality.cols());
    const auto columns = distance_in_columns(quality, flags, reach);
    CodePlane out(columns.rows(), quality.cols() - 2 * reach, 0);
    Envelope envelope;
    for (int r = 0; r < out.rows(); ++r) {
        envelope.build(columns.row(r));
        envelope.write(reach, std::int64_t{reach} * reach, out.row(r));
    }
    return out;
}

double cloud_score(double distance, int reach) { return 1 / (1 + std::exp(-10 * (distance / reach - 0.5))); }

float haze_score(std::int32_t quality) noexcept {
    constexpr std::int32_t hazy = bit(QualityFlag::haze) | bit(QualityFlag::cirrus);
    constexpr std::int32_t doubtful = bit(QualityFlag::near_cloud) | bit(QualityFlag::unclassified);
    if (quality == no_code || (quality & hazy) != 0) return 0;
    return (quality & doubtful) != 0 ? 0.5F : 1.0F;
}

BestPixelScore::BestPixelScore(const BestPixelRule& rule) : rule_(rule) {
    for (int square = 0; square <= rule.cloud_distance * rule.cloud_distance; ++square)
        cloud_.push_back(static_cast<float>(rule.cloud_weight * cloud_score(std::sqrt(square), rule.cloud_distance)));
}

void BestPixelScore::apply(int day, std::span<const std::int32_t> squared, std::span<const std::int32_t> quality,
                           std::span<float> out) const {
    const auto of_day = static_cast<float>(rule_.day_weight * day_score(day, rule_.target_day, rule_.day_spread));
    const auto haze_weight = static_cast<float>(rule_.haze_weight);
    std::ranges::fill(out, of_day);
    if (!squared.empty())
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += cloud_[static_cast<std::size_t>(squared[i])];
    if (!quality.empty())
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += haze_weight * haze_score(quality[i]);
}

}  // namespace linmu
