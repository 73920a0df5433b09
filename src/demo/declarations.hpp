// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <vector>

#include "linmu/demo/office.hpp"

namespace linmu::demo {

/// A piece of ground that an office says is under contract, or was worked on.
struct Declaration {
    std::string kind, what;
    int year = 0;
    double boast = 1;  ///< reported area / area on the map
    std::vector<std::int32_t> seeds;
    Geometry ground = {};
    Area area = {};
    int village = -1;
};

/// What one office declares, and the layer that it keeps of it.
class Declarations {
public:
    /// `prefix`: of the codes of its features.
    Declarations(const CountyView& county, std::string file, std::string name_zh, std::string prefix);

    /// Its seeds become ground; without any it is left out.
    void add(Declaration declaration);
    [[nodiscard]] const std::vector<Declaration>& all() const noexcept { return all_; }
    [[nodiscard]] double reported_mu() const;
    /// As the polygons are, each by itself.
    [[nodiscard]] Area located() const;
    /// Ground that was declared up to a year, once, by village.
    [[nodiscard]] std::map<int, Geometry> ground(int until = 9999) const;
    [[nodiscard]] OfficeLayer layer() const;

private:
    const CountyView* county_;
    std::string file_, name_zh_, prefix_;
    std::vector<Declaration> all_;
};

}  // namespace linmu::demo
