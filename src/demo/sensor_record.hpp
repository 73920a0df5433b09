// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "linmu/core/layer.hpp"
#include "linmu/demo/scene_maker.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/image_writer.hpp"

namespace linmu::demo {

/// One thing that is known of a scene: `what` is "count" (cells of a code), "cell" (the stored number at row and col),
/// "flag" (cells of a state of the sky, named by `band`) or the name of a figure ("gain", "shift_east_m").
struct TruthRow {
    std::string scene;
    std::string band;
    std::string what;
    double value = 0;
    int row = -1;
    int col = -1;
    int code = -1;
};
using Truth = std::vector<TruthRow>;
[[nodiscard]] Table truth_table(const std::string& layout, const Truth& truth);

/// Makes one delivery (or two of one pass) whole and says what is in it.
using SensorJob = std::function<Truth()>;

/// An image that is written, and what its truth says: counts of codes, or a few cells of each band.
class RecordedImage {
public:
    enum class Holds { values, codes };
    /// `bands` are the truth's names of the form's bands.
    RecordedImage(std::string scene, std::vector<std::string> bands, ImageForm form, Holds holds);
    void write(int row, std::span<const CodePlane> planes);
    void write(int row, const CodePlane& plane) { write(row, std::span(&plane, 1)); }
    void close(Truth& truth);

private:
    std::string scene_;
    std::vector<std::string> bands_;
    Holds holds_;
    int rows_, cols_;
    ImageWriter writer_;
    std::map<int, std::int64_t> counts_;
    Truth cells_;
};

/// The noted cells of rows that a file of `rows` x `cols` takes; `row` is the first of `plane`.
void note_cells(Truth& truth, const std::string& scene, const std::string& band, int rows, int cols, int row,
                const CodePlane& plane);

/// What is over a cell, as providers' flags tell it apart.
enum class Sky { fill, clear, water, cloud, cirrus, shadow, near_cloud };
[[nodiscard]] Sky sky_of(const Sight& sight);
[[nodiscard]] const char* sky_name(Sky sky);
/// Counts of each state, as rows of the truth.
class SkyCount {
public:
    void add(Sky sky) { ++counts_[sky]; }
    void close(const std::string& scene, Truth& truth) const;
    [[nodiscard]] double percent(Sky sky) const;

private:
    std::map<Sky, std::int64_t> counts_;
};

/// A grid's cells as places of the county; of another CRS, the places of their middles.
class Places {
public:
    Places(const Landscape& landscape, const Grid& grid);
    ~Places();
    [[nodiscard]] Plane<Spot> of(const Window& window) const;

private:
    Grid grid_, county_;
    std::unique_ptr<Transform> transform_;
};

/// Whole rows of the grid, strip by strip, as the scene shows them in cells of the grid's size.
template <class Take>
void for_strips(const SceneMaker& maker, const Places& places, const Grid& grid, Take&& take) {
    constexpr int strip = 60;
    for (int row = 0; row < grid.rows; row += strip) {
        const Window window{row, 0, std::min(strip, grid.rows - row), grid.cols};
        take(window, maker.sights(places.of(window), grid.cell_x));
    }
}

/// Stored whole numbers of a value, `fill` where the cell was not seen.
template <class Value>
CodePlane stored(const Plane<Sight>& sights, int fill, Value&& value) {
    CodePlane out(sights.rows(), sights.cols(), fill);
    for (std::size_t i = 0; i < sights.size(); ++i) {
        if (sights.cells()[i].seen) out.cells()[i] = value(sights.cells()[i]);
    }
    return out;
}

}  // namespace linmu::demo
