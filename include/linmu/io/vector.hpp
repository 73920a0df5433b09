// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string>
#include <vector>

#include "linmu/core/layer.hpp"

namespace linmu {

struct LayerRequest {
    std::string path;
    std::string layer;  ///< "" : the only one
    std::string
        encoding;  ///< "" : as .cpg or the format says, unless a text contradicts it; else strict UTF-8, then GBK (domain.md 2.5)
    std::string crs;  ///< "" : the file's. Given for a file that has none
};
struct LayerReport {
    std::string encoding_note;  ///< "GBK: no .cpg, 12 texts are not UTF-8"
};
/// Whole layer in memory, in feature order, text as UTF-8, dates as text (2025-05-20), curves as chords, Z and M left out.
/// With no layer named, a table without geometry does not count as a layer. A `crs` that contradicts the file's is refused. Throws DataError: missing file, no such layer (with the names there are),
/// no CRS (with the way out: `crs = ...`), no features, a geometry of another kind than the layer's.
[[nodiscard]] Layer read_layer(const LayerRequest& request, LayerReport* report = nullptr);

/// Names, counts, fields and CRS of the layers of a file.
struct VectorFileLayer {
    LayerSpec spec;
    std::string geometry;
    long long features = 0;
};
[[nodiscard]] std::vector<VectorFileLayer> inspect_vector(const std::string& path);
/// Does GDAL open it as a vector file?
[[nodiscard]] bool is_vector_file(const std::string& path);

/// Writes layers to a new GeoPackage ("x.gpkg") or one layer to a Shapefile ("x.shp"), under a temporary name, then renames it.
/// The same bytes for the same layers. Area fields are written in m2 with their decimals (the ledger keeps whole units instead).
/// Features keep their fid in a GeoPackage when all differ; a Shapefile counts from 0. Throws DataError: the place can't be written,
/// a value is not of its field's type, a name or text is too long or has characters that the encoding lacks, no geometry at all.
/// `encoding` is for Shapefiles ("UTF-8" or "GBK"; `write_cpg` false leaves the .cpg out, as survey offices do).
struct LayerOutput {
    const Layer* layer = nullptr;
    std::string name_zh;    ///< identifier in gpkg_contents; field aliases come from Field::name_zh
    std::string style_qml;  ///< QGIS style stored in layer_styles, "" for none
};
void write_geopackage(const std::string& path, std::span<const LayerOutput> layers);
void write_shapefile(const std::string& path, const Layer& layer, const std::string& encoding, bool write_cpg);

}  // namespace linmu
