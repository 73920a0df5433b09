// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string_view>

namespace linmu {

/// Where long work says how far it is. Called from one thread at a time.
class Progress {
public:
    virtual ~Progress() = default;
    /// A part of the work begins: `total` units ("tiles", "features").
    virtual void begin(std::string_view what, std::int64_t total, std::string_view unit) = 0;
    /// So many more units are done.
    virtual void advance(std::int64_t units) = 0;
    virtual void end() = 0;
};

/// Says nothing.
class NoProgress final : public Progress {
public:
    void begin(std::string_view, std::int64_t, std::string_view) override {}
    void advance(std::int64_t) override {}
    void end() override {}
};

}  // namespace linmu
