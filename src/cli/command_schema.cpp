// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "command.hpp"
#include "linmu/step/registry.hpp"

namespace linmu::cli {
namespace {

using Json = nlohmann::ordered_json;

Json type_of(const Param& p) {
    static constexpr const char* names[] = {"boolean", "integer", "number", "string", "array"};
    Json type{{"type", names[p.target().index()]}};
    if (p.target().index() == 4)
        type = {{"anyOf", {{{"type", "string"}}, {{"type", "array"}, {"items", {{"type", "string"}}}}}}};
    if (!p.choice_names().empty() && p.target().index() == 3) type["enum"] = p.choice_names();
    if (const auto limits = p.limit_pair()) {
        type["minimum"] = limits->first;
        type["maximum"] = limits->second;
    }
    type["description"] = p.unit_name().empty() ? p.help() : fmt::format("{} [{}]", p.help(), p.unit_name());
    return type;
}

Json step_schema(const StepEntry& entry) {
    const auto step = entry.make();
    Params params;
    step->declare(params);
    Json properties{
        {"id", {{"type", "string"}}},
        {"optional",
         {{"type", "boolean"}, {"description", "it and what it feeds may be left out when its files are not there"}}},
        {"each",
         {{"type", "array"},
          {"items", {{"type", "string"}}},
          {"minItems", 1},
          {"description", "one step an item, called ${each}"}}},
        {"use", {{"const", entry.name}}},
        {"in", {{"anyOf", {{{"type", "string"}}, {{"type", "array"}, {"items", {{"type", "string"}}}}}}}}};
    Json required = Json::array({"use"});
    for (const auto& p : params.all()) {
        properties[p.name()] = type_of(p);
        if (p.is_required()) required.push_back(p.name());
    }
    return {{"title", entry.name},  {"description", step->info().summary},
            {"type", "object"},     {"properties", properties},
            {"required", required}, {"additionalProperties", false}};
}

Json include_schema() {
    return {{"title", "include"},
            {"description", "The steps of another file as if they stood here; its [vars] are what is not set yet."},
            {"type", "object"},
            {"properties",
             {{"include", {{"type", "string"}}},
              {"each", {{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", 1}}}}},
            {"required", {"include"}},
            {"additionalProperties", false}};
}

Json pipeline_schema() {
    Json steps = Json::array({include_schema()});
    for (const auto& entry : all_steps()) steps.push_back(step_schema(entry));
    const Json text{{"type", "string"}};
    const Json grid{
        {"type", "object"},
        {"properties",
         {{"crs", text},
          {"cell", {{"type", "number"}}},
          {"like", text},
          {"bounds",
           {{"anyOf",
             {text, {{"type", "array"}, {"items", {{"type", "number"}}}, {"minItems", 4}, {"maxItems", 4}}}}}}}},
        {"additionalProperties", false}};
    return {
        {"$schema", "https://json-schema.org/draft/2020-12/schema"},
        {"title", "linmu pipeline"},
        {"type", "object"},
        {"properties",
         {{"pipeline",
           {{"type", "object"}, {"properties", {{"name", text}, {"title", text}}}, {"additionalProperties", false}}},
          {"vars", {{"type", "object"}, {"additionalProperties", text}}},
          {"grid", grid},
          {"step", {{"type", "array"}, {"minItems", 1}, {"items", {{"oneOf", steps}}}}}}},
        {"required", {"step"}},
        {"additionalProperties", false}};
}

}  // namespace

void add_schema(CLI::App& app) {
    auto* sub = app.add_subcommand("schema", "print the JSON schema of pipeline files, for editors");
    sub->callback([] { fmt::print("{}\n", pipeline_schema().dump(2)); });
}

}  // namespace linmu::cli
