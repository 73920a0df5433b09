// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/io/raster.hpp"

namespace linmu {

/// Cells of a file around the places that are asked for, with at least two cells of no value beyond the file's edge.
struct SourceCells {
    Window window;  ///< of `block`, in cells of the file; may reach beyond it
    Window file;    ///< all that there is
    Block block;
};

/// Where a row of cells lies in the file, for all its bands.
struct PlaceRow {
    static constexpr std::size_t most = 256;
    std::size_t count = 0;
    int stride = 0;
    std::array<double, most> x{}, y{};         ///< columns and rows of the file from its outer corner
    std::array<std::int32_t, most> at{};       ///< the upper left one of the four cells around, in the source's plane
    std::array<float, most> across{}, down{};  ///< its distance from there, in cells; NaN: not in the file
    std::array<std::int32_t, most> nearest{};  ///< the cell it lies in; -1: not in the file

    /// `at`, `across` and `down` from x and y.
    void find_around(const SourceCells& source);
    /// `nearest` from x and y.
    void find_nearest(const SourceCells& source);
};

/// How much wider than a cell of the file the kernels are, across and down: 1 or more.
struct KernelSize {
    double across = 1;
    double down = 1;
};

/// Weights of the cells along one axis.
struct AxisWeights {
    int first = 0;
    std::vector<float> weight;
    /// Of `method` at the place `x` of the axis, for the cells 0 to `cells` - 1.
    void set(Resampling method, double x, double width, int cells);
};

/// Room for the wide kernels, kept from cell to cell.
struct KernelRoom {
    AxisWeights across, down;
};

void take_nearest(const PlaceRow& places, std::span<const float> cells, std::span<float> out);
void take_nearest(const PlaceRow& places, std::span<const std::int32_t> cells, std::span<std::int32_t> out);
/// Over the two by two cells around; of those with a value, in proportion to their weights. No value where the cell that a place
/// lies in has none: so this and the next have values where nearest has.
void take_bilinear(const PlaceRow& places, std::span<const float> cells, std::span<float> out);
/// Keys' cubic convolution (a = -1/2) over four by four cells; bilinear where one of them has no value.
void take_cubic(const PlaceRow& places, std::span<const float> cells, std::span<float> out);
/// Any averaging method by weights over `size` cells of the file, in proportion to the weights of those with a value.
void take_weighted(Resampling method, const PlaceRow& places, const SourceCells& source, std::size_t band,
                   KernelSize size, KernelRoom& room, std::span<float> out);
/// The value that most of the box of `size` has; of equals, the least.
void take_mode(const PlaceRow& places, const SourceCells& source, std::size_t band, KernelSize size, KernelRoom& room,
               std::span<float> out);
void take_mode(const PlaceRow& places, const SourceCells& source, std::size_t band, KernelSize size, KernelRoom& room,
               std::span<std::int32_t> out);

}  // namespace linmu
