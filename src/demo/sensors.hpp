// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "sensor_record.hpp"

namespace linmu::demo {

/// Jobs of one layout, each makes its files below `folder`, which is there. They may run side by side.
using SensorJobs = std::vector<SensorJob>;
[[nodiscard]] SensorJobs tile_jobs(const Landscape& landscape, const std::string& folder);
[[nodiscard]] SensorJobs shifted_jobs(const Landscape& landscape, const std::string& folder);
[[nodiscard]] SensorJobs l1c_jobs(const Landscape& landscape, const std::string& folder);
[[nodiscard]] SensorJobs fault_jobs(const Landscape& landscape, const std::string& folder);
[[nodiscard]] SensorJobs stac_jobs(const Landscape& landscape, const std::string& folder);
[[nodiscard]] SensorJobs landsat_jobs(const Landscape& landscape, const std::string& folder);
[[nodiscard]] SensorJobs hls_jobs(const Landscape& landscape, const std::string& folder);
[[nodiscard]] SensorJobs gaofen_jobs(const Landscape& landscape, const std::string& folder);
[[nodiscard]] SensorJobs stack_jobs(const Landscape& landscape, const std::string& folder);

/// A pass of any satellite: the land as in the year of `year_index`, the season of `date`.
[[nodiscard]] ScenePass pass_on(const Landscape& landscape, int year_index, int month, int day);

}  // namespace linmu::demo
