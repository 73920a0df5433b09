// SPDX-License-Identifier: MIT
#include "linmu/pipeline/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "kept.hpp"
#include "linmu/core/left_to_system.hpp"
#include "linmu/exec/tiles.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/io/table_file.hpp"
#include "manifest.hpp"
#include "run_keys.hpp"
#include "run_log.hpp"
#include "tile_pass.hpp"

namespace linmu {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t features_a_chunk = 512;

void make_folder(const std::string& folder) {
    std::error_code fault;
    fs::create_directories(folder, fault);
    if (fault)
        throw DataError(fmt::format("{}: the folder can't be made ({}); give another --out", folder, fault.message()));
}

/// By step: the last stage that takes what it makes.
std::vector<std::size_t> last_uses(const Plan& plan) {
    std::vector<std::size_t> last(plan.steps.size(), 0);
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        const auto& stage = plan.stages[s];
        auto takers = stage.steps;
        if (stage.pass) std::ranges::copy(pass_needs(plan, stage).tile_steps, std::back_inserter(takers));
        for (const auto taker : takers) {
            for (const auto feeder : plan.steps[taker].inputs) last[feeder] = s;
        }
    }
    return last;
}

/// One run: its folder, ledger, log, and what its steps have made so far.
class Run {
public:
    Run(Plan& plan, const RunOptions& options, RunKeys keys, std::vector<std::string> hashes)
        : plan_(plan), options_(options), keys_(std::move(keys)), hashes_(std::move(hashes)),
          log_(options.folder + "/log.jsonl"), kept_(options.folder), layers_(plan.steps.size()),
          tables_(plan.steps.size()), last_uses_(last_uses(plan)) {
        open_ledger();
        for (std::size_t i = 0; i < plan.steps.size(); ++i) contexts_.push_back(context(i));
    }

    std::vector<Product> go() {
        log_.write("start", {{"run_key", keys_.run},
                             {"pipeline", plan_.document.name},
                             {"threads", plan_.threads},
                             {"tile", plan_.tiles.tile}});
        for (const auto& planned : plan_.steps) {
            for (const auto& text : planned.notes) log_.write("plan", {{"step", planned.id}, {"note", text}});
        }
        for (const auto& [id, why] : plan_.absent) tell_absent(id, why);
        if (has_facts_) tell_kept_facts();
        for (std::size_t s = has_facts_ ? plan_.facts_stages : 0; s < plan_.stages.size(); ++s) {
            if (s == plan_.facts_stages && keeps() && !has_facts_) keep_facts();
            run_stage(s);
            if (options_.record) let_go(s);
        }
        if (options_.before_close) options_.before_close(*ledger_);
        if (options_.record) keep_records();
        log_.write("end", {{"products", products_.size()}});
        return std::move(products_);
    }

    void failed(const std::string& why) { log_.write("failed", {{"error", why}}); }

private:
    /// Are there facts that a later run could begin with, and rules to run over them?
    [[nodiscard]] bool keeps() const {
        return options_.record && plan_.facts_stages > 0 && plan_.facts_stages < plan_.stages.size();
    }

    void open_ledger() {
        const auto path = options_.folder + "/ledger.gpkg";
        const auto facts = keeps() && !options_.fresh ? kept_.facts(keys_.facts) : std::nullopt;
        has_facts_ = facts.has_value();
        ledger_ = std::make_unique<Ledger>(facts ? Ledger::go_on(path, facts->ledger) : Ledger(path));
        if (facts) {
            products_ = facts->products;
            ledger_->settle(keys_.facts);
        }
        if (!options_.record) ledger_->hold();
    }

    void keep_facts() {
        kept_.keep_facts(keys_.facts, *ledger_, products_);
        ledger_->settle(keys_.facts);
    }

    void tell_kept_facts() {
        log_.write("kept", {{"stages", plan_.facts_stages}});
        if (options_.note)
            options_.note(
                fmt::format("inputs, and all steps but rules, are those of the run before: its {} products "
                            "and its ledger's facts are kept",
                            products_.size()));
    }

    /// Layers and tables that no later stage takes.
    void let_go(std::size_t stage) {
        for (std::size_t i = 0; i < last_uses_.size(); ++i) {
            if (last_uses_[i] > stage) continue;
            layers_[i].reset();
            tables_[i].reset();
        }
    }

    void keep_records() {
        if (keeps()) kept_.save();
        ledger_->close();
        products_.push_back(ledger_product());
        write_manifest();
    }

    void write_manifest() {
        write_text_file(options_.folder + "/manifest.json",
                        manifest_of(plan_, keys_.run, hashes_, options_.folder, products_).dump(1) + "\n");
        fs::remove_all(options_.folder + "/state");
    }

