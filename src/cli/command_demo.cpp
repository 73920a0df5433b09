// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "command.hpp"
#include "linmu/demo/county.hpp"
#include "linmu/exec/tiles.hpp"
#include "options.hpp"
#include "progress_bar.hpp"

namespace linmu::cli {

void add_demo(CLI::App& app) {
    struct Options {
        CountyOptions county;
        std::string out = "county";
        int threads = 0;
        bool quiet = false;
    };
    auto options = std::make_shared<Options>();
    auto* demo = app.add_subcommand("demo", "make practice data");
    demo->require_subcommand(1);
    auto* sub = demo->add_subcommand(
        "county", "a county like Zuoquan: relief, survey layers, scenes of two years, and its truth");
    sub->add_option("-o,--out", options->out, "folder to make")->capture_default_str();
    sub->add_option("--size", options->county.size_km, "side, km")->check(CLI::Range(4.0, 50.0))->capture_default_str();
    sub->add_option("--seed", options->county.seed, "another seed is another county")->capture_default_str();
    sub->add_option("--field", options->county.field_m, "width of a field, m: finer ones make more parcels")
        ->check(CLI::Range(40.0, 200.0))
        ->capture_default_str();
    sub->add_option("--sensors", options->county.sensors,
                    "other deliveries and sensors to make too: all, or some of s2-tiles, shifted, stac, l1c, landsat, "
                    "hls, gaofen, stack, faults, with commas between")
        ->delimiter(',');
    sub->add_option("-j,--threads", options->threads, "threads; 0: all of the machine")->check(CLI::NonNegativeNumber);
    sub->add_flag("-q,--quiet", options->quiet, "no progress");
    sub->callback([options] {
        ProgressBar bar(options->quiet);
        options->county.threads = usable_threads(options->threads);
        make_county(options->out, options->county, bar);
        fmt::print("The practice county is in {}: dem.tif, survey/, scenes/, truth/{}.\n", options->out,
                   options->county.sensors.empty() ? "" : ", sensors/");
    });
}

}  // namespace linmu::cli
