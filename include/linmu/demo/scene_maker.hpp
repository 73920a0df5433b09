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
    double haze = 0;          ///< what thick aerosol over the south-east adds to blue reflectance where it is thickest
    bool overcast = false;    ///< cloud everywhere
    Spot shift = {};          ///< m by which what is seen lies east and south of where it is (`rows_at` alone)
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
    CodePlane cloud_probability;  ///< percent, 20 m
};

/// What one cell of any size and place shows.
struct Sight {
    Spectrum reflectance{};
    float cloud = 0;   ///< opacity
    float shade = 0;   ///< of clouds
    float direct = 0;  ///< sunlight on the slope / sunlight on level land
    bool seen = false;
    std::int32_t classification = no_code;  ///< as that of Sentinel-2
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
    /// The same of 10 m cells whose middles are anywhere: turned, or displaced by parts of a cell. Nothing is seen further
    /// than 60 m beyond the county. REQUIRES: even rows and columns.
    [[nodiscard]] SceneRows rows_at(int row, const Plane<Spot>& middles) const;
    /// Square cells of `cell` m: the pattern's exact shares in each (boundaries run along its 5 m cells), and the
    /// differences from cell to cell of `rows`, moved with the place and smaller in large cells. O(cells x cell^2).
    [[nodiscard]] Plane<Sight> sights(const Plane<Spot>& middles, double cell) const;
    /// What aerosol adds to blue reflectance.
    [[nodiscard]] double haze_at(Spot spot) const;

private:
    /// Differences inside a field, of one cell.
    struct Grain {
        double x = 0, y = 0;  ///< place in knots of the patches
        float place = 0, day = 0, ground = 0, leaf = 0;
        Spectrum sensor{};
    };
    [[nodiscard]] Grain grain(int row, int col) const;
    [[nodiscard]] Grain grain_at(Spot spot, double cell) const;
    template <class CellOf>
    [[nodiscard]] SceneRows gathered(int row, int rows, int cols, CellOf&& cell_of) const;
    void see(Plane<Sight>& out, const Plane<Spot>& middles, const Window& part, double cell) const;
    struct Light {
        double direct = 1;  ///< sunlight on the slope / sunlight on level land, 0 in shade
        double shade = 0;   ///< of clouds
        double cloud = 0;
        bool seen = true;
    };
    struct Seen {
        Spectrum reflectance{};
        Light light;
    };
    [[nodiscard]] Spectrum surface(const Mixture& mixture, const Grain& grain) const;
    [[nodiscard]] Light light(Spot spot, double slope_east, double slope_south, bool water) const;
    void illuminate(Spectrum& s, const Light& light) const;
    void observe(Spectrum& s, const Light& light, Spot spot, const Grain& grain) const;
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
