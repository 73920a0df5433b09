// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <fmt/format.h>

#include <bit>

#include "linmu/core/error.hpp"
#include "linmu/exec/memory.hpp"

namespace linmu::cli {

void add_resource_options(CLI::App& app, WorkOptions& options) {
    app.add_option("-j,--threads", options.threads, "threads; 0: all of the machine")->check(CLI::NonNegativeNumber);
    app.add_option("--memory", options.memory, "bound of memory: 1G, 512M")->capture_default_str();
    app.add_option("--tile", options.tile,
                   "cells of a tile's side, a power of two from 64; 0: chosen from the files' blocks");
    app.add_flag("-q,--quiet", options.quiet, "no progress, no notes");
}

void add_set_option(CLI::App& app, WorkOptions& options) {
    app.add_option("--set", options.set, "name=value sets a variable, step.key=value a parameter; may be repeated")
        ->type_name("NAME=VALUE");
}

Settings settings_of(const WorkOptions& options) {
    Settings settings;
    for (const auto& text : options.set) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || equals == 0)
            throw UsageError(fmt::format("--set '{}' must be name=value", text));
        settings[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return settings;
}

ResourceOptions resources_of(const WorkOptions& options) {
    const bool power = options.tile >= 64 && std::has_single_bit(static_cast<unsigned>(options.tile));
    if (options.tile != 0 && !power)
        throw UsageError(fmt::format("--tile {} must be a power of two from 64, as 256 or 512", options.tile));
    return {.memory = parse_bytes(options.memory), .threads = options.threads, .tile = options.tile};
}

}  // namespace linmu::cli
