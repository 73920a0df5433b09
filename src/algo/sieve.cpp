// SPDX-License-Identifier: MIT
#include "linmu/algo/sieve.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <queue>
#include <unordered_map>
#include <utility>

#include "contacts.hpp"

namespace linmu {
namespace {

constexpr std::int32_t none = -1;

std::size_t at(std::int32_t patch) { return static_cast<std::size_t>(patch); }

std::vector<std::uint8_t> which_are_small(std::span<const SievePatch> patches, const IsSmall& small) {
    std::vector<std::uint8_t> is_small(patches.size());
    for (std::size_t i = 0; i < patches.size(); ++i)
        is_small[i] = !patches[i].kept && small(patches[i].code, patches[i].size) ? 1 : 0;
    return is_small;
}

/// By band of rows: the first number of a patch that begins in it. One that begins later has a larger number.
std::vector<std::int32_t> first_patches(const RunMap& map, const PatchLabels& labels, const ParallelFor& parallel) {
    std::vector<std::int32_t> first_of(bands_of(map.rows()) + 1);
    for_bands(parallel, map.rows(), [&](int first, int end) {
        std::int32_t most = none;
        for (std::size_t run = map.first(first); run < map.first(end); ++run) most = std::max(most, labels.of_run[run]);
        first_of[band_of(first) + 1] = most + 1;
    });
    for (std::size_t band = 1; band < first_of.size(); ++band)
        first_of[band] = std::max(first_of[band - 1], first_of[band]);
    return first_of;
}

/// The largest neighbour of each small patch; the first met of equals. A patch belongs to the band that it begins in; what later
/// bands meet of it is kept apart, and asked after them in their order, so that no two threads write of one patch.
std::vector<std::int32_t> largest_neighbours(const RunMap& map, const PatchLabels& labels, Connectivity connectivity,
                                             std::span<const SievePatch> patches, std::span<const std::uint8_t> small,
                                             const ParallelFor& parallel) {
    std::vector<std::int32_t> largest(patches.size(), none);
    const auto first_of = first_patches(map, labels, parallel);
    std::vector<std::unordered_map<std::int32_t, std::int32_t>> of_earlier(bands_of(map.rows()));
    const auto keep_larger = [&](std::int32_t& best, std::int32_t neighbour) {
        if (best == none || patches[at(best)].size < patches[at(neighbour)].size) best = neighbour;
    };
    for_bands(parallel, map.rows(), [&](int first, int end) {
        const auto own = first_of[band_of(first)];
        auto& earlier = of_earlier[band_of(first)];
        const auto meet = [&](std::int32_t patch, std::int32_t neighbour) {
            if (small[at(patch)] == 0) return;
            keep_larger(patch >= own ? largest[at(patch)] : earlier.try_emplace(patch, none).first->second, neighbour);
        };
        for (int row = first; row < end; ++row) {
            visit_contacts_of_row(map, row, connectivity, [&](int, const Contact& contact) {
                const auto a = labels.of_run[contact.run], b = labels.of_run[contact.other];
                if (a < 0 || b < 0 || a == b) return;
                meet(a, b);
                meet(b, a);
            });
        }
    });
    for (const auto& met : of_earlier)
        for (const auto& [patch, neighbour] : met) keep_larger(largest[at(patch)], neighbour);
    return largest;
}

/// The end of each chain: a patch that is not small, or `none` where the chain ends or turns in a circle.
std::vector<std::int32_t> ends_of_chains(const std::vector<std::int32_t>& next, std::span<const std::uint8_t> small) {
    constexpr std::int32_t unknown = -2, under_way = -3;
    std::vector<std::int32_t> end(next.size(), unknown);
    std::vector<std::int32_t> chain;
    for (std::int32_t first = 0; first < static_cast<std::int32_t>(next.size()); ++first) {
        std::int32_t patch = first;
        chain.clear();
        while (patch != none && small[at(patch)] != 0 && end[at(patch)] == unknown) {
            end[at(patch)] = under_way;
            chain.push_back(patch);
            patch = next[at(patch)];
        }
        std::int32_t found = patch;
        if (patch != none && small[at(patch)] != 0) found = end[at(patch)] == under_way ? none : end[at(patch)];
        for (const auto link : chain) end[at(link)] = found;
    }
    return end;
}

/// A neighbour of a small patch, by the number it had at first.
struct Neighbour {
    std::int32_t patch = 0;
    std::int64_t shared = 0;
};

/// Patches that grow together. A group is known by one of its patches.
class Groups {
public:
    Groups(const RunMap& map, const PatchLabels& labels, Connectivity connectivity, std::span<const SievePatch> patches,
           const EdgeLengths& lengths, const IsSmall& small)
        : groups_(patches.begin(), patches.end()), parent_(patches.size()), neighbours_(patches.size()), small_(small) {
        std::iota(parent_.begin(), parent_.end(), 0);
        const auto is_small = which_are_small(patches, small);
        for (std::size_t i = 0; i < is_small.size(); ++i)
            if (is_small[i] != 0) waiting_.emplace(groups_[i].size, static_cast<std::int32_t>(i));
        add_neighbours(map, labels, connectivity, lengths, is_small);
    }

    SieveResult merge_all() {
        SieveResult result;
        while (!waiting_.empty()) {
            const auto [size, patch] = waiting_.top();
            waiting_.pop();
            if (root(patch) != patch || groups_[at(patch)].size != size) continue;  // it has grown since
            if (merge(patch)) ++result.merged;
            else ++result.left;
        }
        for (std::int32_t i = 0; i < static_cast<std::int32_t>(groups_.size()); ++i)
            result.codes.push_back(groups_[at(root(i))].code);
        return result;
    }

private:
    using Waiting = std::pair<std::int64_t, std::int32_t>;

