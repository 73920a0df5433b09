// SPDX-License-Identifier: MIT
#pragma once
#include <proj.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace linmu {

struct ProjContextDestroy {
    void operator()(PJ_CONTEXT* p) const noexcept { proj_context_destroy(p); }
};
struct ProjDestroy {
    void operator()(PJ* p) const noexcept { proj_destroy(p); }
};
struct ProjListDestroy {
    void operator()(PJ_OBJ_LIST* p) const noexcept { proj_list_destroy(p); }
};
using ProjObject = std::unique_ptr<PJ, ProjDestroy>;
using ProjList = std::unique_ptr<PJ_OBJ_LIST, ProjListDestroy>;

/// A PROJ context without network that keeps the last message instead of printing it. One thread at a time.
/// Must outlive the objects made in it: declare it before them.
class ProjContext {
public:
    ProjContext();
    [[nodiscard]] PJ_CONTEXT* get() const noexcept { return context_.get(); }
    [[nodiscard]] const std::string& message() const noexcept { return *message_; }

private:
    std::unique_ptr<std::string> message_;
    std::unique_ptr<PJ_CONTEXT, ProjContextDestroy> context_;
};

/// The horizontal CRS that the text names; a shift to WGS 84 that is zero is taken off. Throws DataError.
[[nodiscard]] ProjObject read_crs(const ProjContext& context, std::string_view text);
/// By parameters: names play no part, nor does the order of axes.
[[nodiscard]] bool same_crs(const ProjContext& context, const PJ* a, const PJ* b);
[[nodiscard]] bool is_geographic(const ProjContext& context, const PJ* crs);
/// The CRS without its own shift to WGS 84.
[[nodiscard]] ProjObject unbound(const ProjContext& context, const PJ* crs);
[[nodiscard]] bool is_bound(const PJ* crs);
/// "EPSG:n", or "" when no code of EPSG has the parameters.
[[nodiscard]] std::string epsg_id(const ProjContext& context, const PJ* crs);
/// Name of the frame, "unknown" for none.
[[nodiscard]] std::string datum_name(const ProjContext& context, const PJ* crs);
/// PROJ knows shifts of Beijing 1954 and Xian 1980 for a few oil fields only; elsewhere they are wrong by tens of metres.
[[nodiscard]] bool is_old_chinese(std::string_view datum);
/// Longitude of the central meridian in degrees, of a transverse Mercator.
[[nodiscard]] std::optional<double> central_meridian(const ProjContext& context, const PJ* crs);

}  // namespace linmu
