// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/geometry.hpp"
#include "linmu/io/scene.hpp"
#include "toml_reader.hpp"

namespace linmu {

struct SensorBand {
    std::string alias;   ///< "R"
    std::string file;    ///< "B04": how its file's name ends, or its description in a stack
    std::string asset;   ///< "red": its key in STAC items
    int band_id = -1;    ///< in lists of offsets and coefficients; -1: it has none
    int number = 1;      ///< in its file, from 1
    int resolution = 0;  ///< m, of its finest file
    double scale = 0;    ///< 0: the sensor's
    double offset = 0;
    std::string unit = "1";
};

struct SensorQuality {
    std::string file, asset;
    int number = 1;
    bool optional = false;
    std::vector<QualityCode> codes;
};

/// When metadata may be wrong about an added offset, and what the darkest cells say then (domain.md 9.2).
struct OffsetDoubt {
    std::string since;            ///< baseline
    double added = 0;             ///< stored units
    double removed_below = 0;     ///< darkest cells below this: it was taken away already
    double present_from = 0;      ///< from here ...
    double present_to = 0;        ///< ... to here: it is still there, if
    double cloud_below = 0;       ///< % of cloud is less than this
    double contradicts_from = 0;  ///< darker than this speaks against it, if not clearly
};

/// data/sensors/<id>.toml
struct Sensor {
    std::string id, name_zh, name_en, level;
    std::vector<std::string> layouts;     ///< in which it is delivered
    std::vector<std::string> identifies;  ///< patterns of the identity that a layout reads from metadata
    std::vector<std::string> categories;  ///< of products that should be used; empty: all
    double scale = 1, offset = 0;         ///< reflectance = stored * scale + offset, where metadata says nothing else
    double nodata = 0;
    double lowest = -1e30, highest = 1e30;  ///< stored values beyond are no value: saturated, or not valid
    double floor = -1e30;                   ///< reflectance below is set to it
    std::vector<SensorBand> bands;
    std::vector<SensorQuality> quality;
    std::optional<OffsetDoubt> doubt;
};
/// All of data/sensors, read once. Throws DataError with the line.
[[nodiscard]] const std::vector<Sensor>& sensors();
/// Throws DataError that lists what is known of the layout.
[[nodiscard]] const Sensor& sensor_for(std::string_view layout, const std::string& identity, const std::string& where);
/// Throws DataError with the nearest id.
[[nodiscard]] const Sensor& sensor_by_id(const std::string& id, const std::string& where);

/// `code = 3`, `bit = 4`, `any_of = 127`, `mask = 192` with `equals = 192`, or `at_least = 60`; then flags and names.
[[nodiscard]] QualityCode read_quality_code(TomlTable table);

/// Yearly coefficients of a Gaofen camera (data/calibration/gaofen.toml): radiance = gain * stored + offset, W/(m2 sr um).
struct Calibration {
    std::string camera;  ///< "GF1 WFV1"
    int year = 0;
    std::vector<double> gains, offsets;  ///< by band
    std::vector<double> irradiance;      ///< of the sun above the atmosphere, W/(m2 um)
    std::string source;
};
/// Of the year, else of the nearest year before. Throws DataError that names the file to add to.
[[nodiscard]] Calibration calibration_of(const std::string& camera, int year);

/// A scene with what its sensor's file says.
[[nodiscard]] Scene scene_of(const Sensor& sensor, std::string_view layout, const std::string& path,
                             const std::string& metadata);
/// Adds a band of `scene` to be read from `path` as reflectance = stored * scale + offset.
void add_band(Scene& scene, const Sensor& sensor, const SensorBand& band, const std::string& path, double scale,
              double offset);
/// The same with the sensor's scale and offset.
void add_band(Scene& scene, const Sensor& sensor, const SensorBand& band, const std::string& path);
void add_quality(Scene& scene, const SensorQuality& quality, const std::string& path);
/// After all bands: grid, date and sun are told to each. Throws DataError when there is no band.
void complete(Scene& scene);
/// Longitude and latitude of a grid's centre, degrees.
[[nodiscard]] Point centre_of(const Grid& grid);

}  // namespace linmu
