// SPDX-License-Identifier: MIT
#include "linmu/algo/harmonic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "dated_bands.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// A day on which curves are told: of a named year, or of the year in the middle of the series.
struct CurveDay {
    Date date;
    bool of_year = false;
    std::string name;  ///< "0715", "20240715"
};

CurveDay parse_curve_day(const std::string& text) {
    const bool of_year = text.size() != 5;
    const Date date = parse_date(of_year ? text : "2001-" + text);
    if (of_year) return {date, true, fmt::format("{:04}{:02}{:02}", date.year, date.month, date.day)};
    return {date, false, fmt::format("{:02}{:02}", date.month, date.day)};
}

class Harmonic final : public TileStep {
public:
    StepInfo info() const override {
        return {"harmonic",
                "谐波回归",
                "Fits a curve of harmonics of the year, and a trend, to the dates of each cell: its parameters, or its "
                "values on given days, where no date was clear.",
                "prepare",
                DatedInput::ports(),
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        input_.declare(p);
        p.add("pairs", "pairs of cosine and sine: 1 is a year's wave, 2 adds half a year's, 3 a third", &model_.pairs)
            .limits(1, 3);
        p.add("trend", "with a trend over years", &model_.trend);
        p.add("ridge", "what holds the pairs from the second on back in sparse years", &model_.ridge).limits(0, 1000);
        p.add("robust", "how dates far from the curve lose weight", &robust_).choices({"none", "huber", "bisquare"});
        p.add("outputs", "what is told of each curve", &outputs_)
            .choices({"mean", "trend", "amplitude", "phase", "rmse", "count"});
        p.add("days", "days on which the curve's value is told: \"07-15\" of any year, \"2024-07-15\"", &day_texts_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        model_.reweighting = parse_reweighting(robust_);
        if (wants("trend") && !model_.trend) throw UsageError("outputs has 'trend', so trend = true is needed");
        if (outputs_.empty() && day_texts_.empty())
            throw UsageError("nothing to tell: give outputs = [\"amplitude\"] or days = [\"07-15\"]");
        for (const auto& text : day_texts_) days_.push_back(parse_curve_day(text));
        series_ = input_.series(inputs, context);
        for (const auto& band : series_) {
            if (static_cast<int>(band.dates.size()) < model_.least_dates())
                throw DataError(fmt::format("band '{}' has {} dates; a curve of {} pairs{} needs {} at least",
                                            band.name, band.dates.size(), model_.pairs,
                                            model_.trend ? " and a trend" : "", model_.least_dates()));
            fits_.emplace_back(model_, band.days());
            add_bands(band);
        }
        return Artifact::of(RasterSpec{inputs[0].raster.grid, bands_});
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        Block out = unset_block(window, bands_);
        std::size_t next = 0;
        for (std::size_t s = 0; s < series_.size(); ++s) {
            const auto curves = fits_[s].fit(series_[s].cells(inputs));
            write(fits_[s], curves, out, next);
        }
        return out;
    }

private:
    bool wants(std::string_view name) const { return std::ranges::find(outputs_, name) != outputs_.end(); }

    // In the order in which `write` fills them.
    void add_bands(const DatedBand& band) {
        if (wants("mean")) bands_.push_back(band.output("mean", band.unit));
        if (wants("trend")) bands_.push_back(band.output("trend", band.unit.empty() ? "" : band.unit + "/year"));
        for (int k = 1; k <= model_.pairs; ++k) {
            if (wants("amplitude")) bands_.push_back(band.output(fmt::format("amplitude{}", k), band.unit));
            if (wants("phase")) bands_.push_back(band.output(fmt::format("phase{}", k), "radian"));
        }
        if (wants("rmse")) bands_.push_back(band.output("rmse", band.unit));
        if (wants("count")) bands_.push_back(band.output("count", "1"));
        for (const auto& day : days_) bands_.push_back(band.output(day.name, band.unit));
    }

    void write(const HarmonicFit& fit, const HarmonicCurves& curves, Block& out, std::size_t& next) const {
        const auto copy = [&](const std::vector<float>& row) {
            std::ranges::copy(row, out.real(next++).cells().begin());
        };
        if (wants("mean")) copy(curves.parameters.front());
        if (wants("trend")) copy(curves.parameters.back());
        for (int k = 1; k <= model_.pairs; ++k) {
            if (wants("amplitude")) fill(out.real(next++), [&](std::size_t i) { return curves.amplitude(k, i); });
            if (wants("phase")) fill(out.real(next++), [&](std::size_t i) { return curves.phase(k, i); });
        }
        if (wants("rmse")) copy(curves.rmse);
        if (wants("count")) copy(curves.count);
        for (const auto& day : days_) fit.predict(curves, number_of(day, fit), out.real(next++).cells());
    }

    template <class Value>
    static void fill(RealPlane& plane, Value value) {
        const auto cells = plane.cells();
        for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = value(i);
    }

    static int number_of(const CurveDay& day, const HarmonicFit& fit) {
        if (day.of_year) return day_number(day.date);
        return day_number({date_of(static_cast<int>(fit.origin())).year, day.date.month, day.date.day});
    }

    DatedInput input_;
    HarmonicModel model_;
    std::string robust_ = "none";
    std::vector<std::string> outputs_{"mean", "amplitude", "phase", "rmse", "count"}, day_texts_;
    std::vector<CurveDay> days_;
    std::vector<DatedBand> series_;
    std::vector<HarmonicFit> fits_;  ///< by series
    std::vector<BandSpec> bands_;
};

}  // namespace

std::unique_ptr<Step> make_harmonic() { return std::make_unique<Harmonic>(); }

}  // namespace linmu
