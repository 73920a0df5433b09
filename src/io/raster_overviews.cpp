// SPDX-License-Identifier: MIT
#include "raster_overviews.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace linmu {
namespace {

/// Rows of an overview that are made at once.
constexpr int strip = 256;

std::size_t size(int n) { return static_cast<std::size_t>(n); }

/// Has a cell a value?
template <class T>
struct Filled {
    T none;
    bool operator()(T v) const {
        if constexpr (std::is_floating_point_v<T>) return !std::isnan(v);
        else return v != none;
    }
};

/// Of four cells, what most of those with a value hold.
template <class T, class HasValue>
T most_of(T a, T b, T c, T d, const HasValue& has) {
    if (a == b && c == d && (a == c || has(a) || !has(c))) {
        // Two and two: the upper pair, but for no value.
        return has(a) ? a : c;
    }
    const std::array<T, 4> cell{a, b, c, d};
    T best = a;
    int most = 0;
    for (const T one : cell) {
        const auto count = has(one) ? static_cast<int>(std::ranges::count(cell, one)) : 0;
        if (count > most) best = one;
        most = std::max(most, count);
    }
    return best;
}

template <class T, class HasValue>
T mean_of(T a, T b, T c, T d, const HasValue& has) {
    using Sum = std::conditional_t<std::is_floating_point_v<T>, T, double>;
    const Sum count = static_cast<Sum>(static_cast<int>(has(a)) + static_cast<int>(has(b)) + static_cast<int>(has(c)) +
                                       static_cast<int>(has(d)));
    const auto part = [&](T v) { return has(v) ? static_cast<Sum>(v) : Sum{0}; };
    const Sum sum = part(a) + part(b) + part(c) + part(d);
    if (count == Sum{0}) return a;
    if constexpr (std::is_floating_point_v<T>) return sum / count;
    // Halves away from zero, as cells are stored.
    else return static_cast<T>(static_cast<std::int32_t>(sum / count + (sum < 0 ? -0.5 : 0.5)));
}

/// A row of an overview from two of the level before, which is `wide` cells; an odd last column is one cell alone.
template <class T, class Join>
void halve(const T* upper, const T* lower, int wide, T* to, const Join& join) {
    for (int i = 0; 2 * i + 1 < wide; ++i) to[i] = join(upper[2 * i], upper[2 * i + 1], lower[2 * i], lower[2 * i + 1]);
    if (wide % 2 == 1) to[wide / 2] = join(upper[wide - 1], upper[wide - 1], lower[wide - 1], lower[wide - 1]);
}

template <class T>
class Level {
public:
    Level(GDALRasterBand& from, GDALRasterBand& to, bool code, T none)
        : from_(from), to_(to), code_(code), none_(none) {}

    /// False: GDAL could not read or write.
    [[nodiscard]] bool make() {
        const int wide = from_.GetXSize(), high = from_.GetYSize();
        std::vector<T> in(size(wide) * 2 * strip), out(size(to_.GetXSize()) * strip);
        for (int row = 0; row < to_.GetYSize(); row += strip) {
            const int rows = std::min(strip, to_.GetYSize() - row);
            const int in_rows = std::min(2 * rows, high - 2 * row);
            if (!pass(from_, GF_Read, 2 * row, in_rows, in)) return false;
            for (int r = 0; r < rows; ++r) {
                const T* upper = in.data() + size(2 * r) * size(wide);
                const T* lower = 2 * r + 1 < in_rows ? upper + wide : upper;
                join_rows(upper, lower, wide, out.data() + size(r) * size(to_.GetXSize()));
            }
            if (!pass(to_, GF_Write, row, rows, out)) return false;
        }
        return true;
    }

private:
    static bool pass(GDALRasterBand& band, GDALRWFlag way, int row, int rows, std::vector<T>& cells) {
        const auto type = band.GetRasterDataType();
        return band.RasterIO(way, 0, row, band.GetXSize(), rows, cells.data(), band.GetXSize(), rows, type, 0, 0,
                             nullptr) == CE_None;
    }

    void join_rows(const T* upper, const T* lower, int wide, T* to) const {
        const Filled<T> has{none_};
        if (code_) halve(upper, lower, wide, to, [&](T a, T b, T c, T d) { return most_of(a, b, c, d, has); });
        else halve(upper, lower, wide, to, [&](T a, T b, T c, T d) { return mean_of(a, b, c, d, has); });
    }

    GDALRasterBand& from_;
    GDALRasterBand& to_;
    bool code_;
    T none_;
};

template <class T>
bool make_level(GDALRasterBand& from, GDALRasterBand& to, bool code, const StoredForm& form) {
    T none{};
    if constexpr (!std::is_floating_point_v<T>) none = static_cast<T>(form.nodata);
    return Level<T>(from, to, code, none).make();
}

bool make_level(GDALRasterBand& from, GDALRasterBand& to, bool code, const StoredForm& form) {
    switch (form.type) {
        case GDT_Byte: return make_level<std::uint8_t>(from, to, code, form);
        case GDT_UInt16: return make_level<std::uint16_t>(from, to, code, form);
        case GDT_Int16: return make_level<std::int16_t>(from, to, code, form);
        case GDT_Int32: return make_level<std::int32_t>(from, to, code, form);
        default: return make_level<float>(from, to, code, form);
    }
}

}  // namespace

void build_overviews(GDALDataset& cells, const RasterSpec& spec, const StoredForm& form, const std::string& path,
                     int block) {
    std::vector<int> factors;
    for (int factor = 2; std::max(spec.grid.rows, spec.grid.cols) > block * factor / 2; factor *= 2)
        factors.push_back(factor);
    if (factors.empty()) return;
    const GdalErrors errors;
    const auto fail = [&] { errors.raise(fmt::format("{} cannot be written", path)); };
    CPLSetThreadLocalConfigOption("GDAL_TIFF_OVR_BLOCKSIZE", std::to_string(block).c_str());
    const auto made =
        cells.BuildOverviews("NONE", static_cast<int>(factors.size()), factors.data(), 0, nullptr, nullptr, nullptr);
    CPLSetThreadLocalConfigOption("GDAL_TIFF_OVR_BLOCKSIZE", nullptr);
    if (made != CE_None || errors.failed()) fail();
    for (std::size_t b = 0; b < spec.bands.size(); ++b) {
        auto* from = cells.GetRasterBand(static_cast<int>(b) + 1);
        auto* base = from;
        for (int level = 0; level < static_cast<int>(factors.size()); ++level) {
            auto* to = base->GetOverview(level);
            if (to == nullptr || !make_level(*from, *to, spec.bands[b].kind == BandKind::code, form)) fail();
            from = to;
        }
    }
    errors.check(fmt::format("{} cannot be written", path));
}

}  // namespace linmu
