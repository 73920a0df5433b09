// SPDX-License-Identifier: MIT
#include "linmu/algo/composite.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Composite final : public TileStep {
public:
    StepInfo info() const override {
        return {"composite",
                "合成",
                "Makes one raster of scenes of many dates: for each band, a statistic over its clear dates.",
                "prepare",
                {{.name = "scenes", .kind = ArtifactKind::raster, .help = "bands of scenes, masked"}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("statistic", "median, mean, min, max, or a percentile p0 to p100", &statistic_);
        p.add("count", "add a band 'count': how many dates are clear", &count_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext&) override {
        parsed_ = parse_statistic(statistic_);
        group(inputs[0].raster.bands);
        RasterSpec spec{inputs[0].raster.grid, {}};
        for (const auto& members : dates_of_) {
            BandSpec band = inputs[0].raster.bands[members.front()];
            band.scene.clear();
            band.date.reset();
            spec.bands.push_back(std::move(band));
        }
        if (count_)
            spec.bands.push_back(
                {.name = "count", .kind = BandKind::real, .unit = "1", .legend = {}, .scene = {}, .date = {}});
        return Artifact::of(std::move(spec));
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        Block out{window, {}};
        for (const auto& members : dates_of_) {
            RealPlane plane(window.rows, window.cols, no_value);
            linmu::composite(parsed_, spans(*inputs[0], members), plane.cells());
            out.bands.emplace_back(std::move(plane));
        }
        if (count_) {
            RealPlane plane(window.rows, window.cols, 0);
            clear_count(spans(*inputs[0], dates_of_.front()), plane.cells());
            out.bands.emplace_back(std::move(plane));
        }
        return out;
    }

private:
    void group(const std::vector<BandSpec>& bands) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < bands.size(); ++i) {
            if (bands[i].kind != BandKind::real)
                throw DataError("band '" + bands[i].name +
                                "' holds codes; mask the scenes first (a mask step takes their quality band)");
            const auto it = std::ranges::find(names, bands[i].name);
            if (it == names.end()) {
                names.push_back(bands[i].name);
                dates_of_.emplace_back();
            }
            dates_of_[static_cast<std::size_t>(std::ranges::find(names, bands[i].name) - names.begin())].push_back(i);
        }
    }

    static std::vector<std::span<const float>> spans(const Block& block, const std::vector<std::size_t>& members) {
        std::vector<std::span<const float>> out;
        for (const auto i : members) out.push_back(block.real(i).cells());
        return out;
    }

    std::string statistic_ = "median";
    bool count_ = false;
    Statistic parsed_;
    std::vector<std::vector<std::size_t>> dates_of_;  ///< by output band: positions of its dates in the input
};

}  // namespace

std::unique_ptr<Step> make_composite() { return std::make_unique<Composite>(); }

}  // namespace linmu
