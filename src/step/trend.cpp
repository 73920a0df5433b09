// SPDX-License-Identifier: MIT
#include "linmu/algo/trend.hpp"

#include <fmt/format.h>

#include <memory>
#include <set>

#include "dated_bands.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class TrendStep final : public TileStep {
public:
    StepInfo info() const override {
        return {"trend",
                "多年趋势",
                "Trend over years of each cell: Theil-Sen's slope and Mann-Kendall's test of one value a year.",
                "classify",
                DatedInput::ports(),
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        input_.declare(p);
        p.add("window", "days of the year whose median is the year's value: 07-01/08-31; empty: all", &window_);
        p.add("significance", "of p, two-sided, up to which a trend is one", &rule_.significance).limits(0, 1);
        p.add("least-years", "years with a value that a cell must have", &rule_.least_years).limits(3, 200);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        for (auto& band : input_.series(inputs, context)) series_.push_back(within_window(std::move(band)));
        for (const auto& band : series_) {
            const std::set<int> years(band.years.begin(), band.years.end());
            if (static_cast<int>(years.size()) < rule_.least_years)
                throw DataError(fmt::format("band '{}' has dates in {} years, and least-years is {}", band.band.name,
                                            years.size(), rule_.least_years));
            add_bands(band.band);
        }
        return Artifact::of(RasterSpec{inputs[0].raster.grid, bands_});
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        Block out = unset_block(window, bands_);
        std::size_t at = 0;
        for (const auto& [band, years] : series_) {
            const TrendRows rows{out.real(at).cells(), out.real(at + 1).cells(), out.real(at + 2).cells(),
                                 out.real(at + 3).cells(), out.code(at + 4).cells()};
            yearly_trend(rule_, years, band.cells(inputs), rows);
            at += 5;
        }
        return out;
    }

private:
    struct Yearly {
        DatedBand band;
        std::vector<int> years;  ///< of its dates
    };

    /// A window over the new year belongs to the year in which it begins.
    Yearly within_window(DatedBand all) const {
        const DateWindow window = window_.empty() ? DateWindow{{0, 1, 1}, {0, 12, 31}} : parse_date_window(window_);
        if (window.from.year != 0)
            throw UsageError(
                fmt::format("window '{}' is in one year; a trend takes days of every year: 07-01/08-31", window_));
        const auto month_day = [](const Date& d) { return 100 * d.month + d.day; };
        const bool over_new_year = month_day(window.to) < month_day(window.from);
        Yearly kept{{all.name, all.unit, {}, {}}, {}};
        for (std::size_t d = 0; d < all.dates.size(); ++d) {
            const Date& date = all.dates[d];
            if (!window.contains(date)) continue;
            kept.band.dates.push_back(date);
            kept.band.places.push_back(all.places[d]);
            kept.years.push_back(over_new_year && month_day(date) <= month_day(window.to) ? date.year - 1 : date.year);
        }
        return kept;
    }

    void add_bands(const DatedBand& band) {
        bands_.push_back(band.output("slope", band.unit.empty() ? "" : band.unit + "/year"));
        bands_.push_back(band.output("intercept", band.unit));
        bands_.push_back(band.output("p", "1"));
        bands_.push_back(band.output("years", "1"));
        BandSpec direction = band.output("direction", "");
        direction.kind = BandKind::code;
        direction.legend = "direction";
        bands_.push_back(std::move(direction));
    }

    DatedInput input_;
    std::string window_;
    TrendRule rule_;
    std::vector<Yearly> series_;
    std::vector<BandSpec> bands_;  ///< five a series
};

}  // namespace

std::unique_ptr<Step> make_trend() { return std::make_unique<TrendStep>(); }

}  // namespace linmu
