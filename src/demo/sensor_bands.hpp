// SPDX-License-Identifier: MIT
#pragma once
#include <span>

#include "linmu/demo/season.hpp"

namespace linmu::demo {

/// A sensor's band as a fixed mixture of the ten that scenes are made of, and what a standard clear sky does to it.
struct SensorBand {
    const char* name;
    Spectrum mix;                      ///< shares of B02 B03 B04 B05 B06 B07 B08 B8A B11 B12
    float path = 0, transmission = 1;  ///< top of the atmosphere = path + transmission * surface
    float irradiance = 0;              ///< of the sun, W/m2/um
    float gain = 0;                    ///< W/m2/sr/um a stored step, of sensors that store radiance
};

[[nodiscard]] std::span<const SensorBand> oli_bands();
[[nodiscard]] std::span<const SensorBand> tm_bands();
[[nodiscard]] std::span<const SensorBand> hls_s30_bands();
[[nodiscard]] std::span<const SensorBand> hls_l30_bands();
[[nodiscard]] std::span<const SensorBand> wfv_bands();
[[nodiscard]] std::span<const SensorBand> pms_bands();
[[nodiscard]] std::span<const SensorBand> pan_band();
[[nodiscard]] std::span<const SensorBand> gf6_bands();
/// B01 to B12 of level 1C, with B09 and B10.
[[nodiscard]] std::span<const SensorBand> l1c_bands();

[[nodiscard]] float surface_of(const SensorBand& band, const Spectrum& s);
[[nodiscard]] float top_of(const SensorBand& band, const Spectrum& s);
/// Distance of the sun, astronomical units.
[[nodiscard]] double sun_distance(int day_of_year);
/// Stored number of a sensor that stores radiance: radiance / gain.
[[nodiscard]] std::int32_t radiance_step(const SensorBand& band, const Spectrum& s, double sun_zenith, double distance);

}  // namespace linmu::demo
