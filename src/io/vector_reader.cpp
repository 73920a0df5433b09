// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ogrsf_frmts.h>

#include <algorithm>

#include "gdal_handles.hpp"
#include "layer_text.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/vector.hpp"
#include "ogr_geometry.hpp"

namespace linmu {
namespace {

bool exists(const std::string& path) {
    VSIStatBufL status;
    return VSIStatExL(path.c_str(), &status, VSI_STAT_EXISTS_FLAG) == 0;
}

DatasetPtr open_vector(const std::string& path) {
    register_gdal();
    if (!exists(path)) throw DataError(fmt::format("there is no file {}", path));
    // No recoding by the Shapefile driver: it trusts a byte of the .dbf that survey offices leave unset.
    const char* const options[] = {"ENCODING=", nullptr};
    const GdalErrors errors;
    DatasetPtr dataset(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_VERBOSE_ERROR, nullptr, options));
    if (!dataset) errors.raise(fmt::format("{} cannot be opened as a vector file", path));
    return dataset;
}

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

std::string file_crs(OGRLayer& layer) {
    const auto* srs = layer.GetSpatialRef();
    if (srs == nullptr || srs->IsEmpty() || srs->IsLocal()) return {};
    // GeoPackage's own words for "none".
    const char* name = srs->GetName();
    if (name != nullptr && std::string_view(name).starts_with("Undefined")) return {};
    return crs_id(srs);
}

std::string layer_crs(OGRLayer& layer, const LayerRequest& request, const std::string& where) {
    std::string file;
    try {
        file = file_crs(layer);
    } catch (const DataError& error) {
        throw DataError(fmt::format("{}: {}", where, error.what()));
    }
    const auto asked = request.crs.empty() ? std::string() : parse_crs(request.crs).id;
    if (file.empty() && asked.empty()) {
        throw DataError(
            fmt::format("{} has no CRS; say which it is (crs = \"EPSG:4547\"), or put its .prj beside it", where));
    }
    if (!file.empty() && !asked.empty() && file != asked) {
        throw DataError(fmt::format("{} says that its CRS is {}, but {} is asked for; leave out crs, or mend the file",
                                    where, file, asked));
    }
    return file.empty() ? asked : file;
}

/// Turns the bytes of names and texts into UTF-8.
void decode_layer(Layer& layer, const LayerText& text, const std::string& where) {
    for (auto& field : layer.spec.fields) field.name = text.decode(field.name, where + ", a field name");
    for (auto& feature : layer.features) {
        for (std::size_t i = 0; i < feature.values.size(); ++i) {
            auto* value = std::get_if<std::string>(&feature.values[i]);
            if (value == nullptr || value->empty()) continue;
            *value = text.decode(
                *value, fmt::format("{}, feature {}, field {}", where, feature.fid, layer.spec.fields[i].name));
        }
    }
}

std::vector<Feature> read_features(OGRLayer& source, GeometryKind kind, const std::string& where) {
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
        const auto own = kind_of(feature.geometry);
        if (kind == GeometryKind::none) kind = own;
        if (own != GeometryKind::none && own != kind) {
            throw DataError(fmt::format("{}, feature {}: a {} in a layer of {}s; split the layer by kind", where,
                                        feature.fid, to_string(own), to_string(kind)));
        }
        for (int i = 0; i < row->GetFieldCount(); ++i) feature.values.push_back(raw_value(*row, i));
        features.push_back(std::move(feature));
    }
    return features;
}

LayerText text_of(GDALDataset& dataset, OGRLayer& layer, const std::string& encoding) {
    // Drivers of other formats turn what the format says into UTF-8.
    if (std::string_view(dataset.GetDriverName()) != "ESRI Shapefile") return {encoding, "UTF-8", "format"};
    const char* cpg = layer.GetMetadataItem("CPG_VALUE", "SHAPEFILE");
    return {encoding, cpg == nullptr ? "" : cpg, ".cpg"};
}

void see_all(const Layer& layer, LayerText& text) {
    for (const auto& field : layer.spec.fields) text.see(field.name);
    for (const auto& feature : layer.features) {
        for (const auto& value : feature.values) {
            if (const auto* bytes = std::get_if<std::string>(&value)) text.see(*bytes);
        }
    }
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
    layer.spec.crs = layer_crs(source, request, where);
    layer.spec.fields = raw_fields(*source.GetLayerDefn());
    read_descriptions(*dataset, layer.spec.name, layer.spec.fields);
    const GdalErrors errors;
    layer.features = read_features(source, kind_of(source.GetGeomType()), where);
    errors.check(where + " cannot be read to its end");
    if (layer.features.empty()) throw DataError(where + " has no features");

    auto text = text_of(*dataset, source, request.encoding);
    see_all(layer, text);
    decode_layer(layer, text, where);
    if (report != nullptr) report->encoding_note = text.note();
    return layer;
}

std::vector<VectorFileLayer> inspect_vector(const std::string& path) {
    const auto dataset = open_vector(path);
    std::vector<VectorFileLayer> found;
    for (auto* source : dataset->GetLayers()) {
        if (is_for_programs(source->GetName())) continue;
        Layer layer{{source->GetName(), "", raw_fields(*source->GetLayerDefn())}, {}};
        read_descriptions(*dataset, layer.spec.name, layer.spec.fields);
        auto text = text_of(*dataset, *source, "");
        see_all(layer, text);
        decode_layer(layer, text, path);
        layer.spec.crs = file_crs(*source);
        found.push_back({layer.spec, to_string(kind_of(source->GetGeomType())), source->GetFeatureCount()});
    }
    return found;
}

bool is_vector_file(const std::string& path) {
    register_gdal();
    const GdalErrors quiet;
    return exists(path) && DatasetPtr(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR)) != nullptr;
}

}  // namespace linmu