    void tell_absent(const std::string& id, const std::string& why) {
        log_.write("absent", {{"step", id}, {"why", why}});
        if (options_.note) options_.note(fmt::format("{}: left out, {}", id, why));
    }

    RunContext context(std::size_t step) {
        RunContext c;
        c.id = plan_.steps[step].id;
        c.folder = options_.folder;
        c.threads = plan_.threads;
        c.grid = plan_.grid;
        c.ledger = ledger_.get();
        c.products = &products_;
        c.facts = options_.record || options_.before_close;
        c.layer_wanted = std::ranges::any_of(plan_.steps, [&](const PlannedStep& other) {
            return std::ranges::find(other.inputs, step) != other.inputs.end();
        });
        c.note = [this, id = c.id](const std::string& text) {
            notes_.push_back(text);
            log_.write("note", {{"step", id}, {"note", text}});
            if (options_.note) options_.note(id + ": " + text);
        };
        c.parallel = parallel_by(plan_.threads);
        return c;
    }

    /// What the ledger is given next comes from step i.
    RunContext& context_of(std::size_t i) {
        ledger_->credit(contexts_[i].id);
        return contexts_[i];
    }

    void run_stage(std::size_t s) {
        const Stage& stage = plan_.stages[s];
        const auto began = std::chrono::steady_clock::now();
        const auto decoded_before = decoded_blocks();
        if (stage.pass) run_pass(stage, s);
        else run_step(stage.steps.front());
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        nlohmann::ordered_json ids = nlohmann::ordered_json::array();
        for (const auto i : stage.steps) ids.push_back(plan_.steps[i].id);
        log_.write("stage", {{"steps", ids},
                             {"seconds", std::round(took.count() * 1000) / 1000},
                             {"blocks_decoded", decoded_blocks() - decoded_before}});
    }

    void run_pass(const Stage& stage, std::size_t number) {
        std::vector<const Layer*> layers;
        for (const auto& layer : layers_) layers.push_back(layer ? &*layer : nullptr);
        std::vector<const Table*> tables;
        for (const auto& table : tables_) tables.push_back(table ? &*table : nullptr);
        TilePass pass(plan_, stage,
                      {.file = options_.record ? fmt::format("{}/state/pass-{}", options_.folder, number) : "",
                       .key = keys_.run,
                       .every = std::chrono::duration<double>(options_.checkpoint),
                       .told = [this](std::size_t first, std::size_t all) { resumed(first, all); }});
        auto made = pass.run(
            layers, tables, [this](std::size_t i) -> RunContext& { return context_of(i); }, *options_.progress);
        for (std::size_t k = 0; k < made.size(); ++k) keep(stage.steps[k], std::move(made[k]));
    }

    void resumed(std::size_t first, std::size_t all) {
        log_.write("resume", {{"tiles_done", first}, {"tiles", all}});
        if (options_.note)
            options_.note(fmt::format("goes on where it was stopped: {} of {} tiles are done", first, all));
    }

    void run_step(std::size_t i) {
        auto& step = *plan_.steps[i].step;
        try {
            if (auto* by_feature = dynamic_cast<LayerStep*>(&step)) run_layer_step(*by_feature, i);
            else if (const auto key = rule_key(i)) run_rule(dynamic_cast<WholeStep&>(step), i, *key);
            else run_whole_step(dynamic_cast<WholeStep&>(step), i);
        } catch (const Error& fault) {
            throw DataError(fmt::format("step '{}': {}", plan_.steps[i].id, fault.what()));
        }
    }

    void run_layer_step(LayerStep& step, std::size_t i) {
        const Layer& source = *layers_[plan_.steps[i].inputs.front()];
        step.start(source);
        Layer result{plan_.steps[i].output.layer, {}};
        result.features.reserve(source.features.size());
        const std::span<const Feature> all(source.features);
        const std::size_t chunks = (all.size() + features_a_chunk - 1) / features_a_chunk;
        for_each_in_order(
            0, chunks, {plan_.threads, 4 * plan_.threads},
            [&](std::size_t c) {
                return step.apply(
                    all.subspan(c * features_a_chunk, std::min(features_a_chunk, all.size() - c * features_a_chunk)));
            },
            [&](std::size_t, std::vector<Feature> part) {
                std::ranges::move(part, std::back_inserter(result.features));
            });
        step.finish(result, context_of(i));
        layers_[i] = std::move(result);
    }

    void run_whole_step(WholeStep& step, std::size_t i) {
        WholeInput input;
        for (const auto feeder : plan_.steps[i].inputs) {
            if (layers_[feeder]) input.layers.push_back(&*layers_[feeder]);
            if (tables_[feeder]) input.tables.push_back(&*tables_[feeder]);
        }
        keep(i, step.run(input, context_of(i)));
    }

