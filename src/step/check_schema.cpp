// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/schema.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

Field text(const char* name, const char* zh) { return {name, FieldType::text, "", zh}; }
Field whole(const char* name, const char* zh) { return {name, FieldType::integer, "", zh}; }

const std::vector<Field> violation_columns{text("layer", "图层"),   whole("feature", "要素"), text("field", "字段"),
                                           text("value", "值"),     text("rule", "规则"),     text("severity", "程度"),
                                           text("sentence", "说明")};
const std::vector<Field> count_columns{text("layer", "图层"), text("schema", "数据字典"), text("rule", "规则"),
                                       text("field", "字段"), text("severity", "程度"),   whole("features", "要素数")};

std::string severity(const Violation& violation) { return violation.error ? "error" : "warning"; }

class CheckSchema final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "check-schema",
            "字段检查",
            "Brings a survey layer's fields to the names and types of its schema, and lists every value that breaks "
            "it: types, lengths, codes, rules between fields.",
            "prepare",
            {{.name = "layer", .kind = ArtifactKind::layer, .help = "layer to check"}},
            ArtifactKind::layer,
            1,
            false};
    }

    void declare(Params& p) override {
        p.add("schema",
              "what the layer must be (data/schemas): dltb, dltbgx, dltbgxgc, xzq, cjdcq, yjjbnttb, stbhhx, pdt, "
              "xiaoban, xiaoban-monitoring, works, roads, points",
              &schema_name_)
            .required();
        p.add("codes", "other code tables of fields: \"DLBM=land-erdiao\", \"DI_LEI=di-lei-4b\" (data/codes)", &codes_);
        p.add("recode",
              "crosswalk of codes (data/code-crosswalks): adds a field with the other system's code, where one alone "
              "fits",
              &recode_);
        p.add("list", "CSV of all violations, below the run's products", &list_).output();
        p.add("stop", "stop the run at errors (after the list is written); warnings never stop", &stop_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        schema_ = load_schema(schema_name_);
        context.files->push_back(find_data_file("schemas", schema_name_));
        set_codes();
        source_ = inputs[0].layer;
        const auto map = map_fields(schema_, source_.fields);
        for (const auto& note : map.notes) context.notes->push_back(note);
        for (const auto k : map.extras)
            context.notes->push_back(fmt::format("{} is not in schema {}", source_.fields[k].name, schema_.id));
        auto spec = canonical_spec(schema_, source_, map);
        if (!recode_.empty()) plan_recoding(spec);
        return Artifact::of(std::move(spec));
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        auto result = check_schema(schema_, *inputs.layers[0]);
        if (walk_) recode(result);
        const auto violations = violation_table(result.violations);
        context.ledger->put(violations);
        context.ledger->put(count_table(result.violations));
        if (!list_.empty()) write_list(violations, context);
        tell(result.violations, context);
        return {std::move(result.layer), {}};
    }

private:
    void set_codes() {
        std::vector<std::string> names;
        for (const auto& field : schema_.fields) names.push_back(field.name);
        for (const auto& pair : codes_) {
            const auto equals = pair.find('=');
            if (equals == std::string::npos) throw UsageError(fmt::format("codes '{}' must be \"FIELD=table\"", pair));
            const auto at = std::ranges::find(names, pair.substr(0, equals)) - names.begin();
            if (at == std::ssize(names))
                throw UsageError(fmt::format("schema {} has no field '{}'", schema_.id, pair.substr(0, equals)));
            auto& field = schema_.fields[static_cast<std::size_t>(at)];
            field.codes = pair.substr(equals + 1);
            schema_.codes[field.codes] = load_codes(field.codes);
        }
    }

    void plan_recoding(LayerSpec& spec) {
        walk_ = load_code_crosswalk(recode_);
        for (const auto& field : schema_.fields) {
            const auto at = std::ranges::find(spec.fields, field.name, &Field::name);
            if (field.codes != walk_->from || at == spec.fields.end()) continue;
            recoded_ = static_cast<std::size_t>(at - spec.fields.begin());
            spec.fields.push_back({field.name + "_" + walk_->to, FieldType::text, "", walk_->name_zh});
            return;
        }
        throw UsageError(
            fmt::format("recode = \"{}\": the layer has no field with codes of {}; say which has: codes = "
                        "[\"FIELD={}\"]",
                        recode_, walk_->from, walk_->from));
    }

    void recode(SchemaResult& result) const {
        const auto& source = result.layer.spec.fields[recoded_];
        const std::string name = source.name + "_" + walk_->to;
        result.layer.spec.fields.push_back({name, FieldType::text, "", walk_->name_zh});
        for (auto& feature : result.layer.features) {
            const auto code = to_text(feature.values[recoded_]);
            const auto link = walk_->links.find(code);
            const bool known = link != walk_->links.end();
            const bool one = known && link->second.to.size() == 1;
            feature.values.push_back(one ? Value{link->second.to.front()} : Value{});
            // A code that its own table lacks is told already.
            if (one || !known) continue;
            std::string targets;
            for (const auto& to : link->second.to) targets += (targets.empty() ? "" : ", ") + to;
            result.violations.push_back({feature.fid, source.name, code, "recode", false,
                                         targets.empty() ? fmt::format("{} has no class for it", walk_->to)
                                                         : fmt::format("may be {} of {}", targets, walk_->to)});
        }
    }

    Table violation_table(const std::vector<Violation>& violations) const {
        Table table{{"schema_violation", "字段问题", violation_columns}, {}};
        for (const auto& v : violations)
            table.rows.push_back(
                {source_.name, v.fid ? Value{*v.fid} : Value{}, v.field, v.value, v.rule, severity(v), v.says});
        return table;
    }

    Table count_table(const std::vector<Violation>& violations) const {
        std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> counts;
        for (const auto& v : violations) ++counts[{v.rule, v.field, severity(v)}];
        Table table{{"schema_count", "字段问题统计", count_columns}, {}};
        for (const auto& [key, count] : counts)
            table.rows.push_back(
                {source_.name, schema_.id, std::get<0>(key), std::get<1>(key), std::get<2>(key), count});
        return table;
    }

    void write_list(const Table& violations, RunContext& context) const {
        const auto file = context.product_path(list_);
        std::filesystem::create_directories(std::filesystem::path(file).parent_path());
        write_csv(file, violations, {.area_unit = AreaUnit::m2});
        Product product;
        product.path = file;
        product.kind = "table";
        product.title = "字段问题 " + source_.name;
        context.products->push_back(std::move(product));
    }

    void tell(const std::vector<Violation>& violations, RunContext& context) const {
        const auto errors = std::ranges::count_if(violations, &Violation::error);
        const auto summary = fmt::format("layer '{}' against schema {}: {} errors, {} warnings", source_.name,
                                         schema_.id, errors, std::ssize(violations) - errors);
        context.note(summary);
        if (!stop_ || errors == 0) return;
        const auto first = *std::ranges::find_if(violations, &Violation::error);
        const auto place = first.fid ? fmt::format("feature {}, ", *first.fid) : std::string();
        const auto value = first.value.empty() ? std::string() : fmt::format(" '{}'", first.value);
        throw DataError(fmt::format("{}; the first: {}field {}{}: {}; mend the layer, or go on with stop = false{}",
                                    summary, place, first.field, value, first.says,
                                    list_.empty() ? "; list = \"x.csv\" lists them" : ""));
    }

    std::string schema_name_, recode_, list_;
    std::vector<std::string> codes_;
    bool stop_ = false;
    Schema schema_;
    LayerSpec source_;
    std::optional<CodeCrosswalk> walk_;
    std::size_t recoded_ = 0;
};

}  // namespace

std::unique_ptr<Step> make_check_schema() { return std::make_unique<CheckSchema>(); }

}  // namespace linmu
