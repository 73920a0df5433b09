// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "gdal_handles.hpp"
#include "linmu/core/layer.hpp"

namespace linmu {

/// Times that GDAL writes on this thread are one fixed moment while it lives, so that files are the same on each run.
class FixedTime {
public:
    FixedTime();
    ~FixedTime();
    FixedTime(const FixedTime&) = delete;
    FixedTime& operator=(const FixedTime&) = delete;
};
inline constexpr const char* fixed_moment = "2000-01-01T00:00:00.000Z";

/// How FieldType::area is written: in m2 for people, or in whole units of Area as the ledger keeps it.
enum class AreaForm { square_metres, units };

/// A new GeoPackage without layers, to which layers may be added. Throws DataError.
[[nodiscard]] DatasetPtr create_geopackage(const std::string& path);
/// Adds a layer with its features, in their order. Throws DataError.
void add_layer(GDALDataset& geopackage, const Layer& layer, const std::string& name_zh, AreaForm areas,
               const std::string& path);
/// Adds features to a layer that has the same fields.
void append_features(OGRLayer& target, const Layer& layer, AreaForm areas, const std::string& path);

}  // namespace linmu
