// SPDX-License-Identifier: MIT
#include "linmu/demo/sensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/exec/tiles.hpp"
#include "linmu/io/table_file.hpp"
#include "sensors.hpp"

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

void make_sensors(const std::string& folder, const Landscape& landscape, const std::vector<std::string>& names,
                  int threads, Progress& progress) {
    const int workers = usable_threads(threads);
    for (const auto& name : checked_layouts(names)) {
        const auto below = std::filesystem::path(folder) / name;
        std::filesystem::create_directories(below);
        const auto jobs = std::ranges::find(layouts, name, &Layout::name)->jobs(landscape, below.string());
        Truth truth;
        progress.begin(name, std::ssize(jobs), "scenes");
        for_each_in_order(
            0, jobs.size(), {.threads = workers, .tokens = workers + 1}, [&](std::size_t i) { return jobs[i](); },
            [&](std::size_t, const Truth& part) {
                truth.insert(truth.end(), part.begin(), part.end());
                progress.advance(1);
            });
        progress.end();
        write_csv((below / "truth.csv").string(), truth_table(name, truth), {});
    }
}

}  // namespace linmu::demo
