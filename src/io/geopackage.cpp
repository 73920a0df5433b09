// SPDX-License-Identifier: MIT
#include "geopackage.hpp"

#include <cpl_conv.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "linmu/core/error.hpp"
#include "ogr_fields.hpp"

namespace linmu {
namespace {

constexpr const char* time_option = "OGR_CURRENT_DATE";

/// Features keep their numbers when those can be a table's key; otherwise they are numbered from 1.
bool numbers_are_keys(const Layer& layer) {
    std::set<std::int64_t> seen;
    return std::ranges::all_of(layer.features,
                               [&](const Feature& f) { return f.fid >= 0 && seen.insert(f.fid).second; });
}

/// SQLite's names have no case, and the key and the geometry have theirs.
void check_names(const Layer& layer) {
    std::set<std::string> names;
    for (const auto& field : layer.spec.fields) {
        std::string lower = field.name;
        for (auto& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower == "fid" || lower == "geom" || !names.insert(lower).second) {
            throw DataError(fmt::format("layer '{}': a GeoPackage cannot have another field '{}'; rename it",
                                        layer.spec.name, field.name));
        }
    }
}

}  // namespace

FixedTime::FixedTime() { CPLSetThreadLocalConfigOption(time_option, fixed_moment); }
FixedTime::~FixedTime() { CPLSetThreadLocalConfigOption(time_option, nullptr); }

DatasetPtr create_geopackage(const std::string& path) {
    register_gdal();
    const GdalErrors errors;
    auto* driver = GetGDALDriverManager()->GetDriverByName("GPKG");
    if (driver == nullptr) throw DataError("this GDAL has no GeoPackage driver; install one that has SQLite");
    DatasetPtr dataset(driver->Create(path.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
    if (!dataset) errors.raise(fmt::format("{} cannot be written", path));
    return dataset;
}

void add_layer(GDALDataset& geopackage, const Layer& layer, const std::string& name_zh, AreaForm areas,
               const std::string& path) {
    check_names(layer);
    const auto srs = make_srs(layer.spec.crs);
    const auto type = ogr_type(kind_of(layer), needs_multi(layer));
    const GdalErrors errors;
    CPLStringList options;
    if (!name_zh.empty()) options.SetNameValue("IDENTIFIER", name_zh.c_str());
    auto* target = geopackage.CreateLayer(layer.spec.name.c_str(), srs.get(), type, options.List());
    if (target == nullptr) errors.raise(fmt::format("{}: layer '{}' cannot be made", path, layer.spec.name));
    for (const auto& field : layer.spec.fields) {
        OGRFieldDefn definition(field.name.c_str(), ogr_type(field.type, areas));
        if (target->CreateField(&definition) != OGRERR_NONE)
            errors.raise(fmt::format("{}: field '{}' cannot be made", path, field.name));
    }
    append_features(*target, layer, areas, path);
}

void append_features(OGRLayer& target, const Layer& layer, AreaForm areas, const std::string& path) {
    const GdalErrors errors;
    const bool multi = OGR_GT_IsSubClassOf(wkbFlatten(target.GetGeomType()), wkbGeometryCollection) != 0;
    const bool keep_fids = target.GetFeatureCount() == 0 && numbers_are_keys(layer);
    // One transaction: one for each feature would take a hundred times as long.
    if (target.StartTransaction() != OGRERR_NONE) errors.raise(fmt::format("{} cannot be written", path));
    for (const auto& feature : layer.features) {
        OGRFeature row(target.GetLayerDefn());
        if (keep_fids) row.SetFID(feature.fid);
        for (std::size_t i = 0; i < layer.spec.fields.size(); ++i) {
            set_value(row, static_cast<int>(i), layer.spec.fields[i], feature.values.at(i), areas);
        }
        row.SetGeometryDirectly(to_ogr(feature.geometry, multi).release());
        if (target.CreateFeature(&row) != OGRERR_NONE) {
            errors.raise(fmt::format("{}, layer {}: feature {} cannot be written", path, layer.spec.name, feature.fid));
        }
    }
    if (target.CommitTransaction() != OGRERR_NONE) errors.raise(fmt::format("{} cannot be written", path));
    errors.check(fmt::format("{}, layer {} cannot be written", path, layer.spec.name));
}

}  // namespace linmu
