// SPDX-License-Identifier: MIT
#include "wkb_geometry.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

namespace linmu {
namespace {

static_assert(std::endian::native == std::endian::little, "coordinates are copied as they are stored");

enum class WkbType : std::uint32_t { point = 1, line, polygon, points, lines, polygons, collection };

/// Bytes from which the next number is taken. What is not there makes it bad, for good, and gives zeros.
class WkbBytes {
public:
    explicit WkbBytes(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

    [[nodiscard]] bool good() const noexcept { return good_; }
    void refuse() noexcept {
        good_ = false;
        rest_ = {};
    }

    std::uint8_t byte() { return take(1) ? before(1)[0] : std::uint8_t{0}; }
    std::uint32_t whole(bool swapped) {
        std::uint32_t value = 0;
        if (take(sizeof value)) std::memcpy(&value, before(sizeof value), sizeof value);
        return swapped ? __builtin_bswap32(value) : value;
    }
    /// The next `count` points of `dimensions` coordinates, at least x and y.
    std::vector<Point> points(std::size_t count, std::size_t dimensions, bool swapped) {
        const auto size = dimensions * sizeof(double);
        if (count > rest_.size() / size) refuse();
        if (!good_ || count == 0) return {};
        std::vector<Point> out(count);
        static_cast<void>(take(count * size));
        const auto* from = before(count * size);
        if (dimensions == 2 && !swapped) std::memcpy(out.data(), from, count * size);
        else
            for (std::size_t i = 0; i < count; ++i)
                out[i] = {number(from + i * size, swapped), number(from + i * size + sizeof(double), swapped)};
        const auto finite = [](const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); };
        if (!std::ranges::all_of(out, finite)) refuse();
        return out;
    }

private:
    bool take(std::size_t count) {
        if (count > rest_.size()) refuse();
        if (!good_) return false;
        rest_ = rest_.subspan(count);
        return true;
    }
    /// Where the `count` bytes that were taken last begin.
    [[nodiscard]] const std::uint8_t* before(std::size_t count) const { return rest_.data() - count; }
    static double number(const std::uint8_t* from, bool swapped) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, from, sizeof bits);
        return std::bit_cast<double>(swapped ? __builtin_bswap64(bits) : bits);
    }

    std::span<const std::uint8_t> rest_;
    bool good_ = true;
};

/// What stands before each geometry's own numbers.
struct WkbHead {
    bool swapped = false;
    WkbType type{};
    std::size_t dimensions = 2;
};

WkbHead take_head(WkbBytes& bytes) {
    constexpr std::uint32_t old_z = 0x80000000;  // of drivers from before the standard had Z
    WkbHead head;
    const auto order = bytes.byte();
    if (order > 1) bytes.refuse();
    head.swapped = order == 0;
    const auto code = bytes.whole(head.swapped);
    const auto number = code & ~old_z;
    const auto with = number / 1000;  // 1: Z, 2: M, 3: both
    if (with > 3 || ((code & old_z) != 0 && with != 0)) bytes.refuse();
    head.type = WkbType{number % 1000};
    head.dimensions = with == 3 ? 4 : with > 0 || (code & old_z) != 0 ? 3 : 2;
    return head;
}

Ring take_ring(WkbBytes& bytes, const WkbHead& head) {
    auto ring = bytes.points(bytes.whole(head.swapped), head.dimensions, head.swapped);
    if (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();
    return ring;
}

void take_polygon(WkbBytes& bytes, const WkbHead& head, Geometry& out) {
    Polygon polygon;
    const auto rings = bytes.whole(head.swapped);
    for (std::uint32_t i = 0; i < rings && bytes.good(); ++i) {
        auto ring = take_ring(bytes, head);
        if (i == 0) polygon.outer = std::move(ring);
        else if (!ring.empty()) polygon.holes.push_back(std::move(ring));
    }
    if (!polygon.outer.empty()) out.polygons.push_back(std::move(polygon));
}

void take_geometry(WkbBytes& bytes, Geometry& out, int depth) {
    constexpr int deepest = 16;  // a collection of collections of ...
    const auto head = take_head(bytes);
    if (!bytes.good()) return;
    switch (head.type) {
        case WkbType::point:
            for (const auto& p : bytes.points(1, head.dimensions, head.swapped)) out.points.push_back(p);
            return;
        case WkbType::line: {
            auto line = bytes.points(bytes.whole(head.swapped), head.dimensions, head.swapped);
            if (!line.empty()) out.lines.push_back(std::move(line));
            return;
        }
        case WkbType::polygon: return take_polygon(bytes, head, out);
        case WkbType::points:
        case WkbType::lines:
        case WkbType::polygons:
        case WkbType::collection: {
            const auto parts = bytes.whole(head.swapped);
            if (depth == deepest) bytes.refuse();
            for (std::uint32_t i = 0; i < parts && bytes.good(); ++i) take_geometry(bytes, out, depth + 1);
            return;
        }
    }
    bytes.refuse();
}

/// Bytes of the bounds in a GeoPackage's header, by its code; nothing when there is no such code.
std::optional<std::size_t> bounds_size(unsigned code) {
    constexpr std::size_t sizes[] = {0, 32, 48, 48, 64};
    if (code >= std::size(sizes)) return {};
    return sizes[code];
}

std::optional<Geometry> geometry_of(std::span<const std::uint8_t> bytes) {
    WkbBytes rest(bytes);
    Geometry out;
    take_geometry(rest, out, 0);
    const int kinds = (out.polygons.empty() ? 0 : 1) + (out.lines.empty() ? 0 : 1) + (out.points.empty() ? 0 : 1);
    if (!rest.good() || kinds > 1) return {};
    return out;
}

}  // namespace

std::optional<Geometry> from_geopackage_blob(std::span<const std::uint8_t> blob) {
    constexpr std::size_t head = 8;
    constexpr unsigned extended = 0x20;
    if (blob.size() < head || blob[0] != 'G' || blob[1] != 'P' || blob[2] != 0) return {};
    const unsigned flags = blob[3];
    const auto bounds = bounds_size((flags >> 1) & 7);
    if (!bounds || (flags & extended) != 0 || blob.size() < head + *bounds) return {};
    return geometry_of(blob.subspan(head + *bounds));
}

}  // namespace linmu
