// SPDX-License-Identifier: MIT
#include "linmu/core/layer_bounds.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {

Box bounds(const Layer& layer, const ParallelFor& parallel) {
    constexpr std::size_t chunk = 1024;
    const std::size_t count = layer.features.size();
    std::vector<Box> parts((count + chunk - 1) / chunk);
    parallel(parts.size(), [&](std::size_t c) {
        for (std::size_t i = c * chunk; i < std::min(count, (c + 1) * chunk); ++i)
            parts[c].join(bounds(layer.features[i].geometry));
    });
    Box all;
    for (const auto& part : parts) all.join(part);
    return all;
}

Box bounds(const Layer& layer) { return bounds(layer, in_turn); }

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
