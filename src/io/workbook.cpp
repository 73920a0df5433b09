// SPDX-License-Identifier: MIT
#include "linmu/io/workbook.hpp"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "commit_file.hpp"
#include "linmu/core/error.hpp"
#include "table_text.hpp"

namespace linmu {
namespace {

constexpr lxw_row_t title_row = 0, unit_row = 1, header_row = 2, first_row = 3;
constexpr std::size_t longest_name = 31;  ///< of a sheet, in characters
/// 1980-01-01: a file has the same bytes on any day.
constexpr time_t fixed_time = 315532800;

[[noreturn]] void fail(const std::string& path, lxw_error fault) {
    throw DataError(fmt::format("{} cannot be written: {}", path, lxw_strerror(fault)));
}

/// Characters of UTF-8 text, each with its bytes.
std::vector<std::string> characters(const std::string& text) {
    std::vector<std::string> list;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) list.emplace_back();
        if (!list.empty()) list.back() += c;
    }
    return list;
}

/// As wide as it looks: a Chinese character takes two places.
double width_of(const std::string& text) {
    const auto starts = std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; });
    const auto wide = std::ranges::count_if(text, [](unsigned char c) { return c >= 0xE0; });
    return static_cast<double>(starts + wide);
}

/// A title as the name of a sheet: without what names can't have, short enough, and no other's.
std::string sheet_name(const std::string& title, std::set<std::string>& taken) {
    std::vector<std::string> kept;
    for (const auto& c : characters(title))
        if (c.find_first_of("[]:*?/\\'") == std::string::npos) kept.push_back(c);
    for (int n = 1;; ++n) {
        const auto tail = n == 1 ? std::string() : fmt::format(" {}", n);
        std::string name;
        for (std::size_t i = 0; i < std::min(kept.size(), longest_name - tail.size()); ++i) name += kept[i];
        name += tail;
        if (taken.insert(name).second) return name;
    }
}

/// A workbook under way, closed by hand so that its faults are seen, else thrown away.
class Book {
public:
    Book(const std::string& path, Language language)
        : path_(path), language_(language), book_(workbook_new(path.c_str())) {
        if (book_ == nullptr) throw DataError(fmt::format("{} cannot be written", path));
        lxw_doc_properties properties{};
        properties.created = fixed_time;
        workbook_set_properties(book_, &properties);
        title_ = format([](lxw_format* f) {
            format_set_bold(f);
            format_set_font_size(f, 14);
        });
        note_ = format([](lxw_format* f) { format_set_italic(f); });
        header_ = format([](lxw_format* f) {
            format_set_bold(f);
            format_set_text_wrap(f);
            format_set_align(f, LXW_ALIGN_CENTER);
            format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
            format_set_border(f, LXW_BORDER_THIN);
            format_set_bg_color(f, 0xDDEBDD);
        });
        right_ = format([](lxw_format* f) { format_set_align(f, LXW_ALIGN_RIGHT); });
    }
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;
    ~Book() {
        if (book_ != nullptr) workbook_close(book_);
    }

    void add(const Sheet& sheet) {
        const auto& table = *sheet.table;
        if (table.rows.size() + first_row + sheet.footer.size() >= LXW_ROW_MAX)
            throw DataError(fmt::format("{}: table '{}' has {} rows; a spreadsheet holds {}. Take the CSV beside it",
                                        path_, table.spec.name, table.rows.size(), LXW_ROW_MAX));
        page_ = workbook_add_worksheet(book_, sheet_name(sheet.title, names_).c_str());
        worksheet_write_string(page_, title_row, 0, sheet.title.c_str(), title_);
        add_unit(sheet);
        int lines = 1;
        for (std::size_t c = 0; c < table.spec.columns.size(); ++c) lines = std::max(lines, add_column(sheet, c));
        worksheet_set_row(page_, header_row, LXW_DEF_ROW_HEIGHT * lines, nullptr);
        add_footer(sheet);
        set_up_print(sheet);
    }

    void close() {
        const auto fault = workbook_close(book_);
        book_ = nullptr;
        if (fault != LXW_NO_ERROR) fail(path_, fault);
    }

private:
    template <class Set>
    lxw_format* format(Set set) {
        auto* made = workbook_add_format(book_);
        set(made);
        return made;
    }

