// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "linmu/core/geometry.hpp"

namespace linmu {

/// A Transform for many threads at once. Between transverse Mercators and lon, lat on the global ellipsoids, whose lon,
/// lat are one frame (see Transform), it goes by Kruger's series and agrees with PROJ to some nanometres: 20 ns a point
/// from plane to plane, 200 ns from or to lon, lat. All other paths are PROJ's, with a Transform for each thread that is
/// at work. Construction takes 1 to 30 ms.
class SharedTransform {
public:
    SharedTransform(std::string_view from, std::string_view to);
    ~SharedTransform();
    SharedTransform(SharedTransform&&) noexcept;
    SharedTransform& operator=(SharedTransform&&) noexcept;

    void apply(std::span<Point> points) const;  ///< in place; PROJ's paths throw DataError as Transform does
    [[nodiscard]] bool identity() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

[[nodiscard]] Geometry transformed(Geometry geometry, const SharedTransform& transform);

}  // namespace linmu
