// SPDX-License-Identifier: MIT
#include "linmu/geo/crs.hpp"

#include <fmt/format.h>
// proj_crs_demote_to_2D is declared nowhere else in PROJ 9.1.
#include <proj_experimental.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <map>
#include <mutex>
#include <numbers>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "proj_handles.hpp"

namespace linmu {
namespace {

constexpr const char* way_out = "give an EPSG code such as \"EPSG:4547\", a WKT or a PROJ string";

void keep_message(void* kept, int, const char* text) { *static_cast<std::string*>(kept) = text; }

std::string shortened(std::string_view text) {
    return text.size() <= 60 ? std::string(text) : fmt::format("{}...", text.substr(0, 57));
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n\0";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool only_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return out;
}

/// What PROJ may be asked. It also takes bare names, and then any CRS whose name is near: that is refused here.
std::string checked(std::string_view given) {
    const auto text = trimmed(given);
    if (text.empty()) throw DataError(fmt::format("there is no CRS; {}", way_out));
    if (only_digits(text)) throw DataError(fmt::format("'{0}' is no CRS; did you mean 'EPSG:{0}'?", text));
    if (text.front() == '+') return fmt::format("{} +type=crs", text);
    if (text.front() == '{' || text.find('[') != std::string_view::npos) return std::string(text);
    if (text.starts_with("urn:") || text.starts_with("http")) return std::string(text);
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) throw DataError(fmt::format("'{}' is no CRS; {}", shortened(text), way_out));
    static const std::array<std::string, 5> authorities{"EPSG", "ESRI", "IAU_2015", "IGNF", "OGC"};
    const auto authority = upper(text.substr(0, colon));
    if (std::ranges::find(authorities, authority) == authorities.end()) {
        throw DataError(fmt::format("'{}' is no CRS: there is no authority '{}'{}", shortened(text),
                                    text.substr(0, colon), hint(authority, authorities)));
    }
    return authority + std::string(text.substr(colon));
}

/// Old WKT says TOWGS84[0,0,0,...] of frames that are WGS 84 to a metre; it hides what the CRS is.
ProjObject without_zero_shift(const ProjContext& context, ProjObject crs) {
    if (!is_bound(crs.get())) return crs;
    const ProjObject shift(proj_crs_get_coordoperation(context.get(), crs.get()));
    std::array<double, 7> values{};
    const bool known =
        shift && proj_coordoperation_get_towgs84_values(context.get(), shift.get(), values.data(), 7, 0) != 0;
    if (!known || std::ranges::any_of(values, [](double v) { return v != 0; })) return crs;
    return ProjObject(proj_get_source_crs(context.get(), crs.get()));
}

ProjObject with_east_first(const ProjContext& context, const PJ* crs) {
    return ProjObject(proj_normalize_for_visualization(context.get(), crs));
}

std::string wkt_id(const ProjContext& context, const PJ* crs) {
    const std::array<const char*, 2> options{"MULTILINE=NO", nullptr};
    const char* wkt = proj_as_wkt(context.get(), crs, PJ_WKT2_2019, options.data());
    if (!wkt) throw DataError(fmt::format("the CRS '{}' has no WKT: {}", proj_get_name(crs), context.message()));
    return wkt;
}

double unit_of_axes(const ProjContext& context, const PJ* crs) {
    const ProjObject axes(proj_crs_get_coordinate_system(context.get(), crs));
    double factor = 1;
    if (axes) {
        proj_cs_get_axis_info(context.get(), axes.get(), 0, nullptr, nullptr, nullptr, &factor, nullptr, nullptr,
                              nullptr);
    }
    return factor;
}

void require_degrees(const ProjContext& context, const PJ* crs) {
    constexpr double degree = std::numbers::pi / 180;
    if (std::abs(unit_of_axes(context, crs) / degree - 1) > 1e-9) {
        throw DataError(
            fmt::format("the CRS '{}' counts its angles in another unit than degrees; "
                        "bring the data to EPSG:4490 or EPSG:4326 first",
                        proj_get_name(crs)));
    }
}

void require_horizontal(const PJ* crs, std::string_view text) {
    const auto type = proj_get_type(crs);
    if (type != PJ_TYPE_PROJECTED_CRS && type != PJ_TYPE_GEOGRAPHIC_2D_CRS) {
        throw DataError(fmt::format("'{}' is no CRS of places on a map; {}", shortened(text), way_out));
    }
}

}  // namespace

ProjContext::ProjContext() : message_(std::make_unique<std::string>()), context_(proj_context_create()) {
    proj_context_set_enable_network(context_.get(), 0);
    proj_log_func(context_.get(), message_.get(), keep_message);
}

bool is_bound(const PJ* crs) { return proj_get_type(crs) == PJ_TYPE_BOUND_CRS; }

ProjObject unbound(const ProjContext& context, const PJ* crs) {
    return ProjObject(is_bound(crs) ? proj_get_source_crs(context.get(), crs) : proj_clone(context.get(), crs));
}

