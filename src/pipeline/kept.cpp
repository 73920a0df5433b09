// SPDX-License-Identifier: MIT
#include "kept.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "linmu/exec/tiles.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/table_file.hpp"

namespace linmu {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

/// Goes up when what is kept is written in another way.
constexpr int form = 2;

json to_json(const Value& value) {
    return std::visit(
        [](const auto& v) -> json {
            if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>) return nullptr;
            else return v;
        },
        value);
}

Value value_of(const json& j) {
    if (j.is_string()) return j.get<std::string>();
    if (j.is_number_float()) return j.get<double>();
    if (j.is_number()) return j.get<std::int64_t>();
    return {};
}

json to_json(const Table& table) {
    json columns = json::array(), rows = json::array();
    for (const auto& c : table.spec.columns) columns.push_back({c.name, static_cast<int>(c.type), c.unit, c.name_zh});
    for (const auto& row : table.rows) {
        auto& values = rows.emplace_back(json::array());
        for (const auto& value : row) values.push_back(to_json(value));
    }
    return {{"name", table.spec.name}, {"title_zh", table.spec.title_zh}, {"columns", columns}, {"rows", rows}};
}

Table table_of(const json& j) {
    Table table{{j.at("name"), j.at("title_zh"), {}}, {}};
    for (const auto& c : j.at("columns"))
        table.spec.columns.push_back({c.at(0), static_cast<FieldType>(c.at(1).get<int>()), c.at(2), c.at(3)});
    for (const auto& values : j.at("rows")) {
        auto& row = table.rows.emplace_back();
        for (const auto& value : values) row.push_back(value_of(value));
    }
    return table;
}

/// Paths are kept below the run's folder, so that the folder may be moved.
json to_json(const KeptProduct& kept, const std::string& folder) {
    const auto& p = kept.product;
    return {{"path", fs::path(p.path).lexically_relative(folder).generic_string()},
            {"kind", p.kind},
            {"title", p.title},
            {"group", p.group},
            {"table", p.table},
            {"geometry", p.geometry},
            {"style", p.style},
            {"legend", p.legend},
            {"crs", p.crs},
            {"bands", p.bands},
            {"hash", kept.hash}};
}

KeptProduct product_of(const json& j, const std::string& folder) {
    Product p;
    p.path = (fs::path(folder) / j.at("path").get<std::string>()).lexically_normal().string();
    p.kind = j.at("kind");
    p.title = j.at("title");
    p.group = j.at("group");
    p.table = j.at("table");
    p.geometry = j.at("geometry");
    p.style = j.at("style");
    p.legend = j.at("legend");
    p.crs = j.at("crs");
    p.bands = j.at("bands").get<std::vector<std::string>>();
    return {std::move(p), j.at("hash")};
}

json to_json(const std::vector<KeptProduct>& products, const std::string& folder) {
    json list = json::array();
    for (const auto& product : products) list.push_back(to_json(product, folder));
    return list;
}

std::vector<KeptProduct> products_of(const json& j, const std::string& folder) {
    std::vector<KeptProduct> products;
    for (const auto& product : j) products.push_back(product_of(product, folder));
    return products;
}

json to_json(const KeptStep& step, const std::string& folder) {
    json put = json::array();
    for (const auto& table : step.put) put.push_back(to_json(table));
    json answers = json::object();
    for (const auto& [sql, answer] : step.answers)
        answers[sql] = {{"read", answer.read}, {"rows", to_json(answer.rows)}};
    return {{"key", step.key},
            {"read", step.read},
            {"put", put},
            {"answers", answers},
            {"products", to_json(step.products, folder)},
            {"notes", step.notes}};
}

KeptStep step_of(const json& j, const std::string& folder) {
    KeptStep step{.key = j.at("key"),
                  .read = j.at("read").get<std::map<std::string, std::string>>(),
                  .put = {},
                  .answers = {},
                  .products = products_of(j.at("products"), folder),
                  .notes = j.at("notes").get<std::vector<std::string>>()};
    for (const auto& table : j.at("put")) step.put.push_back(table_of(table));
    for (const auto& [sql, answer] : j.at("answers").items())
        step.answers.emplace(sql, LedgerAnswer{answer.at("read").get<std::map<std::string, std::string>>(),
                                               table_of(answer.at("rows"))});
    return step;
}

/// A file of a hash and, after it, what it is of.
void write_kept(const std::string& path, json content) {
    content["form"] = form;
    const auto bytes = json::to_cbor(content);
    const std::string text(bytes.begin(), bytes.end());
    write_text_file(path, text_hash(text) + text);
}

