// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/layer.hpp"
#include "linmu/core/legend.hpp"

namespace linmu {

/// Understands what people wrote as the class of a sample: a legend's key, code, Chinese or English name. Without a legend every text is a
/// class of its own.
class LabelReader {
public:
    LabelReader() = default;
    explicit LabelReader(const std::string& legend_id);
    /// The key; "" when the legend has no such class (or the label is blank).
    [[nodiscard]] std::string key_of(const std::string& label) const;
    [[nodiscard]] bool has_legend() const noexcept { return legend_.has_value(); }
    /// In the legend's order; others after them by name.
    [[nodiscard]] std::vector<std::string> in_order(const std::vector<std::string>& keys) const;
    [[nodiscard]] std::vector<std::string> keys() const;

private:
    std::optional<Legend> legend_;
    std::map<std::string, std::string> known_;
};

/// Text without blanks around it: "" of nothing.
[[nodiscard]] std::string trimmed_text(const Value& value);
/// Where samples are, in metres of the survey's plane; polygons by a point inside. Throws DataError for one without a place.
[[nodiscard]] std::vector<Point> places_in_metres(const Layer& samples);

}  // namespace linmu
