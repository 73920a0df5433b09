// SPDX-License-Identifier: MIT
#include "linmu/algo/composite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>

#include "linmu/algo/best_pixel.hpp"
#include "linmu/algo/date_choice.hpp"
#include "linmu/algo/expression.hpp"
#include "linmu/core/date.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/core/quality_flags.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// A band of an input: which input, which band.
struct Place {
    std::size_t input = 0;
    std::size_t band = 0;
};

/// One scene: where its bands are, by the names of all scenes, and its quality band.
struct Scene {
    std::string name;
    std::optional<Date> date;
    std::vector<std::optional<Place>> bands;
    std::optional<Place> quality;
};

/// How a whole date is chosen for a cell.
enum class Choice { medoid, greenest, best };
constexpr std::array<std::pair<std::string_view, Choice>, 3> choices{
    {{"medoid", Choice::medoid}, {"greenest", Choice::greenest}, {"bap", Choice::best}}};

std::optional<Choice> choice_of(std::string_view text) {
    for (const auto& [name, choice] : choices) {
        if (name == text) return choice;
    }
    return {};
}

/// One of the statistics asked for: of each band by itself, or by the choice of a date.
struct Asked {
    std::string name;
    std::optional<Choice> choice;
};

/// The cells of a tile, scene by scene. `scenes` holds the bands that each scene has, `bands` each band's scenes.
struct Season {
    std::vector<Block> cropped;
    std::vector<std::vector<std::uint8_t>> hidden;
    std::vector<DatedPlanes> scenes;
    std::vector<std::vector<BandOnDate>> bands;
};

/// Cells whose bands of all dates stay in the cache from the choice of a date to the copy of its bands.
constexpr std::size_t part_size = 4096;

/// Values of some cells of a season at a time, of the bands that are `wanted`.
class SeasonPart {
public:
    SeasonPart(const Season& season, const std::vector<bool>& wanted)
        : season_(season), wanted_(wanted), rooms_(season.scenes.size()) {
        for (std::size_t s = 0; s < rooms_.size(); ++s) {
            for (std::size_t b = 0; b < season.scenes[s].bands.size(); ++b) {
                const bool stored = std::holds_alternative<StoredPlane>(*season.scenes[s].bands[b]);
                rooms_[s].emplace_back(stored && wanted[b] ? part_size : 0);
            }
        }
    }

    /// Bands that are not wanted are empty. Valid until the next call.
    std::vector<Look> looks(std::size_t start, std::size_t count) {
        std::vector<Look> looks(rooms_.size());
        for (std::size_t s = 0; s < looks.size(); ++s) {
            const auto& scene = season_.scenes[s];
            looks[s].bands.resize(rooms_[s].size());
            for (std::size_t b = 0; b < rooms_[s].size(); ++b) {
                if (wanted_[b]) looks[s].bands[b] = values_of(*scene.bands[b], start, count, rooms_[s][b]);
            }
            if (!scene.hidden.empty()) looks[s].hidden = scene.hidden.subspan(start, count);
        }
        return looks;
    }

private:
    const Season& season_;
    std::vector<bool> wanted_;
    std::vector<std::vector<std::vector<float>>> rooms_;  ///< of bands that are stored, for their values
};

class Composite final : public TileStep {
public:
    StepInfo info() const override {
        return {"composite",
                "合成",
                "Makes one raster of scenes of many dates: for each band statistics over its clear dates, or all bands "
                "of the date that is chosen for the cell.",
                "prepare",
                {{.name = "scenes",
                  .kind = ArtifactKind::raster,
                  .help = "bands of scenes, masked, or with their quality band QA",
                  .many = true}},
                ArtifactKind::raster,
                2,
                false};
    }

