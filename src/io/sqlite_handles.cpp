// SPDX-License-Identifier: MIT
#include "sqlite_handles.hpp"

#include <fmt/format.h>

#include "linmu/core/error.hpp"

namespace linmu {

std::string sql_name(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

Database::Database(std::string path, Mode mode) : path_(std::move(path)) {
    sqlite3* handle = nullptr;
    const int flags = mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    const int status = sqlite3_open_v2(path_.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    if (status != SQLITE_OK) throw DataError(fmt::format("{} cannot be opened: {}", path_, sqlite3_errstr(status)));
    sqlite3_busy_timeout(handle_.get(), 5000);
}

void Database::run(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

void Database::make_room() {
    run("PRAGMA cache_size = -65536");
    run("PRAGMA temp_store = MEMORY");
}

void Database::roll_back() noexcept {
    if (sqlite3_get_autocommit(handle_.get()) == 0) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Statement Database::prepare(const std::string& sql) const {
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int status = sqlite3_prepare_v2(handle_.get(), sql.c_str(), static_cast<int>(sql.size()), &raw, &rest);
    Statement statement(raw);
    if (status != SQLITE_OK) fail(sql);
    if (!statement) throw DataError(fmt::format("{}: an empty query", path_));
    const std::string_view after(rest);
    if (after.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
        throw DataError(fmt::format("{}: one query only, but after it comes: {}", path_, after));
    }
    return statement;
}

Statement Database::prepare(const std::string& sql, std::set<std::string>& read) const {
    const auto note = [](void* names, int action, const char* table, const char*, const char*, const char*) {
        if (action == SQLITE_READ && table != nullptr) static_cast<std::set<std::string>*>(names)->insert(table);
        return SQLITE_OK;
    };
    const auto forget = [this](const void*) { sqlite3_set_authorizer(handle_.get(), nullptr, nullptr); };
    sqlite3_set_authorizer(handle_.get(), note, &read);
    const std::unique_ptr<const void, decltype(forget)> until_prepared(this, forget);
    return prepare(sql);
}

bool Database::step(sqlite3_stmt* statement) const {
    const int status = sqlite3_step(statement);
    if (status != SQLITE_ROW && status != SQLITE_DONE) fail(sqlite3_sql(statement));
    return status == SQLITE_ROW;
}

void Database::bind(sqlite3_stmt* statement, int index, const Value& value) const {
    bind_with(statement, index, value, SQLITE_TRANSIENT);
}

void Database::bind_kept(sqlite3_stmt* statement, int index, const Value& value) const {
    bind_with(statement, index, value, SQLITE_STATIC);
}

void Database::bind_with(sqlite3_stmt* statement, int index, const Value& value,
                         sqlite3_destructor_type lifetime) const {
    int status = SQLITE_OK;
    if (const auto* text = std::get_if<std::string>(&value)) {
        status = sqlite3_bind_text64(statement, index, text->data(), text->size(), lifetime, SQLITE_UTF8);
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
        status = sqlite3_bind_int64(statement, index, *whole);
    } else if (const auto* real = std::get_if<double>(&value)) {
        status = sqlite3_bind_double(statement, index, *real);
    } else {
        status = sqlite3_bind_null(statement, index);
    }
    if (status != SQLITE_OK) fail(sqlite3_sql(statement));
}

std::string Database::text(const std::string& sql) const {
    const auto statement = prepare(sql);
    return step(statement.get()) ? to_text(column_value(statement.get(), 0)) : std::string();
}

void Database::close() {
    if (!handle_) return;
    const int status = sqlite3_close(handle_.get());
    if (status != SQLITE_OK) throw DataError(fmt::format("{} cannot be closed: {}", path_, sqlite3_errstr(status)));
    static_cast<void>(handle_.release());
}

void Database::fail(const std::string& sql) const {
    throw DataError(fmt::format("{}: {}\n  in: {}", path_, sqlite3_errmsg(handle_.get()), sql));
}

Value column_value(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
        case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
        case SQLITE_NULL: return {};
        default: break;
    }
    const void* bytes = sqlite3_column_blob(statement, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

}  // namespace linmu
