// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <filesystem>

#include "gdal_handles.hpp"
#include "geopackage_features.hpp"
#include "layer_crs.hpp"
#include "layer_text.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/vector.hpp"
#include "ogr_geometry.hpp"
#include "text_encoding.hpp"
#include "vector_place.hpp"

namespace linmu {
namespace {

bool is_for_programs(const std::string& layer) { return layer == "layer_styles" || layer == "linmu_columns"; }

OGRLayer& choose_layer(GDALDataset& dataset, const LayerRequest& request) {
    std::vector<std::string> names, spatial;
    for (auto* layer : dataset.GetLayers()) {
        if (is_for_programs(layer->GetName())) continue;
        names.emplace_back(layer->GetName());
        if (layer->GetGeomType() != wkbNone) spatial.emplace_back(layer->GetName());
    }
    if (names.empty()) throw DataError(fmt::format("{} has no layers", request.path));
    if (request.layer.empty()) {
        if (spatial.size() == 1) return *dataset.GetLayerByName(spatial.front().c_str());
        if (names.size() == 1) return *dataset.GetLayerByName(names.front().c_str());
        throw DataError(
            fmt::format("{} has {} layers; name one of {}", request.path, names.size(), fmt::join(names, ", ")));
    }
    auto* layer = dataset.GetLayerByName(request.layer.c_str());
    if (layer == nullptr) {
        throw DataError(fmt::format("{} has no layer '{}'{}", request.path, request.layer, hint(request.layer, names)));
    }
    return *layer;
}

FieldType field_type(const OGRFieldDefn& field) {
    switch (field.GetType()) {
        case OFTInteger:
        case OFTInteger64: return FieldType::integer;
        case OFTReal: return FieldType::real;
        default: return FieldType::text;
    }
}

std::string date_text(const OGRFeature& feature, int field, OGRFieldType type) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, zone = 0;
    float second = 0;
    feature.GetFieldAsDateTime(field, &year, &month, &day, &hour, &minute, &second, &zone);
    const auto date = fmt::format("{:04}-{:02}-{:02}", year, month, day);
    const auto time = fmt::format("{:02}:{:02}:{:02}", hour, minute, static_cast<int>(second));
    if (type == OFTDate) return date;
    return type == OFTTime ? time : date + "T" + time;
}

/// Text still as the file's bytes.
Value raw_value(OGRFeature& feature, int field) {
    if (!feature.IsFieldSetAndNotNull(field)) return {};
    const auto type = feature.GetFieldDefnRef(field)->GetType();
    switch (type) {
        case OFTInteger:
        case OFTInteger64: return static_cast<std::int64_t>(feature.GetFieldAsInteger64(field));
        case OFTReal: return feature.GetFieldAsDouble(field);
        case OFTDate:
        case OFTTime:
        case OFTDateTime: return date_text(feature, field, type);
        default: return std::string(feature.GetFieldAsString(field));
    }
}

std::vector<Field> raw_fields(const OGRFeatureDefn& definition) {
    std::vector<Field> fields;
    for (int i = 0; i < definition.GetFieldCount(); ++i) {
        const auto* field = definition.GetFieldDefn(i);
        const char* alias = field->GetAlternativeNameRef();
        fields.push_back({field->GetNameRef(), field_type(*field), "", alias == nullptr ? "" : alias});
    }
    return fields;
}

/// GDAL 3.6 leaves a GeoPackage's own words for its columns unread.
void read_descriptions(GDALDataset& dataset, const std::string& layer, std::vector<Field>& fields) {
    if (std::string_view(dataset.GetDriverName()) != "GPKG") return;
    const GdalErrors quiet;
    const auto sql = "SELECT table_name, column_name, title, description FROM gpkg_data_columns";
    auto* rows = dataset.ExecuteSQL(sql, nullptr, nullptr);
    if (rows == nullptr) return;
    for (auto& row : *rows) {
        const auto field = std::ranges::find(fields, row->GetFieldAsString(1), &Field::name);
        if (layer != row->GetFieldAsString(0) || field == fields.end()) continue;
        field->name_zh = row->GetFieldAsString(2);
        field->unit = row->GetFieldAsString(3);
    }
    dataset.ReleaseResultSet(rows);
}

/// Calls visit(feature, field, text) for each text.
template <class LayerOrConst, class Visit>
void for_each_text(LayerOrConst& layer, Visit visit) {
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < layer.spec.fields.size(); ++i)
        if (layer.spec.fields[i].type == FieldType::text) columns.push_back(i);
    if (columns.empty()) return;
    for (auto& feature : layer.features) {
        for (const auto i : columns)
            if (auto* text = std::get_if<std::string>(&feature.values[i])) visit(feature, i, *text);
    }
}

