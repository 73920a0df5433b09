// SPDX-License-Identifier: MIT
#include <cpl_conv.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/sql.hpp"
#include "linmu/io/vector.hpp"
#include "ogr_fields.hpp"
#include "sqlite_handles.hpp"
#include "vector_place.hpp"

namespace linmu {
namespace {

/// PostgreSQL cuts longer names without a word.
constexpr std::size_t longest_name = 63;

struct TableName {
    std::string schema, table;
};

TableName split_name(const std::string& name) {
    const auto dot = name.find('.');
    if (dot == std::string::npos) return {"public", name};
    return {name.substr(0, dot), name.substr(dot + 1)};
}

void check_names(const TableName& name, const Layer& layer) {
    if (name.table.empty()) throw DataError("the database's table has no name; say table = \"...\"");
    std::set<std::string> seen{"fid", "geom"};
    for (const auto& field : layer.spec.fields) {
        if (field.name.size() > longest_name)
            throw DataError(fmt::format("field '{}' is longer than the {} bytes of PostgreSQL; rename it", field.name,
                                        longest_name));
        if (!seen.insert(field.name).second)
            throw DataError(
                fmt::format("layer '{}': a table of linmu in PostGIS can't have another field '{}'; rename it",
                            layer.spec.name, field.name));
    }
}

/// The transaction of a connection: what is not committed is rolled back.
class Transaction {
public:
    explicit Transaction(GDALDataset& dataset) : dataset_(&dataset) {
        const GdalErrors errors;
        if (dataset.StartTransaction() != OGRERR_NONE) errors.raise("the database starts no transaction");
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
        const GdalErrors quiet;
        if (!done_) dataset_->RollbackTransaction();
    }
    void commit() {
        const GdalErrors errors;
        if (dataset_->CommitTransaction() != OGRERR_NONE) errors.raise("the database does not commit");
        errors.check("the database does not commit");
        done_ = true;
    }

private:
    GDALDataset* dataset_;
    bool done_ = false;
};

void run_sql(GDALDataset& dataset, const std::string& sql) {
    const GdalErrors errors;
    if (auto* rows = dataset.ExecuteSQL(sql.c_str(), nullptr, nullptr)) dataset.ReleaseResultSet(rows);
    errors.check(fmt::format("the database refuses \"{}\"", sql));
}

OGRLayer& make_table(GDALDataset& dataset, const TableName& name, const Layer& layer) {
    const auto srs = make_srs(layer.spec.crs);
    CPLStringList options;
    options.SetNameValue("SCHEMA", name.schema.c_str());
    options.SetNameValue("LAUNDER", "NO");
    options.SetNameValue("FID", "fid");
    options.SetNameValue("FID64", "YES");
    options.SetNameValue("GEOMETRY_NAME", "geom");
    const GdalErrors errors;
    auto* table = dataset.CreateLayer(name.table.c_str(), srs.get(), ogr_type(kind_of(layer), needs_multi(layer)),
                                      options.List());
    if (table == nullptr) errors.raise(fmt::format("table {}.{} cannot be made", name.schema, name.table));
    for (const auto& field : layer.spec.fields) {
        OGRFieldDefn definition(field.name.c_str(), ogr_type(field.type, AreaForm::square_metres));
        if (table->CreateField(&definition) != OGRERR_NONE)
            errors.raise(fmt::format("field '{}' cannot be made", field.name));
    }
    errors.check(fmt::format("table {}.{} cannot be made", name.schema, name.table));
    return *table;
}

bool fids_are_keys(const Layer& layer) {
    std::set<std::int64_t> seen;
    return std::ranges::all_of(layer.features,
                               [&](const Feature& f) { return f.fid >= 0 && seen.insert(f.fid).second; });
}

void put_features(OGRLayer& table, const Layer& layer) {
    const bool multi = needs_multi(layer);
    const bool keys = fids_are_keys(layer);
    std::int64_t number = 0;
    for (const auto& feature : layer.features) {
        OGRFeature row(table.GetLayerDefn());
        row.SetFID(keys ? feature.fid : ++number);
        for (std::size_t i = 0; i < layer.spec.fields.size(); ++i)
            set_value(row, static_cast<int>(i), layer.spec.fields[i], feature.values.at(i), AreaForm::square_metres);
        if (!feature.geometry.empty()) row.SetGeometryDirectly(to_ogr(feature.geometry, multi).release());
        const GdalErrors errors;
        if (table.CreateFeature(&row) != OGRERR_NONE)
            errors.raise(fmt::format("feature {} cannot be written", feature.fid));
    }
    const GdalErrors errors;
    if (table.SyncToDisk() != OGRERR_NONE) errors.raise("rows cannot be written");
    errors.check("rows cannot be written");
}

}  // namespace

void write_postgis(const std::string& connection, const std::string& table, const Layer& layer) {
    if (!is_database(connection)) throw DataError(fmt::format("'{}' is no connection (\"PG:dbname=...\")", connection));
    const auto name = split_name(table);
    check_names(name, layer);
    register_gdal();
    const auto place = vector_place(connection);
    const GdalErrors errors;
    const DatasetPtr dataset(GDALDataset::Open(place.c_str(), GDAL_OF_VECTOR | GDAL_OF_UPDATE | GDAL_OF_VERBOSE_ERROR));
    if (!dataset) errors.raise(fmt::format("{} cannot be opened", connection));
    const auto full = sql_name(name.schema) + "." + sql_name(name.table);
    try {
        Transaction transaction(*dataset);
        run_sql(*dataset, fmt::format("DROP TABLE IF EXISTS {}", full));
        auto& made = make_table(*dataset, name, layer);
        put_features(made, layer);
        for (const auto& field : layer.spec.fields) {
            if (field.name_zh.empty()) continue;
            run_sql(*dataset, fmt::format("COMMENT ON COLUMN {}.{} IS {}", full, sql_name(field.name),
                                          sql_text(field.name_zh + (field.unit.empty() ? "" : ", " + field.unit))));
        }
        transaction.commit();
    } catch (const DataError& fault) {
        throw DataError(fmt::format("{}, table {}: {}; the database is as it was", connection, table, fault.what()));
    }
}

}  // namespace linmu
