// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "linmu/core/block.hpp"

namespace linmu {

/// A raster file laid out as another program would: stored numbers as they are, any nodata or none, any place or none.
/// linmu's own products are written by RasterWriter.
struct ImageForm {
    std::string path;
    std::string format =
        "gtiff";  ///< "gtiff" (256 tiles, deflate), "cog", "jp2" (lossless); the latter two held in memory
    std::string type = "uint16";  ///< "uint8", "uint16", "int16"
    int rows = 0;
    int cols = 0;
    int bands = 1;
    std::optional<Grid> grid = {};  ///< absent: no place at all; its rows and cols are not looked at
    std::optional<double> nodata = {};
    std::vector<std::string> names = {};                         ///< of the bands
    std::vector<std::pair<std::string, std::string>> tags = {};  ///< of the file; AREA_OR_POINT=Point is one
};

/// Takes whole rows from the first to the last. The file appears under its own name when `close` has written it whole.
class ImageWriter {
public:
    /// Throws DataError: no such format or type, a place that cannot be written.
    explicit ImageWriter(ImageForm form);
    ~ImageWriter();
    ImageWriter(ImageWriter&&) noexcept;
    ImageWriter& operator=(ImageWriter&&) noexcept;
    /// One plane a band; stored numbers, held to the type's range. Throws DataError when the disk is full.
    void write(int row, std::span<const CodePlane> bands);
    void close();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace linmu