    /// All that the rule hangs on but the ledger; nothing for a step whose work has to be done.
    [[nodiscard]] std::optional<std::string> rule_key(std::size_t i) const {
        const auto& planned = plan_.steps[i];
        const auto* whole = dynamic_cast<const WholeStep*>(planned.step.get());
        if (!keeps() || !planned.rule || !planned.inputs.empty() || contexts_[i].layer_wanted || !whole) return {};
        const auto told = whole->told();
        return told ? std::optional(rule_key_of(plan_, planned, *told)) : std::nullopt;
    }

    /// What the step made in the run before, when nothing that it hangs on has changed; else it runs, and what it reads and makes is kept.
    void run_rule(WholeStep& step, std::size_t i, const std::string& key) {
        const auto* before = options_.fresh ? nullptr : kept_.find(plan_.steps[i].id, key, *ledger_);
        auto& context = context_of(i);
        if (before) return repeat(*before, context);
        const auto first_product = static_cast<std::ptrdiff_t>(products_.size());
        notes_.clear();
        ledger_->trace(options_.fresh ? LedgerAnswers{} : kept_.answers(plan_.steps[i].id));
        run_whole_step(step, i);
        auto trace = ledger_->traced();
        if (!trace.whole) return;
        KeptStep made{.key = key,
                      .read = std::move(trace.read),
                      .put = std::move(trace.put),
                      .answers = std::move(trace.answers),
                      .products = {},
                      .notes = std::exchange(notes_, {})};
        for (auto p = products_.begin() + first_product; p != products_.end(); ++p) made.products.push_back({*p, ""});
        kept_.keep(plan_.steps[i].id, std::move(made));
    }

    void repeat(const KeptStep& before, RunContext& context) {
        for (const auto& table : before.put) ledger_->put(table);
        for (const auto& kept : before.products) products_.push_back(kept.product);
        for (const auto& text : before.notes) context.note(text);
        log_.write("as before", {{"step", context.id}});
        kept_.keep(context.id, before);
    }

    void keep(std::size_t i, Made made) {
        layers_[i] = std::move(made.layer);
        tables_[i] = std::move(made.table);
    }

    [[nodiscard]] Product ledger_product() const {
        Product product;
        product.path = options_.folder + "/ledger.gpkg";
        product.kind = "ledger";
        product.title = "台账 Ledger";
        return product;
    }

    Plan& plan_;
    const RunOptions& options_;
    RunKeys keys_;
    std::vector<std::string> hashes_;
    RunLog log_;
    Kept kept_;
    bool has_facts_ = false;  ///< from the run before
    std::unique_ptr<Ledger> ledger_;
    std::vector<std::optional<Layer>> layers_;
    std::vector<std::optional<Table>> tables_;
    std::vector<std::size_t> last_uses_;
    std::vector<Product> products_;
    std::vector<std::string> notes_;  ///< of the step that runs
    std::vector<RunContext> contexts_;
};

}  // namespace

ParallelFor parallel_by(int threads) {
    return [threads](std::size_t count, const std::function<void(std::size_t)>& work) {
        const auto done = [&](std::size_t i) {
            work(i);
            return true;
        };
        for_each_in_order(0, count, {threads, 4 * threads}, done, [](std::size_t, bool) {});
    };
}

RunResult run_plan(Plan& plan, const RunOptions& options) {
    const auto began = std::chrono::steady_clock::now();
    make_folder(options.folder + "/products");
    const auto hashes = options.record
                            ? hashes_with_memory(plan.files, plan.threads, options.fresh ? "" : options.folder)
                            : std::vector<std::string>{};
    const auto keys = options.record ? keys_of(plan, hashes) : RunKeys{};
    RunResult result{.folder = options.folder,
                     .products = {},
                     .nothing_to_do = options.record && !options.fresh && finished_before(options.folder, keys.run)};
    if (result.nothing_to_do) return result;
    make_folder(options.folder + "/state");
    fs::remove(options.folder + "/manifest.json");
    fs::remove(options.folder + "/ledger.gpkg");
    set_raster_cache(static_cast<std::size_t>(plan.tiles.cache_bytes));
    auto run = std::make_unique<Run>(plan, options, keys, hashes);
    try {
        result.products = run->go();
    } catch (const std::exception& fault) {
        run->failed(fault.what());
        fs::remove_all(options.folder + "/state");  // its partial files go with the writers
        throw;
    }
    if (options.last) left_to_system(std::move(run));
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return result;
}

}  // namespace linmu
