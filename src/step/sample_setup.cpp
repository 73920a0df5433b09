// SPDX-License-Identifier: MIT
#include "sample_setup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/algo/interval.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {
namespace {

/// "walnut=0.7": a class and a share.
std::pair<std::string, double> expectation(const std::string& text) {
    const auto equals = text.rfind('=');
    if (equals != std::string::npos) {
        char* end = nullptr;
        const double value = std::strtod(text.c_str() + equals + 1, &end);
        if (end != text.c_str() + equals + 1 && *end == '\0' && value > 0 && value < 1)
            return {text.substr(0, equals), value};
    }
    throw UsageError(
        fmt::format("expect '{}' must be \"class=share\" with a share between 0 and 1: \"walnut=0.7\"", text));
}

Table design_table() {
    return {{"sample_design",
             "抽样设计",
             {{"design", FieldType::text, "", "设计"},
              {"map", FieldType::text, "", "图"},
              {"method", FieldType::text, "", "抽样方法"},
              {"allocation", FieldType::text, "", "样本分配"},
              {"unit", FieldType::text, "", "样本单元"},
              {"stratum", FieldType::text, "", "层"},
              {"units", FieldType::integer, "", "层内单元数"},
              {"area", FieldType::area, "m2", "层面积"},
              {"drawn", FieldType::integer, "", "样本数"},
              {"probability", FieldType::real, "", "入样概率"},
              {"expected", FieldType::real, "", "预期用户精度"},
              {"expected_half_width", FieldType::real, "", "预期半宽"},
              {"seed", FieldType::integer, "", "随机种子"}}},
            {}};
}

}  // namespace

