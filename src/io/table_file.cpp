// SPDX-License-Identifier: MIT
#include "linmu/io/table_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "commit_file.hpp"
#include "linmu/core/error.hpp"
#include "table_text.hpp"

namespace linmu {
namespace {

/// An open file of the system.
class Descriptor {
public:
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int get() const noexcept { return number_; }

private:
    int number_;
};

std::string reason(int error) { return std::generic_category().message(error); }

void write_all(const std::string& path, const std::string& text) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (file.get() < 0) throw DataError(fmt::format("{} cannot be written: {}", path, reason(errno)));
    for (std::size_t done = 0; done < text.size();) {
        const auto written = ::write(file.get(), text.data() + done, text.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0)
            throw DataError(fmt::format("{} cannot be written: {}; make room and run again", path, reason(errno)));
        done += static_cast<std::size_t>(written);
    }
}

std::string cell_text(const Value& value, const Field& column, const CsvOptions& options) {
    const auto* units = std::get_if<std::int64_t>(&value);
    if (column.type == FieldType::area && units != nullptr)
        return area_text(*units, options.area_unit, options.decimals);
    return to_text(value);
}

void add_quoted(const std::string& cell, std::string& text) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
        text += cell;
        return;
    }
    text += '"';
    for (const char c : cell) {
        if (c == '"') text += '"';
        text += c;
    }
    text += '"';
}

}  // namespace

void write_csv(const std::string& path, const Table& table, const CsvOptions& options) {
    if (options.decimals < 0 || options.decimals > 9) {
        throw DataError(fmt::format("{} decimals cannot be written; 0 to 9 can", options.decimals));
    }
    const auto& columns = table.spec.columns;
    std::string text = options.byte_order_mark ? "\xEF\xBB\xBF" : "";
    const auto add_line = [&](auto&& cell) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (i > 0) text += ',';
            add_quoted(cell(i), text);
        }
        text += "\r\n";
    };
    add_line([&](std::size_t i) { return header_text(columns[i], options.language, options.area_unit); });
    for (const auto& row : table.rows) {
        if (row.size() != columns.size()) {
            throw DataError(fmt::format("table '{}' has a row of {} values for {} columns", table.spec.name, row.size(),
                                        columns.size()));
        }
        add_line([&](std::size_t i) { return cell_text(row[i], columns[i], options); });
    }
    write_text_file(path, text);
}

void write_text_file(const std::string& path, const std::string& text) {
    require_writable(path);
    const auto partial = partial_name(path);
    try {
        write_all(partial, text);
        commit_file(partial, path);
    } catch (...) {
        std::remove(partial.c_str());
        throw;
    }
}

std::string read_text_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) throw DataError(fmt::format("{} cannot be read: {}", path, reason(errno)));
    std::string text;
    std::string piece(1 << 16, '\0');
    while (true) {
        const auto got = ::read(file.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw DataError(fmt::format("{} cannot be read: {}", path, reason(errno)));
        if (got == 0) return text;
        text.append(piece, 0, static_cast<std::size_t>(got));
    }
}

}  // namespace linmu
