// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "sqlite_handles.hpp"

namespace linmu {

/// Lists a plain table or view in gpkg_contents as "attributes", so that QGIS and GDAL show it.
void register_table(Database& geopackage, const std::string& table, const std::string& identifier);
/// Chinese names and units of a table's columns, in the standard's own table (gpkg_data_columns, "schema" extension).
void describe_columns(Database& geopackage, const std::string& table, const std::vector<Field>& fields);
/// Reads all tables, or those that are named, and follows all references. Throws DataError with what SQLite finds.
void check_geopackage(const Database& geopackage, const std::string& path, const std::vector<std::string>& tables = {});

}  // namespace linmu
