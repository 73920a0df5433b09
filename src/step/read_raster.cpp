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
        p.add("path", "raster file", &path_).path().required();
        p.add("bands", "names for its bands, in order; or \"name=number\" to take some of them", &bands_);
        p.add("kind", "real: measured values; code: classes, never averaged", &kind_).choices({"real", "code"});
        p.add("legend", "legend of a code band (data/legends)", &legend_);
        p.add("unit", "unit of the values", &unit_);
        p.add("resampling", "how cells of another grid are brought to the master grid; refuse: not at all",
              &resampling_)
            .choices({"refuse", "nearest", "bilinear", "cubic", "average", "mode"});
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        const RasterFile file = inspect_raster(path_);
        context.files->push_back(path_);
        if (!*context.grid) {
            *context.grid = file.grid;
            context.notes->push_back(fmt::format("the master grid is that of {}: {}", path_, describe(file.grid)));
        }
        if (!overlaps(**context.grid, file.grid)) {
            throw DataError(
                fmt::format("{} shares no cell with the master grid ({})", path_, describe(**context.grid)));
        }
        if (!legend_.empty()) {
            (void)load_legend(legend_);
            context.files->push_back(find_data_file("legends", legend_));
        }
        reader_.emplace(**context.grid, picks(file), parse_resampling(resampling_));
        note_alignment(*reader_, context);
        return Artifact::of(reader_->spec());
    }

    Block apply(const Window& window, std::span<const BlockPtr>) const override { return reader_->read(window); }

private:
    std::vector<BandPick> picks(const RasterFile& file) const {
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

    int number(const std::string& text) const {
        int value = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (fault != std::errc{} || end != text.data() + text.size()) {
            throw UsageError(fmt::format("'{}' is no band number; write bands = [\"R=3\", \"N=4\"]", text));
        }
        return value;
    }

    BandPick pick(const RasterFile& file, const std::string& name, int number) const {
        if (number < 1 || number > static_cast<int>(file.bands.size())) {
            throw DataError(fmt::format("{} has {} bands, no band {}", path_, file.bands.size(), number));
        }
        BandPick pick;
        pick.spec = {.name = name,
                     .kind = kind_ == "code" ? BandKind::code : BandKind::real,
                     .unit = unit_,
                     .legend = legend_,
                     .scene = {},
                     .date = {}};
        pick.path = path_;
        pick.number = number;
        const auto& band = file.bands[static_cast<std::size_t>(number) - 1];
        pick.scale = band.scale;
        pick.offset = band.offset;
        return pick;
    }

    std::string path_, kind_ = "real", legend_, unit_, resampling_ = "refuse";
    std::vector<std::string> bands_;
    std::optional<RasterReader> reader_;
};

}  // namespace

std::unique_ptr<Step> make_read_raster() { return std::make_unique<ReadRaster>(); }

}  // namespace linmu
