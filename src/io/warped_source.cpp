// SPDX-License-Identifier: MIT
#include "warped_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// As GDAL: a kernel is widened where cells of the grid are larger than this many of the file's.
constexpr double widened_from = 1 / 0.95;
/// Cells of a band that are read at once; a window that needs more is taken in four parts.
constexpr std::size_t most_cells = std::size_t{4} << 20U;

bool by_box(Resampling method) { return method == Resampling::average || method == Resampling::mode; }

std::size_t size(int n) { return static_cast<std::size_t>(n); }

Placement whole_file(const RasterFile& file) { return {.area = file.grid.window(), .note = {}}; }

}  // namespace

/// A map that a thread has to itself.
class WarpedSource::Borrowed {
public:
    explicit Borrowed(const WarpedSource& from) : from_(from) {
        const std::unique_lock lock(from.mutex_);
        if (from.idle_maps_.empty()) return;
        map_ = std::move(from.idle_maps_.back());
        from.idle_maps_.pop_back();
    }
    ~Borrowed() {
        if (!map_) return;
        const std::lock_guard lock(from_.mutex_);
        from_.idle_maps_.push_back(std::move(map_));
    }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    [[nodiscard]] GroundMap& operator*() {
        if (!map_) map_ = from_.make_map_();
        return *map_;
    }

private:
    const WarpedSource& from_;
    std::unique_ptr<GroundMap> map_;
};

struct WarpedSource::Task {
    Window window;  ///< of the planes
    std::span<AnyPlane* const> planes;
    PlaceRow places;
    KernelRoom room;
};

WarpedSource::WarpedSource(Grid grid, const RasterFile& file, const std::vector<BandPick>& picks, Resampling method,
                           const std::string& reason)
    : grid_(std::move(grid)), method_(method),
      file_(std::make_unique<RasterSource>(whole_file(file), file, picks, true)), file_window_(file.grid.window()) {
    for (const auto& pick : picks) bands_.push_back(pick.spec);
    const auto& first = picks.front();
    if (first.rectify_dem.empty()) place_by_grid(file.grid);
    else place_by_rpc(file, first);
    choose_kernel();
    note_ = fmt::format("resampled by {}: {}", resampling_name(method), reason);
    if (wide_) note_ += fmt::format("; over {:.2f} x {:.2f} of its cells", kernel_.across, kernel_.down);
}

void WarpedSource::place_by_grid(const Grid& file) {
    area_ = area_of(footprint_of(file), grid_);
    make_map_ = [from = grid_.crs, file] { return map_by_grid(from, file); };
    map_ = std::make_unique<CellMap>(grid_, std::vector<double>{0});
}

void WarpedSource::place_by_rpc(const RasterFile& file, const BandPick& pick) {
    const auto footprint = rpc_footprint(file.path);
    area_ = area_of(footprint, grid_);
    Grid moved = grid_;  // where the stated place of what lies in the grid is
    moved.x0 -= pick.shift_x;
    moved.y0 -= pick.shift_y;
    make_map_ = [from = grid_.crs, path = file.path] { return map_by_rpc(from, path); };
    map_ = std::make_unique<CellMap>(moved, footprint.heights);
    least_height_ = footprint.heights.front();
    height_range_ = footprint.heights.back() - least_height_;
    height_offset_ = pick.rectify_height_offset;
    BandPick height;
    height.path = pick.rectify_dem;
    height.spec.name = "height";
    dem_ = std::make_unique<WarpedSource>(grid_, inspect_raster(height.path), std::vector{height}, Resampling::bilinear,
                                          "");
}

/// From the cells near the middle of what the file and the grid share.
void WarpedSource::choose_kernel() {
    const auto shared = intersection(area_, grid_.window());
    const auto& all = shared.empty() ? area_ : shared;
    if (all.empty()) return;
    Borrowed ground(*this);
    const auto patches = map_->patches({all.row + all.rows / 2, all.col + all.cols / 2, 1, 1}, *ground);
    if (patches.empty()) return;
    const Point cell = patches.front().cell_size();
    kernel_ = {std::max(1.0, cell.x), std::max(1.0, cell.y)};
    const bool larger = cell.x > widened_from || cell.y > widened_from;
    wide_ = larger && (method_ == Resampling::bilinear || method_ == Resampling::cubic);
    const double finer = std::max(kernel_.across, kernel_.down);
    natural_block_ = std::max(512, static_cast<int>(file_->natural_block() / finer));
}

void WarpedSource::read(const Window& window, const Window& wanted, std::span<AnyPlane* const> planes) const {
    const auto part = intersection(wanted, area_);
    if (part.empty()) return;
    Borrowed ground(*this);
    const auto task = std::make_unique<Task>();
    task->window = window;
    task->planes = planes;
    read_part(part, *ground, *task);
}

/// How far from a place the kernel takes cells, in cells of the file.
double WarpedSource::margin() const {
    const double widest = 1.5 * std::max(kernel_.across, kernel_.down);
    if (by_box(method_)) return 1 + widest;
    return wide_ ? 1 + 2 * widest : 2;
}

