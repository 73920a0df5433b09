// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <malloc.h>

#include <cstdio>
#include <exception>
#include <new>

#include "command.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

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
    add_check(app);
    add_explain(app);
    add_diff(app);
    add_schema(app);
    add_demo(app);
}

int complain(const char* what, int exit_code) {
    fmt::print(stderr, "linmu: {}\n", what);
    return exit_code;
}

/// What is missing; a misspelt command comes as an argument that is left over.
std::string what_is_missing(const CLI::App& app, const std::string& complaint) {
    const CLI::App* deepest = &app;
    std::string path = "linmu";
    while (!deepest->get_subcommands().empty()) {
        deepest = deepest->get_subcommands().front();
        path += ' ' + deepest->get_name();
    }
    std::vector<std::string> names;
    for (const auto* command : deepest->get_subcommands({})) names.push_back(command->get_name());
    const auto rest = app.remaining(true);
    if (names.empty() || rest.empty()) return fmt::format("{}; see {} --help", complaint, path);
    return fmt::format("there is no command '{}'{}", rest.front(), linmu::hint(rest.front(), names));
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
    } catch (const CLI::RequiredError& fault) {
        return complain(what_is_missing(app, fault.what()).c_str(), 2);
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
