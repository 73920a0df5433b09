// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string>
#include <vector>

#include "linmu/core/layer.hpp"
#include "linmu/core/parallel.hpp"
#include "linmu/geo/crs_proof.hpp"

namespace linmu {

struct LayerRequest {
    /// Shapefile, GeoPackage, File Geodatabase, GeoJSON, FlatGeobuf and what else GDAL knows; one of them in a zip ("x.zip", or
    /// "x.zip/folder/y.shp"); a database ("PG:dbname=county host=...", without a password: manifests keep paths).
    std::string path;
    std::string layer;         ///< "": the only one
    std::string encoding;      ///< "": proved, see LayerReport
    std::string crs;           ///< "": the file's. For a file that has none, or whose own is proved wrong
    std::string towgs84 = {};  ///< seven parameters of a CRS on Xian 1980 or Beijing 1954: "dx,dy,dz,rx,ry,rz,s"
    bool prove = true;         ///< false: the CRS is as said, whatever the coordinates are
    const HomeZones* home =
        nullptr;  ///< where the layer must lie; wrong meridians and shifts of web maps show only with it
    ParallelFor parallel = in_turn;  ///< who reads parts of a file at the same time; only a GeoPackage has such
};
/// What was decided, and how it is known.
struct LayerReport {
    std::string encoding_note;  ///< "GBK: no .cpg, 12 texts are not UTF-8"
    std::string crs_note;  ///< "EPSG:4526: EPSG:4547 is said, but its eastings 38419600 to 38482300 begin with zone 38"
};
/// Whole layer in memory, in feature order, text as UTF-8, dates as text (2025-05-20), curves as chords, Z and M left out; x east, y north,
/// also where the file has them swapped. With no layer named, a table without geometry does not count as a layer.
/// Throws DataError: missing file, no such layer (with the names there are), no CRS (with those that the coordinates fit), a CRS that
/// the coordinates contradict (see `prove_crs`), an old Chinese frame without parameters, a `crs` that contradicts a file's that can be right,
/// coordinates of a web map (GCJ-02), no features, a geometry of another kind than the layer's.
[[nodiscard]] Layer read_layer(const LayerRequest& request, LayerReport* report = nullptr);

/// Names, counts, fields and CRS of the layers of a file, as `read_layer` would take them.
struct VectorFileLayer {
    LayerSpec spec;
    std::string geometry;
    long long features = 0;
    LayerReport report = {};
    std::string refusal = {};  ///< why `read_layer` would not read it, "" when it would
};
/// Looks at every text of a Shapefile and at the first thousand geometries of a layer; those of other layers than `request.layer`, if one is named,
/// are left out. Throws DataError: missing file, no vector file.
[[nodiscard]] std::vector<VectorFileLayer> inspect_vector(const LayerRequest& request);
[[nodiscard]] std::vector<VectorFileLayer> inspect_vector(const std::string& path);
/// Does GDAL open it as a vector file?
[[nodiscard]] bool is_vector_file(const std::string& path);
/// A connection, "PG:...".
[[nodiscard]] bool is_database(const std::string& path) noexcept;
/// The files that make a source, to be hashed; of a database its connection and table (see `content_hash`).
[[nodiscard]] std::vector<std::string> vector_files(const std::string& path, const std::string& layer);
/// The zones of a layer as a place where others must lie.
[[nodiscard]] HomeZones home_zones(const std::string& path, const std::string& layer);

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
/// Writes one layer to a new FlatGeobuf ("x.fgb") with its spatial index, as above; features come in the order of the index, without fid.
void write_flatgeobuf(const std::string& path, const Layer& layer);
void write_shapefile(const std::string& path, const Layer& layer, const std::string& encoding, bool write_cpg);

/// Writes a layer to a table of a PostGIS database, in one transaction: when it fails, the table is as it was. A table of this name is replaced.
/// Names keep their case, Chinese ones too; Chinese names of fields become comments of the columns; the key is `fid`, the geometry `geom`.
/// `table` may name its schema: "survey.dltb". Throws DataError: no connection, a password in it, a value that is not of its field's type.
void write_postgis(const std::string& connection, const std::string& table, const Layer& layer);

}  // namespace linmu