void SampleSetup::declare(Params& p) {
    p.add("n", "samples in all; 0: as many as half-width needs", &n_).limits(0, 1'000'000);
    p.add("half-width",
          "wanted half width of the 95 % interval: of overall accuracy in percentage points, of a class in % "
          "of its mapped area",
          &half_width_)
        .unit("%")
        .limits(0, 100);
    p.add("of", "what half-width is of: overall, or a stratum (class) by name", &of_);
    p.add("allocation", "of samples to strata; olofsson: 'least' to each rare class, the rest by area", &allocation_)
        .choices(allocation_names());
    p.add("least", "samples of a rare class under allocation = olofsson", &least_).limits(2, 100'000);
    p.add("expected", "user's accuracy that is expected of each class", &expected_).limits(0.01, 0.999);
    p.add("expect", "the same of some classes: \"walnut=0.7\"", &expect_);
    p.add("omission", "part of the other strata that is expected to be the class of 'of'", &omission_).limits(0, 0.5);
    p.add("seed", "other seeds give other samples; the same one the same", &seed_).limits(0, 2e9);
    p.add("design", "name of the design in the ledger; empty: the id of the step", &design_);
    p.add("epoch", "that the reference class must be of: \"2025\"; goes with each sample", &epoch_);
}

void SampleSetup::check() const {
    if (n_ == 0 && half_width_ == 0)
        throw UsageError("say how many samples (n = 600) or how narrow the interval must be (half-width = 3)");
    if (n_ > 0 && half_width_ > 0) throw UsageError("n and half-width both say how many samples; give one of them");
    for (const auto& text : expect_) (void)expectation(text);
}

double SampleSetup::expected_of(const std::string& stratum) const {
    for (const auto& text : expect_) {
        const auto [name, value] = expectation(text);
        if (name == stratum) return value;
    }
    return expected_;
}

std::vector<PlannedStratum> SampleSetup::planned(const std::vector<DesignStratum>& strata) const {
    Area whole;
    for (const auto& s : strata) whole += s.area;
    std::vector<PlannedStratum> result;
    for (const auto& s : strata)
        result.push_back({s.name, s.area.m2() / std::max(whole.m2(), 1e-9), s.units, expected_of(s.name)});
    for (const auto& text : expect_) {
        std::vector<std::string> names;
        for (const auto& s : strata) names.push_back(s.name);
        const auto name = expectation(text).first;
        if (std::ranges::find(names, name) == names.end())
            throw DataError(fmt::format("expect: there is no stratum '{}'{}", name, hint(name, names)));
    }
    return result;
}

SampleTarget SampleSetup::target(const std::vector<PlannedStratum>& strata) const {
    SampleTarget target{{}, half_width_ / 100 / normal_95, omission_};
    if (of_ == "overall") return target;
    const auto found = std::ranges::find(strata, of_, &PlannedStratum::name);
    if (found == strata.end()) {
        std::vector<std::string> names{"overall"};
        for (const auto& s : strata) names.push_back(s.name);
        throw DataError(fmt::format("of: there is no stratum '{}'{}", of_, hint(of_, names)));
    }
    target.stratum = static_cast<std::size_t>(found - strata.begin());
    target.standard_error *= found->share;
    return target;
}

void SampleSetup::allocate_to(std::vector<DesignStratum>& strata, RunContext& context) const {
    const auto plan = planned(strata);
    const AllocationRule rule{parse_allocation(allocation_), least_};
    const auto n = n_ > 0 ? std::int64_t{n_} : samples_for(plan, rule, target(plan), largest_n);
    const auto drawn = allocate(n, plan, rule);
    for (std::size_t h = 0; h < strata.size(); ++h) {
        strata[h].drawn = drawn[h];
        if (strata[h].units == 0 && strata[h].area > Area{})
            context.note(fmt::format("stratum {} ({:.0f} m2) has no whole unit; no sample can be drawn of it",
                                     strata[h].name, strata[h].area.m2()));
    }
    context.note(fmt::format("{} samples of {} strata; half width of overall accuracy to be expected: {:.1f} %", n,
                             strata.size(), 100 * normal_95 * expected_error(plan, drawn, {})));
}

void SampleSetup::record(const std::vector<DesignStratum>& strata, const std::string& map, const std::string& method,
                         const std::string& unit, RunContext& context) const {
    const auto plan = planned(strata);
    std::vector<std::int64_t> drawn;
    for (const auto& s : strata) drawn.push_back(s.drawn);
    const double half_width = normal_95 * expected_error(plan, drawn, {});
    auto table = design_table();
    for (std::size_t h = 0; h < strata.size(); ++h) {
        const auto& s = strata[h];
        const bool stratified = method == "stratified";
        table.rows.push_back(
            {design_.empty() ? context.id : design_, map, method, stratified ? Value{allocation_} : Value{}, unit,
             s.name, s.units, s.area.units(), s.drawn,
             s.units > 0 ? Value{static_cast<double>(s.drawn) / static_cast<double>(s.units)} : Value{},
             plan[h].expected, half_width, std::int64_t{seed_}});
    }
    context.ledger->put(table);
}

std::vector<Field> sample_fields() {
    return {{"id", FieldType::integer, "", "样本号"},
            {"stratum", FieldType::text, "", "层"},
            {"map_class", FieldType::text, "", "图上地类"},
            {"unit", FieldType::text, "", "样本单元"},
            {"unit_m2", FieldType::real, "m2", "单元面积"},
            {"stratum_units", FieldType::integer, "", "层内单元数"},
            {"stratum_m2", FieldType::real, "m2", "层面积"},
            {"probability", FieldType::real, "", "入样概率"},
            {"weight", FieldType::real, "m2", "代表面积"},
            {"cluster", FieldType::integer, "", "群号"},
            {"parcel", FieldType::text, "", "图斑标识"},
            {"lon", FieldType::real, "degree", "经度"},
            {"lat", FieldType::real, "degree", "纬度"},
            {"place", FieldType::text, "", "位置"},
            {"epoch", FieldType::text, "", "时期"},
            {"class", FieldType::text, "", "参考地类"},
            {"source", FieldType::text, "", "依据"},
            {"quality", FieldType::text, "", "把握"},
            {"note", FieldType::text, "", "备注"}};
}

SampleWriter::SampleWriter(const std::string& crs, std::string epoch)
    : to_degrees_(crs, "EPSG:4490"), epoch_(std::move(epoch)) {}

Feature SampleWriter::feature(const DrawnSample& s, Geometry geometry, const Point& where) const {
    const Point degrees = to_degrees_(where);
    // Seven decimals are a centimetre.
    const auto rounded = [](double x) { return std::round(x * 1e7) / 1e7; };
    return {s.id,
            std::move(geometry),
            {s.id, s.stratum, s.map_class, s.unit, s.unit_m2, s.stratum_units, s.stratum_m2, s.probability,
             s.probability > 0 ? Value{s.stratum_m2 / (s.probability * static_cast<double>(s.stratum_units))} : Value{},
             s.cluster ? Value{*s.cluster} : Value{}, s.parcel.empty() ? Value{} : Value{s.parcel}, rounded(degrees.x),
             rounded(degrees.y), fmt::format("geo:{:.7f},{:.7f}", degrees.y, degrees.x),
             epoch_.empty() ? Value{} : Value{epoch_}, Value{}, Value{}, Value{}, Value{}}};
}

}  // namespace linmu
