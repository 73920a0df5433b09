// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/window.hpp"
#include "linmu/geo/coverage.hpp"

namespace linmu {

/// A cell to learn from, with its features; values that are not finite are none (NaN).
struct SampleCell {
    std::int32_t row = 0, col = 0;
    std::uint64_t order = 0;  ///< drawn: of too many cells, those of the lowest order stay
    std::vector<float> values;
};

/// Cells of training features, at most `most` each (0: all), whichever tiles they came by.
class SampleCells {
public:
    SampleCells() = default;
    SampleCells(std::size_t bands, std::size_t most, std::uint64_t seed) : bands_(bands), most_(most), seed_(seed) {}

    /// A polygon's cells in a window that are at least half inside, or the cells of points. `fid` draws, `feature` is its place.
    void add(std::size_t feature, std::int64_t fid, const Coverage& coverage, bool points, const Window& window,
             std::span<const std::span<const float>> bands);
    void merge(SampleCells&& other);
    /// By feature; after thin().
    [[nodiscard]] const std::map<std::size_t, std::vector<SampleCell>>& by_feature() const noexcept { return cells_; }
    /// Leaves the lowest `most` of each feature, by row and column.
    void thin();

    [[nodiscard]] std::string bytes() const;
    /// Throws DataError when they are damaged.
    void load(std::string_view bytes);

private:
    void keep_lowest(std::vector<SampleCell>& cells) const;

    std::size_t bands_ = 0, most_ = 0;
    std::uint64_t seed_ = 0;
    std::map<std::size_t, std::vector<SampleCell>> cells_;
};

}  // namespace linmu
