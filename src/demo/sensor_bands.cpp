// SPDX-License-Identifier: MIT
#include "sensor_bands.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace linmu::demo {
namespace {

// Nearest bands of Sentinel-2; where none is near, a mixture of its two neighbours.
constexpr Spectrum coastal{.92F};
constexpr Spectrum blue{1};
constexpr Spectrum green{0, 1};
constexpr Spectrum yellow{0, .5F, .5F};
constexpr Spectrum red{0, 0, 1};
constexpr Spectrum edge1{0, 0, 0, 1};
constexpr Spectrum edge2{0, 0, 0, 0, 1};
constexpr Spectrum edge3{0, 0, 0, 0, 0, 1};
constexpr Spectrum near{0, 0, 0, 0, 0, 0, 1};
constexpr Spectrum narrow_near{0, 0, 0, 0, 0, 0, 0, 1};
constexpr Spectrum wide_near{0, 0, 0, 0, 0, .5F, 0, .5F};
constexpr Spectrum short1{0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr Spectrum short2{0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr Spectrum vapour{0, 0, 0, 0, 0, 0, 0, .45F};
constexpr Spectrum cirrus{.01F};
constexpr Spectrum all_visible{.20F, .24F, .24F, .10F, .07F, .07F, .08F};

// Path reflectance and transmission grow and fall with wavelength as those of a rural sky of 25 km visibility do.
// Irradiances are those of the nearest band in the metadata of Sentinel-2A's level 1C products.
constexpr std::array<SensorBand, 7> oli{
    {{"B1", coastal}, {"B2", blue}, {"B3", green}, {"B4", red}, {"B5", narrow_near}, {"B6", short1}, {"B7", short2}}};
constexpr std::array<SensorBand, 6> tm{
    {{"B1", blue}, {"B2", green}, {"B3", red}, {"B4", wide_near}, {"B5", short1}, {"B7", short2}}};
constexpr std::array<SensorBand, 11> s30{{{"B01", coastal},
                                          {"B02", blue},
                                          {"B03", green},
                                          {"B04", red},
                                          {"B05", edge1},
                                          {"B06", edge2},
                                          {"B07", edge3},
                                          {"B08", near},
                                          {"B8A", narrow_near},
                                          {"B11", short1},
                                          {"B12", short2}}};
constexpr std::array<SensorBand, 7> l30{{{"B01", coastal},
                                         {"B02", blue},
                                         {"B03", green},
                                         {"B04", red},
                                         {"B05", narrow_near},
                                         {"B06", short1},
                                         {"B07", short2}}};
// Gains and irradiance of Gaofen cameras as data/calibration/gaofen.toml has them.
constexpr std::array<SensorBand, 4> wfv{{{"B", blue, .075F, .80F, 1968.63F, .19319F},
                                         {"G", green, .045F, .87F, 1849.19F, .16041F},
                                         {"R", red, .028F, .91F, 1571.46F, .12796F},
                                         {"N", near, .012F, .95F, 1079.00F, .13405F}}};
constexpr std::array<SensorBand, 4> pms{{{"B", blue, .075F, .80F, 1945.29F, .149F},
                                         {"G", green, .045F, .87F, 1854.10F, .1328F},
                                         {"R", red, .028F, .91F, 1542.90F, .1311F},
                                         {"N", near, .012F, .95F, 1080.77F, .1217F}}};
constexpr std::array<SensorBand, 1> pan{{{"P", all_visible, .040F, .88F, 1371.79F, .1381F}}};
constexpr std::array<SensorBand, 8> gf6{{{"B", blue, .075F, .80F, 1952.16F, .0675F},
                                         {"G", green, .045F, .87F, 1847.43F, .0552F},
                                         {"R", red, .028F, .91F, 1554.76F, .0513F},
                                         {"N", near, .012F, .95F, 1074.06F, .0314F},
                                         {"RE1", edge1, .023F, .92F, 1412.00F, .0519F},
                                         {"RE2", edge2, .018F, .94F, 1267.39F, .0454F},
                                         {"A", coastal, .100F, .74F, 1792.64F, .0718F},
                                         {"Y", yellow, .036F, .89F, 1736.92F, .0596F}}};
constexpr std::array<SensorBand, 13> l1c{{{"B01", coastal, .096F, .75F},
                                          {"B02", blue, .075F, .80F},
                                          {"B03", green, .045F, .87F},
                                          {"B04", red, .028F, .91F},
                                          {"B05", edge1, .023F, .92F},
                                          {"B06", edge2, .018F, .94F},
                                          {"B07", edge3, .015F, .95F},
                                          {"B08", near, .012F, .95F},
                                          {"B8A", narrow_near, .010F, .96F},
                                          {"B09", vapour, .006F, .60F},
                                          {"B10", cirrus, .001F, 1},
                                          {"B11", short1, .003F, .96F},
                                          {"B12", short2, .002F, .95F}}};

}  // namespace

std::span<const SensorBand> oli_bands() { return oli; }
std::span<const SensorBand> tm_bands() { return tm; }
std::span<const SensorBand> hls_s30_bands() { return s30; }
std::span<const SensorBand> hls_l30_bands() { return l30; }
std::span<const SensorBand> wfv_bands() { return wfv; }
std::span<const SensorBand> pms_bands() { return pms; }
std::span<const SensorBand> pan_band() { return pan; }
std::span<const SensorBand> gf6_bands() { return gf6; }
std::span<const SensorBand> l1c_bands() { return l1c; }

float surface_of(const SensorBand& band, const Spectrum& s) {
    float sum = 0;
    for (std::size_t b = 0; b < scene_bands; ++b) sum += band.mix[b] * s[b];
    return sum;
}

float top_of(const SensorBand& band, const Spectrum& s) { return band.path + band.transmission * surface_of(band, s); }

double sun_distance(int day_of_year) {
    return 1 - 0.01672 * std::cos(0.9856 * (day_of_year - 4) * std::numbers::pi / 180);
}

std::int32_t radiance_step(const SensorBand& band, const Spectrum& s, double sun_zenith, double distance) {
    const double radiance = static_cast<double>(top_of(band, s)) * static_cast<double>(band.irradiance) *
                            std::cos(sun_zenith * std::numbers::pi / 180) / (std::numbers::pi * distance * distance);
    return static_cast<std::int32_t>(std::max(1L, std::lround(radiance / static_cast<double>(band.gain))));
}

}  // namespace linmu::demo
