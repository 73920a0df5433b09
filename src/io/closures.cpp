// SPDX-License-Identifier: MIT
#include "linmu/io/closures.hpp"

#include <fmt/format.h>

#include "linmu/io/data_file.hpp"
#include "toml_reader.hpp"

namespace linmu {
namespace {

Closure closure_of(TomlTable& t) {
    Closure closure;
    closure.id = t.text("id");
    closure.name_zh = t.text("name_zh");
    closure.name_en = t.text("name_en");
    const auto kind = t.text("kind");
    if (kind != "proof" && kind != "survey")
        t.fail("kind", fmt::format("'{}' is no kind of closure; proof or survey", kind));
    closure.proof = kind == "proof";
    closure.needs = t.texts("needs");
    closure.sql = t.text("sql");
    t.finish();
    return closure;
}

}  // namespace

ClosureFile load_closures() {
    const auto path = find_data_file("", "closures");
    const auto document = parse_toml_file(path);
    TomlTable top(document, path);
    ClosureFile file;
    for (auto& t : top.tables("closure")) file.closures.push_back(closure_of(t));
    for (auto& t : top.tables("verdict", true)) {
        file.verdicts.push_back({t.text("table"), t.text("key"), t.text("column")});
        t.finish();
    }
    top.finish();
    return file;
}

}  // namespace linmu
