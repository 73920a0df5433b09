// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/io/scene.hpp"

namespace linmu {

struct SensorBand {
    std::string alias;    ///< "R"
    std::string file;     ///< "B04"
    std::string asset;    ///< "red"
    int band_id = -1;     ///< in BOA_ADD_OFFSET_VALUES_LIST; -1: it has no offset
    int resolution = 10;  ///< m, of its finest file
    BandKind kind = BandKind::real;
};

/// data/sensors/<id>.toml
struct Sensor {
    double quantification = 10000;
    double nodata = 0;
    double floor = -1e30;
    double quality_nodata = 0;
    std::vector<SensorBand> bands;  ///< the quality band is the last
    std::vector<QualityCode> quality;
};
/// Read once. Throws DataError with the line.
[[nodiscard]] const Sensor& sentinel2_l2a();

/// A band of `scene` to be read from `path`: reflectance, or quality codes. `offset` is in stored units.
[[nodiscard]] BandPick scene_pick(const Scene& scene, const Sensor& sensor, const SensorBand& band,
                                  const std::string& path, double quantification, double offset);
/// The grid of the finest bands. Throws DataError when there is no band.
[[nodiscard]] Grid finest_grid(const std::vector<BandPick>& bands, const std::string& where);

}  // namespace linmu
