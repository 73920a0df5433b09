// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace linmu {

/// What a pipeline file or a command line can give.
using ParamValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// One parameter of a step, bound to a member of it. From this one line come: pipeline key, command-line flag,
/// help, JSON schema, documentation and cache key.
class Param {
public:
    using Target = std::variant<bool*, int*, double*, std::string*, std::vector<std::string>*>;

    Param(std::string name, std::string help, Target target);

    Param& required();
    Param& unit(std::string unit);
    Param& limits(double low, double high);  ///< both included
    Param& choices(std::vector<std::string> names);
    Param& path();    ///< taken relative to the pipeline file; patterns allowed
    Param& output();  ///< a path taken relative to the run's products

    /// Throws UsageError: wrong type, out of limits, no such choice (with the nearest).
    void set(const ParamValue& value);
    /// From a command line: text is read by the target's type; lists are split at commas.
    void set_text(std::string_view text);
    /// Paths become absolute.
    void resolve(const std::string& folder);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const std::string& help() const noexcept { return help_; }
    [[nodiscard]] const std::string& unit_name() const noexcept { return unit_; }
    [[nodiscard]] const std::vector<std::string>& choice_names() const noexcept { return choices_; }
    [[nodiscard]] const std::optional<std::pair<double, double>>& limit_pair() const noexcept { return limits_; }
    [[nodiscard]] bool is_required() const noexcept { return required_; }
    [[nodiscard]] bool is_set() const noexcept { return set_; }
    [[nodiscard]] bool is_path() const noexcept { return path_; }
    [[nodiscard]] bool is_output() const noexcept { return output_; }
    [[nodiscard]] std::string type_name()
        const;  ///< "number", "whole number", "text", "list of texts", "true or false"
    [[nodiscard]] std::string default_text() const noexcept { return default_; }
    [[nodiscard]] std::string value_text() const;  ///< the value now, in TOML
    [[nodiscard]] const Target& target() const noexcept { return target_; }

private:
    [[nodiscard]] std::string wanted() const;  ///< "a number", "true or false"
    void check_choice(const std::string& value) const;
    void check_limits(double value) const;

    std::string name_, help_, unit_, default_;
    Target target_;
    std::vector<std::string> choices_;
    std::optional<std::pair<double, double>> limits_;
    bool required_ = false, set_ = false, path_ = false, output_ = false;
};

/// The parameters of one step.
class Params {
public:
    Param& add(std::string name, std::string help, Param::Target target);
    [[nodiscard]] Param* find(std::string_view name);
    [[nodiscard]] const std::vector<Param>& all() const noexcept { return params_; }
    [[nodiscard]] std::vector<Param>& all() noexcept { return params_; }
    [[nodiscard]] std::vector<std::string> names() const;

private:
    std::vector<Param> params_;
};

}  // namespace linmu
