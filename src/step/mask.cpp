// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "linmu/algo/quality.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/scene.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

constexpr std::string_view quality_name = "SCL";

/// One date: its quality band and the bands that it masks, as positions in the input.
struct Look {
    std::size_t quality;
    std::vector<std::size_t> bands;
};

class Mask final : public TileStep {
public:
    StepInfo info() const override {
        return {"mask",
                "质量掩膜",
                "Takes clouds, their shadows and faulty cells out of scenes, by the quality band of each date.",
                "prepare",
                {{.name = "scenes", .kind = ArtifactKind::raster, .help = "bands of scenes with their quality band"}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("masked", "quality codes not to use; empty: those that data/sensors marks as masked", &masked_);
        p.add("grown", "codes whose neighbours are not to be used either: cloud shadow, clouds", &grown_);
        p.add("cells", "how far they grow", &rule_.cells).unit("cell").limits(0, 50);
        p.add("terrain-shadow", "mask dark terrain shadow too", &shadow_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        rule_.masked = masked_.empty() ? codes_of_sensor() : numbers(masked_, "masked");
        rule_.grown = numbers(grown_, "grown");
        const auto& bands = inputs[0].raster.bands;
        find_looks(bands, context.input_ids[0]);
        RasterSpec spec{inputs[0].raster.grid, {}};
        for (const auto& look : looks_) {
            for (const auto band : look.bands) spec.bands.push_back(bands[band]);
        }
        return Artifact::of(std::move(spec));
    }

    int halo() const override { return rule_.cells; }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        const Block inner = crop(*inputs[0], window);
        Block out{window, {}};
        for (const auto& look : looks_) {
            const auto hidden = unusable(inputs[0]->code(look.quality), rule_);
            for (const auto band : look.bands) {
                RealPlane plane = inner.real(band);
                mask(plane, hidden);
                out.bands.emplace_back(std::move(plane));
            }
        }
        return out;
    }

private:
    std::vector<std::int32_t> codes_of_sensor() const {
        std::vector<std::int32_t> codes;
        for (const auto& code : quality_codes()) {
            if (code.use == "masked" || (code.use == "shadow" && shadow_)) codes.push_back(code.code);
        }
        return codes;
    }

    static std::vector<std::int32_t> numbers(const std::vector<std::string>& texts, std::string_view name) {
        std::vector<std::int32_t> out;
        for (const auto& text : texts) {
            std::int32_t value = 0;
            const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (fault != std::errc{} || end != text.data() + text.size())
                throw UsageError(fmt::format("'{}': '{}' is no quality code, as \"3\" is", name, text));
            out.push_back(value);
        }
        return out;
    }

    void find_looks(const std::vector<BandSpec>& bands, const std::string& where) {
        for (std::size_t i = 0; i < bands.size(); ++i) {
            if (bands[i].name != quality_name) continue;
            Look look{i, {}};
            for (std::size_t k = 0; k < bands.size(); ++k) {
                if (k != i && bands[k].scene == bands[i].scene) look.bands.push_back(k);
            }
            looks_.push_back(std::move(look));
        }
        if (looks_.empty())
            throw DataError(
                fmt::format("'{}' has no quality band {}; mask takes what a scenes step reads", where, quality_name));
    }

    std::vector<std::string> masked_, grown_{"3", "8", "9"};
    bool shadow_ = false;
    QualityRule rule_{.masked = {}, .grown = {}, .cells = 4, .shape = QualityRule::Shape::square};
    std::vector<Look> looks_;
};

}  // namespace

std::unique_ptr<Step> make_mask() { return std::make_unique<Mask>(); }

}  // namespace linmu
