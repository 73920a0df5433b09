// SPDX-License-Identifier: MIT
#include "linmu/pipeline/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "grid_text.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/exec/tiles.hpp"
#include "linmu/io/scene.hpp"
#include "linmu/io/vector.hpp"
#include "linmu/step/registry.hpp"
#include "manifest.hpp"
#include "passes.hpp"

namespace linmu {
namespace {

/// Builds the plan step by step and gathers every problem on the way.
class Planner {
public:
    Planner(Plan& plan, const Settings& set) : plan_(plan), set_(set) {}

    void run() {
        find_grid();
        for (const auto& text : plan_.document.steps) add(text);
        check_uses();
        if (!problems_.empty()) throw PlanError(std::move(problems_));
        std::ranges::sort(plan_.files);
        const auto twice = std::ranges::unique(plan_.files);
        plan_.files.erase(twice.begin(), twice.end());
    }

    [[nodiscard]] int natural_block() const noexcept { return natural_block_; }

private:
    void problem(Position place, std::string text) {
        problems_.push_back(
            {place.file.empty() ? plan_.document.path : place.file, place.line, place.column, std::move(text)});
    }

    void find_grid() {
        if (!plan_.document.grid) return;
        try {
            plan_.grid = resolve_grid(plan_.document);
        } catch (const Error& fault) {
            problem(plan_.document.grid->place, fault.what());
        }
    }

    void add(const StepText& text) {
        PlannedStep planned;
        planned.id = text.id;
        planned.place = text.place;
        const auto before = problems_.size();
        if (position_of(text.id) || absent(text.id))
            problem(text.place, fmt::format("two steps have the id '{}'", text.id));
        make(text, planned);
        if (planned.step) {
            read_keys(text, planned);
            if (leave_out(text, planned)) return;
            find_inputs(text, planned);
        }
        const bool sound = problems_.size() == before &&
                           !std::ranges::any_of(planned.inputs, [&](std::size_t i) { return broken_.contains(i); });
        if (!sound || !plan_step(text, planned)) broken_.insert(plan_.steps.size());
        plan_.steps.push_back(std::move(planned));
    }

    [[nodiscard]] const AbsentStep* absent(const std::string& id) const {
        const auto it = std::ranges::find(plan_.absent, id, &AbsentStep::id);
        return it == plan_.absent.end() ? nullptr : &*it;
    }

    /// Is the step to be left out? Then what feeds it is not missed when nothing else uses it.
    bool leave_out(const StepText& text, const PlannedStep& planned) {
        auto why = text.optional ? missing_files(planned) : "";
        for (const auto& input : text.in) {
            const auto* feeder = absent(input.id);
            if (feeder != nullptr && why.empty()) why = fmt::format("it needs '{}': {}", input.id, feeder->why);
        }
        if (why.empty()) return false;
        for (const auto& input : text.in) {
            if (const auto position = position_of(input.id)) wanted_by_absent_.insert(*position);
        }
        plan_.absent.push_back({text.id, std::move(why)});
        return true;
    }

    /// "there is no works.gpkg", when none of the files that a step's paths mean is there; else "".
    [[nodiscard]] std::string missing_files(const PlannedStep& planned) const {
        std::vector<std::string> sought;
        for (const auto& param : planned.params->all()) {
            if (!param.is_path() || param.is_output() || !param.is_set()) continue;
            if (const auto* one = std::get_if<std::string*>(&param.target())) sought.push_back(**one);
            if (const auto* many = std::get_if<std::vector<std::string>*>(&param.target()))
                sought.insert(sought.end(), (*many)->begin(), (*many)->end());
        }
        if (sought.empty() || std::ranges::any_of(sought, is_there)) return {};
        for (auto& path : sought) path = shown_path(path, plan_.document.folder);
        return fmt::format("there is no {}", fmt::join(sought, ", "));
    }

