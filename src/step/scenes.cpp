// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "common.hpp"
#include "linmu/algo/quality.hpp"
#include "linmu/core/date.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/io/scene.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// One tile of a look: where its planes are in what is read.
struct Tile {
    std::size_t first = 0;                                        ///< position of its first band
    std::vector<std::shared_ptr<const QualityDecoder>> decoders;  ///< one a quality band, behind the bands
};

/// One look of one satellite at the land, cut into tiles that overlap.
struct Look {
    std::string name;
    Date date;
    std::vector<Scene> scenes;  ///< by tile name: the first that has seen a cell gives it
    std::vector<Tile> tiles;
};

class Scenes final : public TileStep {
public:
    StepInfo info() const override {
        return {"scenes",
                "读影像",
                "Finds all scenes below a folder and reads those of a date window as reflectance with a quality band "
                "QA; tiles of "
                "one look are joined, no cell is counted twice.",
                "read",
                {},
                ArtifactKind::raster,
                2,
                false};
    }

    void declare(Params& p) override {
        p.add("path", "folders that are searched, or scenes; a pattern: scenes/2025/*.SAFE", &path_).path().required();
        p.add("window", "days of the year 05-10/06-10, or 2025-05-10/2025-06-10; empty: all", &window_);
        p.add("bands", "bands to read by alias (A B G R RE1 RE2 RE3 N N2 S1 S2 ...); the quality band QA comes along",
              &bands_)
            .required();
        p.add("sensor", "ids of data/sensors to take; empty: all that are found", &sensors_);
        p.add("max-cloud", "scenes with more cloud are left out", &max_cloud_).unit("%").limits(0, 100);
        p.add("quality",
              "what to do about a scene without a quality band: it is required, or optional and nothing of the scene "
              "is masked",
              &quality_)
            .choices({"required", "optional"});
        p.add("cloud-probability",
              "cells of this probability or more are cloud too, where the scene has it; 0: not used",
              &cloud_probability_)
            .unit("%")
            .limits(0, 100);
        p.add("faulty", "what to do about scenes that can't be read: stop, or skip them and say so", &faulty_)
            .choices({"stop", "skip"});
        p.add("resampling", "how scenes of another grid are brought to the master grid; refuse: not at all",
              &resampling_)
            .choices({"refuse", "nearest", "bilinear", "cubic"});
        p.add("dem", "heights of the land in metres: images of level 1A are brought to the grid by their RPC and them",
              &dem_)
            .path();
        p.add("height-offset", "added to the heights of dem: RPC count from the ellipsoid, most DEMs from the geoid",
              &height_offset_)
            .unit("m")
            .limits(-200, 200);
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        find_looks(context);
        if (!*context.grid) set_grid(context);
        plan_reader(context);
        return Artifact::of(RasterSpec{**context.grid, out_bands_});
    }

    /// Tiles that overlap, and further quality bands, are read but not handed on; and two planes of flags. A look's quality bands
    /// go as its flags come.
    std::size_t planes_at_work() const override {
        return reader_->spec().bands.size() - std::min(reader_->spec().bands.size(), out_bands_.size()) + 2;
    }

    Block apply(const Window& window, std::span<const BlockPtr>) const override {
        Block read = stored_ ? reader_->read_stored(window, spared_) : reader_->read(window, spared_);
        Block out{window, {}};
        for (const auto& look : looks_) join(read, look, out);
        return out;
    }

    /// Where tiles are joined, or cells are looked at for want of a quality band, it takes values.
    void hand_on_stored(bool taken) override {
        stored_ = taken && !looks_at_values() &&
                  std::ranges::all_of(looks_, [](const Look& look) { return look.tiles.size() == 1; });
    }

    std::optional<std::size_t> bytes_handed_on() const override {
        if (!stored_) return {};
        const auto quality_bands = reader_->spec().bands.size() - looks_.size() * bands_.size();
        return reader_->bytes_stored() - 4 * quality_bands + 4 * looks_.size();
    }

