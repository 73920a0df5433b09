// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "common.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/io/scene.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class ReadRaster final : public TileStep {
public:
    StepInfo info() const override {
        return {"read-raster",
                "读栅格",
                "Reads bands of a raster file onto the master grid.",
                "read",
                {},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("path",
              "raster file; or a pattern (tile_*.tif) of the tiles of one raster: in the order of their names, the "
              "first "
              "that has a value is taken",
              &path_)
            .path()
            .required();
        p.add("bands", "names for its bands, in order; or \"name=number\" to take some of them", &bands_);
        p.add("kind", "real: measured values; code: classes, never averaged", &kind_).choices({"real", "code"});
        p.add("legend", "legend of a code band (data/legends)", &legend_);
        p.add("unit", "unit of the values", &unit_);
        p.add("resampling", "how cells of another grid are brought to the master grid; refuse: not at all",
              &resampling_)
            .choices({"refuse", "nearest", "bilinear", "cubic", "average", "mode"});
        p.add("dem", "heights by which files with RPC (level 1A) are rectified", &dem_).path();
        p.add("height-offset", "added to the heights of dem: RPC count from the ellipsoid, most DEMs from the geoid",
              &height_offset_)
            .unit("m");
        p.add("shift-x", "correction of where the file lies, to the east, in its own CRS", &shift_x_).unit("m");
        p.add("shift-y", "correction of where the file lies, to the north, in its own CRS", &shift_y_).unit("m");
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        const bool pattern = path_.find_first_of("*?") != std::string::npos;
        const auto paths = pattern ? expand_pattern(path_) : std::vector{path_};
        if (paths.empty()) throw DataError(fmt::format("there is no file {}", path_));
        std::vector<RasterFile> files;
        for (const auto& path : paths) {
            files.push_back(inspect_raster(path));
            context.files->push_back(path);
        }
        require_alike(files);
        if (!dem_.empty()) context.files->push_back(dem_);
        if (!*context.grid) take_grid(files, context);
        if (dem_.empty() && std::ranges::none_of(files, [&](const RasterFile& file) {
                return !file.georeferenced || overlaps(**context.grid, file.grid);
            })) {
            throw DataError(
                fmt::format("{} shares no cell with the master grid ({})", path_, describe(**context.grid)));
        }
        if (!legend_.empty()) {
            (void)load_legend(legend_);
            context.files->push_back(find_data_file("legends", legend_));
        }
        reader_.emplace(**context.grid, picks(files), parse_resampling(resampling_));
        note_alignment(*reader_, context);
        return Artifact::of(reader_->spec());
    }

    void hand_on_stored(bool taken) override { stored_ = taken; }

    std::optional<std::size_t> bytes_handed_on() const override {
        if (!stored_) return {};
        return reader_->bytes_stored();
    }

    Block apply(const Window& window, std::span<const BlockPtr>) const override {
        return stored_ ? reader_->read_stored(window) : reader_->read(window);
    }

private:
    /// Bands, their types and what their values mean are told once for all tiles.
    static void require_alike(const std::vector<RasterFile>& files) {
        const auto& first = files.front();
        for (const auto& file : files) {
            const bool alike = std::ranges::equal(file.bands, first.bands, [](const auto& a, const auto& b) {
                return a.scale == b.scale && a.offset == b.offset;
            });
            if (alike) continue;
            throw DataError(fmt::format(
                "{} and {} are no tiles of one raster: they differ in the number of bands, or in scale or offset",
                first.path, file.path));
        }
    }

    /// The grid of all tiles together.
    void take_grid(const std::vector<RasterFile>& files, PlanContext& context) const {
        const auto& first = files.front();
        if (!dem_.empty() || !first.georeferenced)
            throw DataError(
                fmt::format("{} has no grid of its own that could be the master grid; give a [grid]", first.path));
        Grid all = first.grid;
        for (const auto& file : files) {
            const Alignment fit = alignment(all, file.grid);
            if (!fit.aligned)
                throw DataError(fmt::format("{} does not fit {}: {}; give a [grid] and a resampling", file.path,
                                            first.path, fit.reason));
            const Window one{fit.row, fit.col, file.grid.rows, file.grid.cols};
            const int row = std::min(0, one.row), col = std::min(0, one.col);
            all =
                crop(all, {row, col, std::max(all.rows, one.row_end()) - row, std::max(all.cols, one.col_end()) - col});
        }
        *context.grid = all;
        context.notes->push_back(fmt::format("the master grid is that of {}: {}", path_, describe(all)));
    }

    std::vector<BandPick> picks(const std::vector<RasterFile>& files) const {
        const auto& file = files.front();
        auto out = picks_of(file);
        for (auto& pick : out) {
            for (std::size_t i = 1; i < files.size(); ++i) pick.more_paths.push_back(files[i].path);
            pick.rectify_dem = dem_;
            pick.rectify_height_offset = height_offset_;
            pick.shift_x = shift_x_;
            pick.shift_y = shift_y_;
        }
        return out;
    }

    std::vector<BandPick> picks_of(const RasterFile& file) const {
        std::vector<BandPick> out;
        if (bands_.empty()) {
            for (std::size_t i = 0; i < file.bands.size(); ++i) {
                const auto& text = file.bands[i].description;
                out.push_back(pick(file, text.empty() ? fmt::format("band{}", i + 1) : text, static_cast<int>(i) + 1));
            }
            return out;
        }
        for (std::size_t i = 0; i < bands_.size(); ++i) {
            const auto equals = bands_[i].find('=');
            if (equals == std::string::npos) out.push_back(pick(file, bands_[i], static_cast<int>(i) + 1));
            else out.push_back(pick(file, bands_[i].substr(0, equals), number(bands_[i].substr(equals + 1))));
        }
        return out;
    }

    static int number(const std::string& text) {
        int value = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (fault != std::errc{} || end != text.data() + text.size()) {
            throw UsageError(fmt::format("'{}' is no band number; write bands = [\"R=3\", \"N=4\"]", text));
        }
        return value;
    }

    BandPick pick(const RasterFile& file, const std::string& name, int number) const {
        if (number < 1 || number > static_cast<int>(file.bands.size())) {
            throw DataError(fmt::format("{} has {} bands, no band {}", file.path, file.bands.size(), number));
        }
        BandPick pick;
        pick.spec = {.name = name,
                     .kind = kind_ == "code" ? BandKind::code : BandKind::real,
                     .unit = unit_,
                     .legend = legend_,
                     .scene = {},
                     .date = {}};
        pick.path = file.path;
        pick.number = number;
        const auto& band = file.bands[static_cast<std::size_t>(number) - 1];
        pick.scale = band.scale;
        pick.offset = band.offset;
        return pick;
    }

    std::string path_, kind_ = "real", legend_, unit_, resampling_ = "refuse", dem_;
    double height_offset_ = 0, shift_x_ = 0, shift_y_ = 0;
    std::vector<std::string> bands_;
    bool stored_ = false;  ///< real bands are handed on as they are stored
    std::optional<RasterReader> reader_;
};

}  // namespace

std::unique_ptr<Step> make_read_raster() { return std::make_unique<ReadRaster>(); }

}  // namespace linmu
