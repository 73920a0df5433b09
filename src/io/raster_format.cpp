// SPDX-License-Identifier: MIT
#include "raster_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {
namespace {

const std::vector<std::string> formats{"cog", "gtiff", "jp2"};
const std::vector<std::string> compressions{"none", "deflate", "zstd"};
const std::vector<std::string> real_types{"float32", "uint16", "int16"};

void require_one_of(const std::string& what, const std::string& name, const std::vector<std::string>& names) {
    if (std::ranges::find(names, name) == names.end())
        throw DataError(fmt::format("no {} '{}'{}", what, name, hint(name, names)));
}

StoredForm real_form(const std::string& type) {
    require_one_of("cell type", type, real_types);
    if (type == "uint16") return {.type = GDT_UInt16, .nodata = 0, .low = 1, .high = 65535};
    if (type == "int16") return {.type = GDT_Int16, .nodata = -32768, .low = -32767, .high = 32767};
    return {.type = GDT_Float32, .nodata = std::numeric_limits<double>::quiet_NaN()};
}

StoredForm code_form(const Legend* legend) {
    const StoredForm widest{.type = GDT_Int32,
                            .nodata = static_cast<double>(no_code),
                            .low = no_code + 1.0,
                            .high = std::numeric_limits<std::int32_t>::max(),
                            .all_codes = true};
    if (legend == nullptr || legend->classes.empty()) return widest;
    const auto [least, most] = std::ranges::minmax(legend->classes, {}, &LegendClass::code);
    if (least.code >= 1 && most.code <= 255)
        return {.type = GDT_Byte, .nodata = 0, .low = 1, .high = 255, .all_codes = true};
    if (least.code >= 0 && most.code <= 254)
        return {.type = GDT_Byte, .nodata = 255, .low = 0, .high = 254, .all_codes = true};
    if (least.code >= -32767 && most.code <= 32767) {
        return {.type = GDT_Int16, .nodata = -32768, .low = -32767, .high = 32767, .all_codes = true};
    }
    return widest;
}

GDALColorEntry parse_color(const std::string& color, const std::string& where) {
    unsigned red = 0, green = 0, blue = 0;
    if (color.size() != 7 || std::sscanf(color.c_str(), "#%2x%2x%2x", &red, &green, &blue) != 3) {
        throw DataError(fmt::format("{}: '{}' is not a colour; write #rrggbb", where, color));
    }
    return {static_cast<short>(red), static_cast<short>(green), static_cast<short>(blue), 255};
}

/// Names are the band's metadata, as TIFF itself has no place for category names.
void put_legend(GDALRasterBand& band, const Legend& legend) {
    GDALColorTable colors;
    band.SetMetadataItem("legend", legend.id.c_str());
    for (const auto& one : legend.classes) {
        const auto name = fmt::format("{} {} {}", one.key, one.name_zh, one.name_en);
        band.SetMetadataItem(fmt::format("class_{}", one.code).c_str(), name.c_str());
        if (one.color.empty() || one.code < 0) continue;
        const auto entry = parse_color(one.color, fmt::format("legend '{}', class '{}'", legend.id, one.key));
        colors.SetColorEntry(one.code, &entry);
    }
    // TIFF has colour tables for small whole numbers alone.
    if (band.GetRasterDataType() == GDT_Byte && colors.GetColorEntryCount() > 0) band.SetColorTable(&colors);
}

void put_place(GDALDataset& dataset, const Grid& grid) {
    std::array<double, 6> place{grid.x0, grid.cell_x, 0, grid.y0, 0, -grid.cell_y};
    dataset.SetGeoTransform(place.data());
    dataset.SetSpatialRef(make_srs(grid.crs).get());
}

void put_bands(GDALDataset& dataset, const RasterSpec& spec, const RasterOutput& output, const StoredForm& form) {
    for (std::size_t b = 0; b < spec.bands.size(); ++b) {
        auto& band = *dataset.GetRasterBand(static_cast<int>(b) + 1);
        const bool code = spec.bands[b].kind == BandKind::code;
        band.SetDescription(spec.bands[b].name.c_str());
        band.SetNoDataValue(form.nodata);
        if (!spec.bands[b].unit.empty()) band.SetUnitType(spec.bands[b].unit.c_str());
        if (!code && (output.scale != 1 || output.offset != 0)) {
            band.SetScale(output.scale);
            band.SetOffset(output.offset);
        }
        if (code && output.legend != nullptr && !form.mixed) put_legend(band, *output.legend);
    }
}

GDALDriver& driver(const char* name) {
    register_gdal();
    auto* found = GetGDALDriverManager()->GetDriverByName(name);
    if (found == nullptr) throw DataError(fmt::format("this GDAL has no driver {}", name));
    return *found;
}

CPLStringList cog_options(const RasterOutput& output, const StoredForm& form) {
    CPLStringList options;
    auto compress = output.compress;
    std::ranges::transform(compress, compress.begin(),
                           [](char c) { return static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c); });
    options.SetNameValue("COMPRESS", compress.c_str());
    options.SetNameValue("BLOCKSIZE", "512");
    options.SetNameValue("BIGTIFF", "IF_SAFER");
    // Those of `build_overviews`; a raster of one block has none.
    options.SetNameValue("OVERVIEWS", "FORCE_USE_EXISTING");
    options.SetNameValue("NUM_THREADS", std::to_string(std::max(1, output.threads)).c_str());
    if (output.compress != "none") {
        options.SetNameValue("LEVEL", output.compress == "zstd" ? "9" : "6");
        options.SetNameValue("PREDICTOR", form.all_codes ? "NO" : "YES");
    }
    return options;
}

