// SPDX-License-Identifier: MIT
// The accounts of a county whose truth was planted: every indicator beside it, and which input each of them rests on.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gdal_priv.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "linmu/io/ledger.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/pipeline/plan.hpp"
#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::IsEmpty;
using testing::IsSubsetOf;
using testing::Not;

/// What the county's documents ask to be measured.
constexpr std::array asked{"A1", "A2", "A3", "A4", "A5", "A6", "A7", "B1", "B2", "B3", "B4",
                           "B5", "B6", "C1", "C2", "C3", "D1", "D2", "D3", "D4", "D5", "D6",
                           "D7", "D8", "E1", "E2", "E3", "E4", "E5", "F1", "F2", "F3", "F4"};
static_assert(asked.size() == 33);

using Row = std::map<std::string, std::string>;     ///< by column, as text; numbers in their shortest exact form
using Place = std::pair<std::string, std::string>;  ///< an indicator and a zone

std::vector<Row> rows_of(const Table& table) {
    std::vector<Row> rows;
    for (const auto& values : table.rows) {
        auto& row = rows.emplace_back();
        for (std::size_t c = 0; c < values.size(); ++c) row[table.spec.columns[c].name] = to_text(values[c]);
    }
    return rows;
}

struct Accounts {
    std::map<Place, Row> figures;
    std::map<std::string, Row> rules;  ///< by indicator
    std::set<std::string> tables;
    std::map<std::string, std::set<std::string>> zones_of_step;
    std::map<std::string, std::set<std::string>> steps_of_table;
};

std::set<std::string> column_of(const Ledger& ledger, const std::string& sql) {
    std::set<std::string> all;
    for (const auto& row : ledger.query(sql).rows) all.insert(to_text(row[0]));
    return all;
}