    [[nodiscard]] bool is_small(const SievePatch& group) const { return !group.kept && small_(group.code, group.size); }

    void add_neighbours(const RunMap& map, const PatchLabels& labels, Connectivity connectivity,
                        const EdgeLengths& lengths, std::span<const std::uint8_t> small) {
        visit_contacts(map, connectivity, [&](int row, const Contact& contact) {
            const auto a = labels.of_run[contact.run], b = labels.of_run[contact.other];
            if (a < 0 || b < 0 || a == b) return;
            const auto r = static_cast<std::size_t>(row);
            const auto shared = contact.cells * (contact.above ? lengths.level[r] : lengths.upright[r]);
            if (small[at(a)] != 0) neighbours_[at(a)].push_back({b, shared});
            if (small[at(b)] != 0) neighbours_[at(b)].push_back({a, shared});
        });
    }

    std::int32_t root(std::int32_t patch) {
        while (parent_[at(patch)] != patch) {
            parent_[at(patch)] = parent_[at(parent_[at(patch)])];
            patch = parent_[at(patch)];
        }
        return patch;
    }

    /// Each neighbouring group once, with all that is shared with it.
    void gather(std::int32_t patch) {
        auto& list = neighbours_[at(patch)];
        for (auto& neighbour : list) neighbour.patch = root(neighbour.patch);
        std::erase_if(list, [&](const Neighbour& n) { return n.patch == patch; });
        std::ranges::sort(list, {}, &Neighbour::patch);
        std::size_t kept = 0;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (kept > 0 && list[kept - 1].patch == list[i].patch) list[kept - 1].shared += list[i].shared;
            else list[kept++] = list[i];
        }
        list.resize(kept);
    }

    bool merge(std::int32_t patch) {
        gather(patch);
        const auto list = std::exchange(neighbours_[at(patch)], {});
        if (list.empty()) return false;
        const auto best = std::ranges::max_element(list, [&](const Neighbour& a, const Neighbour& b) {
            if (a.shared != b.shared) return a.shared < b.shared;
            const auto& x = groups_[at(a.patch)];
            const auto& y = groups_[at(b.patch)];
            return x.size != y.size ? x.size < y.size : a.patch > b.patch;
        });
        const auto into = best->patch;
        join(into, patch);
        for (const auto& neighbour : list) {
            if (neighbour.patch != into && groups_[at(neighbour.patch)].code == groups_[at(into)].code)
                join(into, neighbour.patch);
        }
        auto& own = neighbours_[at(into)];
        if (!is_small(groups_[at(into)])) {
            own = {};  // nobody asks for them any more
            return true;
        }
        own.insert(own.end(), list.begin(), list.end());
        waiting_.emplace(groups_[at(into)].size, into);
        return true;
    }

    void join(std::int32_t into, std::int32_t patch) {
        parent_[at(patch)] = into;
        auto& group = groups_[at(into)];
        group.size += groups_[at(patch)].size;
        group.kept = group.kept || groups_[at(patch)].kept;
        auto more = std::exchange(neighbours_[at(patch)], {});
        neighbours_[at(into)].insert(neighbours_[at(into)].end(), more.begin(), more.end());
    }

    std::vector<SievePatch> groups_;
    std::vector<std::int32_t> parent_;
    std::vector<std::vector<Neighbour>> neighbours_;
    const IsSmall& small_;
    std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> waiting_;
};

}  // namespace

SieveResult sieve_by_largest(const RunMap& map, const PatchLabels& labels, Connectivity connectivity,
                             std::span<const SievePatch> patches, const IsSmall& small, const ParallelFor& parallel) {
    const auto is_small = which_are_small(patches, small);
    const auto ends =
        ends_of_chains(largest_neighbours(map, labels, connectivity, patches, is_small, parallel), is_small);
    SieveResult result;
    result.codes.reserve(patches.size());
    for (std::size_t i = 0; i < patches.size(); ++i) {
        const bool taken = is_small[i] != 0 && ends[i] != none;
        result.codes.push_back(patches[taken ? at(ends[i]) : i].code);
        result.merged += taken ? 1 : 0;
        result.left += is_small[i] != 0 && !taken ? 1 : 0;
    }
    return result;
}

SieveResult sieve_by_edge(const RunMap& map, const PatchLabels& labels, Connectivity connectivity,
                          std::span<const SievePatch> patches, const EdgeLengths& lengths, const IsSmall& small) {
    return Groups(map, labels, connectivity, patches, lengths, small).merge_all();
}

BeltShape rectangle_like(double area_m2, double perimeter_m) {
    const double half = perimeter_m / 4;
    const double root = std::sqrt(std::max(0.0, half * half - area_m2));
    return {half - root, half + root};
}

BeltShape mean_width_of(double area_m2, double perimeter_m) {
    const double width = perimeter_m > 0 ? 2 * area_m2 / perimeter_m : 0;
    return {width, perimeter_m / 2 - width};
}

RunCodes codes_of_runs(const RunMap& map, PatchLabels&& labels, std::span<const std::int32_t> codes,
                       const ParallelFor& parallel) {
    auto of_run = std::move(labels.of_run);
    for_bands(parallel, map.rows(), [&](int first, int end) {
        for (std::size_t run = map.first(first); run < map.first(end); ++run)
            of_run[run] = of_run[run] >= 0 ? codes[at(of_run[run])] : no_code;
    });
    return of_run;
}

}  // namespace linmu
