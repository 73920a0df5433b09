// SPDX-License-Identifier: MIT
#include "linmu/io/ledger.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "commit_file.hpp"
#include "geopackage.hpp"
#include "geopackage_tables.hpp"
#include "ledger_columns.hpp"
#include "ledger_memory.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// Rows are held in memory up to here, some 150 MB.
constexpr std::size_t most_held = 500'000;

void copy_whole(const std::string& from, const std::string& to) {
    std::error_code fault;
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, fault);
    if (fault) throw DataError(fmt::format("{} cannot be copied to {}: {}", from, to, fault.message()));
}

/// A GeoPackage without layers has tables of these names only.
bool may_be_own(std::string_view name) {
    std::string lower(name);
    for (auto& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return std::ranges::any_of(std::array{"gpkg_", "linmu_", "sqlite_", "rtree_"},
                               [&](const char* own) { return lower.starts_with(own); });
}

}  // namespace

struct Ledger::Impl {
    std::string path;
    std::string file;                          ///< where it is now
    mutable std::optional<Database> database;  ///< made when it is first asked for: what is held needs none
    bool writable = false;
    bool goes_on = false;                              ///< a copy of one that was checked when it was closed
    std::map<std::string, std::vector<Field>> tables;  ///< what was put
    std::string step;                                  ///< whose rows are put
    bool holding = false;
    std::vector<Table> held;  ///< put, and not yet written
    std::size_t held_rows = 0;
    LedgerMemory memory;

    ~Impl() {
        database.reset();
        if (!writable) return;
        std::error_code ignored;
        for (const char* tail : {"", "-journal"}) std::filesystem::remove(file + tail, ignored);
    }

    void require_open() const {
        if (!writable)
            throw DataError(fmt::format("{} is closed; it can be asked, but nothing can be put into it", path));
    }

    [[nodiscard]] Database& db() const {
        if (!database) create();
        return *database;
    }

    void open_for_writing() const {
        database.emplace(file, Database::Mode::write);
        // The file counts only once it is whole, flushed and renamed.
        database->run("PRAGMA synchronous = OFF");
        database->make_room();
    }

    void create() const {
        std::filesystem::remove(file);
        {
            const FixedTime time;
            const auto empty = create_geopackage(file);
        }
        open_for_writing();
        database->run(
            "CREATE TABLE linmu_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, type TEXT NOT NULL, "
            "unit TEXT NOT NULL, name_zh TEXT NOT NULL, PRIMARY KEY (table_name, column_name)) WITHOUT ROWID");
        database->run(
            "CREATE TABLE linmu_source (table_name TEXT NOT NULL, step TEXT NOT NULL, first_row INTEGER NOT NULL, "
            "last_row INTEGER NOT NULL, PRIMARY KEY (table_name, first_row)) WITHOUT ROWID");
    }

    [[nodiscard]] bool has(std::string_view name) const {
        if (!database && !may_be_own(name)) return false;
        const auto find =
            db().prepare("SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE");
        db().bind(find.get(), 1, std::string(name));
        return db().step(find.get());
    }

    void insert(const std::string& sql, const std::vector<std::vector<Value>>& rows) {
        const auto statement = db().prepare(sql);
        for (const auto& row : rows) {
            for (std::size_t i = 0; i < row.size(); ++i)
                db().bind_kept(statement.get(), static_cast<int>(i) + 1, row[i]);
            static_cast<void>(db().step(statement.get()));
            sqlite3_reset(statement.get());
        }
    }

    void describe(const std::string& name, const std::string& key, const std::vector<Field>& columns) {
        const auto fields = stored(columns);
        describe_columns(db(), name, fields);
        std::vector<std::vector<Value>> rows;
        for (const auto& f : fields) rows.push_back({name, f.name, std::string(type_name(f.type)), f.unit, f.name_zh});
        insert("INSERT INTO linmu_columns (table_name, column_name, type, unit, name_zh) VALUES (?, ?, ?, ?, ?)", rows);
        if (!has_areas(columns)) return;
        if (has(name + "_m2"))
            throw DataError(fmt::format("{}: '{}_m2' is taken; it is to show the areas of '{}'", path, name, name));
        db().run(view_of(name, key, columns));
        register_table(db(), name + "_m2", "");
    }

