// SPDX-License-Identifier: MIT
#include "linmu/algo/zonal.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <memory>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

__extension__ using Wide = __int128;

template <class Number>
void put(std::string& bytes, Number number) {
    char raw[sizeof number];
    std::memcpy(raw, &number, sizeof number);
    bytes.append(raw, sizeof raw);
}

template <class Number>
Number take(std::string_view& bytes) {
    Number number;
    if (bytes.size() < sizeof number)
        throw DataError("stored statistics are damaged; delete the stored state and run again");
    std::memcpy(&number, bytes.data(), sizeof number);
    bytes.remove_prefix(sizeof number);
    return number;
}

/// A float as mantissa x 2^(exponent - 149), both whole.
struct Parts {
    std::int64_t mantissa;
    int exponent;
};

Parts parts_of(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const int biased = static_cast<int>((bits >> 23) & 0xff);
    const std::int64_t mantissa = (bits & 0x7fffff) | (biased != 0 ? 0x800000 : 0);
    return {(bits >> 31) != 0 ? -mantissa : mantissa, biased != 0 ? biased - 1 : 0};
}

/// Digits of one feature's sums in one tile: in full, since they are gone with the tile.
struct Digits {
    std::array<ExactSum<1>::Digit, ExactSum<1>::digits> sum{};
    std::array<ExactSum<2>::Digit, ExactSum<2>::digits> squares{};

    void add(float value, std::int64_t weight) {
        const auto [mantissa, exponent] = parts_of(value);
        const auto place = static_cast<unsigned>(exponent);
        sum[place >> 4] += static_cast<Wide>(mantissa * (std::int64_t{1} << (place & 15))) * weight;
        const unsigned twice = 2 * place;
        squares[twice >> 4] += (static_cast<Wide>(mantissa * mantissa) * weight) << (twice & 15);
    }
};

template <std::size_t N>
std::pair<std::size_t, std::span<const Wide>> used(const std::array<Wide, N>& digits) {
    std::size_t first = 0, end = N;
    while (first < end && digits[first] == 0) ++first;
    while (end > first && digits[end - 1] == 0) --end;
    return {first, std::span(digits).subspan(first, end - first)};
}

std::int64_t weight_of_share(double share) { return std::llround(share / share_weight); }

}  // namespace

template <int Scale>
void ExactSum<Scale>::add(std::size_t first, std::span<const Digit> other) {
    if (other.empty()) return;
    if (digits_.empty()) {
        first_ = first;
        digits_.assign(other.begin(), other.end());
        return;
    }
    if (first < first_) {
        digits_.insert(digits_.begin(), first_ - first, 0);
        first_ = first;
    }
    digits_.resize(std::max(digits_.size(), first + other.size() - first_), 0);
    for (std::size_t i = 0; i < other.size(); ++i) digits_[first - first_ + i] += other[i];
}

/// Carries first, so that the digits, and with them the rounding, are those of the sum alone.
template <int Scale>
long double ExactSum<Scale>::value() const {
    constexpr int width = 16;
    constexpr Wide base = Wide{1} << width;
    std::vector<Wide> whole = digits_;
    bool negative = false;
    for (const bool again : {false, true}) {
        Wide carry = 0;
        std::vector<Wide> out;
        for (const auto digit : whole) {
            const Wide sum = (again ? -digit : digit) + carry;
            carry = sum >> width;
            out.push_back(sum - carry * base);
        }
        for (; carry != 0 && carry != -1; carry >>= width) out.push_back(carry & (base - 1));
        if (carry == 0) {
            whole = std::move(out);
            negative = again;
            break;
        }
    }
    long double sum = 0;
    int taken = 0;
    for (auto i = whole.size(); i-- > 0 && taken < 5;) {
        if (sum == 0 && whole[i] == 0) continue;
        ++taken;  // five digits are more than the 64 bits of a long double
        sum += std::ldexp(static_cast<long double>(whole[i]), static_cast<int>(width * (first_ + i)) + lowest_exponent);
    }
    return negative ? -sum : sum;
}

template <int Scale>
void ExactSum<Scale>::save(std::string& bytes) const {
    put(bytes, static_cast<std::uint32_t>(first_));
    put(bytes, static_cast<std::uint32_t>(digits_.size()));
    for (const auto digit : digits_) put(bytes, digit);
}

template <int Scale>
void ExactSum<Scale>::load(std::string_view& bytes) {
    first_ = take<std::uint32_t>(bytes);
    const auto count = take<std::uint32_t>(bytes);
    if (first_ + count > digits)
        throw DataError("stored statistics are damaged; delete the stored state and run again");
    digits_.clear();
    for (std::uint32_t i = 0; i < count; ++i) digits_.push_back(take<Digit>(bytes));
}

