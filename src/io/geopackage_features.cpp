// SPDX-License-Identifier: MIT
#include "geopackage_features.hpp"

#include <fmt/format.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "linmu/core/error.hpp"
#include "linmu/io/sql.hpp"
#include "sqlite_handles.hpp"
#include "wkb_geometry.hpp"

namespace linmu {
namespace {

/// So many features a range, if keys have no gaps: few, as those of a layer of villages have thousands of vertices each.
constexpr std::int64_t features_a_range = 32;
constexpr std::int64_t most_ranges = 1024;

bool is_plain(OGRFieldType type) {
    return type == OFTInteger || type == OFTInteger64 || type == OFTReal || type == OFTString;
}

/// Which table is read, and how.
struct GeopackageTable {
    std::string file;
    std::string query;  ///< key, geometry, fields, of a range of keys
    std::string ends;   ///< first and last key
    std::vector<OGRFieldType> types;
};

std::optional<GeopackageTable> table_of(GDALDataset& dataset, OGRLayer& layer) {
    if (std::string_view(dataset.GetDriverName()) != "GPKG") return {};
    GeopackageTable table;
    table.file = dataset.GetDescription();
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(table.file, ignored)) return {};
    const std::string key = sql_name(layer.GetFIDColumn()), name = sql_name(layer.GetName());
    std::string columns = key + ", " + sql_name(layer.GetGeometryColumn());
    const auto* definition = layer.GetLayerDefn();
    for (int i = 0; i < definition->GetFieldCount(); ++i) {
        const auto* field = definition->GetFieldDefn(i);
        if (!is_plain(field->GetType())) return {};
        table.types.push_back(field->GetType());
        columns += ", " + sql_name(field->GetNameRef());
    }
    table.query = fmt::format("SELECT {} FROM {} WHERE {} BETWEEN ? AND ? ORDER BY {}", columns, name, key, key);
    table.ends = fmt::format("SELECT (SELECT min({0}) FROM {1}), (SELECT max({0}) FROM {1})", key, name);
    return table;
}

/// A key that is the row's own number: by its ranges a table is read without an index.
bool has_row_key(const Database& file, OGRLayer& layer) {
    const auto kind =
        file.text(fmt::format("SELECT type FROM sqlite_master WHERE name = {}", sql_text(layer.GetName())));
    if (kind != "table") return false;
    const auto key = file.text(fmt::format(
        "SELECT name FROM pragma_table_info({}) WHERE pk = 1 AND upper(type) = 'INTEGER'", sql_text(layer.GetName())));
    return !key.empty() && key == layer.GetFIDColumn() && file.text("PRAGMA journal_mode") != "wal";
}

/// A connection with its query.
class RangeReader {
public:
    explicit RangeReader(const GeopackageTable& table)
        : table_(table), file_(table.file, Database::Mode::read), query_(file_.prepare(table.query)) {}

    /// Features with keys from `first` to `last`; false when one is left to OGR.
    bool read(std::int64_t first, std::int64_t last, std::vector<Feature>& features) {
        sqlite3_reset(query_.get());
        file_.bind(query_.get(), 1, first);
        file_.bind(query_.get(), 2, last);
        while (file_.step(query_.get())) {
            Feature feature{sqlite3_column_int64(query_.get(), 0), {}, {}};
            if (!take_geometry(feature) || !take_values(feature)) return false;
            features.push_back(std::move(feature));
        }
        return true;
    }

private:
    bool take_geometry(Feature& feature) const {
        const auto type = sqlite3_column_type(query_.get(), 1);
        if (type == SQLITE_NULL) return true;
        if (type != SQLITE_BLOB) return false;
        const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(query_.get(), 1));
        auto geometry = from_geopackage_blob({bytes, static_cast<std::size_t>(sqlite3_column_bytes(query_.get(), 1))});
        if (geometry) feature.geometry = *std::move(geometry);
        return geometry.has_value();
    }