    /// Is it new? Throws when another table has the name.
    [[nodiscard]] bool is_new(const std::string& name, const std::vector<Field>& columns) const {
        const auto known = tables.find(name);
        if (known == tables.end()) {
            if (name.empty() || has(name))
                throw DataError(fmt::format("{}: '{}' cannot be a table's name; it is taken", path, name));
            return true;
        }
        const auto alike = [](const Field& a, const Field& b) { return a.name == b.name && a.type == b.type; };
        if (!std::ranges::equal(known->second, columns, alike)) {
            std::vector<std::string> names;
            for (const auto& c : known->second) names.push_back(fmt::format("{} {}", c.name, type_name(c.type)));
            throw DataError(
                fmt::format("{}: table '{}' has other columns; it has {}", path, name, fmt::join(names, ", ")));
        }
        return false;
    }

    void make(const Table& table) {
        const auto& columns = table.spec.columns;
        const auto key = key_of(columns);
        std::vector<std::string> parts{sql_name(key) + " INTEGER PRIMARY KEY NOT NULL"};
        for (const auto& c : columns) parts.push_back(fmt::format("{} {}", sql_name(c.name), sql_type(c.type)));
        db().run(fmt::format("CREATE TABLE {} ({})", sql_name(table.spec.name), fmt::join(parts, ", ")));
        register_table(db(), table.spec.name, table.spec.title_zh);
        describe(table.spec.name, key, columns);
    }

    void add(const Table& table) {
        std::vector<std::string> names, places;
        for (const auto& c : table.spec.columns) {
            names.push_back(sql_name(c.name));
            places.emplace_back("?");
        }
        insert(fmt::format("INSERT INTO {} ({}) VALUES ({})", sql_name(table.spec.name), fmt::join(names, ", "),
                           fmt::join(places, ", ")),
               table.rows);
    }

