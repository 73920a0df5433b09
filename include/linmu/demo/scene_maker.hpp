// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/date.hpp"
#include "linmu/demo/landscape.hpp"
#include "linmu/demo/mixture.hpp"
#include "linmu/demo/season.hpp"
#include "linmu/demo/sky.hpp"

namespace linmu::demo {

/// One pass of the satellite.
struct ScenePass {
    Date date;
    int year_index = 0;
    char platform = 'A';
    bool offset = true;  ///< baseline 05.09 stores reflectance + 0.1; 02.14 does not
    double cloud_share = 0.05;
    bool swath_edge = false;  ///< the north-west corner was not seen
};
/// The passes of both years, in the order of time: days of the satellite's five-day round nearest to those that tell
/// classes
/// apart (domain: bloom, bare fields, summer, harvest, winter), `dates_a_year` of each year.
[[nodiscard]] std::vector<ScenePass> scene_passes(std::array<int, 2> years, int dates_a_year, std::uint64_t seed);

inline constexpr std::array<const char*, scene_bands> band_names{"B02", "B03", "B04", "B05", "B06",
                                                                 "B07", "B08", "B8A", "B11", "B12"};
[[nodiscard]] constexpr bool is_fine_band(std::size_t band) noexcept { return band < 3 || band == 6; }

/// Rows of a scene: reflectance, 10 m for fine bands, else 20 m; scene classification of 20 m. No value and code 0
/// where not seen.
struct SceneRows {
    int row = 0;  ///< first, in 10 m cells
    std::array<RealPlane, scene_bands> bands;
    CodePlane classification;
};

/// Makes what the satellite saw on one day: each cell is the mixture of its units' looks, with differences from cell to
/// cell, lit by the sun over the slopes and through haze and cloud. A pure function of the place: any rows, any thread.
class SceneMaker {
public:
    SceneMaker(const Landscape& landscape, ScenePass pass);
    [[nodiscard]] const ScenePass& pass() const noexcept { return pass_; }
    [[nodiscard]] const Sun& sun() const noexcept { return sun_; }
    /// REQUIRES: `row` and `rows` even; columns are the scene's. O(rows x columns).
    [[nodiscard]] SceneRows rows(int row, int rows, int cols) const;

private:
    struct Light {
        double direct = 1;  ///< sunlight on the slope / sunlight on level land, 0 in shade
        double shade = 0;   ///< of clouds
        double cloud = 0;
        bool seen = true;
    };
    [[nodiscard]] Spectrum surface(const Mixture& mixture, int row, int col) const;
    [[nodiscard]] Light light(Spot spot, double slope_east, double slope_south, bool water) const;
    void illuminate(Spectrum& s, const Light& light) const;
    void observe(Spectrum& s, const Light& light, Spot spot, int row, int col) const;
    [[nodiscard]] std::int32_t classify(const Spectrum& s, const Light& light, int row, int col) const;

    const Landscape* landscape_;
    ScenePass pass_;
    Sun sun_;
    std::uint64_t seed_;  ///< of the day
    Plane<float> sunlit_;
    Clouds clouds_;
    std::vector<Look> looks_;  ///< by unit
};

}  // namespace linmu::demo
