// SPDX-License-Identifier: MIT
#include "ground_map.hpp"

#include <fmt/format.h>
#include <gdal_alg.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu {
namespace {

constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();
constexpr double points_a_side = 40;
/// Cells beyond the master grid that are known, for halos.
constexpr int halo_room = 512;

/// Points that have no place become NaN: they are rare, and told by an exception each.
void transform_or_lose(const Transform& transform, std::span<Point> points) {
    const std::vector<Point> given(points.begin(), points.end());
    try {
        return transform.apply(points);
    } catch (const DataError&) {
        for (std::size_t i = 0; i < points.size(); ++i) {
            try {
                points[i] = transform(given[i]);
            } catch (const DataError&) {
                points[i] = {nowhere, nowhere};
            }
        }
    }
}

class ByGrid final : public GroundMap {
public:
    ByGrid(const std::string& from, const Grid& file) : file_(file), transform_(from, file.crs) {}
    void apply(std::span<Point> points, double) override {
        transform_or_lose(transform_, points);
        for (auto& p : points) p = {file_.column(p.x), file_.row(p.y)};
    }

private:
    Grid file_;
    Transform transform_;
};

GDALRPCInfoV2 read_rpc(const std::string& path) {
    const auto file = open_dataset(path, GDAL_OF_RASTER);
    GDALRPCInfoV2 rpc;
    const GdalErrors errors;
    if (!GDALExtractRPCInfoV2(file->GetMetadata("RPC"), &rpc))
        errors.raise(
            fmt::format("{} has no whole set of RPC (.rpb, .rpc or _RPC.TXT beside it, or its own tags)", path));
    return rpc;
}

struct RpcFree {
    void operator()(void* transformer) const noexcept { GDALDestroyRPCTransformer(transformer); }
};

class ByRpc final : public GroundMap {
public:
    ByRpc(const std::string& from, const std::string& path) : to_degrees_(from, "EPSG:4326") {
        auto rpc = read_rpc(path);
        const GdalErrors errors;
        rpc_.reset(GDALCreateRPCTransformerV2(&rpc, FALSE, 0, nullptr));
        if (!rpc_) errors.raise(fmt::format("the RPC of {} cannot be used", path));
    }

    void apply(std::span<Point> points, double height) override {
        transform_or_lose(to_degrees_, points);
        std::vector<double> x, y;
        for (const auto& p : points) {
            x.push_back(p.x);
            y.push_back(p.y);
        }
        std::vector<double> z(points.size(), height);
        std::vector<int> found(points.size(), FALSE);
        const GdalErrors ignored;
        GDALRPCTransform(rpc_.get(), TRUE, static_cast<int>(points.size()), x.data(), y.data(), z.data(), found.data());
        for (std::size_t i = 0; i < points.size(); ++i)
            points[i] = found[i] != FALSE && std::isfinite(points[i].x) ? Point{x[i], y[i]} : Point{nowhere, nowhere};
    }

private:
    Transform to_degrees_;
    std::unique_ptr<void, RpcFree> rpc_;
};

}  // namespace

std::unique_ptr<GroundMap> map_by_grid(const std::string& from, const Grid& file) {
    return std::make_unique<ByGrid>(from, file);
}

std::unique_ptr<GroundMap> map_by_rpc(const std::string& from, const std::string& path) {
    return std::make_unique<ByRpc>(from, path);
}

Footprint footprint_of(const Grid& file) {
    return {file.crs, {file.x0, file.y(file.rows), file.x(file.cols), file.y0}};
}

/// The polynomials hold where the offset and scale say, which is the image with a little around it.
Footprint rpc_footprint(const std::string& path) {
    const auto rpc = read_rpc(path);
    const double lon = rpc.dfLONG_SCALE * 1.1;
    const double lat = rpc.dfLAT_SCALE * 1.1;
    return {"EPSG:4326",
            {rpc.dfLONG_OFF - lon, rpc.dfLAT_OFF - lat, rpc.dfLONG_OFF + lon, rpc.dfLAT_OFF + lat},
            {rpc.dfHEIGHT_OFF - rpc.dfHEIGHT_SCALE, rpc.dfHEIGHT_OFF, rpc.dfHEIGHT_OFF + rpc.dfHEIGHT_SCALE}};
}

Window area_of(const Footprint& footprint, const Grid& grid) {
    const auto known = grid.window().grown(halo_room);
    const auto& box = footprint.box;
    const Ring corners{{box.xmin, box.ymax}, {box.xmin, box.ymin}, {box.xmax, box.ymin}, {box.xmax, box.ymax}};
    const double edge = std::max(box.xmax - box.xmin, box.ymax - box.ymin) / points_a_side;
    Box ground;
    try {
        const Transform transform(footprint.crs, grid.crs);
        ground = bounds(transformed({{{corners, {}}}, {}, {}}, transform, edge));
    } catch (const DataError&) {
        // Its outline leaves the grid's CRS; some of its inside may not.
        (void)Transform(footprint.crs, grid.crs);
        return known;
    }
    // Between its points the outline may bulge.
    const auto margin = [](double extent) { return 2 + 0.02 * std::abs(extent); };
    const double rows = margin(grid.row(ground.ymin) - grid.row(ground.ymax));
    const double cols = margin(grid.column(ground.xmax) - grid.column(ground.xmin));
    const auto bounded = [](double place) { return static_cast<int>(std::clamp(std::floor(place), -1e9, 1e9)); };
    const int top = bounded(grid.row(ground.ymax) - rows), bottom = bounded(grid.row(ground.ymin) + rows);
    const int left = bounded(grid.column(ground.xmin) - cols), right = bounded(grid.column(ground.xmax) + cols);
    return intersection(known, {top, left, bottom - top + 1, right - left + 1});
}

}  // namespace linmu
