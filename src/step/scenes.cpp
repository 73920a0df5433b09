// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "common.hpp"
#include "linmu/core/date.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/io/scene.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

constexpr std::string_view quality_name = "SCL";

/// The tiles of one datatake: one look of one satellite at the land, cut into tiles that overlap.
struct Datatake {
    std::string name;
    Date date;
    std::vector<Scene> tiles;  ///< by tile name: the first that has a cell gives it
};

class Scenes final : public TileStep {
public:
    StepInfo info() const override {
        return {"scenes",
                "读影像",
                "Reads satellite scenes of a date window as reflectance; tiles of one datatake are joined, no cell is "
                "counted twice.",
                "read",
                {},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("path", "scene folders, a pattern: scenes/2025/*.SAFE", &path_).path().required();
        p.add("window", "days of the year 05-10/06-10, or 2025-05-10/2025-06-10; empty: all", &window_);
        p.add("bands", "bands to read by alias (B G R RE1 RE2 RE3 N N2 S1 S2); the quality band SCL comes along",
              &bands_)
            .required();
        p.add("max-cloud", "scenes with more cloud are left out", &max_cloud_).unit("%").limits(0, 100);
        p.add("resampling", "how scenes of another grid are brought to the master grid; refuse: not at all",
              &resampling_)
            .choices({"refuse", "nearest", "bilinear", "cubic"});
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        find_scenes(context);
        if (!*context.grid) set_grid(context);
        plan_reader(context);
        return Artifact::of(RasterSpec{**context.grid, out_bands_});
    }

    Block apply(const Window& window, std::span<const BlockPtr>) const override {
        const Block read = reader_->read(window);
        Block out = blank_block(window, out_bands_);
        for (std::size_t take = 0; take < first_pick_.size(); ++take) join(read, take, out);
        return out;
    }

private:
    void find_scenes(PlanContext& context) {
        std::map<std::string, Datatake> takes;
        std::map<std::string, int> left_out;  // why: how many
        for (const auto& folder : scene_folders(context)) {
            Scene scene = read_scene(folder);
            if (const auto why = unwanted(scene); !why.empty()) {
                ++left_out[why];
                continue;
            }
            context.files->push_back(folder);
            context.notes->push_back(fmt::format("{}: {}, baseline {}, tile {}, {}", scene.id, to_string(scene.date),
                                                 scene.baseline, scene.tile, scene.offset_note));
            auto& take =
                takes[fmt::format("{} {} R{:03}", to_string(scene.date), scene.platform, scene.relative_orbit)];
            take.date = scene.date;
            take.tiles.push_back(std::move(scene));
        }
        std::string reasons;
        for (const auto& [why, count] : left_out)
            reasons += fmt::format("{}{} left out: {}", reasons.empty() ? "" : "; ", count, why);
        if (takes.empty()) throw DataError(fmt::format("{}: no scene there is wanted ({})", path_, reasons));
        if (!reasons.empty()) context.notes->push_back(reasons);
        keep_in_order(std::move(takes));
    }

    std::vector<std::string> scene_folders(PlanContext& context) const {
        std::vector<std::string> folders;
        std::size_t others = 0;
        for (const auto& folder : expand_pattern(path_)) {
            // A .SAFE folder without metadata is a bad copy, and read_scene says so; whatever else lies beside scenes may lie there.
            if (is_scene(folder) || std::filesystem::path(folder).extension() == ".SAFE") folders.push_back(folder);
            else ++others;
        }
        if (others > 0) context.notes->push_back(fmt::format("{} files or folders there are no scenes", others));
        if (folders.empty())
            throw DataError(
                fmt::format("{}: no scene there; a scene is a .SAFE folder or a folder with a STAC item", path_));
        return folders;
    }

    void keep_in_order(std::map<std::string, Datatake> takes) {
        for (auto& [name, take] : takes) {
            take.name = name;
            std::ranges::sort(take.tiles, {}, [](const Scene& s) { return std::pair(s.tile, s.id); });
            takes_.push_back(std::move(take));
        }
    }

    std::string unwanted(const Scene& scene) const {
        if (!window_.empty() && !parse_date_window(window_).contains(scene.date))
            return "outside of the window " + window_;
        if (scene.cloud_percent > max_cloud_)
            return fmt::format("cloud {:.0f} % is over {:.0f} %", scene.cloud_percent, max_cloud_);
        return {};
    }

    /// All scenes on one grid that holds them; only when they lie to each other by whole cells.
    void set_grid(PlanContext& context) const {
        Grid all = takes_.front().tiles.front().grid;
        for (const auto& take : takes_) {
            for (const auto& scene : take.tiles) all = joined(all, scene);
        }
        *context.grid = all;
        context.notes->push_back(fmt::format("the master grid is that of the scenes: {}", describe(all)));
    }

    static Grid joined(const Grid& all, const Scene& scene) {
        const Alignment fit = alignment(all, scene.grid);
        if (!fit.aligned)
            throw DataError(fmt::format("{} does not fit the other scenes: {}; give a [grid] and a resampling",
                                        scene.id, fit.reason));
        const Window one{fit.row, fit.col, scene.grid.rows, scene.grid.cols};
        const Window both{std::min(0, one.row), std::min(0, one.col), 0, 0};
        return crop(all, {both.row, both.col, std::max(all.rows, one.row_end()) - both.row,
                          std::max(all.cols, one.col_end()) - both.col});
    }

    void plan_reader(PlanContext& context) {
        std::vector<BandPick> picks;
        for (const auto& take : takes_) {
            first_pick_.push_back(picks.size());
            for (const auto& scene : take.tiles) add_picks(scene, take, picks);
            tiles_of_.push_back(take.tiles.size());
            for (const auto& name : wanted()) out_bands_.push_back(named(picks, first_pick_.back(), name).spec);
        }
        reader_.emplace(**context.grid, picks, parse_resampling(resampling_));
        note_alignment(*reader_, context);
        check_overlap(**context.grid);
    }

    std::vector<std::string> wanted() const {
        auto names = bands_;
        names.emplace_back(quality_name);
        return names;
    }

    static const BandPick& named(const std::vector<BandPick>& picks, std::size_t from, const std::string& name) {
        return *std::find_if(picks.begin() + static_cast<std::ptrdiff_t>(from), picks.end(),
                             [&](const BandPick& p) { return p.spec.name == name; });
    }

    void add_picks(const Scene& scene, const Datatake& take, std::vector<BandPick>& picks) const {
        std::vector<std::string> known;
        for (const auto& pick : scene.bands) known.push_back(pick.spec.name);
        for (const auto& name : wanted()) {
            const auto it = std::ranges::find(known, name);
            if (it == known.end())
                throw DataError(fmt::format("{} has no band '{}'{}", scene.id, name, hint(name, known)));
            BandPick pick = scene.bands[static_cast<std::size_t>(it - known.begin())];
            pick.spec.scene = take.name;
            pick.spec.date = take.date;
            pick.spec.sun = SunAngles{take.tiles.front().sun_zenith, take.tiles.front().sun_azimuth};
            picks.push_back(std::move(pick));
        }
    }

    /// A scene that shares no cell with the master grid is told; when none does, it is an error.
    void check_overlap(const Grid& grid) const {
        std::string last;
        for (const auto& take : takes_) {
            for (const auto& scene : take.tiles) {
                if (overlaps(grid, scene.grid)) return;
                last = scene.id;
            }
        }
        throw DataError(fmt::format("no scene overlaps the master grid ({}); {} lies beside it", describe(grid), last));
    }

    /// Each cell of a datatake comes whole from the first tile that has seen it, so that bands are never mixed.
    void join(const Block& read, std::size_t take, Block& out) const {
        const std::size_t count = wanted().size();
        const std::size_t out_first = take * count;
        if (tiles_of_[take] == 1) {
            for (std::size_t b = 0; b < count; ++b) out.bands[out_first + b] = read.bands[first_pick_[take] + b];
            return;
        }
        for (std::size_t tile = tiles_of_[take]; tile-- > 0;) {
            const std::size_t first = first_pick_[take] + tile * count;
            const auto seen = read.code(first + count - 1).cells();
            for (std::size_t b = 0; b < count; ++b) {
                std::visit(
                    [&]<class T>(Plane<T>& to) {
                        copy_where(seen, std::get<Plane<T>>(read.bands[first + b]).cells(), to.cells());
                    },
                    out.bands[out_first + b]);
            }
        }
    }

    template <class T>
    static void copy_where(std::span<const std::int32_t> seen, std::span<const T> from, std::span<T> to) {
        for (std::size_t i = 0; i < seen.size(); ++i) {
            if (seen[i] != no_code) to[i] = from[i];
        }
    }

    std::string path_, window_, resampling_ = "refuse";
    std::vector<std::string> bands_;
    double max_cloud_ = 100;
    std::vector<Datatake> takes_;
    std::vector<std::size_t> first_pick_, tiles_of_;
    std::vector<BandSpec> out_bands_;
    std::optional<RasterReader> reader_;
};

}  // namespace

std::unique_ptr<Step> make_scenes() { return std::make_unique<Scenes>(); }

}  // namespace linmu
