// SPDX-License-Identifier: MIT
#include "linmu/io/table_file.hpp"

#include <fcntl.h>
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

__extension__ using Wide = __int128;

struct UnitRule {
    Wide times, per;  ///< value in the unit = units of Area * times / per
    const char* en;
    const char* zh;
};

UnitRule rule_of(AreaUnit unit) {
    switch (unit) {
        case AreaUnit::m2: return {1, 10'000, "m2", "平方米"};
        case AreaUnit::ha: return {1, 100'000'000, "ha", "公顷"};
        case AreaUnit::mu: break;
    }
    return {15, 100'000'000, "mu", "亩"};
}

/// Exact in whole numbers; half away from zero. Adds "12.30" to a text.
void add_area(std::string& out, std::int64_t units, AreaUnit unit, int decimals) {
    const auto rule = rule_of(unit);
    std::int64_t power = 1;
    for (int i = 0; i < decimals; ++i) power *= 10;
    const Wide size = units < 0 ? -Wide{units} : Wide{units};
    const Wide twice = 2 * size * rule.times * power + rule.per;
    // Most fit into 64 bits, whose division is faster by far.
    const Wide rounded = twice <= std::numeric_limits<std::int64_t>::max()
                             ? Wide{static_cast<std::int64_t>(twice) / static_cast<std::int64_t>(2 * rule.per)}
                             : twice / (2 * rule.per);
    const auto whole = static_cast<std::uint64_t>(rounded / power);
    const auto rest = static_cast<std::uint64_t>(rounded % power);
    if (units < 0 && rounded != 0) out += '-';
    fmt::format_to(std::back_inserter(out), "{}", whole);
    if (decimals > 0) fmt::format_to(std::back_inserter(out), ".{:0{}}", rest, decimals);
}

std::string unit_zh(const std::string& unit) {
    if (unit == "m2") return "平方米";
    if (unit == "ha") return "公顷";
    if (unit == "mu") return "亩";
    if (unit == "degree") return "度";
    if (unit == "m") return "米";
    return unit == "1" ? "" : unit;
}

std::string header_text(const Field& column, const CsvOptions& options) {
    const bool zh = options.language == Language::zh;
    const auto& name = zh && !column.name_zh.empty() ? column.name_zh : column.name;
    const auto rule = rule_of(options.area_unit);
    std::string unit = zh ? unit_zh(column.unit) : column.unit == "1" ? "" : column.unit;
    if (column.type == FieldType::area) unit = zh ? rule.zh : rule.en;
    if (unit.empty()) return name;
    return zh ? fmt::format("{}（{}）", name, unit) : fmt::format("{} ({})", name, unit);
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

void add_cell(std::string& out, const Value& value, const Field& column, const CsvOptions& options) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        add_quoted(out, *text);
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
        if (column.type == FieldType::area) add_area(out, *whole, options.area_unit, options.decimals);
        else fmt::format_to(std::back_inserter(out), "{}", *whole);
    } else {
        out += to_text(value);
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
    text_ = options.byte_order_mark ? "\xEF\xBB\xBF" : "";
    for (std::size_t i = 0; i < spec_.columns.size(); ++i) {
        if (i > 0) text_ += ',';
        add_quoted(text_, header_text(spec_.columns[i], options_));
    }
    text_ += "\r\n";
}

CsvWriter::~CsvWriter() {
    if (file_ < 0) return;
    ::close(file_);
    std::remove(partial_.c_str());
}

void CsvWriter::add(const std::vector<std::vector<Value>>& rows) {
    constexpr std::size_t at_once = 1 << 20;
    for (const auto& row : rows) {
        if (row.size() != spec_.columns.size()) {
            throw DataError(fmt::format("table '{}' has a row of {} values for {} columns", spec_.name, row.size(),
                                        spec_.columns.size()));
        }
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) text_ += ',';
            add_cell(text_, row[i], spec_.columns[i], options_);
        }
        text_ += "\r\n";
        if (text_.size() >= at_once) write();
    }
}

void CsvWriter::write() {
    write_to(file_, partial_, text_);
    text_.clear();
}

void CsvWriter::close() {
    write();
    ::close(std::exchange(file_, -1));
    try {
        commit_file(partial_, path_);
    } catch (...) {
        std::remove(partial_.c_str());
        throw;
    }
}

void write_csv(const std::string& path, const Table& table, const CsvOptions& options) {
    CsvWriter writer(path, table.spec, options);
    writer.add(table.rows);
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