/// Turns the bytes of names and texts into UTF-8.
void decode_layer(Layer& layer, const LayerText& text, const std::string& where) {
    for (auto& field : layer.spec.fields) field.name = text.decode(field.name, where + ", a field name");
    for_each_text(layer, [&](const Feature& feature, std::size_t field, std::string& value) {
        if (is_ascii(value)) return;
        value = text.decode(value,
                            fmt::format("{}, feature {}, field {}", where, feature.fid, layer.spec.fields[field].name));
    });
}

std::vector<Feature> ogr_features(OGRLayer& source, const std::string& where) {
    std::vector<Feature> features;
    const auto expected = source.GetFeatureCount(FALSE);
    if (expected > 0) features.reserve(static_cast<std::size_t>(expected));
    for (auto& row : source) {
        Feature feature{row->GetFID(), {}, {}};
        try {
            if (const auto* geometry = row->GetGeometryRef()) feature.geometry = from_ogr(*geometry);
        } catch (const DataError& error) {
            throw DataError(fmt::format("{}, feature {}: {}", where, feature.fid, error.what()));
        }
        feature.values.reserve(static_cast<std::size_t>(row->GetFieldCount()));
        for (int i = 0; i < row->GetFieldCount(); ++i) feature.values.push_back(raw_value(*row, i));
        features.push_back(std::move(feature));
    }
    return features;
}

void require_one_kind(const std::vector<Feature>& features, GeometryKind kind, const std::string& where) {
    for (const auto& feature : features) {
        const auto own = kind_of(feature.geometry);
        if (kind == GeometryKind::none) kind = own;
        if (own != GeometryKind::none && own != kind) {
            throw DataError(fmt::format("{}, feature {}: a {} in a layer of {}s; split the layer by kind", where,
                                        feature.fid, to_string(own), to_string(kind)));
        }
    }
}

LayerText text_of(GDALDataset& dataset, OGRLayer& layer, const std::string& encoding) {
    // Drivers of other formats turn what the format says into UTF-8.
    if (std::string_view(dataset.GetDriverName()) != "ESRI Shapefile") return {encoding, "UTF-8", "format"};
    const char* cpg = layer.GetMetadataItem("CPG_VALUE", "SHAPEFILE");
    if (cpg != nullptr && *cpg != '\0') return {encoding, cpg, ".cpg"};
    // Of the language bytes only this one can be believed: the others are what a program writes by habit.
    constexpr std::string_view gbk = "77";
    const char* language = layer.GetMetadataItem("LDID_VALUE", "SHAPEFILE");
    if (language != nullptr && language == gbk) return {encoding, "GBK", ".dbf's language byte"};
    return {encoding, "", ".cpg"};
}

/// The texts of a file whose encoding they must prove.
void see_texts(OGRLayer& source, LayerText& text) {
    const char* const no_geometry[] = {"OGR_GEOMETRY", nullptr};
    // NOLINTNEXTLINE: GDAL does not change the list
    source.SetIgnoredFields(const_cast<const char**>(no_geometry));
    for (auto& row : source) {
        for (int i = 0; i < row->GetFieldCount(); ++i) {
            const auto type = row->GetFieldDefnRef(i)->GetType();
            if (type == OFTString && row->IsFieldSetAndNotNull(i)) text.see(row->GetFieldAsString(i));
        }
    }
    source.SetIgnoredFields(nullptr);
    source.ResetReading();
}

void swap_axes(Geometry& geometry) {
    const auto swap = [](std::vector<Point>& points) {
        for (auto& p : points) std::swap(p.x, p.y);
    };
    for (auto& polygon : geometry.polygons) {
        swap(polygon.outer);
        for (auto& hole : polygon.holes) swap(hole);
    }
    for (auto& line : geometry.lines) swap(line);
    swap(geometry.points);
}

LayerCrs crs_of(OGRLayer& source, const LayerRequest& request, const std::string& where) {
    try {
        return decide_crs(file_crs(source), request, sample_points(source));
    } catch (const DataError& error) {
        throw DataError(fmt::format("{}: {}", where, error.what()));
    }
}

std::vector<Point> centres_of(const Layer& layer) {
    constexpr std::size_t most = 4000;
    const std::size_t step = layer.features.size() / most + 1;
    std::vector<Point> centres;
    for (std::size_t i = 0; i < layer.features.size(); i += step) {
        const auto box = bounds(layer.features[i].geometry);
        if (!box.empty()) centres.push_back({(box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2});
    }
    return centres;
}

void refuse_web_map(const Layer& layer, const HomeZones& home, const std::string& where) {
    auto centres = centres_of(layer);
    Transform(layer.spec.crs, "EPSG:4490").apply(centres);
    if (const auto why = suspect_web_map(centres, home)) throw DataError(fmt::format("{}: {}", where, *why));
}

void see_all(const Layer& layer, LayerText& text) {
    for (const auto& field : layer.spec.fields) text.see(field.name);
    for_each_text(layer, [&](const Feature&, std::size_t, const std::string& bytes) { text.see(bytes); });
    text.decide();
}

}  // namespace

