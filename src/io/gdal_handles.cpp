// SPDX-License-Identifier: MIT
#include "gdal_handles.hpp"

#include <cpl_conv.h>
#include <cpl_vsi.h>
#include <fmt/format.h>

#include <map>
#include <mutex>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

constexpr int most_messages = 3;

void set_default(const char* option, const char* value) {
    if (CPLGetConfigOption(option, nullptr) == nullptr) CPLSetConfigOption(option, value);
}

/// A library's words on one line: some span several.
std::string one_line(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
    for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) text.replace(at, 1, ", ");
    return text;
}

void append(std::string& all, const char* message) {
    const std::string text = one_line(message);
    if (all.find(text) != std::string::npos) return;
    if (!all.empty()) all += "; ";
    all += text;
}

std::string to_wkt(const OGRSpatialReference& srs) {
    const char* const options[] = {"FORMAT=WKT2_2019", "MULTILINE=NO", nullptr};
    char* text = nullptr;
    srs.exportToWkt(&text, options);
    const std::string wkt = text == nullptr ? "" : text;
    CPLFree(text);
    return wkt;
}

}  // namespace

void register_gdal() {
    static std::once_flag once;
    std::call_once(once, [] {
        set_default("GDAL_NUM_THREADS", "1");
        set_default("OSR_DEFAULT_AXIS_MAPPING_STRATEGY", "TRADITIONAL_GIS_ORDER");
        OSRSetPROJEnableNetwork(0);
        GDALAllRegister();
    });
}

GdalErrors::GdalErrors() {
    CPLPushErrorHandlerEx(&GdalErrors::take, this);
    CPLErrorReset();
}

GdalErrors::~GdalErrors() {
    CPLPopErrorHandler();
    CPLErrorReset();
}

void CPL_STDCALL GdalErrors::take(CPLErr level, CPLErrorNum, const char* message) noexcept {
    auto* self = static_cast<GdalErrors*>(CPLGetErrorHandlerUserData());
    if (self == nullptr || level == CE_Debug || level == CE_None) return;
    if (level != CE_Warning) ++self->failures_;
    try {
        if (level == CE_Warning) {
            if (self->warnings_.empty()) append(self->warnings_, message);
        } else if (self->kept_ < most_messages) {
            append(self->errors_, message);
            ++self->kept_;
        }
    } catch (...) {
        // No memory for the words: the count still says that it failed.
    }
}

std::string GdalErrors::text() const { return errors_.empty() ? warnings_ : errors_; }

void GdalErrors::raise(const std::string& what) const {
    const auto words = text();
    throw DataError(words.empty() ? what : fmt::format("{}: {}", what, words));
}

void GdalErrors::check(const std::string& what) const {
    if (failed()) raise(what);
}

void GdalErrors::clear() noexcept {
    errors_.clear();
    warnings_.clear();
    failures_ = 0;
    kept_ = 0;
}

void DatasetCloser::operator()(GDALDataset* dataset) const noexcept { GDALClose(GDALDataset::ToHandle(dataset)); }

DatasetPtr open_dataset(const std::string& path, unsigned flags) {
    register_gdal();
    VSIStatBufL status;
    if (VSIStatExL(on_disk(path).c_str(), &status, VSI_STAT_EXISTS_FLAG) != 0) {
        throw DataError(fmt::format("there is no file {}", path));
    }
    const GdalErrors errors;
    DatasetPtr dataset(GDALDataset::Open(path.c_str(), flags | GDAL_OF_VERBOSE_ERROR));
    if (!dataset) errors.raise(fmt::format("{} cannot be opened", path));
    return dataset;
}

std::string crs_id(const OGRSpatialReference* srs) {
    if (srs == nullptr || srs->IsEmpty()) return {};
    const GdalErrors errors;
    SrsPtr plane(srs->Clone());
    if (plane->IsCompound()) plane->StripVertical();
    const auto wkt = to_wkt(*plane);
    if (wkt.empty()) errors.raise("a CRS cannot be written as WKT");

    static std::mutex mutex;
    static std::map<std::string, std::string> known;
    const std::lock_guard lock(mutex);
    if (const auto it = known.find(wkt); it != known.end()) return it->second;
    return known.emplace(wkt, parse_crs(wkt).id).first->second;
}

SrsPtr make_srs(const std::string& crs) {
    register_gdal();
    const GdalErrors errors;
    SrsPtr srs(new OGRSpatialReference());
    const auto no_files = OGRSpatialReference::SET_FROM_USER_INPUT_LIMITATIONS_get();
    if (srs->SetFromUserInput(crs.c_str(), no_files) != OGRERR_NONE)
        errors.raise(fmt::format("'{}' is not a CRS", crs));
    srs->SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    return srs;
}

}  // namespace linmu
