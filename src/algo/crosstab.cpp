// SPDX-License-Identifier: MIT
#include "linmu/algo/crosstab.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

using Steps = std::vector<std::int64_t>;
constexpr const char* all_units = "合计 Total";

/// Which columns hold classes, and which add up others.
class Columns {
public:
    explicit Columns(const std::vector<CrosstabColumn>& columns) {
        std::map<std::string, std::size_t> by_key;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (!by_key.emplace(columns[c].key, c).second)
                throw DataError(fmt::format("column '{}' stands twice; give each its own key", columns[c].key));
        }
        parts_.resize(columns.size());
        for (std::size_t c = 0; c < columns.size(); ++c) place(columns, by_key, c);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (columns[c].of == std::vector<std::string>{"*"}) parts_[c] = leaves_;
        }
        for (std::size_t c = 0; c < columns.size(); ++c) require_end(columns, c, {});
    }

    /// Of the leaves, as the cells are laid out.
    [[nodiscard]] std::size_t count() const { return leaves_.size(); }
    [[nodiscard]] std::size_t leaf_of(const std::string& name) const {
        const auto it = leaf_of_class_.find(name);
        if (it == leaf_of_class_.end())
            throw DataError(
                fmt::format("class '{}' stands in no column, so the table would not close; name it in one", name));
        return it->second;
    }
    /// Sum of the leaves of a column.
    [[nodiscard]] std::int64_t sum(std::size_t column, const Steps& leaves) const {
        if (parts_[column].empty()) return leaves[position(column)];
        std::int64_t total = 0;
        for (const auto part : parts_[column]) total += sum(part, leaves);
        return total;
    }

private:
    void place(const std::vector<CrosstabColumn>& columns, const std::map<std::string, std::size_t>& by_key,
               std::size_t c) {
        const auto& column = columns[c];
        if (column.of == std::vector<std::string>{"*"}) return;
        std::vector<std::size_t> others;
        for (const auto& name : column.of) {
            if (const auto it = by_key.find(name); it != by_key.end() && it->second != c) others.push_back(it->second);
        }
        if (others.size() != column.of.size() && !others.empty())
            throw DataError(fmt::format("column '{}' adds up columns and classes; let it add one kind", column.key));
        parts_[c] = others;
        if (!others.empty()) return;
        for (const auto& name : column.of.empty() ? std::vector{column.key} : column.of) {
            if (!leaf_of_class_.emplace(name, leaves_.size()).second)
                throw DataError(fmt::format("class '{}' stands in two columns, so the table would not close", name));
        }
        leaves_.push_back(c);
    }
    /// Columns that add up one another in a circle have no sum.
    void require_end(const std::vector<CrosstabColumn>& columns, std::size_t c, std::set<std::size_t> above) const {
        if (!above.insert(c).second)
            throw DataError(fmt::format("column '{}' adds up itself, through others", columns[c].key));
        for (const auto part : parts_[c]) require_end(columns, part, above);
    }
    [[nodiscard]] std::size_t position(std::size_t column) const {
        return static_cast<std::size_t>(std::ranges::find(leaves_, column) - leaves_.begin());
    }

    std::vector<std::vector<std::size_t>> parts_;  ///< by column: those that it adds up; empty: it is a leaf
    std::vector<std::size_t> leaves_;              ///< columns that hold classes
    std::map<std::string, std::size_t> leaf_of_class_;
};

/// Rows in the order of print, with the leaf cells of each.
class Rows {
public:
    Rows(std::vector<std::string> codes, std::vector<Steps> cells, const std::map<std::string, CrosstabUnit>& units)
        : units_(units), width_(cells.empty() ? 0 : cells[0].size()) {
        for (std::size_t r = 0; r < codes.size(); ++r) {
            std::string at = codes[r];
            add(at, cells[r]);
            std::set<std::string> passed{at};
            for (auto above = parent(at); !above.empty(); above = parent(at)) {
                if (!passed.insert(above).second)
                    throw DataError(fmt::format("unit '{}' lies in itself, by the parents of zones", above));
                below_[above].insert(at);
                at = above;
                add(at, cells[r]);
            }
            tops_.insert(at);
            total_ = added(std::move(total_), cells[r]);
        }
    }

