// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>

#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class WriteRaster final : public FoldStep {
public:
    StepInfo info() const override {
        return {"write-raster",
                "写栅格",
                "Writes a raster as Cloud Optimized GeoTIFF (or plain GeoTIFF) with colours and overviews.",
                "write",
                {{.name = "raster", .kind = ArtifactKind::raster, .help = "what to write"}},
                ArtifactKind::none,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("path", "file, below the run's products", &path_).output().required();
        p.add("format", "cog: with overviews; gtiff: 512-cell tiles", &format_).choices({"cog", "gtiff"});
        p.add("compress", "compression", &compress_).choices({"none", "deflate", "zstd"});
        p.add("type", "how measured values are stored", &type_).choices({"float32", "uint16", "int16"});
        p.add("scale", "stored = (value - offset) / scale, of uint16 and int16", &scale_);
        p.add("offset", "see scale", &offset_);
        p.add("title", "name in the project: \"2025 年地类 Land cover 2025\"", &title_);
        p.add("group", "group in the project's tree", &group_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext&) override {
        spec_ = inputs[0].raster;
        for (const auto& band : spec_.bands) {
            if (!band.legend.empty() && !legend_) legend_ = load_legend(band.legend);
        }
        return {};
    }

    void start(std::span<const Layer* const>, RunContext& context) override {
        file_ = context.product_path(path_);
        threads_ = context.threads;
    }

    std::shared_ptr<void> measure(const Window&, std::span<const BlockPtr> inputs) const override {
        return std::const_pointer_cast<Block>(inputs[0]);
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        const auto& block = *std::static_pointer_cast<const Block>(part);
        filled_ = filled_ || has_value(block);
        writer().write(block);
    }

    Made finish(RunContext& context) override {
        if (!filled_)
            throw DataError(fmt::format(
                "{}: not one cell has a value; look at the grid, the dates and the masks of what feeds it", file_));
        writer().close();
        writer_.reset();
        Product product;
        product.path = file_;
        product.kind = "raster";
        product.title = title_.empty() ? std::filesystem::path(path_).stem().string() : title_;
        product.group = group_;
        product.legend = legend_ ? legend_->id : "";
        product.crs = spec_.grid.crs;
        for (const auto& band : spec_.bands) product.bands.push_back(band.name);
        context.products->push_back(std::move(product));
        return {};
    }

    std::string save() override { return fmt::format("{} {}", writer().flush(), filled_ ? "filled" : "empty"); }

    void load(std::string_view state) override {
        std::from_chars(state.data(), state.data() + state.size(), resume_row_);
        filled_ = state.ends_with("filled");
    }

private:
    static bool has_value(const Block& block) {
        const auto real = [](float v) { return v == v; };
        const auto code = [](std::int32_t v) { return v != no_code; };
        return std::ranges::any_of(block.bands, [&](const AnyPlane& band) {
            if (const auto* plane = std::get_if<RealPlane>(&band)) return std::ranges::any_of(plane->cells(), real);
            return std::ranges::any_of(std::get<CodePlane>(band).cells(), code);
        });
    }

    RasterWriter& writer() {
        if (!writer_) {
            std::filesystem::create_directories(std::filesystem::path(file_).parent_path());
            writer_.emplace(spec_, RasterOutput{.path = file_,
                                                .format = format_,
                                                .compress = compress_,
                                                .type = type_,
                                                .scale = scale_,
                                                .offset = offset_,
                                                .legend = legend_ ? &*legend_ : nullptr,
                                                .threads = threads_,
                                                .resume_row = resume_row_});
        }
        return *writer_;
    }

    std::string path_, format_ = "cog", compress_ = "deflate", type_ = "float32", title_, group_, file_;
    double scale_ = 1, offset_ = 0;
    int resume_row_ = 0, threads_ = 1;
    bool filled_ = false;
    RasterSpec spec_;
    std::optional<Legend> legend_;
    std::optional<RasterWriter> writer_;
};

}  // namespace

std::unique_ptr<Step> make_write_raster() { return std::make_unique<WriteRaster>(); }

}  // namespace linmu