    void spare_values(int cells) override { spared_ = looks_at_values() ? 0 : cells; }

private:
    /// Is it from the bands themselves, for want of a quality band, that some cells are known to be seen?
    bool looks_at_values() const {
        return std::ranges::any_of(looks_, [](const Look& look) {
            return std::ranges::any_of(look.tiles, [](const Tile& tile) { return tile.decoders.empty(); });
        });
    }

    void find_looks(PlanContext& context) {
        auto catalogue = find_scenes(path_);
        tell_left(catalogue, context);
        std::map<std::string, Look> looks;
        std::map<std::string, int> left_out;  // why: how many
        for (auto& scene : catalogue.scenes) {
            if (const auto why = unwanted(scene); !why.empty()) {
                ++left_out[why];
                continue;
            }
            auto& look = looks[fmt::format("{} {} {}", to_string(scene.date), scene.platform, scene.track)];
            look.date = scene.date;
            look.scenes.push_back(std::move(scene));
        }
        std::vector<std::string> reasons;
        for (const auto& [why, count] : left_out) reasons.push_back(fmt::format("{} left out: {}", count, why));
        if (looks.empty())
            throw DataError(
                reasons.empty()
                    ? fmt::format("{}: no scene there; a scene is a .SAFE folder or zip, a Landsat, HLS or Gaofen "
                                  "product, a STAC item with its files, or a raster with NAME.scene.toml",
                                  path_)
                    : fmt::format("{}: no scene there is wanted ({})", path_, fmt::join(reasons, "; ")));
        context.notes->insert(context.notes->end(), reasons.begin(), reasons.end());
        keep_in_order(std::move(looks));
        check_levels();
    }

    /// What could not be read stops the plan, unless it is to be skipped; duplicates are told.
    void tell_left(const Catalogue& catalogue, PlanContext& context) const {
        std::vector<Problem> problems;
        for (const auto& left : catalogue.left) {
            if (left.duplicate || faulty_ == "skip") context.notes->push_back("skipped: " + describe(left));
            else problems.push_back({"", 0, 0, describe(left)});
        }
        if (!problems.empty()) throw PlanError(std::move(problems));
    }

    void keep_in_order(std::map<std::string, Look> looks) {
        for (auto& [name, look] : looks) {
            look.name = name;
            std::ranges::sort(look.scenes, {}, [](const Scene& s) { return std::pair(s.tile, s.id); });
            looks_.push_back(std::move(look));
        }
    }

    std::string unwanted(const Scene& scene) const {
        if (!sensors_.empty() && std::ranges::find(sensors_, scene.sensor) == sensors_.end())
            return "of sensor " + scene.sensor;
        if (!window_.empty() && !parse_date_window(window_).contains(scene.date))
            return "outside of the window " + window_;
        if (scene.cloud_percent > max_cloud_)
            return fmt::format("cloud {:.0f} % is over {:.0f} %", scene.cloud_percent, max_cloud_);
        return scene.unwanted;
    }

    /// Reflectance of the ground and of the top of the atmosphere are not one measure.
    void check_levels() const {
        std::set<std::string> levels, sensors;
        for (const auto& look : looks_) {
            for (const auto& scene : look.scenes) {
                levels.insert(scene.level);
                sensors.insert(scene.sensor);
            }
        }
        if (levels.size() > 1)
            throw DataError(fmt::format("{}: scenes of {} lie together there; say which sensor to take, of {}", path_,
                                        fmt::join(levels, " and of "), fmt::join(sensors, ", ")));
    }

    /// All scenes on one grid that holds them; only when they lie to each other by whole cells.
    void set_grid(PlanContext& context) {
        const auto& first = looks_.front().scenes.front();
        if (first.raw_geometry)
            throw DataError(fmt::format("{} has no map projection; give a [grid] to bring it to", first.id));
        drop_other_zones(first.grid.crs, context);
        Grid all = first.grid;
        for (const auto& look : looks_) {
            for (const auto& scene : look.scenes) all = joined(all, scene);
        }
        *context.grid = all;
        context.notes->push_back(fmt::format("the master grid is that of the scenes: {}", describe(all)));
    }