    void declare(Params& p) override {
        p.add("statistic",
              "of each band: median, mean, min, max, percentiles p0 to p100; of a whole date: medoid, greenest, bap "
              "(best "
              "available pixel); several give bands R_median, R_p10",
              &statistics_);
        p.add("window", "dates that are composited: days of the year 05-10/06-10, or 2025-05-10/2025-06-10; empty: all",
              &window_);
        p.add("count", "add a band 'count': how many dates are clear", &count_);
        p.add("share", "add a band 'share': clear dates of those that saw the cell; needs QA", &share_);
        p.add("day", "add a band 'day': day of the year of the chosen date", &day_);
        p.add("masked", "flags of QA whose cells are not used", &masked_).choices(flag_names());
        p.add("index", "what greenest takes the most of: an index of the catalogue, or a formula", &index_);
        p.add("target-day", "bap: the day that is best, 07-15", &target_);
        p.add("day-spread", "bap: so far from it a date has exp(-1/2) of its score", &rule_.day_spread)
            .unit("day")
            .limits(1, 366);
        p.add("cloud-distance", "bap: from here on a cloud of QA no longer counts", &rule_.cloud_distance)
            .unit("cell")
            .limits(1, 200);
        p.add("day-weight", "bap: weight of the day", &rule_.day_weight).limits(0, 1000);
        p.add("cloud-weight", "bap: weight of the distance to cloud and shadow of QA", &rule_.cloud_weight)
            .limits(0, 1000);
        p.add("haze-weight", "bap: weight of haze, thin cirrus and doubt in QA", &rule_.haze_weight).limits(0, 1000);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        read_statistics();
        find_scenes(inputs, context);
        hidden_flags_ = bits(masked_);
        if (chooses(Choice::greenest)) read_index();
        if (chooses(Choice::best)) read_rule(context);
        check_bands_beside();
        return Artifact::of(RasterSpec{inputs[0].raster.grid, out_bands(inputs)});
    }

    int halo() const override { return looks_for_clouds_ ? rule_.cloud_distance : 0; }

    std::optional<int> halo_of_values(std::size_t) const override { return 0; }

    StoredBands stored_bands() const override { return StoredBands::taken; }

    /// Bytes of what is hidden; scores and distances to clouds, of bap all scenes' and what is cropped for them.
    std::size_t planes_at_work() const override {
        const std::size_t scores = chooses(Choice::best) ? scenes_.size() + 2 : 1;
        return scenes_.size() / 4 + 1 + scores + (halo() > 0 ? scenes_.size() * (names_.size() + 1) : 0);
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        const Season season = gather(window, inputs);
        Block out{window, {}};
        const auto planes = asked_.size() * names_.size();
        for (std::size_t i = 0; i < planes; ++i) out.bands.emplace_back(RealPlane::unset(window.rows, window.cols));
        compute_statistics(season, out);
        std::vector<CodePlane> chosen;
        for (std::size_t a = 0; a < asked_.size(); ++a) {
            if (asked_[a].choice) chosen.push_back(choose(a, season, inputs, out));
        }
        add_bands_beside(season, chosen, inputs, out);
        return out;
    }

private:
    static std::vector<std::string> flag_names() {
        std::vector<std::string> names;
        for (const auto& [name, flag] : quality_flag_names) names.emplace_back(name);
        return names;
    }

    static std::int32_t bits(const std::vector<std::string>& names) {
        std::int32_t out = 0;
        for (const auto& [name, flag] : quality_flag_names) {
            if (std::ranges::find(names, name) != names.end()) out |= bit(flag);
        }
        return out;
    }

    bool chooses(Choice choice) const {
        return std::ranges::any_of(asked_, [&](const Asked& asked) { return asked.choice == choice; });
    }
    bool chooses() const {
        return std::ranges::any_of(asked_, [](const Asked& asked) { return asked.choice.has_value(); });
    }

    void read_statistics() {
        if (statistics_.empty()) throw UsageError("'statistic' is empty; give statistic = [\"median\"]");
        for (const auto& text : statistics_) {
            if (std::ranges::count(statistics_, text) > 1)
                throw UsageError(fmt::format("'statistic' has '{}' twice", text));
            asked_.push_back({text, choice_of(text)});
            if (asked_.back().choice) continue;
            try {
                parsed_.push_back(parse_statistic(text));
            } catch (const DataError& error) {
                throw UsageError(fmt::format("{}; or one that chooses a date: medoid, greenest, bap", error.what()));
            }
        }
    }

