// SPDX-License-Identifier: MIT
#include "linmu/io/table_file.hpp"

#include <fcntl.h>
#include <fmt/compile.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <limits>
#include <system_error>
#include <utility>

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

int new_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) throw DataError(fmt::format("{} cannot be written: {}", path, reason(errno)));
    return file;
}

void write_to(int file, const std::string& path, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const auto written = ::write(file, text.data() + done, text.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0)
            throw DataError(fmt::format("{} cannot be written: {}; make room and run again", path, reason(errno)));
        done += static_cast<std::size_t>(written);
    }
}

void write_all(const std::string& path, const std::string& text) {
    const Descriptor file(new_file(path));
    write_to(file.get(), path, text);
}

void add_quoted(std::string& out, const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

template <class Number>
void add_number(std::string& out, Number number) {
    char text[32];
    out.append(text, fmt::format_to(text, FMT_COMPILE("{}"), number));
}

void add_cell(std::string& out, const Value& value, const Field& column, const CsvOptions& options) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        add_quoted(out, *text);
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
        if (column.type == FieldType::area) add_area(out, *whole, options.area_unit, options.decimals);
        else add_number(out, *whole);
    } else if (const auto* real = std::get_if<double>(&value)) {
        add_number(out, *real);
    }
}

}  // namespace

CsvWriter::CsvWriter(std::string path, TableSpec spec, const CsvOptions& options)
    : path_(std::move(path)), partial_(partial_name(path_)), spec_(std::move(spec)), options_(options) {
    if (options.decimals < 0 || options.decimals > 9) {
        throw DataError(fmt::format("{} decimals cannot be written; 0 to 9 can", options.decimals));
    }
    require_writable(path_);
    file_ = new_file(partial_);
    std::string head = options.byte_order_mark ? "\xEF\xBB\xBF" : "";
    for (std::size_t i = 0; i < spec_.columns.size(); ++i) {
        if (i > 0) head += ',';
        add_quoted(head, header_text(spec_.columns[i], options_.language, options_.area_unit));
    }
    write_to(file_, partial_, head + "\r\n");
}

CsvWriter::~CsvWriter() {
    if (file_ < 0) return;
    ::close(file_);
    std::remove(partial_.c_str());
}

void CsvWriter::add(const std::vector<std::vector<Value>>& rows, const ParallelFor& parallel) {
    constexpr std::size_t rows_a_part = 1024, parts_at_once = 64;
    std::vector<std::string> texts;
    for (std::size_t first = 0; first < rows.size(); first += rows_a_part * parts_at_once) {
        const auto batch = std::span(rows).subspan(first, std::min(rows.size() - first, rows_a_part * parts_at_once));
        texts.resize((batch.size() + rows_a_part - 1) / rows_a_part);
        parallel(texts.size(), [&](std::size_t p) {
            texts[p] = text_of(batch.subspan(p * rows_a_part, std::min(batch.size() - p * rows_a_part, rows_a_part)));
        });
        for (const auto& text : texts) write_to(file_, partial_, text);
    }
}

std::string CsvWriter::text_of(std::span<const std::vector<Value>> rows) const {
    std::string text;
    for (const auto& row : rows) {
        if (row.size() != spec_.columns.size()) {
            throw DataError(fmt::format("table '{}' has a row of {} values for {} columns", spec_.name, row.size(),
                                        spec_.columns.size()));
        }
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) text += ',';
            add_cell(text, row[i], spec_.columns[i], options_);
        }
        text += "\r\n";
    }
    return text;
}

void CsvWriter::close() {
    ::close(std::exchange(file_, -1));
    try {
        commit_file(partial_, path_);
    } catch (...) {
        std::remove(partial_.c_str());
        throw;
    }
}

void write_csv(const std::string& path, const Table& table, const CsvOptions& options, const ParallelFor& parallel) {
    CsvWriter writer(path, table.spec, options);
    writer.add(table.rows, parallel);
    writer.close();
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
