// SPDX-License-Identifier: MIT
#include "sensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu::demo {
namespace {

struct Layout {
    const char* name;
    SensorJobs (*jobs)(const Landscape&, const std::string&);
};
constexpr std::array<Layout, 9> layouts{{{"s2-tiles", tile_jobs},
                                         {"shifted", shifted_jobs},
                                         {"stac", stac_jobs},
                                         {"l1c", l1c_jobs},
                                         {"landsat", landsat_jobs},
                                         {"hls", hls_jobs},
                                         {"gaofen", gaofen_jobs},
                                         {"stack", stack_jobs},
                                         {"faults", fault_jobs}}};

}  // namespace

ScenePass pass_on(const Landscape& landscape, int year_index, int month, int day) {
    ScenePass pass;
    pass.date = {landscape.years()[static_cast<std::size_t>(year_index)], month, day};
    pass.year_index = year_index;
    return pass;
}

std::vector<std::string> checked_layouts(const std::vector<std::string>& names) {
    std::vector<std::string> known;
    for (const auto& layout : layouts) known.emplace_back(layout.name);
    if (std::ranges::find(names, "all") != names.end()) return known;
    for (const auto& name : names) {
        if (std::ranges::find(known, name) == known.end())
            throw UsageError(fmt::format("a practice county has no sensors '{}'{}", name, hint(name, known)));
    }
    // In the order of the list, each once.
    std::erase_if(known, [&](const auto& name) { return std::ranges::find(names, name) == names.end(); });
    return known;
}

SensorJobs jobs_of(const std::string& layout, const Landscape& landscape, const std::string& folder) {
    return std::ranges::find(layouts, layout, &Layout::name)->jobs(landscape, folder);
}

}  // namespace linmu::demo