template class ExactSum<1>;
template class ExactSum<2>;

void ValueSums::condense() {
    std::ranges::sort(values);
    std::size_t last = 0;
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (values[i].first == values[last].first) values[last].second += values[i].second;
        else values[++last] = values[i];
    }
    if (!values.empty()) values.resize(last + 1);
}

void ValueSums::merge(ValueSums&& other) {
    weight += other.weight;
    cells += other.cells;
    least = std::min(least, other.least);
    most = std::max(most, other.most);
    sum.merge(other.sum);
    squares.merge(other.squares);
    if (values.empty()) {
        values = std::move(other.values);
        return;
    }
    const bool full = values.size() + other.values.size() > values.capacity() && values.size() > 4096;
    values.insert(values.end(), other.values.begin(), other.values.end());
    if (full) condense();
}

std::optional<double> mean(const ValueSums& sums) {
    if (sums.weight == 0) return {};
    return static_cast<double>(sums.sum.value() / static_cast<long double>(sums.weight));
}

std::optional<double> variance(const ValueSums& sums) {
    if (sums.weight == 0) return {};
    if (sums.least == sums.most) return 0.0;
    const auto weight = static_cast<long double>(sums.weight);
    const long double mean = sums.sum.value() / weight;
    return static_cast<double>(std::max(0.0L, sums.squares.value() / weight - mean * mean));
}

std::optional<double> quantile(const ValueSums& sums, double p) {
    const auto& values = sums.values;
    if (values.empty()) return {};
    const long double wanted = static_cast<long double>(p) * static_cast<long double>(sums.weight);
    std::int64_t below = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        below += values[i].second;
        const auto so_far = static_cast<long double>(below);
        if (so_far > wanted || i + 1 == values.size()) return values[i].first;
        if (so_far == wanted && below > 0) return (double{values[i].first} + double{values[i + 1].first}) / 2;
    }
    return {};
}

void add_values(ValueSums& into, const Coverage& coverage, const RealPlane& values, const TileAreas& tile,
                CellWeight weight, bool keep_values) {
    const Window& window = tile.window();
    Digits digits;
    const auto add = [&](float value, std::int64_t units) {
        if (!std::isfinite(value) || units == 0) return;
        if (value == 0) value = 0;  // one zero, without sign
        digits.add(value, units);
        into.weight += units;
        ++into.cells;
        into.least = std::min(into.least, value);
        into.most = std::max(into.most, value);
        if (keep_values) into.values.emplace_back(value, units);
    };
    for (const auto& [row, col, col_end] : coverage.inside) {
        const auto cells = values.row(row - window.row);
        for (int c = col; c < col_end; ++c)
            add(cells[static_cast<std::size_t>(c - window.col)], tile.run(row, c, c + 1));
    }
    for (const auto& [row, col, share] : coverage.boundary) {
        const auto units = weight == CellWeight::area ? tile.share(row, col, share) : weight_of_share(share);
        add(values(row - window.row, col - window.col), units);
    }
    const auto [sum_at, sum] = used(digits.sum);
    into.sum.add(sum_at, sum);
    const auto [squares_at, squares] = used(digits.squares);
    into.squares.add(squares_at, squares);
}

void add_codes(ClassAreas& into, std::int32_t zone, const Coverage& coverage, const TileClasses& classes,
               const TileAreas& tile, CellWeight weight) {
    if (weight == CellWeight::area) {
        add_class_areas(into, zone, coverage, classes, tile);
        return;
    }
    const Window& window = tile.window();
    for (const auto& [row, col, share] : coverage.boundary)
        into.add({zone, classes.before()(row - window.row, col - window.col)}, Area{weight_of_share(share)});
}

void save(std::string& bytes, const ValueSums& sums) {
    put(bytes, sums.weight);
    put(bytes, sums.cells);
    put(bytes, sums.least);
    put(bytes, sums.most);
    sums.sum.save(bytes);
    sums.squares.save(bytes);
    put(bytes, sums.values.size());
    for (const auto& [value, weight] : sums.values) {
        put(bytes, value);
        put(bytes, weight);
    }
}

ValueSums load_value_sums(std::string_view& bytes) {
    ValueSums sums;
    sums.weight = take<std::int64_t>(bytes);
    sums.cells = take<std::int64_t>(bytes);
    sums.least = take<float>(bytes);
    sums.most = take<float>(bytes);
    sums.sum.load(bytes);
    sums.squares.load(bytes);
    for (auto count = take<std::uint64_t>(bytes); count > 0; --count) {
        const auto value = take<float>(bytes);
        sums.values.emplace_back(value, take<std::int64_t>(bytes));
    }
    return sums;
}

}  // namespace linmu