    void check(const Table& table) const {
        const auto& columns = table.spec.columns;
        if (columns.empty()) throw DataError(fmt::format("{}: table '{}' has no columns", path, table.spec.name));
        for (std::size_t r = 0; r < table.rows.size(); ++r) {
            const auto& row = table.rows[r];
            const auto where = [&] { return fmt::format("{}, table {}, row {}", path, table.spec.name, r + 1); };
            if (row.size() != columns.size())
                throw DataError(fmt::format("{}: {} values for {} columns", where(), row.size(), columns.size()));
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (fits(row[i], columns[i].type)) continue;
                throw DataError(fmt::format("{}: '{}' is no {} for column {}", where(), to_text(row[i]),
                                            type_name(columns[i].type), columns[i].name));
            }
        }
    }

    /// All or nothing.
    template <class Work>
    void together(Work work) {
        db().run("BEGIN");
        try {
            work();
            db().run("COMMIT");
        } catch (...) {
            db().roll_back();
            throw;
        }
    }

    [[nodiscard]] std::int64_t last_row(const std::string& table) const {
        const auto find = db().prepare(fmt::format("SELECT COALESCE(MAX(rowid), 0) FROM {}", sql_name(table)));
        static_cast<void>(db().step(find.get()));
        return std::get<std::int64_t>(column_value(find.get(), 0));
    }

    /// Says where the rows after `before` come from.
    void note_source(const std::string& table, std::int64_t before) {
        const auto last = last_row(table);
        if (step.empty() || last == before) return;
        insert("INSERT INTO linmu_source (table_name, step, first_row, last_row) VALUES (?, ?, ?, ?)",
               {{table, step, before + 1, last}});
    }

    void write(const Table& table, bool fresh) {
        together([&] {
            if (fresh) make(table);
            const auto before = last_row(table.spec.name);
            add(table);
            note_source(table.spec.name, before);
        });
    }

    void keep(Table table, bool fresh) {
        held_rows += table.rows.size();
        if (fresh) {
            held.push_back(std::move(table));
        } else {
            auto& rows = std::ranges::find(held, table.spec.name, [](const Table& t) { return t.spec.name; })->rows;
            std::ranges::move(table.rows, std::back_inserter(rows));
        }
        if (held_rows > most_held) write_held();
    }

    void write_held() {
        if (!std::exchange(holding, false)) return;
        for (const auto& table : std::exchange(held, {})) write(table, true);
    }

    void put_features(const Layer& layer, bool fresh) {
        const FixedTime time;
        const GdalErrors errors;
        static_cast<void>(db());
        DatasetPtr dataset(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_UPDATE | GDAL_OF_VERBOSE_ERROR));
        if (!dataset) errors.raise(fmt::format("{} cannot be written", path));
        if (fresh) {
            add_layer(*dataset, layer, "", AreaForm::units, path);
        } else {
            append_features(*dataset->GetLayerByName(layer.spec.name.c_str()), layer, AreaForm::units, path);
        }
        dataset.reset();
        errors.check(fmt::format("{} cannot be written", path));
    }

    /// The tables that were put into a copied ledger, with their columns in their order.
    void read_tables() {
        const auto find = db().prepare(
            "SELECT c.table_name, c.column_name, c.type FROM (SELECT DISTINCT table_name AS t FROM linmu_columns), "
            "pragma_table_info(t) p JOIN linmu_columns c ON c.table_name = t AND c.column_name = p.name ORDER BY t, "
            "p.cid");
        while (db().step(find.get())) {
            auto& columns = tables[to_text(column_value(find.get(), 0))];
            columns.push_back(
                {to_text(column_value(find.get(), 1)), type_of(to_text(column_value(find.get(), 2))), "", ""});
        }
    }

    [[nodiscard]] std::string mark(const std::string& table) const {
        return memory.mark(table, [&] { return has(table); });
    }

    /// What linmu_columns says of the column that a result's column is, if it is one.
    void name_column(sqlite3_stmt* statement, int index, Field& field) const {
        const char* table = sqlite3_column_table_name(statement, index);
        const char* column = sqlite3_column_origin_name(statement, index);
        if (table == nullptr || column == nullptr) return;
        const auto find =
            db().prepare("SELECT type, unit, name_zh FROM linmu_columns WHERE table_name = ? AND column_name = ?");
        db().bind(find.get(), 1, std::string(table));
        db().bind(find.get(), 2, std::string(column));
        if (!db().step(find.get())) return;
        if (to_text(column_value(find.get(), 0)) == "area") field.type = FieldType::area;
        if (field.type != FieldType::area) field.unit = to_text(column_value(find.get(), 1));
        field.name_zh = to_text(column_value(find.get(), 2));
    }
};