    static bool is_there(const std::string& path) {
        if (path.empty() || is_database(path) || path.starts_with("/vsi") || path.find(".zip/") != std::string::npos)
            return true;
        if (path.find_first_of("*?") != std::string::npos) return !expand_pattern(path).empty();
        return std::filesystem::exists(path);
    }

    void make(const StepText& text, PlannedStep& planned) {
        try {
            planned.step = make_step(text.use);
        } catch (const UsageError& fault) {
            return problem(text.use_place, fault.what());
        }
        planned.info = planned.step->info();
        planned.params = std::make_unique<Params>();
        planned.step->declare(*planned.params);
    }

    void read_keys(const StepText& text, PlannedStep& planned) {
        std::set<std::string> tried;
        for (const auto& key : text.keys) tried.insert(set_key(key, planned));
        for (const auto& [name, value] : set_) {
            if (name.rfind(text.id + ".", 0) != 0) continue;
            set_from_command_line(name, value, planned);
        }
        for (auto& param : planned.params->all()) {
            if (param.is_required() && !param.is_set() && !tried.contains(param.name())) {
                problem(text.place,
                        fmt::format("step '{}' ({}) needs '{}': {}", text.id, text.use, param.name(), param.help()));
            }
            param.resolve(plan_.document.folder);
        }
    }

    /// The parameter that was meant, so that a misspelt or wrong one is not asked for again.
    std::string set_key(const KeyText& key, PlannedStep& planned) {
        Param* param = planned.params->find(key.key);
        if (!param) {
            auto names = planned.params->names();
            names.insert(names.end(), {"id", "use", "in", "optional", "each"});
            problem(key.place, fmt::format("step '{}' ({}) knows no '{}'{}", planned.id, planned.info.name, key.key,
                                           hint(key.key, names)));
            return nearest_name(key.key, names);
        }
        try {
            const bool plain = param->target().index() < 3;  // true or false, or a number
            const auto* text = std::get_if<std::string>(&key.value);
            if (plain && key.filled && text) param->set_text(*text);
            else param->set(key.value);
        } catch (const UsageError& fault) {
            problem(key.place, fmt::format("step '{}': {}", planned.id, fault.what()));
        }
        return key.key;
    }

    void set_from_command_line(const std::string& name, const std::string& value, PlannedStep& planned) {
        const auto key = name.substr(planned.id.size() + 1);
        Param* param = planned.params->find(key);
        if (!param) {
            return problem({}, fmt::format("--set {}: {} knows no '{}'{}", name, planned.info.name, key,
                                           hint(key, planned.params->names())));
        }
        try {
            param->set_text(value);
        } catch (const UsageError& fault) {
            problem({}, fmt::format("--set {}: {}", name, fault.what()));
        }
    }

    [[nodiscard]] std::optional<std::size_t> position_of(const std::string& id) const {
        for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
            if (plan_.steps[i].id == id) return i;
        }
        return {};
    }

    void find_inputs(const StepText& text, PlannedStep& planned) {
        for (const auto& input : text.in) {
            const auto position = position_of(input.id);
            if (!position) problem(input.place, missing_input(text, input.id));
            else check_kind(input, planned, *position);
            if (position) planned.inputs.push_back(*position);
        }
        check_count(text, planned);
    }

    [[nodiscard]] std::string missing_input(const StepText& text, const std::string& id) const {
        if (id == text.id) return fmt::format("step '{}' can't feed itself", id);
        const auto& all = plan_.document.steps;
        if (std::ranges::find(all, id, &StepText::id) != all.end()) {
            return fmt::format(
                "step '{}' stands after '{}'; a step is fed by steps above it, so that nothing runs in a circle", id,
                text.id);
        }
        std::vector<std::string> ids;
        for (const auto& step : plan_.steps) ids.push_back(step.id);
        return fmt::format("no step has the id '{}'{}", id, hint(id, ids));
    }

