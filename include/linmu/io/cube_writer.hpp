// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/date.hpp"

namespace linmu {

/// A netCDF cube of one place on many days, CF conventions: variables of (t, y, x) beside a `crs` variable, as openEO
/// hands them out. Stored numbers are uint16.
struct CubeForm {
    std::string path;
    Grid grid;
    std::vector<Date> dates;
    std::vector<std::string> variables;
    int nodata = 65535;
};
/// Does this GDAL write netCDF?
[[nodiscard]] bool can_write_cubes();

class CubeWriter {
public:
    /// Throws DataError: no driver, a place that cannot be written.
    explicit CubeWriter(CubeForm form);
    ~CubeWriter();
    /// Rows of one day from the first to the last, one plane a variable.
    void write(std::size_t date, int row, std::span<const CodePlane> variables);
    void close();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace linmu