    /// At the border of two zones the same cells are delivered in both, resampled differently: those of the grid's zone are
    /// taken, the others only where no cell of it was seen and resampling is asked for.
    void drop_other_zones(const std::string& crs, PlanContext& context) {
        for (auto& look : looks_) {
            const auto fits = [&](const Scene& s) { return s.raw_geometry || s.grid.crs == crs; };
            if (!std::ranges::any_of(look.scenes, fits)) continue;
            std::ranges::stable_partition(look.scenes, fits);
            if (resampling_ != "refuse") continue;
            std::erase_if(look.scenes, [&](const Scene& s) {
                if (!fits(s))
                    context.notes->push_back(
                        fmt::format("{} skipped: it lies in {}, and tiles of the same look in the grid's {}", s.id,
                                    s.grid.crs, crs));
                return !fits(s);
            });
        }
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
        drop_scenes_beside(**context.grid, context);
        drop_other_zones((*context.grid)->crs, context);
        std::vector<BandPick> picks;
        for (auto& look : looks_) {
            for (const auto& scene : look.scenes) add_scene(scene, look, picks, context);
            add_out_bands(look, picks);
        }
        reader_.emplace(**context.grid, picks, parse_resampling(resampling_));
        note_alignment(*reader_, context);
    }

    void add_scene(const Scene& scene, Look& look, std::vector<BandPick>& picks, PlanContext& context) {
        Tile tile{picks.size(), {}};
        std::vector<BandPick> own;
        std::vector<std::string> known;
        for (const auto& pick : scene.bands) known.push_back(pick.spec.name);
        for (const auto& name : bands_) {
            const auto it = std::ranges::find(known, name);
            if (it == known.end())
                throw DataError(fmt::format("{} has no band '{}'{}", scene.id, name, hint(name, known)));
            own.push_back(scene.bands[static_cast<std::size_t>(it - known.begin())]);
        }
        if (scene.quality.empty() && quality_ == "required")
            throw DataError(fmt::format(
                "{} has no quality band, so its clouds can't be masked; get it, or set quality = \"optional\"",
                scene.id));
        for (const auto& quality : scene.quality) add_quality(quality, tile, own);
        if (scene.raw_geometry) rectify(scene, own, context);
        for (auto& pick : own) pick.spec.scene = look.name;
        const auto files = files_of(scene, own);
        context.files->insert(context.files->end(), files.begin(), files.end());
        context.notes->push_back(fmt::format("{}: {}, {}, baseline {}, tile {}, {}{}", scene.id, to_string(scene.date),
                                             scene.level, scene.baseline, scene.tile, scene.offset_note,
                                             scene.quality.empty() ? "; no quality band: nothing is masked" : ""));
        picks.insert(picks.end(), own.begin(), own.end());
        look.tiles.push_back(std::move(tile));
    }

    void rectify(const Scene& scene, std::vector<BandPick>& own, PlanContext& context) const {
        if (dem_.empty())
            throw DataError(fmt::format(
                "{} is an image of level {} that lies by its RPC and the heights of its land; give them: dem = "
                "\"dem.tif\", or leave the scene out",
                scene.id, scene.baseline));
        for (auto& pick : own) {
            pick.rectify_dem = dem_;
            pick.rectify_height_offset = height_offset_;
        }
        context.files->push_back(dem_);
    }

    void add_quality(const QualityPick& quality, Tile& tile, std::vector<BandPick>& own) {
        auto codes = quality.codes;
        std::erase_if(codes, [&](const QualityCode& code) {
            return code.test == QualityCode::Test::at_least && cloud_probability_ == 0;
        });
        if (codes.empty()) return;
        for (auto& code : codes) {
            if (code.test == QualityCode::Test::at_least) code.value = cloud_probability_;
        }
        tile.decoders.push_back(decoder_of(codes));
        own.push_back(quality.pick);
    }

    /// Scenes of one sensor share their decoder.
    std::shared_ptr<const QualityDecoder> decoder_of(const std::vector<QualityCode>& codes) {
        for (const auto& [known, decoder] : decoders_) {
            if (known == codes) return decoder;
        }
        decoders_.emplace_back(codes, std::make_shared<const QualityDecoder>(codes));
        return decoders_.back().second;
    }

