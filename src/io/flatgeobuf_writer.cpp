// SPDX-License-Identifier: MIT
#include <cpl_string.h>
#include <fmt/format.h>

#include <filesystem>

#include "commit_file.hpp"
#include "gdal_handles.hpp"
#include "geopackage.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/vector.hpp"
#include "ogr_fields.hpp"

namespace linmu {

void write_flatgeobuf(const std::string& path, const Layer& layer) {
    register_gdal();
    require_writable(path);
    // The driver makes a folder of a name that does not end so.
    const std::string partial = partial_name(path) + ".fgb";
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    const GdalErrors errors;
    try {
        auto* driver = GetGDALDriverManager()->GetDriverByName("FlatGeobuf");
        if (driver == nullptr) throw DataError("this GDAL has no FlatGeobuf driver; write a GeoPackage (.gpkg)");
        DatasetPtr dataset(driver->Create(partial.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
        if (!dataset) errors.raise(fmt::format("{} cannot be written", path));
        const auto srs = make_srs(layer.spec.crs);
        const auto type = ogr_type(kind_of(layer), needs_multi(layer));
        auto* target = dataset->CreateLayer(layer.spec.name.c_str(), srs.get(), type, nullptr);
        if (target == nullptr) errors.raise(fmt::format("{}: layer '{}' cannot be made", path, layer.spec.name));
        for (const auto& field : layer.spec.fields) {
            OGRFieldDefn definition(field.name.c_str(), ogr_type(field.type, AreaForm::square_metres));
            if (target->CreateField(&definition) != OGRERR_NONE)
                errors.raise(fmt::format("{}: field '{}' cannot be made", path, field.name));
        }
        append_features(*target, layer, AreaForm::square_metres, path);
        dataset.reset();  // sorts the features and writes them
        errors.check(fmt::format("{} cannot be written", path));
        commit_file(partial, path);
    } catch (...) {
        std::filesystem::remove(partial, ignored);
        throw;
    }
}

}  // namespace linmu
