// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/quality_flags.hpp"

namespace linmu {

/// Turns a quality band as it is stored (codes, bits or a probability) into flags, by a table of all 16-bit values: O(cells).
/// Values beyond 16 bits are tested one by one. Safe for many threads.
class QualityDecoder {
public:
    explicit QualityDecoder(std::vector<QualityCode> codes);
    [[nodiscard]] std::int32_t flags_of(std::int32_t stored) const;  ///< no_code: not seen
    /// flags |= what `stored` says; a cell that was not seen becomes and stays no_code. A cell without a stored value counts as not seen
    /// when `decides`, else as saying nothing.
    void add(const CodePlane& stored, bool decides, CodePlane& flags) const;

private:
    [[nodiscard]] std::int32_t work_out(std::int32_t stored) const;
    void add_any(std::span<const std::int32_t> stored, bool decides, std::span<std::int32_t> flags) const;
    std::vector<QualityCode> codes_;
    std::vector<std::int32_t> table_;
};

/// Which cells of a scene not to use, by its flags (core/quality_flags.hpp).
struct QualityRule {
    enum class Shape { square, disc };
    std::int32_t masked = 0;      ///< cells with one of these flags are not used
    std::int32_t grown = 0;       ///< nor are the cells near to cells with one of these
    int cells = 0;                ///< how near: in cells, 0 is "not at all"
    int edge = 0;                 ///< nor are cells as near as this to one that was not seen
    Shape shape = Shape::square;  ///< square: |dr|, |dc| <= cells; disc: dr^2 + dc^2 <= cells^2
    [[nodiscard]] int halo() const noexcept { return cells > edge ? cells : edge; }
};

/// Which cells are not used (1) or are (0). `flags` is larger than the result by `rule.halo()`
/// on each side, so that tiles give what the whole gives. A cell that was not seen (`no_code`) is not used; it grows by `edge` only.
/// O(cells x halo). REQUIRES: 2 * halo < rows and cols of `flags`.
[[nodiscard]] Plane<std::uint8_t> unusable(const CodePlane& flags, const QualityRule& rule);

/// Sets the cells that are not used to no value. REQUIRES planes of one size.
void mask(RealPlane& plane, const Plane<std::uint8_t>& unusable);
void mask(CodePlane& plane, const Plane<std::uint8_t>& unusable);
/// Holds on to `unusable`, whose cells become hidden beside those that were.
void mask(StoredPlane& plane, std::shared_ptr<const Plane<std::uint8_t>> unusable);

}  // namespace linmu
