// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cell_map.hpp"
#include "raster_source.hpp"
#include "warp_kernel.hpp"

namespace linmu {

/// A file whose cells are brought to those of the grid. A cell has a value where its centre lies in the file. Nearest takes the cell it
/// lies in; bilinear and cubic interpolate between the centres of cells, over a kernel widened to the grid's cell where that is
/// more than 1/0.95 of the file's; average and mode take the cells in a box of the size of the grid's cell by the part that lies
/// in it. Cells of no value have no weight, and the rest is in proportion; bilinear stands in where cubic lacks one of its 16 cells.
class WarpedSource final : public CellSource {
public:
    /// `method` is for the kind of the picks. Throws DataError: RPC without a DEM, no way between the CRSs.
    WarpedSource(Grid grid, const RasterFile& file, const std::vector<BandPick>& picks, Resampling method,
                 const std::string& reason);

    void read(const Window& window, const Window& wanted, std::span<AnyPlane* const> planes) const override;
    [[nodiscard]] Window area() const noexcept override { return area_; }
    [[nodiscard]] bool solid() const noexcept override { return false; }
    [[nodiscard]] const std::string& note() const noexcept override { return note_; }
    [[nodiscard]] int natural_block() const noexcept override { return natural_block_; }

private:
    class Borrowed;
    struct Task;
    void place_by_grid(const Grid& file);
    void place_by_rpc(const RasterFile& file, const BandPick& pick);
    void choose_kernel();
    [[nodiscard]] double margin() const;
    [[nodiscard]] Window needed(const std::vector<MapPatch>& patches, const Window& part,
                                const RealPlane& heights) const;
    void read_part(const Window& part, GroundMap& ground, Task& task) const;
    [[nodiscard]] RealPlane heights_of(const Window& part) const;
    void fill_patch(const MapPatch& patch, const SourceCells& source, const RealPlane& heights, Task& task) const;
    void fill_row(const SourceCells& source, KernelSize kernel, const Window& cells, Task& task) const;
    void take(const SourceCells& source, std::size_t band, KernelSize kernel, Task& task, std::span<float> out) const;
    void take(const SourceCells& source, std::size_t band, KernelSize kernel, Task& task,
              std::span<std::int32_t> out) const;

    Grid grid_;
    Resampling method_;
    std::vector<BandSpec> bands_;
    std::unique_ptr<const RasterSource> file_;
    std::unique_ptr<const WarpedSource> dem_;  ///< of a file by RPC
    double height_offset_ = 0;
    double least_height_ = 0, height_range_ = 1;
    std::function<std::unique_ptr<GroundMap>()> make_map_;
    mutable std::mutex mutex_;
    mutable std::vector<std::unique_ptr<GroundMap>> idle_maps_;
    std::unique_ptr<const CellMap> map_;
    bool wide_ = false;  ///< bilinear and cubic over more than their 4 and 16 cells
    KernelSize kernel_;  ///< near the middle
    Window area_;
    Window file_window_;
    int natural_block_ = 512;
    std::string note_;
};

}  // namespace linmu
