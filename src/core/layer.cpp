// SPDX-License-Identifier: MIT
#include "linmu/core/layer.hpp"

#include <fmt/format.h>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {

Box bounds(const Layer& layer) {
    Box all;
    for (const auto& feature : layer.features) all.join(bounds(feature.geometry));
    return all;
}

std::size_t field_index(const std::vector<Field>& fields, std::string_view name, std::string_view where) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name == name) return i;
        names.push_back(fields[i].name);
    }
    throw DataError(fmt::format("{} has no field '{}'{}", where, name, hint(name, names)));
}

std::string to_text(const Value& value) {
    struct Printer {
        std::string operator()(std::monostate) const { return {}; }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
        std::string operator()(double number) const { return fmt::format("{}", number); }
    };
    return std::visit(Printer{}, value);
}

}  // namespace linmu