Layer read_layer(const LayerRequest& request, LayerReport* report) {
    const auto dataset = open_vector(request.path);
    auto& source = choose_layer(*dataset, request);
    const auto where = fmt::format("{}, layer {}", request.path, source.GetName());
    if (source.GetGeomType() == wkbNone) throw DataError(where + " is a plain table, without geometry");

    Layer layer;
    layer.spec.name = source.GetName();
    layer.spec.fields = raw_fields(*source.GetLayerDefn());
    read_descriptions(*dataset, layer.spec.name, layer.spec.fields);
    const GdalErrors errors;
    if (auto features = read_geopackage_features(*dataset, source, request.parallel))
        layer.features = *std::move(features);
    else layer.features = ogr_features(source, where);
    errors.check(where + " cannot be read to its end");
    require_one_kind(layer.features, kind_of(source.GetGeomType()), where);
    if (layer.features.empty()) throw DataError(where + " has no features");
    // A database keeps no order.
    if (is_database(request.path)) std::ranges::sort(layer.features, {}, &Feature::fid);

    const auto crs = crs_of(source, request, where);
    layer.spec.crs = crs.crs;
    if (crs.swapped)
        for (auto& feature : layer.features) swap_axes(feature.geometry);
    if (request.prove && request.home != nullptr) refuse_web_map(layer, *request.home, where);

    auto text = text_of(*dataset, source, request.encoding);
    see_all(layer, text);
    decode_layer(layer, text, where);
    if (report != nullptr) *report = {text.note(), crs.note};
    return layer;
}

namespace {

VectorFileLayer inspect_layer(GDALDataset& dataset, OGRLayer& source, const LayerRequest& request) {
    Layer layer{{source.GetName(), "", raw_fields(*source.GetLayerDefn())}, {}};
    read_descriptions(dataset, layer.spec.name, layer.spec.fields);
    VectorFileLayer found{{}, to_string(kind_of(source.GetGeomType())), source.GetFeatureCount(), {}, {}};
    try {
        auto text = text_of(dataset, source, request.encoding);
        for (const auto& field : layer.spec.fields) text.see(field.name);
        if (std::string_view(dataset.GetDriverName()) == "ESRI Shapefile") see_texts(source, text);
        text.decide();
        found.report.encoding_note = text.note();
        decode_layer(layer, text, request.path);
        layer.spec.crs = file_crs(source);
        const auto crs = decide_crs(layer.spec.crs, request, sample_points(source));
        layer.spec.crs = crs.crs;
        found.report.crs_note = crs.note;
    } catch (const DataError& fault) {
        found.refusal = fault.what();
    }
    if (source.GetGeomType() == wkbNone) found.refusal = "it is a plain table, without geometry";
    else if (found.features == 0) found.refusal = "it has no features";
    found.spec = std::move(layer.spec);
    return found;
}

}  // namespace

std::vector<VectorFileLayer> inspect_vector(const LayerRequest& request) {
    const auto dataset = open_vector(request.path);
    std::vector<VectorFileLayer> found;
    for (auto* source : dataset->GetLayers()) {
        if (is_for_programs(source->GetName())) continue;
        if (request.layer.empty() || request.layer == source->GetName())
            found.push_back(inspect_layer(*dataset, *source, request));
    }
    // A database lists fewer tables than it has, so a name is asked for.
    if (found.empty() && !request.layer.empty())
        found.push_back(inspect_layer(*dataset, choose_layer(*dataset, request), request));
    return found;
}

std::vector<VectorFileLayer> inspect_vector(const std::string& path) {
    return inspect_vector(LayerRequest{path, "", "", ""});
}

HomeZones home_zones(const std::string& path, const std::string& layer) {
    const auto zones = read_layer({path, layer, "", ""});
    const Transform to_degrees(zones.spec.crs, "EPSG:4490");
    HomeZones home{"the zones of " + std::filesystem::path(path).filename().string(), {}, {}};
    for (const auto& feature : zones.features) {
        if (feature.geometry.polygons.empty()) continue;
        home.zones.push_back(transformed(feature.geometry, to_degrees));
        home.box.join(bounds(home.zones.back()));
    }
    if (home.zones.empty())
        throw DataError(fmt::format("{}, layer {} has no polygons that others could lie in", path, zones.spec.name));
    return home;
}

}  // namespace linmu
