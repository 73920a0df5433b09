// SPDX-License-Identifier: MIT
// Old Chinese frames, and the seven parameters that lead out of them.
#include <fmt/format.h>

#include <charconv>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/crs_proof.hpp"
#include "proj_handles.hpp"

namespace linmu {
namespace {

std::vector<double> numbers_of(std::string_view text) {
    std::vector<double> numbers;
    while (!text.empty()) {
        const auto end = text.find_first_of(", \t");
        const auto word = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (word.empty()) continue;
        double number = 0;
        const auto* past = word.data() + word.size();
        if (const auto read = std::from_chars(word.data(), past, number); read.ec != std::errc() || read.ptr != past)
            throw DataError(fmt::format("towgs84: '{}' is no number", word));
        numbers.push_back(number);
    }
    return numbers;
}

}  // namespace

std::optional<std::string> lacks_parameters(std::string_view crs) {
    const ProjContext context;
    const auto read = read_crs(context, crs);
    if (is_bound(read.get())) return {};
    const auto datum = datum_name(context, read.get());
    if (!is_old_chinese(datum)) return {};
    return fmt::format(
        "its frame is {}, from which no transformation to CGCS2000 is known that is better than about "
        "100 m; ask the survey bureau for the seven parameters of this county and give them (towgs84 = "
        "\"dx,dy,dz,rx,ry,rz,s\"), or have the layer delivered in CGCS2000",
        datum);
}

std::string with_parameters_to_wgs84(std::string_view crs, std::string_view towgs84) {
    const auto values = numbers_of(towgs84);
    if (values.size() != 7)
        throw DataError(
            fmt::format("towgs84 has {} numbers, but must have 7: dx,dy,dz in metres, rx,ry,rz in arc "
                        "seconds, s in parts per million",
                        values.size()));
    const ProjContext context;
    const auto read = read_crs(context, crs);
    if (is_bound(read.get()))
        throw DataError(fmt::format("the CRS has its own parameters to WGS 84; leave out towgs84 = \"{}\"", towgs84));
    const char* text = proj_as_proj_string(context.get(), read.get(), PJ_PROJ_4, nullptr);
    if (!text) throw DataError(fmt::format("the CRS '{}' can take no parameters to WGS 84", proj_get_name(read.get())));
    std::string plain(text);
    if (const auto at = plain.find(" +type=crs"); at != std::string::npos) plain.erase(at, 10);
    std::string list;
    for (const double value : values) list += fmt::format("{}{}", list.empty() ? "" : ",", value);
    return parse_crs(fmt::format("{} +towgs84={}", plain, list)).id;
}

bool same_but_shift(std::string_view a, std::string_view b) {
    const ProjContext context;
    const auto first = unbound(context, read_crs(context, a).get());
    const auto second = unbound(context, read_crs(context, b).get());
    if (same_crs(context, first.get(), second.get())) return true;
    // A PROJ string names no frame: planes of the same figures are then the same.
    const char* text = proj_as_proj_string(context.get(), first.get(), PJ_PROJ_4, nullptr);
    const std::string one = text ? text : "";
    text = proj_as_proj_string(context.get(), second.get(), PJ_PROJ_4, nullptr);
    return !one.empty() && text && one == text;
}

}  // namespace linmu