CPLStringList jp2_options() {
    CPLStringList options;
    // Said, as the temporary name does not end in .jp2.
    options.SetNameValue("CODEC", "JP2");
    options.SetNameValue("QUALITY", "100");
    options.SetNameValue("REVERSIBLE", "YES");
    options.SetNameValue("YCC", "NO");
    return options;
}

}  // namespace

StoredForm stored_form(const RasterSpec& spec, const RasterOutput& output) {
    const auto codes = std::ranges::count(spec.bands, BandKind::code, &BandSpec::kind);
    if (codes == std::ssize(spec.bands)) return code_form(output.legend);
    auto form = real_form(output.type);
    form.mixed = codes > 0;
    if (form.mixed && form.type != GDT_Float32) {
        throw DataError(
            fmt::format("{} holds codes beside real bands, which one file can hold as float32 only, not as {}; "
                        "take float32 or write the codes to a file of their own",
                        output.path, output.type));
    }
    return form;
}

void require_format(const RasterOutput& output, const StoredForm& form) {
    require_one_of("raster format", output.format, formats);
    require_one_of("compression", output.compress, compressions);
    if (output.format == "jp2" && form.type != GDT_UInt16 && form.type != GDT_Int16 && form.type != GDT_Byte) {
        throw DataError(fmt::format(
            "{}: JPEG 2000 holds whole numbers of 8 or 16 bits; take type uint16 with a scale, or format cog",
            output.path));
    }
    if (output.scale == 0) throw DataError(fmt::format("{}: a scale of 0 would lose every value", output.path));
}

DatasetPtr create_tiff(const std::string& path, const RasterSpec& spec, const RasterOutput& output,
                       const StoredForm& form, const std::string& compress, int block) {
    CPLStringList options;
    options.SetNameValue("TILED", "YES");
    options.SetNameValue("BLOCKXSIZE", std::to_string(block).c_str());
    options.SetNameValue("BLOCKYSIZE", std::to_string(block).c_str());
    options.SetNameValue("INTERLEAVE", "BAND");
    options.SetNameValue("BIGTIFF", "IF_SAFER");
    options.SetNameValue("SPARSE_OK", "TRUE");
    if (compress != "none") {
        options.SetNameValue("COMPRESS", compress == "zstd" ? "ZSTD" : "DEFLATE");
        options.SetNameValue(compress == "zstd" ? "ZSTD_LEVEL" : "ZLEVEL", compress == "zstd" ? "9" : "6");
        options.SetNameValue("PREDICTOR", form.all_codes ? "1" : form.type == GDT_Float32 ? "3" : "2");
        options.SetNameValue("NUM_THREADS", std::to_string(std::max(1, output.threads)).c_str());
    }
    const GdalErrors errors;
    DatasetPtr dataset(driver("GTiff").Create(path.c_str(), spec.grid.cols, spec.grid.rows,
                                              static_cast<int>(spec.bands.size()), form.type, options.List()));
    if (!dataset) errors.raise(fmt::format("{} cannot be written", output.path));
    put_place(*dataset, spec.grid);
    put_bands(*dataset, spec, output, form);
    errors.check(fmt::format("{} cannot be written", output.path));
    return dataset;
}

DatasetPtr create_in_memory(const RasterSpec& spec, const StoredForm& form) {
    const GdalErrors errors;
    DatasetPtr dataset(driver("MEM").Create("", spec.grid.cols, spec.grid.rows, static_cast<int>(spec.bands.size()),
                                            form.type, nullptr));
    if (!dataset) errors.raise(fmt::format("no memory for {}", describe(spec.grid)));
    put_place(*dataset, spec.grid);
    return dataset;
}

void copy_to_format(GDALDataset& from, const std::string& path, const RasterOutput& output, const StoredForm& form) {
    const bool jp2 = output.format == "jp2";
    auto options = jp2 ? jp2_options() : cog_options(output, form);
    const GdalErrors errors;
    DatasetPtr copy(
        driver(jp2 ? "JP2OpenJPEG" : "COG").CreateCopy(path.c_str(), &from, FALSE, options.List(), nullptr, nullptr));
    if (copy) copy->FlushCache(false);
    const bool made = copy != nullptr;
    copy.reset();
    if (!made || errors.failed()) errors.raise(fmt::format("{} cannot be written", output.path));
}

}  // namespace linmu
