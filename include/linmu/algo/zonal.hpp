// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linmu/algo/class_area.hpp"
#include "linmu/core/block.hpp"
#include "linmu/geo/coverage.hpp"

namespace linmu {

/// What a share of a cell counts for in sums.
enum class CellWeight {
    area,  ///< of polygons: its true area, in units of Area
    share  ///< of lines and points: the share of the feature itself, in units of 2^-40
};

/// A sum of products of floats and whole weights without any rounding, whatever the order of adding: digits of 16 bits, each
/// with room to overflow (Kulisch's accumulator, cut to what floats need). `Scale` 1 for values, 2 for their squares.
template <int Scale>
class ExactSum {
public:
    __extension__ using Digit = __int128;
    /// Position of the digit that a float's exponent falls into, and of the last one.
    static constexpr int lowest_exponent = -149 * Scale;
    static constexpr std::size_t digits = 16 * Scale;

    /// Adds `other`'s digits from position `first` on.
    void add(std::size_t first, std::span<const Digit> other);
    void merge(const ExactSum& other) { add(other.first_, other.digits_); }
    /// The sum, rounded once, to a long double.
    [[nodiscard]] long double value() const;
    void save(std::string& bytes) const;
    void load(std::string_view& bytes);

private:
    std::size_t first_ = 0;
    std::vector<Digit> digits_;
};

/// Statistics of one real band in one feature. Values that are not finite do not count.
struct ValueSums {
    std::int64_t weight = 0;  ///< of cells with a value
    std::int64_t cells = 0;   ///< so many cells have one, in full or in part
    float least = std::numeric_limits<float>::infinity();
    float most = -std::numeric_limits<float>::infinity();
    ExactSum<1> sum;
    ExactSum<2> squares;
    std::vector<std::pair<float, std::int64_t>> values;  ///< with their weights; only when quantiles are asked for

    void merge(ValueSums&& other);
    /// Brings equal values together. Done by `merge` now and then.
    void condense();
};

/// What statistics a band's sums give; nothing when no cell has a value.
[[nodiscard]] std::optional<double> mean(const ValueSums& sums);
/// Of the population: sum of w (v - mean)^2 / sum of w, from exact sums.
[[nodiscard]] std::optional<double> variance(const ValueSums& sums);
/// Weighted quantile: values in order, the first at which the weights so far exceed p of all; where they are p of all exactly,
/// the middle of it and the next (Hyndman and Fan 1996, definition 2, with weights). For p = 0.5 this is the median.
/// REQUIRES condensed values.
[[nodiscard]] std::optional<double> quantile(const ValueSums& sums, double p);

/// Adds a feature's cells of a tile. `coverage` holds cells of the tile only, once each over all calls.
/// O(cells of the feature in the tile).
void add_values(ValueSums& into, const Coverage& coverage, const RealPlane& values, const TileAreas& tile,
                CellWeight weight, bool keep_values);
/// Adds weights by code; `no_code` is a class of its own. For lines and points the "area" is the share in units of 2^-40.
void add_codes(ClassAreas& into, std::int32_t zone, const Coverage& coverage, const TileClasses& classes,
               const TileAreas& tile, CellWeight weight);

/// Sums as bytes and back, for a run that resumes. Throws DataError when the bytes are not of such sums.
void save(std::string& bytes, const ValueSums& sums);
[[nodiscard]] ValueSums load_value_sums(std::string_view& bytes);

/// 2^-40: what `CellWeight::share` counts in.
inline constexpr double share_weight = 1.0 / (std::int64_t{1} << 40);

}  // namespace linmu
