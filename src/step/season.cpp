// SPDX-License-Identifier: MIT
#include "linmu/algo/season.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "dated_bands.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Season final : public TileStep {
public:
    StepInfo info() const override {
        return {
            "season",
            "物候参数",
            "Smooths the dates of each cell to a season curve and measures it: start, end, peak, amplitude, slopes, "
            "integrals.",
            "prepare",
            DatedInput::ports(),
            ArtifactKind::raster,
            1,
            false};
    }

    void declare(Params& p) override {
        input_.declare(p);
        p.add("window", "one year with one season: 2024-01-01/2024-12-31", &window_).required();
        p.add("metrics", "what is told of each season", &metrics_)
            .choices({season_metric_names.begin(), season_metric_names.end()});
        p.add("smoothing", "whittaker, savitzky-golay, or harmonic", &smoothing_)
            .choices({"whittaker", "savitzky-golay", "harmonic"});
        p.add("margin", "dates so far beyond the window hold the curve's ends", &margin_).unit("day").limits(0, 366);
        p.add("step", "distance of the curve's points", &step_).unit("day").limits(1, 30);
        p.add("lambda", "whittaker: smoothness, of a daily curve", &whittaker_.lambda).limits(1e-6, 1e12);
        p.add("envelope", "whittaker: rounds in which values below the curve are lifted to it", &whittaker_.envelope)
            .limits(0, 20);
        p.add("half-window", "savitzky-golay: points of the curve to each side", &filter_.half_window).limits(1, 100);
        p.add("degree", "savitzky-golay: of the polynomial", &filter_.degree).limits(0, 10);
        p.add("pairs", "harmonic: pairs of cosine and sine; all dates count, those of other years too",
              &harmonic_.pairs)
            .limits(1, 3);
        p.add("fraction", "share of a flank's height at which the season starts and ends", &rule_.fraction)
            .limits(0.01, 0.99);
        p.add("least-amplitude", "less is no season", &rule_.least_amplitude).limits(0, 1e9);
        p.add("least-dates", "dates with a value that the window must have", &rule_.least_dates).limits(3, 1000);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        set_window();
        series_ = input_.series(inputs, context);
        for (const auto& band : series_) {
            const auto inside =
                std::ranges::count_if(band.days(), [&](int day) { return day >= rule_.first && day <= rule_.last; });
            if (inside < rule_.least_dates)
                throw DataError(fmt::format("band '{}' has {} dates within {}, and least-dates is {}", band.name,
                                            inside, window_, rule_.least_dates));
            smoothers_.push_back(smoother(band.days()));
            for (const auto metric : told()) bands_.push_back(band.output(band_name(metric), unit(metric, band.unit)));
        }
        return Artifact::of(RasterSpec{inputs[0].raster.grid, bands_});
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        const auto cells = static_cast<std::size_t>(window.rows) * static_cast<std::size_t>(window.cols);
        std::vector<std::vector<float>> rows(season_metric_names.size(), std::vector<float>(cells));
        const std::vector<std::span<float>> spans(rows.begin(), rows.end());
        Block out = unset_block(window, bands_);
        std::size_t next = 0;
        for (std::size_t s = 0; s < series_.size(); ++s) {
            linmu::season(*smoothers_[s], grid_, rule_, series_[s].days(), series_[s].cells(inputs), spans);
            for (const auto metric : told()) std::ranges::copy(rows[metric], out.real(next++).cells().begin());
        }
        return out;
    }

private:
    void set_window() {
        const DateWindow window = parse_date_window(window_);
        if (window.from.year == 0)
            throw UsageError(
                fmt::format("window '{}' has no year; write it as 2024-01-01/2024-12-31, one year at a time", window_));
        rule_.first = day_number(window.from);
        rule_.last = day_number(window.to);
        if (rule_.last - rule_.first > 366)
            throw UsageError(fmt::format("window '{}' is longer than a year; take one season at a time", window_));
        grid_ = {rule_.first - margin_, step_, (rule_.last - rule_.first + 2 * margin_ + step_ - 1) / step_ + 1};
    }

    std::unique_ptr<Smoother> smoother(const std::vector<int>& days) const {
        if (smoothing_ == "harmonic") return make_smoother(harmonic_, grid_, days);
        if (smoothing_ == "savitzky-golay") return make_smoother(filter_, grid_, days);
        return make_smoother(whittaker_, grid_, days);
    }

    /// Positions in season_metric_names.
    std::vector<std::size_t> told() const {
        std::vector<std::size_t> out;
        for (std::size_t m = 0; m < season_metric_names.size(); ++m)
            if (metrics_.empty() || std::ranges::find(metrics_, season_metric_names[m]) != metrics_.end())
                out.push_back(m);
        return out;
    }

    /// A formula takes a hyphen for a minus.
    static std::string band_name(std::size_t metric) {
        std::string name(season_metric_names[metric]);
        std::ranges::replace(name, '-', '_');
        return name;
    }

    static std::string unit(std::size_t metric, const std::string& of_band) {
        const auto name = season_metric_names[metric];
        if (name == "start" || name == "end" || name == "length" || name == "middle") return "day";
        if (name == "rise" || name == "fall") return of_band.empty() ? "" : of_band + "/day";
        if (name.ends_with("integral")) return of_band.empty() ? "" : of_band + " day";
        return of_band;
    }

    DatedInput input_;
    std::string window_, smoothing_ = "whittaker";
    std::vector<std::string> metrics_;
    int margin_ = 60, step_ = 5;
    Whittaker whittaker_;
    SavitzkyGolay filter_;
    HarmonicModel harmonic_;
    SeasonRule rule_;
    DayGrid grid_;
    std::vector<DatedBand> series_;
    std::vector<std::unique_ptr<Smoother>> smoothers_;  ///< by series
    std::vector<BandSpec> bands_;
};

}  // namespace

std::unique_ptr<Step> make_season() { return std::make_unique<Season>(); }

}  // namespace linmu
