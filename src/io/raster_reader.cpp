// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/error.hpp"
#include "raster_source.hpp"

namespace linmu {
namespace {

/// Bands of one file and one kind, and their places in the raster.
struct Group {
    std::vector<BandPick> picks;
    std::vector<std::size_t> places;
};

std::vector<Group> group_by_file(const std::vector<BandPick>& picks) {
    std::vector<Group> groups;
    for (std::size_t i = 0; i < picks.size(); ++i) {
        auto it = std::ranges::find_if(groups, [&](const Group& group) {
            const auto& first = group.picks.front();
            return first.path == picks[i].path && first.spec.kind == picks[i].spec.kind;
        });
        if (it == groups.end()) it = groups.insert(groups.end(), Group{});
        it->picks.push_back(picks[i]);
        it->places.push_back(i);
    }
    return groups;
}

bool averages(Resampling resampling) {
    return resampling == Resampling::bilinear || resampling == Resampling::cubic || resampling == Resampling::average;
}

void require_method_for_codes(const std::vector<BandPick>& picks, Resampling resampling) {
    const bool all_codes =
        std::ranges::all_of(picks, [](const auto& pick) { return pick.spec.kind == BandKind::code; });
    if (!all_codes || !averages(resampling)) return;
    throw DataError(
        fmt::format("band '{}' of {} holds codes, which {} would mix; take resampling \"nearest\" or \"mode\"",
                    picks.front().spec.name, picks.front().path, resampling_name(resampling)));
}

}  // namespace

struct RasterReader::Impl {
    struct Part {
        std::unique_ptr<RasterSource> source;
        std::vector<std::size_t> places;
    };
    RasterSpec spec;
    std::vector<Part> parts;
    std::vector<std::string> notes;
    int natural_block = 1;

    void add(const Group& group, const RasterFile& file, Resampling resampling) {
        parts.push_back({std::make_unique<RasterSource>(spec.grid, file, group.picks, resampling), group.places});
        const auto& source = *parts.back().source;
        natural_block = std::max(natural_block, source.natural_block());
        const auto note = fmt::format("{}: {}", file.path, source.note());
        if (std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
    }
};

RasterReader::RasterReader(Grid grid, std::vector<BandPick> picks, Resampling resampling)
    : impl_(std::make_unique<Impl>()) {
    require_method_for_codes(picks, resampling);
    impl_->spec.grid = std::move(grid);
    for (const auto& pick : picks) impl_->spec.bands.push_back(pick.spec);
    for (const auto& group : group_by_file(picks))
        impl_->add(group, inspect_raster(group.picks.front().path), resampling);
}

RasterReader::~RasterReader() = default;
RasterReader::RasterReader(RasterReader&&) noexcept = default;
RasterReader& RasterReader::operator=(RasterReader&&) noexcept = default;

const RasterSpec& RasterReader::spec() const noexcept { return impl_->spec; }
int RasterReader::natural_block() const noexcept { return impl_->natural_block; }
const std::vector<std::string>& RasterReader::alignment_notes() const noexcept { return impl_->notes; }

Block RasterReader::read(const Window& window) const {
    const bool all = std::ranges::all_of(impl_->parts, [&](const auto& part) { return part.source->covers(window); });
    auto block = all ? unset_block(window, impl_->spec.bands) : blank_block(window, impl_->spec.bands);
    for (const auto& part : impl_->parts) {
        std::vector<AnyPlane*> planes;
        for (const auto place : part.places) planes.push_back(&block.bands[place]);
        part.source->read(window, planes);
    }
    return block;
}

}  // namespace linmu