    void find_scenes(std::span<const Artifact> inputs, const PlanContext& context) {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const auto& bands = inputs[i].raster.bands;
            for (std::size_t b = 0; b < bands.size(); ++b) {
                if (is_wanted(bands[b])) add_band(bands[b], {i, b}, context.input_ids[i]);
            }
        }
        if (names_.empty() && !window_.empty())
            throw DataError(fmt::format("no date of a measured band lies within the window {}", window_));
        if (names_.empty()) throw DataError("there is no measured band to composite");
        for (auto& scene : scenes_) scene.bands.resize(names_.size());
        std::ranges::sort(scenes_, {}, [](const Scene& s) { return std::tie(s.date, s.name); });
    }

    bool is_wanted(const BandSpec& band) const {
        if (window_.empty()) return true;
        if (!band.date) throw DataError(fmt::format("window: band '{}' has no date; take bands of scenes", band.name));
        return parse_date_window(window_).contains(*band.date);
    }

    void add_band(const BandSpec& band, Place place, const std::string& where) {
        Scene& scene = scene_of(band);
        if (band.kind == BandKind::code) {
            if (band.name != quality_band)
                throw DataError(
                    fmt::format("band '{}' holds codes; mask the scenes first (a mask step takes their "
                                "quality band)",
                                band.name));
            scene.quality = place;
            return;
        }
        const auto name = std::ranges::find(names_, band.name) - names_.begin();
        if (name == std::ssize(names_)) names_.push_back(band.name);
        scene.bands.resize(names_.size());
        auto& at = scene.bands[static_cast<std::size_t>(name)];
        if (at)
            throw DataError(fmt::format("'{}' gives band '{}' of scene '{}' a second time; a date counts once", where,
                                        band.name, band.scene));
        at = place;
    }

    Scene& scene_of(const BandSpec& band) {
        const auto known = std::ranges::find(scenes_, band.scene, &Scene::name);
        if (known != scenes_.end()) return *known;
        scenes_.push_back({.name = band.scene, .date = band.date, .bands = {}, .quality = {}});
        return scenes_.back();
    }

    void read_index() {
        std::string formula = index_;
        for (const auto& index : load_indices()) {
            if (index.id == index_) formula = index.formula;
        }
        greenness_ = Expression::compile(formula, names_);
    }

    void read_rule(PlanContext& context) {
        if (target_.empty()) throw UsageError("bap needs the day of the year that is best: target-day = \"07-15\"");
        rule_.target_day = day_of_year(parse_date("2001-" + target_));
        scores_.emplace(rule_);
        std::size_t unknown = 0;
        for (const auto& scene : scenes_) {
            if (!scene.date) throw DataError(fmt::format("bap: scene '{}' has no date", scene.name));
            if (!scene.quality) ++unknown;
        }
        looks_for_clouds_ = unknown < scenes_.size() && rule_.cloud_weight > 0;
        if (unknown > 0)
            context.notes->push_back(
                fmt::format("bap: {} of {} scenes have no quality band {}; their score is that of "
                            "the day alone",
                            unknown, scenes_.size(), quality_band));
    }

    void check_bands_beside() const {
        for (const auto& scene : scenes_) {
            if (share_ && !scene.quality)
                throw DataError(
                    fmt::format("share needs to know which cells scene '{}' saw: give composite the scenes "
                                "with their quality band {}, not masked",
                                scene.name, quality_band));
            if (day_ && !scene.date) throw DataError(fmt::format("day: scene '{}' has no date", scene.name));
            for (std::size_t b = 0; chooses() && b < names_.size(); ++b) {
                if (!scene.bands[b])
                    throw DataError(
                        fmt::format("scene '{}' has no band '{}'; to choose a date for a cell, all scenes "
                                    "must have the same bands",
                                    scene.name, names_[b]));
            }
        }
        if (day_ && !chooses())
            throw UsageError("day: only medoid, greenest and bap choose a date; a statistic of each band has none");
    }

    std::vector<BandSpec> out_bands(std::span<const Artifact> inputs) const {
        std::vector<BandSpec> out;
        for (const auto& asked : asked_) {
            for (std::size_t b = 0; b < names_.size(); ++b) {
                BandSpec band = spec_of(b, inputs);
                if (asked_.size() > 1) band.name += "_" + asked.name;
                out.push_back(std::move(band));
            }
        }
        const auto beside = [&](const std::string& name, const char* unit) {
            out.push_back({.name = name, .kind = BandKind::real, .unit = unit});
        };
        if (count_) beside("count", "1");
        if (share_) beside("share", "1");
        const auto choices_made = std::ranges::count_if(asked_, [](const Asked& a) { return a.choice.has_value(); });
        for (const auto& asked : asked_) {
            if (day_ && asked.choice) beside(choices_made > 1 ? "day_" + asked.name : "day", "day");
        }
        return out;
    }

    /// Of the first scene that has the band, without what belongs to the scene.
    BandSpec spec_of(std::size_t band, std::span<const Artifact> inputs) const {
        for (const auto& scene : scenes_) {
            if (!scene.bands[band]) continue;
            const auto& [input, number] = *scene.bands[band];
            BandSpec spec = inputs[input].raster.bands[number];
            spec.scene.clear();
            spec.date.reset();
            spec.sun.reset();
            return spec;
        }
        return {};
    }

    Season gather(const Window& window, std::span<const BlockPtr> inputs) const {
        Season season;
        for (const auto& input : inputs) {
            if (halo() > 0) season.cropped.push_back(crop(*input, window));
        }
        const auto block = [&](std::size_t input) -> const Block& {
            return halo() > 0 ? season.cropped[input] : *inputs[input];
        };
        season.hidden.resize(scenes_.size());
        season.bands.resize(names_.size());
        season.scenes.resize(scenes_.size());
        for (std::size_t s = 0; s < scenes_.size(); ++s) {
            if (const auto& quality = scenes_[s].quality) {
                const auto codes = block(quality->input).code(quality->band).cells();
                season.hidden[s].resize(codes.size());
                hide_flagged(codes, hidden_flags_, season.hidden[s]);
            }
            for (std::size_t b = 0; b < names_.size(); ++b) {
                if (!scenes_[s].bands[b]) continue;
                const auto& [input, number] = *scenes_[s].bands[b];
                season.scenes[s].bands.push_back(&block(input).bands[number]);
                season.bands[b].push_back({season.scenes[s].bands.back(), season.hidden[s]});
            }
            season.scenes[s].hidden = season.hidden[s];
        }
        return season;
    }

    std::span<float> cells_of(std::size_t asked, std::size_t band, Block& out) const {
        return out.real(asked * names_.size() + band).cells();
    }

    void compute_statistics(const Season& season, Block& out) const {
        if (parsed_.empty()) return;
        for (std::size_t b = 0; b < names_.size(); ++b) {
            std::vector<std::span<float>> cells;
            for (std::size_t a = 0; a < asked_.size(); ++a) {
                if (!asked_[a].choice) cells.push_back(cells_of(a, b, out));
            }
            composite(parsed_, season.bands[b], cells);
        }
    }

    /// Chooses a date for each cell and copies its bands.
    CodePlane choose(std::size_t asked, const Season& season, std::span<const BlockPtr> inputs, Block& out) const {
        const auto choice = *asked_[asked].choice;
        auto chosen = CodePlane::unset(out.window.rows, out.window.cols);
        std::vector<RealPlane> best;
        if (choice == Choice::best) best = best_pixel_scores(season, inputs, out.window);
        std::vector<std::vector<float>> scores(season.scenes.size(), std::vector<float>(part_size));
        SeasonPart part(season, bands_looked_at(choice));
        for (std::size_t start = 0; start < chosen.size(); start += part_size) {
            const auto count = std::min(part_size, chosen.size() - start);
            const auto of_part = chosen.cells().subspan(start, count);
            const auto looks = part.looks(start, count);
            if (choice == Choice::medoid) choose_medoid(looks, of_part);
            for (std::size_t s = 0; choice != Choice::medoid && s < looks.size(); ++s) {
                const auto score = std::span(scores[s]).first(count);
                if (choice == Choice::greenest) greenness_->evaluate(looks[s].bands, score);
                else std::ranges::copy(best[s].cells().subspan(start, count), score.begin());
                keep_clear(season.scenes[s], start, score);
            }
            if (choice != Choice::medoid) choose_highest(parts_of(scores, count), of_part);
            for (std::size_t b = 0; b < names_.size(); ++b)
                take_chosen(planes_of(season, b), start, of_part, cells_of(asked, b, out).subspan(start, count));
        }
        return chosen;
    }

    /// Bands of which the choice needs values; whether the others have any, it sees from what is stored.
    std::vector<bool> bands_looked_at(Choice choice) const {
        std::vector<bool> looked_at(names_.size(), choice == Choice::medoid);
        for (std::size_t b = 0; choice == Choice::greenest && b < names_.size(); ++b)
            looked_at[b] = std::ranges::find(greenness_->used(), names_[b]) != greenness_->used().end();
        return looked_at;
    }

    static std::vector<std::span<const float>> parts_of(const std::vector<std::vector<float>>& scores,
                                                        std::size_t count) {
        std::vector<std::span<const float>> parts;
        for (const auto& score : scores) parts.push_back(std::span(score).first(count));
        return parts;
    }

    static std::vector<const AnyPlane*> planes_of(const Season& season, std::size_t band) {
        std::vector<const AnyPlane*> planes;
        for (const auto& scene : season.scenes) planes.push_back(scene.bands[band]);
        return planes;
    }

    std::vector<RealPlane> best_pixel_scores(const Season& season, std::span<const BlockPtr> inputs,
                                             const Window& window) const {
        constexpr auto clouds = bit(QualityFlag::cloud) | bit(QualityFlag::cloud_shadow);
        std::vector<RealPlane> out;
        for (const auto& scene : scenes_) {
            CodePlane squared, quality;
            if (scene.quality) {
                const auto& block = *inputs[scene.quality->input];
                if (looks_for_clouds_)
                    squared = squared_distance(block.code(scene.quality->band), clouds, rule_.cloud_distance);
                quality = (halo() > 0 ? season.cropped[scene.quality->input] : block).code(scene.quality->band);
            }
            out.push_back(RealPlane::unset(window.rows, window.cols));
            scores_->apply(day_of_year(*scene.date), squared.cells(), quality.cells(), out.back().cells());
        }
        return out;
    }

    void add_bands_beside(const Season& season, const std::vector<CodePlane>& chosen, std::span<const BlockPtr> inputs,
                          Block& out) const {
        const auto& window = out.window;
        auto clear = RealPlane::unset(window.rows, window.cols);
        if (count_ || share_) clear_count(season.scenes, 0, clear.cells());
        if (count_) out.bands.emplace_back(clear);
        if (share_) out.bands.emplace_back(share_of(std::move(clear), season, inputs));
        for (const auto& choice : chosen) {
            if (!day_) break;
            auto days = RealPlane::unset(window.rows, window.cols);
            for (std::size_t i = 0; i < days.size(); ++i) {
                const auto look = choice.cells()[i];
                days.cells()[i] = look == no_code
                                      ? no_value
                                      : static_cast<float>(day_of_year(*scenes_[static_cast<std::size_t>(look)].date));
            }
            out.bands.emplace_back(std::move(days));
        }
    }

    RealPlane share_of(RealPlane clear, const Season& season, std::span<const BlockPtr> inputs) const {
        RealPlane seen(clear.rows(), clear.cols(), 0);
        for (const auto& scene : scenes_) {
            const auto& block = halo() > 0 ? season.cropped[scene.quality->input] : *inputs[scene.quality->input];
            const auto codes = block.code(scene.quality->band).cells();
            for (std::size_t i = 0; i < codes.size(); ++i) seen.cells()[i] += codes[i] != no_code ? 1.0F : 0.0F;
        }
        for (std::size_t i = 0; i < seen.size(); ++i)
            clear.cells()[i] = seen.cells()[i] > 0 ? clear.cells()[i] / seen.cells()[i] : no_value;
        return clear;
    }

    std::vector<std::string> statistics_{"median"}, masked_{"cloud", "cloud-shadow", "cirrus", "snow", "saturated"};
    std::string index_ = "NDVI", target_, window_;
    bool count_ = false, share_ = false, day_ = false, looks_for_clouds_ = false;
    BestPixelRule rule_;
    std::vector<Asked> asked_;
    std::vector<Statistic> parsed_;  ///< those of `asked_` that are of each band by itself
    std::vector<std::string> names_;
    std::vector<Scene> scenes_;  ///< in the order of time
    std::int32_t hidden_flags_ = 0;
    std::optional<Expression> greenness_;
    std::optional<BestPixelScore> scores_;
};

}  // namespace

std::unique_ptr<Step> make_composite() { return std::make_unique<Composite>(); }

}  // namespace linmu
