// SPDX-License-Identifier: MIT
#include "layer_crs.hpp"

#include <fmt/format.h>

#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu {
namespace {

constexpr std::size_t most_points = 1000;

std::optional<Point> first_vertex(const OGRGeometry& geometry) {
    OGREnvelope box;
    if (geometry.IsEmpty()) return {};
    if (wkbFlatten(geometry.getGeometryType()) == wkbPolygon) {
        const auto* ring = geometry.toPolygon()->getExteriorRing();
        if (ring != nullptr && ring->getNumPoints() > 0) return Point{ring->getX(0), ring->getY(0)};
    }
    geometry.getEnvelope(&box);
    return Point{(box.MinX + box.MaxX) / 2, (box.MinY + box.MaxY) / 2};
}

/// A CRS that is asked for, against the file's.
std::string said_crs(const std::string& file, const LayerRequest& request, std::span<const Point> sample,
                     std::string& note) {
    if (request.crs.empty()) return file;
    const auto asked = parse_crs(request.crs).id;
    if (file.empty()) {
        note = "the file has none, it is as asked for";
        return asked;
    }
    if (file == asked) return asked;
    if (same_but_shift(file, asked)) {
        note = "the file's with the parameters to WGS 84 that are asked for";
        return asked;
    }
    std::string why;
    try {
        if (request.prove) static_cast<void>(prove_crs(file, sample, request.home));
    } catch (const DataError& fault) {
        why = fault.what();
    }
    if (why.empty())
        throw DataError(
            fmt::format("the file says that its CRS is {}, and its coordinates do not contradict that, but "
                        "{} is asked for; leave out crs, or mend the file",
                        file, asked));
    note = fmt::format("as asked for, since what the file says is wrong: {}", why);
    return asked;
}

}  // namespace

std::string file_crs(OGRLayer& layer) {
    const auto* srs = layer.GetSpatialRef();
    if (srs == nullptr || srs->IsEmpty() || srs->IsLocal()) return {};
    // GeoPackage's own words for "none".
    const char* name = srs->GetName();
    if (name != nullptr && std::string_view(name).starts_with("Undefined")) return {};
    return crs_id(srs);
}

std::vector<Point> sample_points(OGRLayer& layer) {
    std::vector<Point> points;
    layer.ResetReading();
    while (points.size() < most_points) {
        const OGRFeatureUniquePtr row(layer.GetNextFeature());
        if (!row) break;
        const auto* geometry = row->GetGeometryRef();
        if (geometry == nullptr) continue;
        if (const auto point = first_vertex(*geometry)) points.push_back(*point);
    }
    layer.ResetReading();
    return points;
}

LayerCrs decide_crs(const std::string& file, const LayerRequest& request, std::span<const Point> sample) {
    std::string note;
    auto said = said_crs(file, request, sample, note);
    if (said.empty())
        throw DataError("it has no CRS; " + guesses_text(sample, request.home) + ", or put its .prj beside it");
    CrsProof proof{said, false, false, fmt::format("{}: as said, not proved", said), {}};
    if (request.prove) proof = prove_crs(said, sample, request.home);
    if (!request.towgs84.empty()) {
        proof.crs = with_parameters_to_wgs84(proof.crs, request.towgs84);
        proof.note += "; seven parameters to WGS 84 as given";
    }
    if (const auto why = lacks_parameters(proof.crs)) throw DataError(*why);
    if (!proof.strays.empty())
        proof.note += fmt::format("; {} of {} points lie far off", proof.strays.size(), sample.size());
    if (!note.empty()) proof.note += "; " + note;
    return {std::move(proof.crs), proof.swapped, std::move(proof.note)};
}

}  // namespace linmu