/// Nothing when it is not there, or not as it was written.
json read_kept(const std::string& path) {
    constexpr std::size_t hash_length = 32;
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return nullptr;
    const auto text = read_text_file(path);
    if (text.size() < hash_length ||
        text_hash(std::string_view(text).substr(hash_length)) != text.substr(0, hash_length))
        return nullptr;
    auto content = json::from_cbor(text.substr(hash_length), true, false);
    return content.is_object() && content.value("form", 0) == form ? content : json(nullptr);
}

bool is_whole(const KeptProduct& kept) {
    std::error_code ignored;
    return fs::is_regular_file(kept.product.path, ignored) && content_hash(kept.product.path) == kept.hash;
}

std::vector<KeptProduct> with_hashes(const std::vector<Product>& products) {
    std::vector<KeptProduct> kept;
    for (const auto& product : products) kept.push_back({product, content_hash(product.path)});
    return kept;
}

}  // namespace

Kept::Kept(const std::string& run_folder) : folder_(run_folder + "/kept"), run_folder_(run_folder) {
    const auto rules = read_kept(folder_ + "/rules");
    if (!rules.is_object()) return;
    for (const auto& [step, kept] : rules.at("steps").items()) known_.emplace(step, step_of(kept, run_folder_));
}

std::optional<Kept::Facts> Kept::facts(const std::string& key) const {
    const auto kept = read_kept(folder_ + "/facts");
    Facts facts{folder_ + "/facts.gpkg", {}};
    if (!kept.is_object() || kept.at("key") != key || !fs::exists(facts.ledger) ||
        content_hash(facts.ledger) != kept.at("ledger"))
        return {};
    for (auto& product : products_of(kept.at("products"), run_folder_)) {
        if (!is_whole(product)) return {};
        facts.products.push_back(std::move(product.product));
    }
    return facts;
}

void Kept::keep_facts(const std::string& key, const Ledger& ledger, const std::vector<Product>& products) const {
    fs::create_directories(folder_);
    fs::remove(folder_ + "/facts");
    ledger.keep(folder_ + "/facts.gpkg");
    write_kept(folder_ + "/facts", {{"key", key},
                                    {"ledger", content_hash(folder_ + "/facts.gpkg")},
                                    {"products", to_json(with_hashes(products), run_folder_)}});
}

const KeptStep* Kept::find(const std::string& step, const std::string& key, const Ledger& ledger) const {
    const auto known = known_.find(step);
    if (known == known_.end() || known->second.key != key) return nullptr;
    const auto as_it_was = [&](const auto& table) { return ledger.mark(table.first) == table.second; };
    const auto& kept = known->second;
    return std::ranges::all_of(kept.read, as_it_was) && std::ranges::all_of(kept.products, is_whole) ? &kept : nullptr;
}

LedgerAnswers Kept::answers(const std::string& step) const {
    const auto known = known_.find(step);
    return known == known_.end() ? LedgerAnswers{} : known->second.answers;
}

void Kept::keep(const std::string& step, KeptStep made) {
    for (auto& product : made.products) {
        if (product.hash.empty()) product.hash = content_hash(product.product.path);
    }
    kept_.insert_or_assign(step, std::move(made));
}

void Kept::save() const {
    json steps = json::object();
    for (const auto& [step, kept] : kept_) steps[step] = to_json(kept, run_folder_);
    fs::create_directories(folder_);
    write_kept(folder_ + "/rules", {{"steps", steps}});
}

std::vector<std::string> hashes_with_memory(const std::vector<std::string>& paths, int threads,
                                            const std::string& run_folder) {
    const auto file = run_folder + "/kept/inputs";
    const auto known = run_folder.empty() ? json(nullptr) : read_kept(file);
    const auto remembered = [&](const std::string& path, const std::string& stamp) {
        const auto entry = known.is_object() ? known.at("hashes").value(path, json::array()) : json::array();
        return !stamp.empty() && entry.size() == 2 && entry[0] == stamp ? entry[1].get<std::string>() : "";
    };
    std::vector<std::string> hashes;
    json kept = json::object();
    const auto hashed = [&](std::size_t i) {
        auto stamp = file_stamp(paths[i]);
        auto hash = remembered(paths[i], stamp);
        return std::pair(std::move(stamp), hash.empty() ? content_hash(paths[i]) : hash);
    };
    for_each_in_order(0, paths.size(), {threads, 2 * threads}, hashed,
                      [&](std::size_t i, std::pair<std::string, std::string> made) {
                          if (!made.first.empty()) kept[paths[i]] = {made.first, made.second};
                          hashes.push_back(std::move(made.second));
                      });
    if (!run_folder.empty()) {
        fs::create_directories(run_folder + "/kept");
        write_kept(file, {{"hashes", kept}});
    }
    return hashes;
}

}  // namespace linmu
