// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/core/date.hpp"
#include "linmu/core/grid.hpp"
#include "linmu/core/quality_flags.hpp"
#include "linmu/io/raster.hpp"

namespace linmu {

/// A stored quality band and what its values mean.
struct QualityPick {
    BandPick pick;
    std::vector<QualityCode> codes;
};

/// One acquisition over one tile, as its metadata says. Bands are named by alias (A, B, G, R, RE1, RE2, RE3, N, N2, S1, S2, Y, T;
/// see data/sensors) and are read as reflectance.
struct Scene {
    std::string id;        ///< product's name
    std::string path;      ///< what is read and hashed: a folder, an archive or a file
    std::string metadata;  ///< the file that it is told from
    std::string sensor;    ///< id of a file in data/sensors
    std::string sensor_name;
    std::string level;     ///< "surface reflectance" or "top of atmosphere"
    std::string layout;    ///< "safe", "stac", "landsat", "hls", "gaofen", "stack"
    std::string platform;  ///< "Sentinel-2A"
    std::string baseline;  ///< of processing, "05.09", "02 T1"
    std::string version;   ///< the greater text is the later processing
    std::string tile;      ///< "49SGA", "125034"
    std::string track;     ///< scenes of one platform, day and track are one look: "R075", "P125"
    std::string acquired;  ///< "2025-05-20T03:11:02Z"
    Date date;
    SunAngles sun;              ///< mean over the tile
    double cloud_percent = -1;  ///< -1: not said
    Grid grid;                  ///< of its finest bands
    bool raw_geometry =
        false;  ///< no map projection: RPC and heights bring it to a grid, and `grid` is only about where it lies
    std::string offset_note;  ///< how the radiometric offset was found: "BOA_ADD_OFFSET -1000 in MTD_MSIL2A.xml"
    std::string unwanted;     ///< why it should not be used: "tier T2"; empty: it should
    std::vector<BandPick> bands;
    std::vector<QualityPick> quality;  ///< the first says what was seen; may be empty
};

/// The files that tell of a scene at a path: the path itself, the sidecar of that raster, or what lies in that folder (not below
/// it), or in a zip of a .SAFE folder.
[[nodiscard]] std::vector<std::string> scene_files(const std::string& path);
/// Is there a scene's metadata at this path?
[[nodiscard]] bool is_scene(const std::string& path);
/// The scenes at a path; one but for series in one file. Which sensor it is, its radiometry and its quality codes: data/sensors.
/// Metadata is read from files, from a name only what no file says. The radiometric offset of Sentinel-2 comes from metadata; where that
/// contradicts itself or is known to be wrong at times (domain.md 9.2), it is compared with the darkest cells: where they differ
/// clearly the cells decide; where they are not clear, or nothing tells, DataError. Throws DataError when a file that metadata lists is not there.
[[nodiscard]] std::vector<Scene> read_scenes(const std::string& path);

/// The files on the disk that reading these bands of a scene reads, its metadata with them; sorted.
[[nodiscard]] std::vector<std::string> files_of(const Scene& scene, const std::vector<BandPick>& picks);

/// What lies below a folder.
struct Catalogue {
    std::vector<Scene> scenes;  ///< by date, track and tile
    struct Left {
        std::string path, reason;
        bool duplicate = false;  ///< of a scene that stays
    };
    std::vector<Left> left;  ///< what could not be read, and duplicates
};
/// "path: reason", the path once.
[[nodiscard]] std::string describe(const Catalogue::Left& left);
/// All scenes that match a pattern, or lie below a folder that matches. Of copies of one acquisition and tile only the latest
/// processing stays. What looks like a scene and can't be read is in `left`, with the reason.
[[nodiscard]] Catalogue find_scenes(const std::string& pattern);

/// Paths that match a pattern with * and ? in any part, and ** for any depth; sorted. A path without wildcard is itself, if there.
[[nodiscard]] std::vector<std::string> expand_pattern(const std::string& pattern);

}  // namespace linmu
