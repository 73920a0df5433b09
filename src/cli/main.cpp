// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <malloc.h>

#include <cstdio>
#include <exception>
#include <new>

#include "command.hpp"
#include "linmu/core/error.hpp"

namespace {

/// Each tile takes and leaves megabytes. Given back to the system each time, as is the custom, every page of them would have to
/// be cleared anew, which takes longer than to compute an index on it.
void keep_freed_memory() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 25);
    mallopt(M_TRIM_THRESHOLD, 1 << 28);
#endif
}

void add_commands(CLI::App& app) {
    using namespace linmu::cli;
    add_run(app);
    add_plan(app);
    add_do(app);
    add_steps(app);
    add_info(app);
    add_schema(app);
    add_demo(app);
}

int complain(const char* what, int exit_code) {
    fmt::print(stderr, "linmu: {}\n", what);
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    keep_freed_memory();
    CLI::App app{"linmu 林亩: land areas a county can sign, from satellite scenes and survey polygons", "linmu"};
    app.set_version_flag("--version", LINMU_VERSION);
    app.require_subcommand(1);
    app.failure_message(CLI::FailureMessage::simple);
    add_commands(app);
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::ParseError& fault) {
        return app.exit(fault) == 0 ? 0 : 2;
    } catch (const linmu::Error& fault) {
        return complain(fault.what(), fault.exit_code());
    } catch (const std::bad_alloc&) {
        return complain("the machine has no more memory; give a smaller --memory", 1);
    } catch (const std::exception& fault) {
        return complain(fault.what(), 1);
    }
}