/// The cells of the file that `part` needs; empty: none.
Window WarpedSource::needed(const std::vector<MapPatch>& patches, const Window& part, const RealPlane& heights) const {
    double lowest = 1e30, highest = -1e30;
    for (const float height : heights.cells()) {
        if (!(height == height)) continue;
        lowest = std::min(lowest, static_cast<double>(height));
        highest = std::max(highest, static_cast<double>(height));
    }
    if (!dem_) lowest = highest = 0;
    if (lowest > highest) return {};
    Box box;
    for (const auto& patch : patches) box.join(patch.reach(intersection(patch.cells, part), lowest, highest));
    const double far = margin();
    if (box.empty() || box.xmax < -1 || box.ymax < -1 || box.xmin > file_window_.cols + 1 ||
        box.ymin > file_window_.rows + 1)
        return {};
    const auto low = [far](double place) { return static_cast<int>(std::max(-far, std::floor(place - far))); };
    const auto high = [far](double place, int end) {
        return static_cast<int>(std::min(end + far, std::ceil(place + far)));
    };
    const int left = low(box.xmin) - 1, top = low(box.ymin) - 1;
    return {top, left, high(box.ymax, file_window_.rows) + 2 - top, high(box.xmax, file_window_.cols) + 2 - left};
}

void WarpedSource::read_part(const Window& part, GroundMap& ground, Task& task) const {
    const auto patches = map_->patches(part, ground);
    const auto heights = heights_of(part);
    const auto cells = needed(patches, part, heights);
    if (cells.empty()) return;
    if (cells.cells() > most_cells && (part.rows > 1 || part.cols > 1)) {
        const int rows = (part.rows + 1) / 2, cols = (part.cols + 1) / 2;
        for (const auto& quarter :
             {Window{part.row, part.col, rows, cols}, Window{part.row, part.col + cols, rows, cols},
              Window{part.row + rows, part.col, rows, cols}, Window{part.row + rows, part.col + cols, rows, cols}}) {
            const auto inside = intersection(part, quarter);
            if (!inside.empty()) read_part(inside, ground, task);
        }
        return;
    }
    SourceCells source{cells, file_window_, {}};
    const bool inner = file_window_.contains(cells);
    source.block = inner ? unset_block(cells, bands_) : blank_block(cells, bands_);
    std::vector<AnyPlane*> planes;
    for (auto& plane : source.block.bands) planes.push_back(&plane);
    file_->read(cells, cells, planes);
    for (const auto& patch : patches) {
        const auto inside = intersection(patch.cells, part);
        if (inside.empty()) continue;
        for (int r = inside.row; r < inside.row_end(); ++r) {
            const auto count = size(inside.cols);
            std::span<const float> at_height;
            if (dem_) at_height = heights.row(r - part.row).subspan(size(inside.col - part.col), count);
            task.places.count = count;
            patch.row(r, inside.col, std::span(task.places.x).first(count), std::span(task.places.y).first(count),
                      at_height);
            const bool four_cells = !wide_ && (method_ == Resampling::bilinear || method_ == Resampling::cubic);
            if (four_cells) task.places.find_around(source);
            else task.places.find_nearest(source);
            const Point cell = by_box(method_) || wide_ ? patch.cell_size() : Point{1, 1};
            KernelSize kernel{cell.x, cell.y};
            if (wide_) kernel = {std::max(1.0, cell.x), std::max(1.0, cell.y)};
            fill_row(source, kernel, {r, inside.col, 1, inside.cols}, task);
        }
    }
}

/// As parts of the range of heights at which the map is known.
RealPlane WarpedSource::heights_of(const Window& part) const {
    if (!dem_) return {};
    AnyPlane plane = RealPlane(part.rows, part.cols, no_value);
    AnyPlane* const planes[] = {&plane};
    dem_->read(part, part, planes);
    auto heights = std::get<RealPlane>(std::move(plane));
    for (auto& height : heights.cells())
        height = static_cast<float>((static_cast<double>(height) + height_offset_ - least_height_) / height_range_);
    return heights;
}

void WarpedSource::fill_row(const SourceCells& source, KernelSize kernel, const Window& cells, Task& task) const {
    for (std::size_t b = 0; b < task.planes.size(); ++b) {
        const auto fill = [&](auto& plane) {
            take(source, b, kernel, task,
                 plane.row(cells.row - task.window.row).subspan(size(cells.col - task.window.col), size(cells.cols)));
        };
        if (auto* real = std::get_if<RealPlane>(task.planes[b])) fill(*real);
        else fill(std::get<CodePlane>(*task.planes[b]));
    }
}

void WarpedSource::take(const SourceCells& source, std::size_t band, KernelSize kernel, Task& task,
                        std::span<float> out) const {
    const auto& plane = source.block.real(band);
    if (wide_ || method_ == Resampling::average)
        take_weighted(method_, task.places, source, band, kernel, task.room, out);
    else if (method_ == Resampling::mode) take_mode(task.places, source, band, kernel, task.room, out);
    else if (method_ == Resampling::nearest) take_nearest(task.places, plane.cells(), out);
    else if (method_ == Resampling::bilinear) take_bilinear(task.places, plane.cells(), out);
    else take_cubic(task.places, plane.cells(), out);
}

void WarpedSource::take(const SourceCells& source, std::size_t band, KernelSize kernel, Task& task,
                        std::span<std::int32_t> out) const {
    if (method_ == Resampling::mode) take_mode(task.places, source, band, kernel, task.room, out);
    else take_nearest(task.places, source.block.code(band).cells(), out);
}

}  // namespace linmu
