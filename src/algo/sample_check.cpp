// SPDX-License-Identifier: MIT
#include "linmu/algo/sample_check.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace linmu {
namespace {

/// Scales the median of distances to the standard deviation of a normal distribution.
constexpr double deviations_per_mad = 1.4826;

using Bucket = std::pair<std::int64_t, std::int64_t>;

Bucket bucket_of(const Point& p, double side) {
    return {static_cast<std::int64_t>(std::floor(p.x / side)), static_cast<std::int64_t>(std::floor(p.y / side))};
}

double median_of(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

class SampleChecker {
public:
    SampleChecker(std::span<const FieldSample> samples, const std::vector<bool>& inside, const SampleRules& rules)
        : samples_(samples), inside_(inside), rules_(rules) {}

    std::vector<SampleFinding> findings() {
        for (std::size_t i = 0; i < samples_.size(); ++i) check_one(i);
        check_places();
        if (rules_.outlier_distance > 0) check_values();
        std::ranges::sort(found_, {}, [](const SampleFinding& f) { return std::tuple(f.sample, f.fault, f.other); });
        return std::move(found_);
    }

private:
    void check_one(std::size_t i) {
        const auto& sample = samples_[i];
        if (sample.label.empty()) found_.push_back({i, SampleFault::blank, {}, 0, 0});
        else if (sample.class_key.empty()) found_.push_back({i, SampleFault::unknown_class, {}, 0, 0});
        if (!inside_.empty() && !inside_[i]) found_.push_back({i, SampleFault::outside, {}, 0, 0});
        if (!rules_.epoch.empty() && sample.epoch != rules_.epoch)
            found_.push_back({i, SampleFault::wrong_epoch, {}, 0, 0});
    }

    /// Each labelled sample beside those before it at its place.
    void check_places() {
        const double side = std::max(rules_.same_place, 1e-6);
        std::map<Bucket, std::vector<std::size_t>> buckets;
        for (std::size_t i = 0; i < samples_.size(); ++i) {
            if (samples_[i].class_key.empty()) continue;
            const auto [column, row] = bucket_of(samples_[i].where, side);
            for (auto c = column - 1; c <= column + 1; ++c) {
                for (auto r = row - 1; r <= row + 1; ++r) {
                    const auto near = buckets.find({c, r});
                    if (near == buckets.end()) continue;
                    for (const auto other : near->second) compare(i, other);
                }
            }
            buckets[{column, row}].push_back(i);
        }
    }

    void compare(std::size_t later, std::size_t earlier) {
        const auto& a = samples_[later];
        const auto& b = samples_[earlier];
        const double distance = std::hypot(a.where.x - b.where.x, a.where.y - b.where.y);
        if (distance > rules_.same_place || a.epoch != b.epoch) return;
        if (a.class_key == b.class_key) return found_.push_back({later, SampleFault::duplicate, earlier, distance, 0});
        found_.push_back({later, SampleFault::contradiction, earlier, distance, 0});
        found_.push_back({earlier, SampleFault::contradiction, later, distance, 0});
    }

    void check_values() {
        std::map<std::string, std::vector<std::size_t>> classes;
        for (std::size_t i = 0; i < samples_.size(); ++i)
            if (!samples_[i].class_key.empty() && !samples_[i].features.empty())
                classes[samples_[i].class_key].push_back(i);
        for (const auto& entry : classes) check_class(entry.second);
    }

    void check_class(const std::vector<std::size_t>& members) {
        std::map<std::size_t, std::pair<double, std::size_t>> farthest;  // by sample: distance, feature
        for (std::size_t f = 0; f < samples_[members.front()].features.size(); ++f) {
            std::vector<std::size_t> known;
            std::vector<double> values;
            for (const auto i : members) {
                if (!std::isfinite(samples_[i].features[f])) continue;
                known.push_back(i);
                values.push_back(samples_[i].features[f]);
            }
            if (known.size() < rules_.outlier_least) continue;
            const double middle = median_of(values);
            for (auto& value : values) value = std::abs(value - middle);
            const double deviation = deviations_per_mad * median_of(values);
            for (std::size_t k = 0; k < known.size() && deviation > 0; ++k) {
                auto& most = farthest[known[k]];
                if (values[k] / deviation > most.first) most = {values[k] / deviation, f};
            }
        }
        for (const auto& [sample, most] : farthest)
            if (most.first > rules_.outlier_distance)
                found_.push_back({sample, SampleFault::outlier, {}, most.first, most.second});
    }

    std::span<const FieldSample> samples_;
    const std::vector<bool>& inside_;
    const SampleRules& rules_;
    std::vector<SampleFinding> found_;
};

}  // namespace

std::string_view to_string(SampleFault fault) noexcept {
    switch (fault) {
        case SampleFault::blank: return "blank";
        case SampleFault::unknown_class: return "unknown class";
        case SampleFault::outside: return "outside";
        case SampleFault::wrong_epoch: return "wrong epoch";
        case SampleFault::duplicate: return "duplicate";
        case SampleFault::contradiction: return "contradiction";
        case SampleFault::outlier: break;
    }
    return "outlier";
}

std::string_view name_zh_of(SampleFault fault) noexcept {
    switch (fault) {
        case SampleFault::blank: return "未填地类";
        case SampleFault::unknown_class: return "地类不在图例";
        case SampleFault::outside: return "在范围外";
        case SampleFault::wrong_epoch: return "时期不符";
        case SampleFault::duplicate: return "重复";
        case SampleFault::contradiction: return "矛盾";
        case SampleFault::outlier: break;
    }
    return "离群";
}

bool takes_out(SampleFault fault) noexcept { return fault != SampleFault::outlier; }

std::vector<SampleFinding> check_samples(std::span<const FieldSample> samples, const std::vector<bool>& inside,
                                         const SampleRules& rules) {
    return SampleChecker(samples, inside, rules).findings();
}

double largest_bunch(std::span<const FieldSample> samples, double side) {
    std::map<Bucket, std::size_t> quarters;
    for (const auto& sample : samples) ++quarters[bucket_of(sample.where, side / 2)];
    const auto count = [&](std::int64_t column, std::int64_t row) {
        const auto found = quarters.find({column, row});
        return found == quarters.end() ? std::size_t{0} : found->second;
    };
    std::size_t most = 0;
    // The square of four quarters that has this one as each of its corners.
    for (const auto& entry : quarters) {
        const auto [column, row] = entry.first;
        for (const int c : {-1, 0})
            for (const int r : {-1, 0})
                most = std::max(most, count(column + c, row + r) + count(column + c + 1, row + r) +
                                          count(column + c, row + r + 1) + count(column + c + 1, row + r + 1));
    }
    return samples.empty() ? 0 : static_cast<double>(most) / static_cast<double>(samples.size());
}

}  // namespace linmu
