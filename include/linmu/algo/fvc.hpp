// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace linmu {

/// Counts of values of -1 to 1 in 4000 bins of 0.0005 (values beyond go into the first and the last bin; NaN is not counted).
/// Whole numbers: merging in any order gives the same counts.
class IndexHistogram {
public:
    static constexpr int bins = 4000;
    void add(float value) noexcept;
    void merge(const IndexHistogram& other);
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// The value below which `share` (0 to 1) of the counted values lie, values even within their bin: within 0.0005 of the exact one.
    /// REQUIRES: count() > 0.
    [[nodiscard]] double percentile(double share) const;
    [[nodiscard]] const std::vector<std::uint64_t>& counts() const noexcept { return counts_; }
    /// A histogram of such counts. REQUIRES: `bins` of them.
    [[nodiscard]] static IndexHistogram of(std::vector<std::uint64_t> counts);

private:
    std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(bins);
    std::uint64_t count_ = 0;
};

/// By class code.
using ClassHistograms = std::map<std::int32_t, IndexHistogram>;
/// Adds cells to the histogram of their class; cells without class are left out. `classes` empty: all cells are of class `no_code`.
void add_values(ClassHistograms& sums, std::span<const float> values, std::span<const std::int32_t> classes);
void merge(ClassHistograms& sums, const ClassHistograms& others);
/// Little-endian, filled bins only; and back: DataError when the bytes are damaged.
[[nodiscard]] std::string to_bytes(const ClassHistograms& sums);
[[nodiscard]] ClassHistograms class_histograms_from(std::string_view bytes);

/// NDVI of bare soil and of full vegetation cover in one class.
struct CoverEnds {
    double soil = 0;
    double vegetation = 0;
};
/// Fractional vegetation cover (FVC, 植被覆盖度) by the dimidiate pixel model (Gutman and Ignatov 1998, International Journal of Remote Sensing 19:
/// 1533-1543, eq. 6, as Li Miaomiao 李苗苗 2003 uses it with percentiles of the class as ends): (NDVI - soil) / (vegetation - soil), cut to 0 and 1.
/// It counts grass as well as crowns: it is no crown closure (郁闭度).
void vegetation_cover(std::span<const float> ndvi, const CoverEnds& ends, std::span<float> out);
/// The same with the ends of each cell's class; a cell whose class has none has no value.
void vegetation_cover(std::span<const float> ndvi, std::span<const std::int32_t> classes,
                      const std::map<std::int32_t, CoverEnds>& ends, std::span<float> out);

}  // namespace linmu