    void add_out_bands(const Look& look, const std::vector<BandPick>& picks) {
        const auto first = look.tiles.front().first;
        for (std::size_t b = 0; b < bands_.size(); ++b) out_bands_.push_back(picks[first + b].spec);
        BandSpec quality = picks[first].spec;
        quality.name = quality_band;
        quality.kind = BandKind::code;
        quality.unit.clear();
        out_bands_.push_back(std::move(quality));
    }

    /// Scenes of other land are not read; when all are, it is an error.
    void drop_scenes_beside(const Grid& grid, PlanContext& context) {
        std::string last;
        for (auto& look : looks_) {
            std::erase_if(look.scenes, [&](const Scene& scene) {
                if (scene.raw_geometry || overlaps(grid, scene.grid)) return false;
                last = scene.id;
                context.notes->push_back(fmt::format("{} skipped: it lies beside the master grid", scene.id));
                return true;
            });
        }
        std::erase_if(looks_, [](const Look& look) { return look.scenes.empty(); });
        if (looks_.empty())
            throw DataError(
                fmt::format("no scene overlaps the master grid ({}); {} lies beside it", describe(grid), last));
    }

    /// Takes the tile's quality bands.
    CodePlane flags_of(Block& read, const Tile& tile) const {
        const auto rows = read.window.rows, cols = read.window.cols;
        CodePlane flags(rows, cols, 0);
        for (std::size_t q = 0; q < tile.decoders.size(); ++q) {
            auto& codes = read.bands[tile.first + bands_.size() + q];
            tile.decoders[q]->add(std::get<CodePlane>(codes), q == 0, flags);
            codes = AnyPlane{};
        }
        if (!tile.decoders.empty()) return flags;
        // Without a quality band a cell was seen where every band has a value.
        for (std::size_t b = 0; b < bands_.size(); ++b) {
            const auto values = read.real(tile.first + b).cells();
            const auto to = flags.cells();
            for (std::size_t i = 0; i < values.size(); ++i) to[i] = values[i] == values[i] ? to[i] : no_code;
        }
        return flags;
    }

    /// Each cell of a look comes whole from the first tile that has seen it, so that bands are never mixed.
    void join(Block& read, const Look& look, Block& out) const {
        const auto first = out.bands.size();
        const auto& front = look.tiles.front();
        CodePlane flags = flags_of(read, front);
        for (std::size_t b = 0; b < bands_.size(); ++b) out.bands.push_back(std::move(read.bands[front.first + b]));
        for (std::size_t t = 1; t < look.tiles.size(); ++t) {
            const CodePlane more = flags_of(read, look.tiles[t]);
            for (std::size_t b = 0; b < bands_.size(); ++b)
                fill_unseen<float>(flags, more, read.real(look.tiles[t].first + b).cells(),
                                   out.real(first + b).cells());
            fill_unseen<std::int32_t>(flags, more, more.cells(), flags.cells());
        }
        out.bands.emplace_back(std::move(flags));
    }

    template <class T>
    static void fill_unseen(const CodePlane& seen, const CodePlane& more, std::span<const T> from, std::span<T> to) {
        const auto before = seen.cells(), now = more.cells();
        for (std::size_t i = 0; i < to.size(); ++i) {
            if (before[i] == no_code && now[i] != no_code) to[i] = from[i];
        }
    }

    std::string path_, window_, resampling_ = "refuse", quality_ = "required", faulty_ = "stop", dem_;
    double height_offset_ = 0;
    std::vector<std::string> bands_, sensors_;
    double max_cloud_ = 100;
    int cloud_probability_ = 0;
    std::vector<Look> looks_;
    std::vector<BandSpec> out_bands_;
    std::vector<std::pair<std::vector<QualityCode>, std::shared_ptr<const QualityDecoder>>> decoders_;
    std::optional<RasterReader> reader_;
    bool stored_ = false;  ///< real bands are handed on as they are stored
    int spared_ = 0;       ///< cells at the edges of a window of which no real band is read
};

}  // namespace

std::unique_ptr<Step> make_scenes() { return std::make_unique<Scenes>(); }

}  // namespace linmu
