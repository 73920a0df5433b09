// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "gdal_handles.hpp"

namespace linmu {

/// Where GDAL finds what a path names: the one vector file in a zip, a file below "x.zip/", else the path itself.
/// Throws DataError: not there, none or several in a zip (with their names), a password in a connection.
[[nodiscard]] std::string vector_place(const std::string& path);
/// Opens it; the Shapefile driver hands on bytes of text as they are. Throws DataError with the reason.
[[nodiscard]] DatasetPtr open_vector(const std::string& path);

}  // namespace linmu
