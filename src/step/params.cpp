// SPDX-License-Identifier: MIT
#include "linmu/step/params.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <type_traits>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {
namespace {

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string toml_text(const Param::Target& target) {
    struct Printer {
        std::string operator()(const bool* v) const { return *v ? "true" : "false"; }
        std::string operator()(const int* v) const { return fmt::format("{}", *v); }
        std::string operator()(const double* v) const { return fmt::format("{}", *v); }
        std::string operator()(const std::string* v) const { return toml_string(*v); }
        std::string operator()(const std::vector<std::string>* v) const {
            std::vector<std::string> items;
            for (const auto& item : *v) items.push_back(toml_string(item));
            return fmt::format("[{}]", fmt::join(items, ", "));
        }
    };
    return std::visit(Printer{}, target);
}

std::string absolute(const std::string& path, const std::string& folder) {
    // A connection to a database, a place inside of a zip: no path of this folder.
    if (path.starts_with("PG:") || path.starts_with("/vsi")) return path;
    const std::filesystem::path p(path);
    return path.empty() || p.is_absolute() ? path : (std::filesystem::path(folder) / p).lexically_normal().string();
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (true) {
        const auto comma = text.find(',');
        parts.emplace_back(text.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace

Param::Param(std::string name, std::string help, Target target)
    : name_(std::move(name)), help_(std::move(help)), default_(toml_text(target)), target_(target) {}

Param& Param::required() {
    required_ = true;
    return *this;
}
Param& Param::unit(std::string unit) {
    unit_ = std::move(unit);
    return *this;
}
Param& Param::limits(double low, double high) {
    limits_ = {low, high};
    return *this;
}
Param& Param::choices(std::vector<std::string> names) {
    choices_ = std::move(names);
    return *this;
}
Param& Param::path() {
    path_ = true;
    return *this;
}
Param& Param::output() {
    output_ = true;
    return *this;
}

std::string Param::type_name() const {
    static constexpr const char* names[] = {"true or false", "whole number", "number", "text", "list of texts"};
    return names[target_.index()];
}

std::string Param::wanted() const { return target_.index() == 0 ? type_name() : "a " + type_name(); }

std::string Param::value_text() const { return toml_text(target_); }

void Param::check_choice(const std::string& value) const {
    if (choices_.empty() || std::ranges::find(choices_, value) != choices_.end()) return;
    throw UsageError(fmt::format("'{}' can't be '{}'{}", name_, value, hint(value, choices_)));
}

void Param::check_limits(double value) const {
    const bool outside = limits_ && (value < limits_->first || value > limits_->second);
    if (!outside && std::isfinite(value)) return;
    throw UsageError(
        limits_ ? fmt::format("'{}' is {}; it may be from {} to {}", name_, value, limits_->first, limits_->second)
                : fmt::format("'{}' is {}, which is no number to work with", name_, value));
}

void Param::set(const ParamValue& value) {
    const auto assign = [this]<class T, class V>(T* target, const V& given) {
        constexpr bool number = std::is_same_v<V, std::int64_t> || std::is_same_v<V, double>;
        if constexpr (std::is_same_v<T, bool> && std::is_same_v<V, bool>) {
            *target = given;
        } else if constexpr (std::is_same_v<T, double> && number) {
            check_limits(static_cast<double>(given));
            *target = static_cast<double>(given);
        } else if constexpr (std::is_same_v<T, int> && std::is_same_v<V, std::int64_t>) {
            check_limits(static_cast<double>(given));
            if (given != static_cast<int>(given)) return false;
            *target = static_cast<int>(given);
        } else if constexpr (std::is_same_v<T, std::string> && std::is_same_v<V, std::string>) {
            check_choice(given);
            *target = given;
        } else if constexpr (std::is_same_v<T, std::vector<std::string>> && std::is_same_v<V, std::string>) {
            check_choice(given);
            *target = {given};
        } else if constexpr (std::is_same_v<T, std::vector<std::string>> && std::is_same_v<V, T>) {
            for (const auto& item : given) check_choice(item);
            *target = given;
        } else {
            return false;
        }
        return true;
    };
    if (!std::visit(assign, target_, value)) throw UsageError(fmt::format("'{}' must be {}", name_, wanted()));
    set_ = true;
}

void Param::set_text(std::string_view text) {
    const auto number = [&]<class T>(T value) {
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (fault != std::errc{} || end != text.data() + text.size()) {
            throw UsageError(fmt::format("'{}' must be {}, not '{}'", name_, wanted(), text));
        }
        return value;
    };
    switch (target_.index()) {
        case 0:
            if (text != "true" && text != "false")
                throw UsageError(fmt::format("'{}' must be {}, not '{}'", name_, wanted(), text));
            return set(text == "true");
        case 1: return set(number(std::int64_t{}));
        case 2: return set(number(double{}));
        case 3: return set(std::string(text));
        default: return set(split(text));
    }
}

void Param::resolve(const std::string& folder) {
    if (!path_) return;
    if (auto* const* text = std::get_if<std::string*>(&target_)) **text = absolute(**text, folder);
    if (auto* const* list = std::get_if<std::vector<std::string>*>(&target_)) {
        for (auto& item : **list) item = absolute(item, folder);
    }
}

Param& Params::add(std::string name, std::string help, Param::Target target) {
    return params_.emplace_back(std::move(name), std::move(help), target);
}

Param* Params::find(std::string_view name) {
    const auto it = std::ranges::find(params_, name, &Param::name);
    return it == params_.end() ? nullptr : &*it;
}

std::vector<std::string> Params::names() const {
    std::vector<std::string> names;
    for (const auto& p : params_) names.push_back(p.name());
    return names;
}

}  // namespace linmu
