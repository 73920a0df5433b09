// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/core/date.hpp"
#include "linmu/core/grid.hpp"
#include "linmu/io/raster.hpp"

namespace linmu {

/// One acquisition over one tile, as its metadata says. Bands are named by alias (A, B, G, R, RE1, RE2, RE3, N, N2, S1, S2;
/// see data/sensors/sentinel2-l2a.toml) and read as reflectance; the quality band is named "SCL".
struct Scene {
    std::string id;  ///< product name without .SAFE
    std::string path;
    std::string layout;    ///< "SAFE" or "STAC item"
    std::string platform;  ///< "Sentinel-2A"
    std::string baseline;  ///< "05.09"
    std::string tile;      ///< "49SGA"
    std::string acquired;  ///< "2025-05-20T03:11:02Z"
    Date date;
    int relative_orbit = 0;
    double sun_zenith = 0;  ///< degrees, mean over the tile
    double sun_azimuth = 0;
    double cloud_percent = -1;  ///< -1: not said
    Grid grid;                  ///< of its finest bands
    std::string offset_note;    ///< how the radiometric offset was found: "BOA_ADD_OFFSET -1000 in MTD_MSIL2A.xml"
    std::vector<BandPick> bands;
};

/// Reads a Sentinel-2 L2A scene: a .SAFE folder, or a folder with a STAC item and its COGs (earth-search layout).
/// Each band comes in its finest resolution. A band that a .SAFE folder's metadata lists must be there; a STAC item's folder has the bands it has.
/// The radiometric offset comes from metadata. For a STAC item of baseline 04.00 or later the metadata may be wrong (domain.md 9.2), so
/// it is compared with the darkest cells: where they differ clearly the cells decide; where they differ and the cells are not clear, or
/// nothing tells, DataError.
[[nodiscard]] Scene read_scene(const std::string& path);
/// Is there a scene's metadata in this folder?
[[nodiscard]] bool is_scene(const std::string& path);

/// What a code of the quality band means (data/sensors/sentinel2-l2a.toml).
struct QualityCode {
    int code = 0;
    std::string use;  ///< "masked": never used; "shadow": after terrain correction only; "kept"
    std::string name_zh, name_en;
};
[[nodiscard]] std::vector<QualityCode> quality_codes();

/// Paths that match a pattern with * and ? in any part, and ** for any depth; sorted. A path without wildcard is itself, if there.
[[nodiscard]] std::vector<std::string> expand_pattern(const std::string& pattern);

}  // namespace linmu