    void add_unit(const Sheet& sheet) {
        const auto& columns = sheet.table->spec.columns;
        if (std::ranges::none_of(columns, [](const Field& f) { return f.type == FieldType::area; })) return;
        const auto unit = unit_text(sheet.area_unit, language_);
        const auto text = language_ == Language::zh ? "面积单位: " + unit : "areas in " + unit;
        worksheet_write_string(page_, unit_row, static_cast<lxw_col_t>(columns.size() - 1), text.c_str(), right_);
    }

    /// How many lines its heading takes.
    int add_column(const Sheet& sheet, std::size_t c) {
        const auto& column = sheet.table->spec.columns[c];
        const auto at = static_cast<lxw_col_t>(c);
        const auto header = header_text(column, language_, sheet.area_unit);
        worksheet_write_string(page_, header_row, at, header.c_str(), header_);
        lxw_format* const plain = cell_format(column, sheet.decimals, false);
        lxw_format* const total = cell_format(column, sheet.decimals, true);
        double width = std::min(width_of(header), 16.0);
        for (std::size_t r = 0; r < sheet.table->rows.size(); ++r) {
            const bool is_total = sheet.total_first && r == 0;
            const auto& value = sheet.table->rows[r][c];
            width = std::max(width, add_cell(first_row + static_cast<lxw_row_t>(r), at, value, column, sheet,
                                             is_total ? total : plain));
        }
        width = std::clamp(width + 2, 8.0, 48.0);
        worksheet_set_column(page_, at, at, width, nullptr);
        // Words are not cut, so a line is seldom full.
        return static_cast<int>(std::ceil(width_of(header) * 1.15 / width));
    }

    /// How wide it is.
    double add_cell(lxw_row_t row, lxw_col_t at, const Value& value, const Field& column, const Sheet& sheet,
                    lxw_format* form) {
        if (std::holds_alternative<std::monostate>(value)) {
            worksheet_write_blank(page_, row, at, form);
            return 0;
        }
        const auto* units = std::get_if<std::int64_t>(&value);
        const auto text = column.type == FieldType::area && units != nullptr
                              ? area_text(*units, sheet.area_unit, sheet.decimals)
                              : to_text(value);
        if (std::holds_alternative<std::string>(value)) worksheet_write_string(page_, row, at, text.c_str(), form);
        else worksheet_write_number(page_, row, at, std::strtod(text.c_str(), nullptr), form);
        return width_of(text);
    }

    lxw_format* cell_format(const Field& column, int decimals, bool is_total) {
        return format([&](lxw_format* f) {
            format_set_border(f, LXW_BORDER_THIN);
            if (is_total) format_set_bold(f);
            if (column.type == FieldType::text) format_set_num_format(f, "@");
            if (column.type == FieldType::area)
                format_set_num_format(f, decimals == 0 ? "0" : fmt::format("0.{:0<{}}", "", decimals).c_str());
        });
    }

    void add_footer(const Sheet& sheet) {
        auto row = static_cast<lxw_row_t>(first_row + sheet.table->rows.size() + 1);
        for (const auto& line : sheet.footer) worksheet_write_string(page_, row++, 0, line.c_str(), note_);
    }

    void set_up_print(const Sheet& sheet) {
        worksheet_freeze_panes(page_, first_row, 1);
        worksheet_set_landscape(page_);
        worksheet_set_paper(page_, 9);  // A4
        worksheet_fit_to_pages(page_, 1, 0);
        worksheet_repeat_rows(page_, title_row, header_row);
        if (!sheet.table->rows.empty())
            worksheet_autofilter(page_, header_row, 0, static_cast<lxw_row_t>(header_row + sheet.table->rows.size()),
                                 static_cast<lxw_col_t>(sheet.table->spec.columns.size() - 1));
    }

    std::string path_;
    Language language_;
    lxw_workbook* book_;
    lxw_worksheet* page_ = nullptr;
    std::set<std::string> names_;
    lxw_format *title_ = nullptr, *note_ = nullptr, *header_ = nullptr, *right_ = nullptr;
};

}  // namespace

void write_workbook(const std::string& path, std::span<const Sheet> sheets, Language language) {
    require_writable(path);
    const auto partial = partial_name(path);
    try {
        Book book(partial, language);
        for (const auto& sheet : sheets) book.add(sheet);
        book.close();
        commit_file(partial, path);
    } catch (...) {
        std::remove(partial.c_str());
        throw;
    }
}

}  // namespace linmu