Accounts accounts_of(const std::string& run) {
    const auto ledger = Ledger::open(run + "/ledger.gpkg");
    Accounts a;
    for (const auto& row : rows_of(ledger.query("SELECT * FROM indicator"))) {
        EXPECT_TRUE(a.figures.emplace(Place{row.at("id"), row.at("zone")}, row).second)
            << "two figures of " << row.at("id") << " in zone '" << row.at("zone") << "'";
    }
    for (const auto& row : rows_of(ledger.query("SELECT * FROM indicator_rule"))) a.rules[row.at("id")] = row;
    a.tables = column_of(ledger, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')");
    for (const auto& row : rows_of(ledger.query("SELECT DISTINCT table_name, step FROM linmu_source")))
        a.steps_of_table[row.at("table_name")].insert(row.at("step"));
    for (const auto& step : a.steps_of_table["zone"]) {
        a.zones_of_step[step] = column_of(
            ledger,
            "SELECT z.zone FROM zone z JOIN linmu_source s ON s.table_name = 'zone' AND z.fid BETWEEN s.first_row AND "
            "s.last_row WHERE s.step = '" +
                step + "'");
    }
    return a;
}

const std::string pipeline = source_file("pipelines/zuoquan.toml");

std::string run_accounts(const std::string& county, const std::string& out) {
    const auto run = run_binary({"run", pipeline, "--set", "county=" + county, "--out", out, "--quiet"});
    return run.exit_code == 0 ? "" : run.err;
}

// ---- Every indicator beside its truth. ----

/// "", or what is wrong with a figure.
std::string fault_of(const Row& truth, const Accounts& accounts) {
    const auto tolerance = std::strtod(truth.at("tolerance").c_str(), nullptr);
    if (!(tolerance >= 0) || truth.at("reason").empty()) return "a truth needs a tolerance and its reason";
    const auto figure = accounts.figures.find({truth.at("indicator"), truth.at("zone")});
    if (figure == accounts.figures.end()) {
        const auto blank = accounts.figures.find({truth.at("indicator"), ""});
        return blank == accounts.figures.end() ? "no figure" : blank->second.at("status");
    }
    if (figure->second.at("value").empty()) return "no value";
    const auto value = std::strtod(figure->second.at("value").c_str(), nullptr);
    const auto planted = std::strtod(truth.at("value").c_str(), nullptr);
    return std::abs(value - planted) <= tolerance ? "" : fmt::format("off by {:.6g}", value - planted);
}

void print_line(const Row& truth, const Accounts& accounts, const std::string& fault) {
    const auto figure = accounts.figures.find({truth.at("indicator"), truth.at("zone")});
    const auto number = [](const std::string& text) {
        return text.empty() ? std::string("-") : fmt::format("{:.4f}", std::strtod(text.c_str(), nullptr));
    };
    fmt::print("{:<18} {:<20} {:>16} {:>16} {:>14} {:<6} {:<20} {}\n", truth.at("indicator"), truth.at("zone"),
               figure == accounts.figures.end() ? "-" : number(figure->second.at("value")), number(truth.at("value")),
               number(truth.at("tolerance")), truth.at("unit"), fault.empty() ? "ok" : fault, truth.at("reason"));
}

/// Figures whose truth nobody planted: said, so that nobody takes them for tested.
void print_untested(const std::vector<Row>& truth, const Accounts& accounts) {
    std::set<std::string> planted, rest;
    for (const auto& t : truth) planted.insert(t.at("indicator"));
    for (const auto& [place, row] : accounts.figures) {
        if (!planted.contains(place.first)) rest.insert(place.first);
    }
    if (!rest.empty()) fmt::print("without a planted truth: {}\n", fmt::join(rest, ", "));
}

/// Verdicts on plots of work beside what was planted: none may be called done where nothing was, or not done where something was.
void check_verdicts(const std::string& county, const std::string& run) {
    std::map<std::string, std::string> said;
    for (const auto& row : rows_of(Ledger::open(run + "/ledger.gpkg").query("SELECT plot, verdict FROM work_verdict")))
        said[row.at("plot")] = row.at("verdict");
    std::map<std::string, std::map<std::string, int>> plots;
    for (const auto& t : rows_of(read_csv(county + "/truth/plots.csv"))) {
        const bool planted = std::strtod(t.at("planted (m2)").c_str(), nullptr) >=
                             0.5 * std::strtod(t.at("designed (m2)").c_str(), nullptr);
        ++plots[planted ? "planted" : "nothing planted"][said.at(t.at("plot"))];
    }
    for (const auto& [truth, verdicts] : plots) {
        for (const auto& [verdict, count] : verdicts) fmt::print("plots of work, {}: {} {}\n", truth, verdict, count);
    }
    EXPECT_EQ(plots["nothing planted"]["done"], 0) << "false done";
    EXPECT_EQ(plots["planted"]["not done"], 0) << "false not done";
    EXPECT_GT(plots["planted"]["done"], 0);
}

/// A net change of farmland that is less than the errors of its flows says so; one with the wrong sign never stands bare.
void check_net_of_farmland(const std::vector<Row>& truth, const Accounts& accounts) {
    const auto value = [&](const char* id) {
        return std::strtod(accounts.figures.at({id, "county"}).at("value").c_str(), nullptr);
    };
    const auto planted =
        std::ranges::find_if(truth, [](const Row& t) { return t.at("indicator") == "D1" && t.at("zone") == "county"; });
    ASSERT_NE(planted, truth.end());
    const auto& note = accounts.figures.at({"D1", "county"}).at("note");
    const double net = value("D1"), flows = value("D1.in") + value("D1.out");
    const bool shown = note.find("no change shown") == std::string::npos;
    EXPECT_EQ(shown, std::abs(net) > flows / 3) << note;
    if (!shown) return;
    EXPECT_GT(net * std::strtod(planted->at("value").c_str(), nullptr), 0) << "the wrong sign: " << note;
}

TEST(CountyAccounts, EveryIndicatorIsWhatWasPlanted) {
    const Workspace space;
    const auto county = county_beside("practice-county-5", {"--size", "5"});
    ASSERT_EQ(run_accounts(county, space.path("run")), "");
    const auto accounts = accounts_of(space.path("run"));
    const auto truth = rows_of(read_csv(county + "/truth/indicators.csv"));
    fmt::print("{:<18} {:<20} {:>16} {:>16} {:>14} {:<6} {:<20} {}\n", "indicator", "zone", "value", "truth",
               "tolerance", "unit", "verdict", "reason of the tolerance");
    std::vector<std::string> unplanted;
    for (const std::string id : asked) {
        bool planted = false;
        for (const auto& t : truth) {
            const auto& of = t.at("indicator");
            if (of != id && !of.starts_with(id + ".")) continue;
            planted = planted || of == id;
            const auto fault = fault_of(t, accounts);
            print_line(t, accounts, fault);
            EXPECT_EQ(fault, "") << of << " in zone '" << t.at("zone") << "'";
        }
        if (!planted) unplanted.push_back(id);
    }
    EXPECT_THAT(unplanted, IsEmpty()) << "indicators without a planted truth";
    print_untested(truth, accounts);
    check_verdicts(county, space.path("run"));
    check_net_of_farmland(truth, accounts);
}

// ---- Each input away in turn. ----

/// Files that may be absent, and the steps that are left out without them.
struct Input {
    std::vector<std::string> files;
    std::set<std::string> steps;

    [[nodiscard]] std::string name() const { return fs::path(files.front()).filename().string(); }
};

std::set<std::string> fed_by(std::set<std::string> steps, const Document& document) {
    for (const auto& step : document.steps) {
        if (std::ranges::any_of(step.in, [&](const InputText& in) { return steps.contains(in.id); }))
            steps.insert(step.id);
    }
    return steps;
}

/// As the pipeline has them, not as somebody remembers them.
std::vector<Input> optional_inputs(const std::string& county) {
    const Settings set{{"county", county}};
    const auto plan = make_plan(read_document(pipeline, set), set, {});
    for (const auto& [id, why] : plan.absent)
        ADD_FAILURE() << "the practice county lacks an input: " << id << ": " << why;
    std::map<std::vector<std::string>, std::set<std::string>> readers;
    for (const auto& planned : plan.steps) {
        const auto text = std::ranges::find(plan.document.steps, planned.id, &StepText::id);
        if (text == plan.document.steps.end() || !text->optional) continue;
        std::vector<std::string> files;
        for (const auto& file : planned.files) {
            if (file.starts_with(county)) files.push_back(file);
        }
        EXPECT_FALSE(files.empty()) << planned.id << " is optional and reads no file of the county";
        if (!files.empty()) readers[files].insert(planned.id);
    }
    std::vector<Input> inputs;
    for (const auto& [files, steps] : readers) inputs.push_back({files, fed_by(steps, plan.document)});
    return inputs;
}

/// Files out of the way for as long as this lives.
class Away {
public:
    explicit Away(std::vector<std::string> files) : files_(std::move(files)) {
        for (const auto& file : files_) fs::rename(file, file + ".away");
    }
    Away(const Away&) = delete;
    Away& operator=(const Away&) = delete;
    ~Away() {
        for (const auto& file : files_) fs::rename(file + ".away", file);
    }

private:
    std::vector<std::string> files_;
};

/// A county of its own, whose scenes' bands are stored as they are: decoding JPEG 2000 anew for each input takes most of a run.
std::string county_to_take_apart(const Workspace& space) {
    const auto county = space.path("county");
    fs::copy(practice_county(), county, fs::copy_options::recursive);
    GDALAllRegister();
    auto* plain = GetGDALDriverManager()->GetDriverByName("GTiff");
    for (const auto& entry : fs::recursive_directory_iterator(county + "/scenes")) {
        if (entry.path().extension() != ".jp2") continue;
        const auto file = entry.path().string(), copy = file + ".tif";
        const GDALDatasetUniquePtr source(GDALDataset::Open(file.c_str()));
        GDALClose(plain->CreateCopy(copy.c_str(), source.get(), 0, nullptr, nullptr, nullptr));
        fs::rename(copy, file);
    }
    return county;
}

/// The first of the tables, listed with spaces between, that is gone; or "".
std::string first_gone(const std::string& tables, const std::set<std::string>& gone) {
    std::istringstream words(tables);
    for (std::string table; words >> table;) {
        if (gone.contains(table)) return table;
    }
    return "";
}

std::string part(const Row& row, const std::string& column) {
    const auto it = row.find(column);
    return it == row.end() ? "" : it->second;
}

/// What a figure says, but for words. An interval may go with the samples that it rests on, a value may not.
std::string figure_of(const Row& row, bool with_interval) {
    auto all = fmt::format("{} {} / {} {}", part(row, "value"), part(row, "numerator"), part(row, "denominator"),
                           part(row, "status"));
    if (with_interval)
        all += fmt::format(" [{}, {}] {}", part(row, "lower"), part(row, "upper"), part(row, "adjusted"));
    return all;
}

class Removal {
public:
    Removal(const Accounts& full, const Accounts& less, const Input& input) : full_(full), less_(less), input_(input) {
        std::ranges::set_difference(full.tables, less.tables, std::inserter(gone_, gone_.end()));
        for (const auto& [step, zones] : full.zones_of_step) {
            if (input.steps.contains(step)) zones_gone_.insert(zones.begin(), zones.end());
        }
        for (const auto& [step, zones] : less.zones_of_step) {
            for (const auto& zone : zones) zones_gone_.erase(zone);
        }
    }

    void check() {
        EXPECT_THAT(tables_of_input(), IsSubsetOf(gone_)) << input_.name();
        for (const auto& [id, rule] : full_.rules) {
            const auto table = first_gone(rule.at("needs"), gone_);
            if (table.empty()) check_kept(id, rule);
            else check_not_computed(id, table);
        }
        EXPECT_TRUE(!not_computed_.empty() || !without_interval_.empty()) << input_.name() << " changes no indicator";
        fmt::print("without {}: no {}; not computed: {}{}{}\n", input_.name(), fmt::join(gone_, ", "),
                   fmt::join(not_computed_, ", "),
                   without_interval_.empty() ? "" : "; no interval: ", fmt::join(without_interval_, ", "));
    }

private:
    /// Tables that only left-out steps fill.
    [[nodiscard]] std::set<std::string> tables_of_input() const {
        std::set<std::string> tables;
        for (const auto& [table, steps] : full_.steps_of_table) {
            if (std::ranges::includes(input_.steps, steps)) tables.insert(table);
        }
        return tables;
    }

    void check_not_computed(const std::string& id, const std::string& table) {
        const auto row = less_.figures.find({id, ""});
        if (row == less_.figures.end())
            ADD_FAILURE() << id << " needs " << table << ", which went with " << input_.name();
        else EXPECT_EQ(row->second.at("status"), "not computed: no " + table) << id;
        not_computed_.push_back(id);
    }

    void check_kept(const std::string& id, const Row& rule) {
        const bool interval = first_gone(part(rule, "wants"), gone_).empty();
        bool limits_gone = false;
        for (auto it = full_.figures.lower_bound({id, ""}); it != full_.figures.end() && it->first.first == id; ++it) {
            if (zones_gone_.contains(it->first.second)) continue;
            const auto less = less_.figures.find(it->first);
            if (less == less_.figures.end()) {
                ADD_FAILURE() << id << " in zone '" << it->first.second << "' went with " << input_.name()
                              << ", though it needs nothing of it";
                continue;
            }
            EXPECT_EQ(figure_of(less->second, interval), figure_of(it->second, interval))
                << id << " in zone '" << it->first.second << "' changed with " << input_.name()
                << ", though it needs nothing of it";
            limits_gone = limits_gone || part(less->second, "lower") != part(it->second, "lower");
        }
        if (limits_gone) without_interval_.push_back(id);
    }

    const Accounts& full_;
    const Accounts& less_;
    const Input& input_;
    std::set<std::string> gone_, zones_gone_;
    std::vector<std::string> not_computed_, without_interval_;
};

TEST(CountyAccounts, AnInputThatIsAwayTakesItsIndicatorsAndNoOthers) {
    const Workspace space;
    const auto county = county_to_take_apart(space);
    ASSERT_EQ(run_accounts(county, space.path("full")), "");
    const auto full = accounts_of(space.path("full"));
    const auto inputs = optional_inputs(county);
    ASSERT_THAT(inputs, Not(IsEmpty()));
    for (const auto& input : inputs) {
        const Away away(input.files);
        const auto fault = run_accounts(county, space.path("less"));
        ASSERT_EQ(fault, "") << "without " << input.name();
        Removal(full, accounts_of(space.path("less")), input).check();
    }
}

}  // namespace
}  // namespace linmu::test
