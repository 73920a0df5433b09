// SPDX-License-Identifier: MIT
#pragma once
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <memory>
#include <string>

namespace linmu {

/// Registers GDAL's drivers, once for the process: every entry into `io` calls it first. Also: no threads of GDAL's own
/// (tiles are the one level of parallelism), axes in x, y order, and PROJ offline.
void register_gdal();

/// While it lives, what GDAL reports on this thread is collected, not printed. Nested ones each keep their own.
/// Made and destroyed on one thread.
class GdalErrors {
public:
    GdalErrors();
    ~GdalErrors();
    GdalErrors(const GdalErrors&) = delete;
    GdalErrors& operator=(const GdalErrors&) = delete;

    /// Was there an error (warnings do not count)?
    [[nodiscard]] bool failed() const noexcept { return failures_ > 0; }
    /// GDAL's words: the first few different errors, else the first warnings, else "".
    [[nodiscard]] std::string text() const;
    /// Throws DataError "<what>: <GDAL's words>".
    [[noreturn]] void raise(const std::string& what) const;
    /// `raise` if `failed`.
    void check(const std::string& what) const;
    void clear() noexcept;

private:
    static void CPL_STDCALL take(CPLErr level, CPLErrorNum number, const char* message) noexcept;

    std::string errors_;
    std::string warnings_;
    int failures_ = 0;
    int kept_ = 0;
};

struct DatasetCloser {
    void operator()(GDALDataset* dataset) const noexcept;
};
using DatasetPtr = std::unique_ptr<GDALDataset, DatasetCloser>;

struct SrsReleaser {
    void operator()(OGRSpatialReference* srs) const noexcept { srs->Release(); }
};
using SrsPtr = std::unique_ptr<OGRSpatialReference, SrsReleaser>;

/// Opens with GDAL_OF_* flags (GDAL_OF_RASTER, GDAL_OF_VECTOR). Throws DataError: no such file, or GDAL's words.
[[nodiscard]] DatasetPtr open_dataset(const std::string& path, unsigned flags);

/// "EPSG:n" or WKT2 as `parse_crs` gives it; "" for a null or empty reference. The vertical part of a compound CRS is left out.
/// Remembers what it has seen, as identifying a CRS takes milliseconds. For any thread.
[[nodiscard]] std::string crs_id(const OGRSpatialReference* srs);
/// The reverse, x east, y north. Throws DataError.
[[nodiscard]] SrsPtr make_srs(const std::string& crs);

}  // namespace linmu
