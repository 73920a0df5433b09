// SPDX-License-Identifier: MIT
#include "zone_coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/coverage_file.hpp"

namespace linmu {
namespace {

using IndexPtr = std::shared_ptr<const CoverageIndex>;
/// What a thread does at once: so many vertices, be they a few zones' or thousands of parcels'.
constexpr std::size_t vertices_a_part = 16'384;

/// Longest edge that is brought to another plane as it is: longer ones are split, to follow their course there.
double longest_edge(const std::string& crs) { return parse_crs(crs).geographic ? 0.005 : 500.0; }

/// What one thread needs: a transform, which takes milliseconds to make, and memory that is used again.
struct CoverageTools {
    CoverageTools(const std::string& from, const std::string& to) : to_grid(from, to) {}
    Transform to_grid;
    PackedCoverages packed;
};

/// Tools to lend.
class CoverageToolbox {
public:
    CoverageToolbox(std::string from, std::string to) : from_(std::move(from)), to_(std::move(to)) {}

    template <class Use>
    void lend(Use use) {
        auto tools = take();
        use(*tools);
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(tools));
    }

private:
    std::unique_ptr<CoverageTools> take() {
        {
            const std::scoped_lock lock(mutex_);
            if (!idle_.empty()) {
                auto tools = std::move(idle_.back());
                idle_.pop_back();
                return tools;
            }
        }
        return std::make_unique<CoverageTools>(from_, to_);
    }
    std::string from_, to_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<CoverageTools>> idle_;
};

std::size_t vertices_of(const Geometry& geometry) {
    std::size_t count = geometry.points.size();
    for (const auto& polygon : geometry.polygons) {
        count += polygon.outer.size();
        for (const auto& hole : polygon.holes) count += hole.size();
    }
    for (const auto& line : geometry.lines) count += line.size();
    return count;
}

/// Where the features of each part begin, and the end.
std::vector<std::size_t> parts_of(const std::vector<Feature>& features) {
    std::vector<std::size_t> first{0};
    std::size_t vertices = 0;
    for (std::size_t i = 0; i < features.size(); ++i) {
        vertices += vertices_of(features[i].geometry);
        if (vertices < vertices_a_part && i + 1 < features.size()) continue;
        first.push_back(i + 1);
        vertices = 0;
    }
    return first;
}

CoverageIndex index_of_layer(const Layer& layer, const Grid& grid, const RunContext& context) {
    const auto& features = layer.features;
    const auto first = parts_of(features);
    std::vector<PackedCoverages> parts(first.size() - 1);
    const double longest = longest_edge(layer.spec.crs);
    CoverageToolbox toolbox(layer.spec.crs, grid.crs);
    context.parallel(parts.size(), [&](std::size_t p) {
        toolbox.lend([&](CoverageTools& tools) {
            const auto& to_grid = tools.to_grid;
            tools.packed.clear();
            for (std::size_t i = first[p]; i < first[p + 1]; ++i) {
                const auto& geometry = features[i].geometry;
                tools.packed.add(to_grid.identity() ? coverage(geometry, grid)
                                                    : coverage(transformed(geometry, to_grid, longest), grid));
            }
            parts[p] = tools.packed;
        });
    });
    return CoverageIndex::joined(std::move(parts), grid.rows, grid.cols);
}

CoverageIndex index_of_grid(const Grid& grid) {
    Coverage all;
    for (int row = 0; row < grid.rows; ++row) all.inside.push_back({row, 0, grid.cols});
    std::vector<PackedCoverages> parts(1);
    parts.front().add(all);
    return CoverageIndex::joined(std::move(parts), grid.rows, grid.cols);
}

CoverageIndex stored_or_new(const Layer& layer, const Grid& grid, const RunContext& context, const std::string& folder,
                            const std::string& key) {
    if (folder.empty()) return index_of_layer(layer, grid, context);
    if (auto stored = read_coverage(folder, key)) return *std::move(stored);
    write_coverage(folder, key, index_of_layer(layer, grid, context));
    // Read back, so that its memory is the file's.
    auto stored = read_coverage(folder, key);
    return stored ? *std::move(stored) : index_of_layer(layer, grid, context);
}

/// One index for all steps that want it at the same time.
IndexPtr shared_index(const Layer& layer, const Grid& grid, const RunContext& context, const std::string& folder) {
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<const CoverageIndex>> known;
    const std::scoped_lock lock(mutex);
    const auto key = coverage_key(layer, grid);
    std::erase_if(known, [](const auto& entry) { return entry.second.expired(); });
    auto& entry = known[key];
    if (auto index = entry.lock()) return index;
    auto index = std::make_shared<const CoverageIndex>(stored_or_new(layer, grid, context, folder, key));
    entry = index;
    return index;
}

}  // namespace

ZoneCoverage::ZoneCoverage(const Layer* layer, std::optional<std::size_t> key_field, const Grid& grid,
                           const RunContext& context, const std::string& folder)
    : layer_(layer), key_field_(key_field), grid_(grid), cells_(grid),
      index_(layer ? shared_index(*layer, grid, context, folder)
                   : std::make_shared<const CoverageIndex>(index_of_grid(grid))) {}

std::string ZoneCoverage::key(std::size_t zone) const {
    if (!layer_) return "all";
    const auto& feature = layer_->features[zone];
    return key_field_ ? to_text(feature.values[*key_field_]) : fmt::format("{}", feature.fid);
}

Area ZoneCoverage::polygon_area(std::size_t zone) const {
    if (!layer_) {
        Area sum;
        for (int row = 0; row < grid_.rows; ++row) sum += Area{areas({row, 0, 1, grid_.cols}).run(row, 0, grid_.cols)};
        return sum;
    }
    if (!survey_) survey_.emplace(layer_->spec.crs, survey_plane_for(bounds(*layer_), layer_->spec.crs));
    return (*survey_)(layer_->features[zone].geometry);
}

Area beyond_grid(const ZoneCoverage& zones, std::size_t zone, Area summed, const std::string& layer_name) {
    switch (zones.status(zone)) {
        case CoverageStatus::ok:
        case CoverageStatus::small: return {};
        case CoverageStatus::partly_outside:
        case CoverageStatus::outside: return std::max(Area{}, zones.polygon_area(zone) - summed);
        case CoverageStatus::invalid: break;
    }
    throw DataError(
        fmt::format("{}: polygon {} has {:.2f} m2, but its cells sum to {:.2f} m2; is it valid? (read-layer repair = "
                    "true)",
                    layer_name, zones.key(zone), zones.polygon_area(zone).m2(), summed.m2()));
}

}  // namespace linmu
