// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <filesystem>

#include "commit_file.hpp"
#include "geopackage.hpp"
#include "geopackage_tables.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/vector.hpp"

namespace linmu {
namespace {

/// A temporary file that is gone at the end, unless it got its own name.
struct Partial {
    std::string path;
    ~Partial() {
        std::error_code ignored;
        for (const char* tail : {"", "-journal", "-wal", "-shm"}) std::filesystem::remove(path + tail, ignored);
    }
};

/// The table in which QGIS keeps styles; it asks for it by GDAL, so it is registered too.
void make_style_table(Database& database) {
    database.run(
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), "
        "f_table_schema TEXT(256), "
        "f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
        "useAsDefault BOOLEAN, "
        "description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT "
        "(strftime('%Y-%m-%dT%H:%M:%fZ','now')))");
    register_table(database, "layer_styles", "");
}

void put_style(const Database& database, const LayerOutput& output) {
    const auto insert = database.prepare(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, styleSLD, "
        "useAsDefault, description, owner, ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', '', ?)");
    const auto& table = output.layer->spec.name;
    database.bind(insert.get(), 1, table);
    database.bind(insert.get(), 2, table);
    database.bind(insert.get(), 3, output.style_qml);
    database.bind(insert.get(), 4, output.name_zh);
    database.bind(insert.get(), 5, std::string(fixed_moment));
    static_cast<void>(database.step(insert.get()));
}

/// What GDAL does not write: names of columns, and styles.
void put_descriptions(const std::string& path, std::span<const LayerOutput> layers) {
    Database database(path, Database::Mode::write);
    database.run("BEGIN");
    bool made = false;
    for (const auto& output : layers) {
        describe_columns(database, output.layer->spec.name, output.layer->spec.fields);
        if (output.style_qml.empty()) continue;
        if (!made) make_style_table(database);
        made = true;
        put_style(database, output);
    }
    database.run("COMMIT");
    check_geopackage(database, path);
    database.close();
}

}  // namespace

void write_geopackage(const std::string& path, std::span<const LayerOutput> layers) {
    if (layers.empty()) throw DataError(fmt::format("{}: there are no layers to write", path));
    require_writable(path);
    const Partial partial{partial_name(path)};
    std::error_code ignored;
    std::filesystem::remove(partial.path, ignored);
    {
        const FixedTime time;
        const GdalErrors errors;
        auto dataset = create_geopackage(partial.path);
        for (const auto& output : layers)
            add_layer(*dataset, *output.layer, output.name_zh, AreaForm::square_metres, partial.path);
        dataset.reset();
        errors.check(fmt::format("{} cannot be written", path));
    }
    put_descriptions(partial.path, layers);
    commit_file(partial.path, path);
}

}  // namespace linmu