    bool take_values(Feature& feature) const {
        feature.values.resize(table_.types.size());
        for (std::size_t i = 0; i < table_.types.size(); ++i)
            if (!take_value(static_cast<int>(i) + 2, table_.types[i], feature.values[i])) return false;
        return true;
    }

    /// SQLite keeps any type in any column.
    bool take_value(int column, OGRFieldType type, Value& value) const {
        auto* row = query_.get();
        switch (sqlite3_column_type(row, column)) {
            case SQLITE_NULL: return true;
            case SQLITE_INTEGER:
                if (type == OFTReal) value = sqlite3_column_double(row, column);
                else if (type == OFTInteger) value = std::int64_t{sqlite3_column_int(row, column)};
                else value = std::int64_t{sqlite3_column_int64(row, column)};
                return type != OFTString;
            case SQLITE_FLOAT: value = sqlite3_column_double(row, column); return type == OFTReal;
            case SQLITE_TEXT:
                value = std::string(reinterpret_cast<const char*>(sqlite3_column_text(row, column)));
                return type == OFTString;
            default: return false;
        }
    }

    const GeopackageTable& table_;
    Database file_;
    Statement query_;
};

/// Readers to lend, one to each thread.
class RangeReaders {
public:
    explicit RangeReaders(const GeopackageTable& table) : table_(table) {}

    bool read(std::int64_t first, std::int64_t last, std::vector<Feature>& features) {
        auto reader = take();
        const bool done = reader->read(first, last, features);
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(reader));
        return done;
    }

private:
    std::unique_ptr<RangeReader> take() {
        {
            const std::scoped_lock lock(mutex_);
            if (!idle_.empty()) {
                auto reader = std::move(idle_.back());
                idle_.pop_back();
                return reader;
            }
        }
        return std::make_unique<RangeReader>(table_);
    }
    const GeopackageTable& table_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<RangeReader>> idle_;
};

std::optional<std::vector<Feature>> read_ranges(const GeopackageTable& table, std::int64_t first, std::int64_t last,
                                                std::int64_t count, const ParallelFor& parallel) {
    const auto ranges = std::clamp<std::int64_t>(count / features_a_range, 1, most_ranges);
    // Keys may be any: their distance as a number without sign.
    const auto distance = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    const auto width = distance / static_cast<std::uint64_t>(ranges) + (ranges > 1 ? 1 : 0);
    std::vector<std::vector<Feature>> parts(ranges > 1 ? distance / width + 1 : 1);
    std::atomic<bool> plain = true;
    RangeReaders readers(table);
    parallel(parts.size(), [&](std::size_t i) {
        const auto from = static_cast<std::uint64_t>(first) + i * width;
        const auto to = i + 1 == parts.size() ? static_cast<std::uint64_t>(last) : from + width - 1;
        if (plain && !readers.read(static_cast<std::int64_t>(from), static_cast<std::int64_t>(to), parts[i]))
            plain = false;
    });
    if (!plain) return {};
    std::vector<Feature> features;
    std::size_t size = 0;
    for (const auto& part : parts) size += part.size();
    features.reserve(size);
    for (auto& part : parts) std::ranges::move(part, std::back_inserter(features));
    return features;
}

}  // namespace

std::optional<std::vector<Feature>> read_geopackage_features(GDALDataset& dataset, OGRLayer& layer,
                                                             const ParallelFor& parallel) {
    const auto table = table_of(dataset, layer);
    if (!table) return {};
    try {
        const Database file(table->file, Database::Mode::read);
        if (!has_row_key(file, layer)) return {};
        const auto ends = file.prepare(table->ends);
        if (!file.step(ends.get()) || sqlite3_column_type(ends.get(), 0) != SQLITE_INTEGER) return {};
        return read_ranges(*table, sqlite3_column_int64(ends.get(), 0), sqlite3_column_int64(ends.get(), 1),
                           layer.GetFeatureCount(FALSE), parallel);
    } catch (const DataError&) {
        return {};  // OGR tells in its own words what is wrong with the file
    }
}

}  // namespace linmu
