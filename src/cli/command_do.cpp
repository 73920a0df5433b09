// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include "command.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/left_to_system.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "linmu/pipeline/run.hpp"
#include "linmu/step/registry.hpp"
#include "options.hpp"
#include "progress_bar.hpp"

namespace linmu::cli {
namespace {

namespace fs = std::filesystem;

/// A folder for the ledger of a single step, gone with it.
class Scratch {
public:
    Scratch() {
        std::string name = (fs::temp_directory_path() / "linmu-do-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr)
            throw DataError(fmt::format("{}: no temporary folder can be made there", name));
        path = name;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    std::string path;
};

/// One step on files: its parameters are flags, as are those of the steps that read its inputs and write its output.
class DoCommand {
public:
    explicit DoCommand(const std::string& name) : step_(make_step(name)), info_(step_->info()) {
        step_->declare(params_);
        if (writes_table()) writer_ = make_step("write-table");
        reader_->declare(reader_params_);
        layer_reader_->declare(layer_params_);
        model_reader_->declare(model_params_);
        writer_->declare(writer_params_);
    }

    void run(std::vector<std::string> arguments) {
        CLI::App app{fmt::format("{}: {}", info_.name, info_.summary), "linmu do " + info_.name};
        add_flags(app);
        std::ranges::reverse(arguments);
        try {
            app.parse(std::move(arguments));
        } catch (const CLI::CallForHelp&) {
            fmt::print("{}", app.help());
            return;
        } catch (const CLI::ParseError& fault) {
            throw UsageError(fmt::format("do {}: {}; see linmu do {} --help", info_.name, fault.what(), info_.name));
        }
        execute();
    }

private:
    void add_flags(CLI::App& app) {
        if (!info_.inputs.empty())
            app.add_option("-i,--in", inputs_, "input files, in the order of the step's inputs")->required();
        app.add_option("-o,--out", out_, output_help());
        add_params(app, params_, step_keys_, "");
        const auto is_layer = [](const Port& port) { return port.kind == ArtifactKind::layer; };
        if (std::ranges::any_of(info_.inputs, is_layer)) add_params(app, layer_params_, reader_keys_, "Reading");
        add_params(app, reader_params_, reader_keys_, "Reading");
        if (std::ranges::find(info_.inputs, "model", &Port::name) != info_.inputs.end())
            add_params(app, model_params_, reader_keys_, "Reading");
        if (info_.makes == ArtifactKind::raster || writes_table())
            add_params(app, writer_params_, writer_keys_, "Writing");
        if (info_.makes != ArtifactKind::raster && !writes_table()) add_figure_options(app);
        add_resource_options(app, work_);
    }

    void add_figure_options(CLI::App& app) {
        if (app.get_option_no_throw("--area-unit") != nullptr) return;  // the step has them itself
        const std::map<std::string, AreaUnit> units{{"m2", AreaUnit::m2}, {"ha", AreaUnit::ha}, {"mu", AreaUnit::mu}};
        app.add_option("--area-unit", csv_.area_unit, "unit of areas in the figures: m2, ha or mu")
            ->transform(CLI::CheckedTransformer(units))
            ->group("Figures");
        app.add_option("--decimals", csv_.decimals, "of areas in the figures; m2 with 4 is all that is known")
            ->check(CLI::Range(0, 6))
            ->group("Figures");
    }

    std::string output_help() const {
        if (info_.makes == ArtifactKind::raster) return "GeoTIFF to write";
        if (writes_table()) return "CSV or GeoPackage to write; empty: print it";
        if (info_.makes == ArtifactKind::layer) return "GeoPackage to write, or CSV of the facts; empty: print them";
        return "CSV to write; empty: print it";
    }

    static void add_params(CLI::App& app, const Params& params, std::map<std::string, std::string>& values,
                           const std::string& group) {
        for (const auto& p : params.all()) {
            const std::string flag = "--" + p.name();
            if (p.name() == "path" || app.get_option_no_throw(flag)) continue;
            auto* option = app.add_option(flag, values[p.name()], p.help())->type_name(p.type_name());
            if (!group.empty()) option->group(group);
        }
    }

    static void set_keys(StepText& text, const std::map<std::string, std::string>& values, std::string_view step_name) {
        const auto step = make_step(step_name);
        Params params;
        step->declare(params);
        for (const auto& [name, value] : values) {
            Param* p = value.empty() ? nullptr : params.find(name);
            if (!p) continue;
            // There is no folder of products here: files go where the shell is.
            p->set_text(p->is_output() ? fs::absolute(value).string() : value);
            text.keys.push_back({name, value_of(*p), {}});
        }
    }

    static ParamValue value_of(const Param& p) {
        return std::visit(
            [](auto* target) -> ParamValue {
                if constexpr (std::is_same_v<decltype(target), int*>) return std::int64_t{*target};
                else return *target;
            },
            p.target());
    }

    Document document() const {
        Document doc;
        doc.path = "linmu do " + info_.name;
        doc.folder = fs::current_path().string();
        doc.name = info_.name;
        StepText main{.id = "step", .use = info_.name, .in = {}, .keys = {}, .place = {}, .use_place = {}};
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            StepText reader{.id = fmt::format("input{}", i + 1),
                            .use = reader_for(i),
                            .in = {},
                            .keys = {{"path", inputs_[i], {}}},
                            .place = {},
                            .use_place = {}};
            set_keys(reader, reader_keys_, reader.use);
            if (port(i).as_is) reader.keys.push_back({"as-is", true, {}});
            if (reader.use == "read-table") reader.keys.push_back({"table", reader.id, {}});
            main.in.push_back({reader.id, {}});
            doc.steps.push_back(std::move(reader));
        }
        set_keys(main, step_keys_, info_.name);
        doc.steps.push_back(main);
        if (const auto writer = writer_name(); !writer.empty()) {
            StepText text{.id = "output",
                          .use = writer,
                          .in = {{"step", {}}},
                          .keys = {{"path", is_database(out_) ? out_ : fs::absolute(out_).string(), {}}},
                          .place = {},
                          .use_place = {}};
            set_keys(text, writer_keys_, writer);
            doc.steps.push_back(std::move(text));
        }
        return doc;
    }

    const Port& port(std::size_t i) const { return i < info_.inputs.size() ? info_.inputs[i] : info_.inputs.back(); }

    std::string reader_for(std::size_t i) const {
        if (port(i).name == "model") return "read-model";
        switch (port(i).kind) {
            case ArtifactKind::layer: return "read-layer";
            case ArtifactKind::table: return "read-table";
            default: return "read-raster";
        }
    }

    /// Steps whose table is for people, not only for other steps: it is written as it is, without the ledger.
    bool writes_table() const { return info_.name == "zonal"; }

    std::string writer_name() const {
        if (writes_table()) return out_.empty() ? "" : "write-table";
        const bool makes_file =
            info_.makes == ArtifactKind::raster ||
            (info_.makes == ArtifactKind::layer && !out_.empty() && fs::path(out_).extension() != ".csv");
        if (info_.makes == ArtifactKind::raster && out_.empty())
            throw UsageError(fmt::format("do {}: say where to write: --out file.tif", info_.name));
        return !makes_file ? "" : info_.makes == ArtifactKind::raster ? "write-raster" : "write-layer";
    }

    void execute() {
        Plan plan = make_plan(document(), {}, resources_of(work_));
        const Scratch scratch;
        ProgressBar bar(work_.quiet);
        RunOptions options;
        options.folder = scratch.path;
        options.progress = &bar;
        options.note = [&](const std::string& text) { bar.say(text); };
        options.record = false;
        options.last = true;
        parallel_ = parallel_by(plan.threads);
        if (writer_name().empty()) options.before_close = [this](Ledger& ledger) { write_tables(ledger); };
        run_plan(plan, options);
    }

    /// The step's facts as CSV: every table that it has put into its own ledger.
    void write_tables(Ledger& ledger) const {
        if (auto& held = left_to_system(ledger.take_held())) return write_tables(*held);
        const Table names = ledger.query(
            "SELECT table_name FROM gpkg_contents JOIN sqlite_master ON name = table_name AND type = 'table' "
            "WHERE table_name NOT LIKE 'linmu_%' AND table_name <> 'legend' ORDER BY table_name");
        for (const auto& row : names.rows) {
            const std::string name = to_text(row[0]);
            write_table(name, names.rows.size() == 1, [&](const std::string& file) { write_rows(ledger, name, file); });
        }
    }

    void write_tables(std::vector<Table>& tables) const {
        std::erase_if(tables, [](const Table& table) {
            return table.spec.name.starts_with("linmu_") || table.spec.name == "legend";
        });
        for (const auto& table : tables)
            write_table(table.spec.name, tables.size() == 1,
                        [&](const std::string& file) { write_csv(file, table, csv_, parallel_); });
    }

    /// To the file that was asked for; to stdout when none was.
    template <class Write>
    void write_table(const std::string& name, bool only, Write write) const {
        if (!out_.empty()) return write(only ? out_ : named_out(name));
        const Scratch scratch;
        write(scratch.path + "/table.csv");
        fmt::print("{}", read_text_file(scratch.path + "/table.csv"));
    }

    /// Some rows at a time, by their key, which is a table's first column: a table may be larger than the memory.
    void write_rows(const Ledger& ledger, const std::string& table, const std::string& file) const {
        constexpr std::size_t at_once = 50'000;
        std::optional<CsvWriter> writer;
        std::string after = "-1";
        for (std::size_t got = at_once; got == at_once;) {
            const Table rows = ledger.query(
                fmt::format("SELECT * FROM \"{}\" WHERE rowid > {} ORDER BY rowid LIMIT {}", table, after, at_once),
                table);
            if (!writer) writer.emplace(file, rows.spec, csv_);
            writer->add(rows.rows, parallel_);
            got = rows.rows.size();
            if (got > 0) after = to_text(rows.rows.back().front());
        }
        writer->close();
    }

    /// Of several tables each gets a file of its own: matrix.csv becomes matrix-accuracy.csv and matrix-error_matrix.csv.
    std::string named_out(const std::string& table) const {
        const fs::path path(out_);
        return (path.parent_path() / (path.stem().string() + "-" + table + path.extension().string())).string();
    }

    std::unique_ptr<Step> step_, reader_ = make_step("read-raster"), layer_reader_ = make_step("read-layer"),
                                 model_reader_ = make_step("read-model"), writer_ = make_step("write-raster");
    StepInfo info_;
    Params params_, reader_params_, layer_params_, model_params_, writer_params_;
    std::map<std::string, std::string> step_keys_, reader_keys_, writer_keys_;
    std::vector<std::string> inputs_;
    std::string out_;
    CsvOptions csv_;
    ParallelFor parallel_ = in_turn;
    WorkOptions work_;
};

}  // namespace

void add_do(CLI::App& app) {
    auto* sub = app.add_subcommand(
        "do",
        "run a single step on files: linmu do indices --in scene.tif --bands R=3,N=4 --index NDVI --out ndvi.tif");
    sub->set_help_flag();
    sub->prefix_command();
    sub->callback([sub] {
        auto rest = sub->remaining();
        if (rest.empty() || rest.front().front() == '-')
            throw UsageError("do needs the name of a step; linmu steps lists them");
        const std::string step = rest.front();
        rest.erase(rest.begin());
        DoCommand(step).run(std::move(rest));
    });
}

}  // namespace linmu::cli