    void check_kind(const InputText& input, const PlannedStep& planned, std::size_t feeder) {
        const auto* port = port_at(planned.info, planned.inputs.size());
        const auto& source = plan_.steps[feeder];
        if (!port || !source.step || source.info.makes == port->kind) return;
        problem(input.place,
                fmt::format("'{}' makes {}{}, but {} wants a {} there: {}", input.id,
                            source.info.makes == ArtifactKind::none ? "" : "a ", to_string(source.info.makes),
                            planned.info.name, to_string(port->kind), port->help));
    }

    static const Port* port_at(const StepInfo& info, std::size_t i) {
        if (i < info.inputs.size()) return &info.inputs[i];
        return !info.inputs.empty() && info.inputs.back().many ? &info.inputs.back() : nullptr;
    }

    void check_count(const StepText& text, const PlannedStep& planned) {
        const auto& ports = planned.info.inputs;
        const auto least = static_cast<std::size_t>(std::ranges::count(ports, false, &Port::optional));
        const bool unbounded = !ports.empty() && ports.back().many;
        if (text.in.size() >= least && (unbounded || text.in.size() <= ports.size())) return;
        std::vector<std::string> names;
        for (const auto& port : ports)
            names.push_back(fmt::format("{}{} ({})", port.name, port.many ? "..." : "", to_string(port.kind)));
        problem(text.place, fmt::format("step '{}' ({}) has {} inputs; it takes {}", text.id, text.use, text.in.size(),
                                        names.empty() ? "none" : fmt::format("in = [{}]", fmt::join(names, ", "))));
    }

    bool plan_step(const StepText& text, PlannedStep& planned) {
        PlanContext context{.id = planned.id,
                            .input_ids = {},
                            .grid = &plan_.grid,
                            .files = &planned.files,
                            .notes = &planned.notes,
                            .natural_block = &natural_block_};
        std::vector<Artifact> inputs;
        for (const auto i : planned.inputs) {
            inputs.push_back(plan_.steps[i].output);
            context.input_ids.push_back(plan_.steps[i].id);
        }
        try {
            check_same_grid(planned, inputs);
            planned.output = planned.step->plan(inputs, context);
            plan_.files.insert(plan_.files.end(), planned.files.begin(), planned.files.end());
            return true;
        } catch (const PlanError& fault) {
            for (const auto& p : fault.problems())
                problem(text.place, fmt::format("step '{}': {}", planned.id, p.text));
        } catch (const Error& fault) {
            problem(text.place, fmt::format("step '{}': {}", planned.id, fault.what()));
        }
        return false;
    }

    void check_same_grid(const PlannedStep& planned, const std::vector<Artifact>& inputs) const {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (inputs[i].kind != ArtifactKind::raster || inputs[i].raster.grid == *plan_.grid) continue;
            throw DataError(fmt::format("'{}' is on another grid ({}) than the master grid ({})",
                                        plan_.steps[planned.inputs[i]].id, describe(inputs[i].raster.grid),
                                        describe(*plan_.grid)));
        }
    }

    void check_uses() {
        std::set<std::size_t> used;
        for (const auto& step : plan_.steps) used.insert(step.inputs.begin(), step.inputs.end());
        for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
            const auto& step = plan_.steps[i];
            if (step.info.makes == ArtifactKind::raster && !used.contains(i) && !broken_.contains(i) &&
                !wanted_by_absent_.contains(i)) {
                problem(step.place,
                        fmt::format("nothing uses '{}'; add a write-raster step for it, or take it out", step.id));
            }
        }
    }

    Plan& plan_;
    const Settings& set_;
    std::vector<Problem> problems_;
    std::set<std::size_t> broken_;
    std::set<std::size_t> wanted_by_absent_;
    int natural_block_ = 0;
};

}  // namespace

Plan make_plan(Document document, const Settings& set, const ResourceOptions& resources) {
    Plan plan;
    plan.document = std::move(document);
    plan.threads = usable_threads(resources.threads);
    Planner planner(plan, set);
    planner.run();
    mark_rules(plan);
    plan.stages = stages_of(plan);
    plan.facts_stages = facts_stages_of(plan);
    plan.tiles = tile_plan(plan, resources, planner.natural_block());
    return plan;
}

}  // namespace linmu
