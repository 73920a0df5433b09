// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "commit_file.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "ogr_fields.hpp"
#include "text_encoding.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_name = 10;
constexpr std::size_t longest_text = 254;
constexpr int longest_number = 32;
constexpr int most_decimals = 15;
/// Of the .dbf: the language byte, which says an encoding.
constexpr std::streamoff language_byte = 29;

struct Folder {
    fs::path path;
    explicit Folder(fs::path where) : path(std::move(where)) {
        fs::remove_all(path);
        fs::create_directory(path);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

std::size_t encoded_size(const std::string& text, const std::string& encoding, const std::string& where) {
    if (const auto bytes = from_utf8(text, encoding)) return bytes->size();
    throw DataError(fmt::format("{}: '{}' has characters that {} lacks; write it as UTF-8", where, text, encoding));
}

int text_width(const Layer& layer, std::size_t index, const std::string& encoding) {
    const auto& name = layer.spec.fields[index].name;
    std::size_t width = 1;
    for (const auto& feature : layer.features) {
        const auto* text = std::get_if<std::string>(&feature.values.at(index));
        if (text == nullptr) continue;
        const auto where = fmt::format("feature {}, field {}", feature.fid, name);
        const auto size = encoded_size(*text, encoding, where);
        if (size > longest_text)
            throw DataError(fmt::format("{}: {} bytes, but a Shapefile holds {}", where, size, longest_text));
        width = std::max(width, size);
    }
    return static_cast<int>(width);
}

struct NumberWidth {
    int width = 18;
    int decimals = 2;
};

/// As many decimals as the values need to be read back the same, where 32 characters hold them.
NumberWidth real_width(const Layer& layer, std::size_t index) {
    int whole = 1, decimals = 2;
    const bool area = layer.spec.fields[index].type == FieldType::area;
    for (const auto& feature : layer.features) {
        const auto& value = feature.values.at(index);
        double number = 0;
        if (const auto* real = std::get_if<double>(&value)) number = *real;
        else if (const auto* units = std::get_if<std::int64_t>(&value))
            number = area ? static_cast<double>(*units) / 1e4 : static_cast<double>(*units);
        if (!std::isfinite(number))
            throw DataError(
                fmt::format("feature {}, field {}: not a finite number", feature.fid, layer.spec.fields[index].name));
        char text[400];
        const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed).ptr;
        const auto* point = std::find(static_cast<const char*>(text), static_cast<const char*>(end), '.');
        whole = std::max(whole, static_cast<int>(point - text));
        if (point != end) decimals = std::max(decimals, static_cast<int>(end - point) - 1);
    }
    decimals = std::min({decimals, most_decimals, std::max(0, longest_number - whole - 1)});
    return {std::max(18, whole + 1 + decimals), decimals};
}

std::unique_ptr<OGRFieldDefn> definition_of(const Layer& layer, std::size_t index, const std::string& encoding) {
    const auto& field = layer.spec.fields[index];
    if (encoded_size(field.name, encoding, "a field's name") > longest_name) {
        throw DataError(
            fmt::format("field '{}' is longer than the {} bytes of a Shapefile; rename it, or write a GeoPackage",
                        field.name, longest_name));
    }
    const auto type = ogr_type(field.type, AreaForm::square_metres);
    auto definition = std::make_unique<OGRFieldDefn>(field.name.c_str(), type);
    if (type == OFTString) definition->SetWidth(text_width(layer, index, encoding));
    if (type == OFTReal) {
        const auto size = real_width(layer, index);
        definition->SetWidth(size.width);
        definition->SetPrecision(size.decimals);
    }
    return definition;
}

void write_into(const std::string& file, const Layer& layer, const std::string& encoding) {
    register_gdal();
    const auto srs = make_srs(layer.spec.crs);
    const bool multi = needs_multi(layer);
    const auto type = ogr_type(kind_of(layer), multi);
    const GdalErrors errors;
    auto* driver = GetGDALDriverManager()->GetDriverByName("ESRI Shapefile");
    DatasetPtr dataset(driver->Create(file.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
    if (!dataset) errors.raise(fmt::format("{} cannot be written", file));
    CPLStringList options;
    options.SetNameValue("ENCODING", encoding == "GBK" ? "CP936" : encoding.c_str());
    options.SetNameValue("DBF_DATE_LAST_UPDATE", "2000-01-01");
    const auto name = fs::path(file).stem().string();
    auto* target = dataset->CreateLayer(name.c_str(), srs.get(), type, options.List());
    if (target == nullptr) errors.raise(fmt::format("{} cannot be written", file));
    for (std::size_t i = 0; i < layer.spec.fields.size(); ++i) {
        const auto definition = definition_of(layer, i, encoding);
        if (target->CreateField(definition.get()) != OGRERR_NONE)
            errors.raise(fmt::format("field '{}' cannot be made", layer.spec.fields[i].name));
    }
    for (const auto& feature : layer.features) {
        OGRFeature row(target->GetLayerDefn());
        for (std::size_t i = 0; i < layer.spec.fields.size(); ++i) {
            set_value(row, static_cast<int>(i), layer.spec.fields[i], feature.values.at(i), AreaForm::square_metres);
        }
        row.SetGeometryDirectly(to_ogr(feature.geometry, multi).release());
        if (target->CreateFeature(&row) != OGRERR_NONE)
            errors.raise(fmt::format("feature {} cannot be written", feature.fid));
    }
    dataset.reset();
    errors.check(fmt::format("{} cannot be written", file));
}

/// The .dbf itself says nothing of its encoding: a .cpg does, or nothing at all.
void set_encoding_marks(const fs::path& dbf, const std::string& encoding, bool write_cpg) {
    std::fstream file(dbf, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(language_byte).put('\0');
    file.close();
    if (!file) throw DataError(fmt::format("{} cannot be written", dbf.string()));
    auto cpg = dbf;
    cpg.replace_extension(".cpg");
    fs::remove(cpg);
    if (write_cpg) write_text_file(cpg.string(), encoding);
}

}  // namespace

void write_shapefile(const std::string& path, const Layer& layer, const std::string& encoding, bool write_cpg) {
    if (encoding != "UTF-8" && encoding != "GBK")
        throw DataError(fmt::format("encoding '{}' is not written; UTF-8 and GBK are", encoding));
    if (fs::path(path).extension() != ".shp") throw DataError(fmt::format("{}: a Shapefile's name ends in .shp", path));
    require_writable(path);
    const Folder folder(partial_name(path));
    const auto inside = folder.path / fs::path(path).filename();
    write_into(inside.string(), layer, encoding);
    set_encoding_marks(fs::path(inside).replace_extension(".dbf"), encoding, write_cpg);
    // A .cpg of an earlier file would lie about this one.
    if (!write_cpg) fs::remove(fs::path(path).replace_extension(".cpg"));
    // The .shp comes last: while it is not there, there is no Shapefile.
    for (const char* extension : {".cpg", ".prj", ".dbf", ".shx", ".shp"}) {
        const auto part = fs::path(inside).replace_extension(extension);
        if (fs::exists(part)) commit_file(part.string(), fs::path(path).replace_extension(extension).string());
    }
}

}  // namespace linmu
