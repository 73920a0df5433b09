// SPDX-License-Identifier: MIT
#include "linmu/algo/fvc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <limits>

#include "linmu/core/block.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr double bins_a_unit = IndexHistogram::bins / 2.0;
constexpr std::string_view mark = "LMH";

void put(std::string& bytes, std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
}

[[noreturn]] void refuse(std::size_t size) {
    throw DataError(fmt::format(
        "{} bytes of stored histograms are damaged or of another kind; delete the stored state and run again", size));
}

/// Numbers of stored histograms, front to back.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : rest_(bytes), size_(bytes.size()) {
        if (!rest_.starts_with(mark)) refuse(size_);
        rest_.remove_prefix(mark.size());
    }
    std::uint64_t take(std::size_t count) {
        if (rest_.size() < count) refuse(size_);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
        rest_.remove_prefix(count);
        return value;
    }
    [[nodiscard]] bool empty() const { return rest_.empty(); }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    std::string_view rest_;
    std::size_t size_;
};

float cover(float ndvi, const CoverEnds& ends) {
    const double share = (static_cast<double>(ndvi) - ends.soil) / (ends.vegetation - ends.soil);
    // A comparison with NaN is false, so that no value stays none.
    return static_cast<float>(share < 0 ? 0 : share > 1 ? 1 : share);
}

}  // namespace

void IndexHistogram::add(float value) noexcept {
    if (value != value) return;
    const double at = (static_cast<double>(value) + 1) * bins_a_unit;
    const auto bin = static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(bins - 1)));
    ++counts_[bin];
    ++count_;
}

void IndexHistogram::merge(const IndexHistogram& other) {
    for (std::size_t b = 0; b < counts_.size(); ++b) counts_[b] += other.counts_[b];
    count_ += other.count_;
}

double IndexHistogram::percentile(double share) const {
    assert(count_ > 0);
    const double wanted = share * static_cast<double>(count_);
    std::uint64_t below = 0;
    for (std::size_t b = 0; b < counts_.size(); ++b) {
        const std::uint64_t here = counts_[b];
        if (here > 0 && static_cast<double>(below + here) >= wanted)
            return (static_cast<double>(b) + (wanted - static_cast<double>(below)) / static_cast<double>(here)) /
                       bins_a_unit -
                   1;
        below += here;
    }
    return 1;
}

IndexHistogram IndexHistogram::of(std::vector<std::uint64_t> counts) {
    assert(counts.size() == bins);
    IndexHistogram histogram;
    for (const auto n : counts) histogram.count_ += n;
    histogram.counts_ = std::move(counts);
    return histogram;
}

void add_values(ClassHistograms& sums, std::span<const float> values, std::span<const std::int32_t> classes) {
    assert(classes.empty() || classes.size() == values.size());
    if (classes.empty()) {
        auto& all = sums[no_code];
        for (const float value : values) all.add(value);
        return;
    }
    IndexHistogram* histogram = nullptr;
    std::int32_t last = no_code;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (classes[i] == no_code || values[i] != values[i]) continue;
        if (classes[i] != last) histogram = &sums[last = classes[i]];
        histogram->add(values[i]);
    }
}

void merge(ClassHistograms& sums, const ClassHistograms& others) {
    for (const auto& [code, histogram] : others) sums[code].merge(histogram);
}

std::string to_bytes(const ClassHistograms& sums) {
    std::string bytes(mark);
    for (const auto& [code, histogram] : sums) {
        const auto& counts = histogram.counts();
        put(bytes, static_cast<std::uint32_t>(code), 4);
        put(bytes, counts.size() - static_cast<std::size_t>(std::ranges::count(counts, 0U)), 4);
        for (std::size_t b = 0; b < counts.size(); ++b) {
            if (counts[b] == 0) continue;
            put(bytes, b, 2);
            put(bytes, counts[b], 8);
        }
    }
    return bytes;
}

ClassHistograms class_histograms_from(std::string_view text) {
    ClassHistograms sums;
    for (Bytes bytes(text); !bytes.empty();) {
        const auto code = static_cast<std::int32_t>(bytes.take(4));
        std::vector<std::uint64_t> counts(IndexHistogram::bins);
        for (auto filled = bytes.take(4); filled > 0; --filled) {
            const auto bin = bytes.take(2);
            if (bin >= counts.size()) refuse(bytes.size());
            counts[bin] = bytes.take(8);
        }
        sums[code] = IndexHistogram::of(std::move(counts));
    }
    return sums;
}

void vegetation_cover(std::span<const float> ndvi, const CoverEnds& ends, std::span<float> out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = cover(ndvi[i], ends);
}

void vegetation_cover(std::span<const float> ndvi, std::span<const std::int32_t> classes,
                      const std::map<std::int32_t, CoverEnds>& ends, std::span<float> out) {
    auto found = ends.end();
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (found == ends.end() || found->first != classes[i]) found = ends.find(classes[i]);
        out[i] = found == ends.end() ? std::numeric_limits<float>::quiet_NaN() : cover(ndvi[i], found->second);
    }
}

}  // namespace linmu
