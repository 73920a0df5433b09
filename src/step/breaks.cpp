// SPDX-License-Identifier: MIT
#include "linmu/algo/breaks.hpp"

#include <fmt/format.h>

#include <memory>

#include "dated_bands.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Breaks final : public TileStep {
public:
    StepInfo info() const override {
        return {"breaks",
                "突变检测",
                "When each cell departed for good from the season and trend of its past: date, year, magnitude and "
                "direction of a break, as clearing and building make it.",
                "classify",
                DatedInput::ports(),
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        input_.declare(p);
        p.add("which", "the break that is told, where there are several", &which_)
            .choices({"first", "last", "largest"});
        p.add("pairs", "pairs of cosine and sine of the season's curve", &rule_.curve.pairs).limits(1, 3);
        p.add("trend", "the curve has a trend: slow growth is no break", &rule_.curve.trend);
        p.add("consecutive", "dates in a row that must be beyond the threshold", &rule_.consecutive).limits(2, 50);
        p.add("threshold", "in standard errors of the prediction", &rule_.threshold).limits(0.1, 100);
        p.add("history-years", "that the first curve must span", &rule_.history_years).unit("year").limits(0.5, 50);
        p.add("history-dates", "that it must have", &rule_.history_dates).limits(4, 10000);
        p.add("least-noise", "error that a curve is taken to have at least, in units of the band", &rule_.least_noise)
            .limits(0, 1e9);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        rule_.which = parse_which_break(which_);
        series_ = input_.series(inputs, context);
        for (const auto& band : series_) {
            check_length(band);
            bands_.push_back(band.output("break", "year"));
            bands_.push_back(band.output("magnitude", band.unit));
            bands_.push_back(band.output("rmse", band.unit));
            bands_.push_back(band.output("count", "1"));
            bands_.push_back(code_band(band, "year", ""));
            bands_.push_back(code_band(band, "direction", "direction"));
        }
        return Artifact::of(RasterSpec{inputs[0].raster.grid, bands_});
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        Block out = unset_block(window, bands_);
        std::size_t at = 0;
        for (const auto& band : series_) {
            const BreakRows rows{out.real(at).cells(),     out.real(at + 1).cells(), out.real(at + 2).cells(),
                                 out.real(at + 3).cells(), out.code(at + 4).cells(), out.code(at + 5).cells()};
            find_breaks(rule_, band.days(), band.cells(inputs), rows);
            at += 6;
        }
        return out;
    }

private:
    void check_length(const DatedBand& band) const {
        const auto least = static_cast<std::size_t>(rule_.history_dates + rule_.consecutive);
        if (band.dates.size() < least)
            throw DataError(fmt::format("band '{}' has {} dates; a history of {} and {} that tell a break need {}",
                                        band.name, band.dates.size(), rule_.history_dates, rule_.consecutive, least));
        const double years = (day_number(band.dates.back()) - day_number(band.dates.front())) / days_a_year;
        if (years <= rule_.history_years)
            throw DataError(
                fmt::format("band '{}' spans {:.1f} years, and history-years is {}; give more years of scenes",
                            band.name, years, rule_.history_years));
    }

    static BandSpec code_band(const DatedBand& band, std::string_view what, std::string legend) {
        BandSpec spec = band.output(what, "");
        spec.kind = BandKind::code;
        spec.legend = std::move(legend);
        return spec;
    }

    DatedInput input_;
    std::string which_ = "first";
    BreakRule rule_;
    std::vector<DatedBand> series_;
    std::vector<BandSpec> bands_;  ///< six a series
};

}  // namespace

std::unique_ptr<Step> make_breaks() { return std::make_unique<Breaks>(); }

}  // namespace linmu