    template <class Sink>
    void in_order(Sink&& sink) const {
        sink(all_units, "", total_);
        // A county alone at the top is the total itself.
        const bool one = tops_.size() == 1 && below_.contains(*tops_.begin());
        for (const auto& code : one ? below_.at(*tops_.begin()) : tops_) down(code, sink);
    }

private:
    [[nodiscard]] std::string parent(const std::string& code) const {
        const auto it = units_.find(code);
        return it == units_.end() ? "" : it->second.parent;
    }
    [[nodiscard]] Steps added(Steps sum, const Steps& more) const {
        sum.resize(width_);
        for (std::size_t c = 0; c < width_; ++c) sum[c] += more[c];
        return sum;
    }
    void add(const std::string& code, const Steps& cells) { sums_[code] = added(std::move(sums_[code]), cells); }

    template <class Sink>
    void down(const std::string& code, Sink& sink) const {
        const auto it = units_.find(code);
        sink(code, it == units_.end() ? "" : it->second.name, sums_.at(code));
        if (const auto inside = below_.find(code); inside != below_.end()) {
            for (const auto& next : inside->second) down(next, sink);
        }
    }

    const std::map<std::string, CrosstabUnit>& units_;
    std::size_t width_;
    std::map<std::string, Steps> sums_;
    std::map<std::string, std::set<std::string>> below_;
    std::set<std::string> tops_;
    Steps total_;
};

Value printed(std::int64_t steps, PrintUnit unit) {
    return steps == 0 ? Value{} : Value{printed_area(steps, unit).units()};
}

/// What each class had, lost, won and has, from its row and its column of the levelled cells.
std::map<std::string, std::array<std::int64_t, 4>> balance_of(const Columns& columns,
                                                              const std::vector<std::string>& codes,
                                                              const std::vector<Steps>& cells) {
    std::map<std::string, std::array<std::int64_t, 4>> balance;
    for (std::size_t r = 0; r < codes.size(); ++r) {
        const auto own = columns.leaf_of(codes[r]);
        std::int64_t start = 0, kept = cells[r][own], end = 0;
        for (const auto steps : cells[r]) start += steps;
        for (const auto& row : cells) end += row[own];
        const std::array<std::int64_t, 4> one{start, start - kept, end - kept, end};
        balance[codes[r]] = one;
        for (std::size_t i = 0; i < one.size(); ++i) balance[all_units][i] += one[i];
    }
    return balance;
}

std::vector<Field> headings(const CrosstabForm& form) {
    std::vector<Field> fields{{"code", FieldType::text, "", "代码"}, {"name", FieldType::text, "", "名称"}};
    for (const auto& c : form.columns)
        fields.push_back({c.key + " " + c.name_en, FieldType::area, "area", c.key + " " + c.name_zh});
    if (form.balance) {
        for (const auto& [en, zh] :
             {std::pair{"start", "年初面积"}, {"decrease", "年内减少"}, {"increase", "年内增加"}, {"end", "年末面积"}})
            fields.push_back({en, FieldType::area, "area", zh});
    }
    return fields;
}

}  // namespace

Table crosstab(const CrosstabForm& form, std::span<const CrosstabCell> cells,
               const std::map<std::string, CrosstabUnit>& units) {
    const Columns columns(form.columns);
    std::map<std::string, std::vector<Area>> sums;
    for (const auto& cell : cells) {
        const auto leaf = columns.leaf_of(cell.column);
        sums.try_emplace(cell.row, columns.count()).first->second[leaf] += cell.area;
        // A class that only came into being has a row of its own, or it would have no balance.
        if (form.balance) sums.try_emplace(cell.column, columns.count());
    }
    std::vector<std::string> codes;
    std::vector<std::vector<Area>> areas;
    for (auto& [code, row] : sums) {
        codes.push_back(code);
        areas.push_back(std::move(row));
    }
    const auto levelled = levelled_table(areas, form.unit);
    const auto balance = form.balance ? balance_of(columns, codes, levelled.cells)
                                      : std::map<std::string, std::array<std::int64_t, 4>>();
    Table table{{"crosstab", "汇总表", headings(form)}, {}};
    Rows(codes, levelled.cells, units)
        .in_order([&](const std::string& code, const std::string& name, const Steps& leaves) {
            auto& row = table.rows.emplace_back();
            row = {code, name};
            for (std::size_t c = 0; c < form.columns.size(); ++c)
                row.push_back(leaves.empty() ? Value{} : printed(columns.sum(c, leaves), form.unit));
            if (const auto it = balance.find(code); it != balance.end()) {
                for (const auto steps : it->second) row.push_back(printed(steps, form.unit));
            }
        });
    return table;
}

}  // namespace linmu