Ledger::Ledger(const std::string& path) : impl_(std::make_unique<Impl>()) {
    require_writable(path);
    impl_->path = path;
    impl_->file = partial_name(path);
    std::error_code ignored;
    std::filesystem::remove(impl_->file, ignored);
    if (!std::ofstream(impl_->file)) throw DataError(fmt::format("{} cannot be written", path));
    impl_->writable = true;
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Ledger Ledger::open(const std::string& path) {
    if (!std::filesystem::is_regular_file(path)) throw DataError(fmt::format("there is no ledger {}", path));
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->file = path;
    impl->database.emplace(path, Database::Mode::read);
    impl->database->make_room();
    if (!impl->has("linmu_columns"))
        throw DataError(fmt::format("{} is no ledger of linmu: it has no table linmu_columns", path));
    return Ledger(std::move(impl));
}

Ledger Ledger::go_on(const std::string& path, const std::string& kept) {
    require_writable(path);
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->file = partial_name(path);
    copy_whole(kept, impl->file);
    impl->writable = impl->goes_on = true;
    impl->open_for_writing();
    impl->read_tables();
    return Ledger(std::move(impl));
}

Ledger::~Ledger() = default;
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;

void Ledger::credit(const std::string& step) { impl_->step = step; }

void Ledger::put(Table table) {
    impl_->require_open();
    impl_->check(table);
    const bool fresh = impl_->is_new(table.spec.name, table.spec.columns);
    const auto spec = table.spec;
    impl_->memory.note_put(table, impl_->mark(table.spec.name));
    if (impl_->holding) impl_->keep(std::move(table), fresh);
    else impl_->write(table, fresh);
    impl_->tables.emplace(spec.name, spec.columns);
}

void Ledger::hold() {
    impl_->require_open();
    impl_->holding = impl_->tables.empty();
}

namespace {

/// As SQLite gives it back: numbered from 1, and what is no number is nothing.
Table with_key(Table table) {
    table.spec.columns.insert(table.spec.columns.begin(),
                              Field{key_of(table.spec.columns), FieldType::integer, "", ""});
    std::int64_t number = 0;
    for (auto& row : table.rows) {
        for (auto& value : row) {
            if (const auto* real = std::get_if<double>(&value); real != nullptr && std::isnan(*real)) value = {};
        }
        row.insert(row.begin(), Value{++number});
    }
    return table;
}

}  // namespace

std::optional<std::vector<Table>> Ledger::take_held() {
    if (!impl_->holding) return {};
    auto tables = std::exchange(impl_->held, {});
    impl_->tables.clear();
    std::ranges::sort(tables, {}, [](const Table& t) { return t.spec.name; });
    for (auto& table : tables) table = with_key(std::move(table));
    return tables;
}

void Ledger::put(const Layer& layer) {
    impl_->require_open();
    impl_->write_held();
    const bool fresh = impl_->is_new(layer.spec.name, layer.spec.fields);
    const auto before = fresh ? 0 : impl_->last_row(layer.spec.name);
    impl_->put_features(layer, fresh);
    impl_->together([&] {
        if (fresh) impl_->describe(layer.spec.name, "fid", layer.spec.fields);
        impl_->note_source(layer.spec.name, before);
    });
    impl_->tables.emplace(layer.spec.name, layer.spec.fields);
    impl_->memory.note_more();
}

void Ledger::keep(const std::string& path) const {
    impl_->require_open();
    impl_->write_held();
    static_cast<void>(impl_->db());
    copy_whole(impl_->file, partial_name(path));
    commit_file(partial_name(path), path);
}

void Ledger::settle(const std::string& key) { impl_->memory.settle(key); }

std::string Ledger::mark(const std::string& table) const { return impl_->mark(table); }

void Ledger::trace(LedgerAnswers known) { impl_->memory.trace(std::move(known)); }

LedgerTrace Ledger::traced() { return impl_->memory.traced(); }

bool Ledger::has(std::string_view table) const {
    impl_->write_held();
    impl_->memory.note_read(std::string(table), impl_->mark(std::string(table)));
    return impl_->has(table);
}

Table Ledger::query(const std::string& sql, std::string_view name) const {
    impl_->write_held();
    const auto mark = [&](const std::string& from) { return impl_->mark(from); };
    if (const auto before = impl_->memory.recall(sql, mark)) {
        Table table = *before;
        table.spec.name = name;
        return table;
    }
    std::set<std::string> read;
    const auto statement = impl_->db().prepare(sql, read);
    if (sqlite3_stmt_readonly(statement.get()) == 0)
        throw DataError(fmt::format("{}: a query may only read\n  in: {}", impl_->path, sql));
    const int count = sqlite3_column_count(statement.get());
    Table table{{std::string(name), "", {}}, {}};
    std::vector<FieldType> types(static_cast<std::size_t>(count), FieldType::integer);
    while (impl_->db().step(statement.get())) {
        auto& row = table.rows.emplace_back();
        row.reserve(types.size());
        for (int i = 0; i < count; ++i) {
            row.push_back(column_value(statement.get(), i));
            widen(types[static_cast<std::size_t>(i)], row.back());
        }
    }
    for (int i = 0; i < count; ++i) {
        Field field{sqlite3_column_name(statement.get(), i), types[static_cast<std::size_t>(i)], "", ""};
        impl_->name_column(statement.get(), i, field);
        table.spec.columns.push_back(std::move(field));
    }
    impl_->memory.note_answer(sql, read, table, mark);
    return table;
}

void Ledger::close() {
    impl_->require_open();
    impl_->write_held();
    check_geopackage(impl_->db(), impl_->path, impl_->goes_on ? impl_->memory.changed() : std::vector<std::string>{});
    impl_->db().close();
    impl_->database.reset();
    commit_file(impl_->file, impl_->path);
    impl_->file = impl_->path;
    impl_->writable = false;
    impl_->database.emplace(impl_->path, Database::Mode::read);
}

}  // namespace linmu