std::string epsg_id(const ProjContext& context, const PJ* crs) {
    int* confidence = nullptr;
    const ProjList found(proj_identify(context.get(), crs, "EPSG", nullptr, &confidence));
    const std::unique_ptr<int, void (*)(int*)> owner(confidence, proj_int_list_destroy);
    for (int i = 0; found && i < proj_list_get_count(found.get()); ++i) {
        const ProjObject candidate(proj_list_get(context.get(), found.get(), i));
        const char* code = proj_get_id_code(candidate.get(), 0);
        if (code && same_crs(context, candidate.get(), crs)) return fmt::format("EPSG:{}", code);
    }
    // OGC:CRS84, which PROJ looks up by its own authority only.
    const ProjObject wgs84(proj_create(context.get(), "EPSG:4326"));
    return same_crs(context, wgs84.get(), crs) ? "EPSG:4326" : "";
}

std::string datum_name(const ProjContext& context, const PJ* crs) {
    const ProjObject geographic(proj_crs_get_geodetic_crs(context.get(), crs));
    ProjObject datum(geographic ? proj_crs_get_datum(context.get(), geographic.get()) : nullptr);
    if (geographic && !datum) datum.reset(proj_crs_get_datum_ensemble(context.get(), geographic.get()));
    const char* name = datum ? proj_get_name(datum.get()) : nullptr;
    return name ? name : "unknown";
}

bool is_old_chinese(std::string_view datum) {
    return datum.find("Beijing") != std::string_view::npos || datum.find("Xian") != std::string_view::npos;
}

ProjObject read_crs(const ProjContext& context, std::string_view text) {
    const ProjObject read(proj_create(context.get(), checked(text).c_str()));
    if (!read) throw DataError(fmt::format("'{}' is no CRS: {}; {}", shortened(text), context.message(), way_out));
    ProjObject flat(proj_is_crs(read.get()) ? proj_crs_demote_to_2D(context.get(), nullptr, read.get()) : nullptr);
    if (!flat) throw DataError(fmt::format("'{}' is no CRS; {}", shortened(text), way_out));
    flat = without_zero_shift(context, std::move(flat));
    const auto inner = unbound(context, flat.get());
    require_horizontal(inner.get(), text);
    if (is_geographic(context, inner.get())) require_degrees(context, inner.get());
    return flat;
}

bool same_crs(const ProjContext& context, const PJ* a, const PJ* b) {
    const auto first = with_east_first(context, a);
    const auto second = with_east_first(context, b);
    return first && second &&
           proj_is_equivalent_to_with_ctx(context.get(), first.get(), second.get(), PJ_COMP_EQUIVALENT) != 0;
}

bool is_geographic(const ProjContext& context, const PJ* crs) {
    return proj_get_type(unbound(context, crs).get()) == PJ_TYPE_GEOGRAPHIC_2D_CRS;
}

std::optional<double> central_meridian(const ProjContext& context, const PJ* crs) {
    const auto inner = unbound(context, crs);
    if (proj_get_type(inner.get()) != PJ_TYPE_PROJECTED_CRS) return {};
    const ProjObject conversion(proj_crs_get_coordoperation(context.get(), inner.get()));
    const char* method = nullptr;
    proj_coordoperation_get_method_info(context.get(), conversion.get(), &method, nullptr, nullptr);
    if (!method || std::string_view(method) != "Transverse Mercator") return {};
    const int index =
        proj_coordoperation_get_param_index(context.get(), conversion.get(), "Longitude of natural origin");
    double value = 0;
    double radians = 0;
    if (!proj_coordoperation_get_param(context.get(), conversion.get(), index, nullptr, nullptr, nullptr, &value,
                                       nullptr, &radians, nullptr, nullptr, nullptr, nullptr)) {
        return {};
    }
    return value * radians * 180 / std::numbers::pi;
}

namespace {

Crs newly_parsed(std::string_view text) {
    const ProjContext context;
    const auto crs = read_crs(context, text);
    const auto inner = unbound(context, crs.get());
    Crs out;
    out.name = proj_get_name(inner.get());
    out.geographic = is_geographic(context, inner.get());
    if (!out.geographic) out.metres_per_unit = unit_of_axes(context, inner.get());
    if (!is_bound(crs.get())) out.id = epsg_id(context, crs.get());
    if (out.id.empty()) out.id = wkt_id(context, crs.get());
    return out;
}

}  // namespace

Crs parse_crs(std::string_view text) {
    // The search in EPSG's database takes up to 50 ms, and a run asks of the same few texts again and again.
    static std::mutex mutex;
    static std::map<std::string, Crs, std::less<>> known;
    {
        const std::scoped_lock lock(mutex);
        if (const auto found = known.find(text); found != known.end()) return found->second;
    }
    auto crs = newly_parsed(text);
    constexpr std::size_t most = 256;
    const std::scoped_lock lock(mutex);
    if (known.size() < most) known.emplace(text, crs);
    return crs;
}

}  // namespace linmu
