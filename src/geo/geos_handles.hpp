// SPDX-License-Identifier: MIT
#pragma once
#define GEOS_USE_ONLY_R_API
#include <geos_c.h>

#include <memory>
#include <string>

namespace linmu {

/// This thread's GEOS context, made at first use and destroyed with the thread.
[[nodiscard]] GEOSContextHandle_t geos();
/// What GEOS last complained of in this thread.
[[nodiscard]] const std::string& geos_message();

struct GeosGeometryDestroy {
    void operator()(GEOSGeometry* g) const noexcept { GEOSGeom_destroy_r(geos(), g); }
};
struct GeosTextFree {
    void operator()(char* text) const noexcept { GEOSFree_r(geos(), text); }
};
struct GeosReaderDestroy {
    void operator()(GEOSWKTReader* r) const noexcept { GEOSWKTReader_destroy_r(geos(), r); }
};
struct GeosMakeValidDestroy {
    void operator()(GEOSMakeValidParams* p) const noexcept { GEOSMakeValidParams_destroy_r(geos(), p); }
};
using GeosGeometry = std::unique_ptr<GEOSGeometry, GeosGeometryDestroy>;
using GeosText = std::unique_ptr<char, GeosTextFree>;
using GeosReader = std::unique_ptr<GEOSWKTReader, GeosReaderDestroy>;
using GeosMakeValid = std::unique_ptr<GEOSMakeValidParams, GeosMakeValidDestroy>;

}  // namespace linmu
