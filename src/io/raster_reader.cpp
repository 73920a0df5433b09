// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "raster_source.hpp"
#include "warped_source.hpp"

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
            const auto as_whole = [](const BandPick& p) {
                return std::tie(p.path, p.more_paths, p.spec.kind, p.shift_x, p.shift_y, p.rectify_dem,
                                p.rectify_height_offset);
            };
            return as_whole(group.picks.front()) == as_whole(picks[i]);
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

/// The file where it really lies.
RasterFile shifted(RasterFile file, const BandPick& pick) {
    if (pick.shift_x == 0 && pick.shift_y == 0) return file;
    const auto crs = parse_crs(file.grid.crs);
    if (crs.geographic) {
        throw DataError(fmt::format("{} is in degrees, and a shift of {} and {} is in metres; project the file first",
                                    file.path, pick.shift_x, pick.shift_y));
    }
    file.grid.x0 += pick.shift_x / crs.metres_per_unit;
    file.grid.y0 += pick.shift_y / crs.metres_per_unit;
    return file;
}

[[noreturn]] void refuse(const RasterFile& file, const std::string& reason) {
    throw DataError(
        fmt::format(R"({} does not lie on the grid: {}; say how to resample it (resampling = "bilinear", "average", )"
                    R"(or "nearest" or "mode" for codes), or take its grid)",
                    file.path, reason));
}

std::unique_ptr<CellSource> by_rpc(const Grid& grid, const RasterFile& file, const std::vector<BandPick>& picks,
                                   Resampling method) {
    if (!file.rpc) {
        throw DataError(
            fmt::format("{} is to be rectified with {}, but has no RPC; its .rpb, .rpc or _RPC.TXT must lie beside it",
                        file.path, picks.front().rectify_dem));
    }
    const std::string reason = "it lies by its RPC and heights";
    if (method == Resampling::refuse) refuse(file, reason);
    return std::make_unique<WarpedSource>(grid, file, picks, method, reason);
}

std::unique_ptr<CellSource> open_source(const Grid& grid, const std::vector<BandPick>& picks, const std::string& path,
                                        Resampling resampling) {
    const auto& first = picks.front();
    const auto method = method_for(resampling, first.spec.kind == BandKind::code);
    const auto stated = inspect_raster(path);
    if (!first.rectify_dem.empty()) return by_rpc(grid, stated, picks, method);
    if (!stated.georeferenced) {
        throw DataError(
            fmt::format("{} is a level 1A image that lies by its RPC; give a DEM of its land to rectify it", path));
    }
    const auto file = shifted(stated, first);
    if (auto placement = place(grid, file.grid)) return std::make_unique<RasterSource>(*placement, file, picks);
    const auto reason = alignment(grid, file.grid).reason;
    if (method == Resampling::refuse) refuse(file, reason);
    return std::make_unique<WarpedSource>(grid, file, picks, method, reason);
}

bool lacks_value(const AnyPlane& plane) {
    if (const auto* real = std::get_if<RealPlane>(&plane))
        return std::ranges::any_of(real->cells(), [](float v) { return std::isnan(v); });
    return std::ranges::find(std::get<CodePlane>(plane).cells(), no_code) != std::get<CodePlane>(plane).cells().end();
}

/// The `width` outer cells on each side, which nobody looks at, are the same in each run.
template <class T>
void clear_edge(Plane<T>& plane, int width, T none) {
    const auto side = static_cast<std::size_t>(width);
    for (int r = 0; r < plane.rows(); ++r) {
        const auto row = plane.row(r);
        if (r < width || r >= plane.rows() - width) {
            std::ranges::fill(row, none);
            continue;
        }
        std::ranges::fill(row.first(side), none);
        std::ranges::fill(row.last(side), none);
    }
}

void clear_edge(AnyPlane& plane, int width) {
    if (auto* real = std::get_if<RealPlane>(&plane)) clear_edge(*real, width, no_value);
    else clear_edge(std::get<StoredPlane>(plane).cells, width, std::uint16_t{0});
}

/// Cells of `to` without a value take those of `from`, a part of its window.
template <class T>
void fill_gaps(const Plane<T>& from, int row, int col, Plane<T>& to) {
    for (int r = 0; r < from.rows(); ++r) {
        const auto in = from.row(r);
        const auto out = to.row(row + r).subspan(static_cast<std::size_t>(col), in.size());
        for (std::size_t i = 0; i < in.size(); ++i) {
            if constexpr (std::is_same_v<T, float>) out[i] = std::isnan(out[i]) ? in[i] : out[i];
            else out[i] = out[i] == no_code ? in[i] : out[i];
        }
    }
}

}  // namespace

struct RasterReader::Impl {
    /// Bands of one raster, in one file or in tiles.
    struct Part {
        std::vector<std::unique_ptr<CellSource>> files;
        std::vector<std::size_t> places;
    };
    RasterSpec spec;
    std::vector<Part> parts;
    std::vector<std::string> notes;
    int natural_block = 1;

    void add(const Group& group, Resampling resampling) {
        auto& part = parts.emplace_back(Part{{}, group.places});
        const auto& first = group.picks.front();
        add_file(part, group, first.path, resampling);
        for (const auto& path : first.more_paths) add_file(part, group, path, resampling);
    }

    void add_file(Part& part, const Group& group, const std::string& path, Resampling resampling) {
        const auto& source = *part.files.emplace_back(open_source(spec.grid, group.picks, path, resampling));
        natural_block = std::max(natural_block, source.natural_block());
        const auto note = fmt::format("{}: {}", path, source.note());
        if (std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
    }

    [[nodiscard]] static bool fills(const Part& part, const Window& window) {
        return part.files.front()->solid() && part.files.front()->area().contains(window);
    }

    [[nodiscard]] static bool storable(const Part& part) {
        return part.files.size() == 1 && part.files.front()->storable();
    }

    [[nodiscard]] Block read(const Window& window, int spared, bool as_stored) const {
        Block block{window, std::vector<AnyPlane>(spec.bands.size())};
        for (const auto& part : parts) {
            const bool real = spec.bands[part.places.front()].kind == BandKind::real;
            const auto wanted = real ? window.grown(-spared) : window;
            const bool filled = fills(part, wanted);
            for (const auto place : part.places) {
                auto& plane = block.bands[place];
                plane = room_for(spec.bands[place], filled, as_stored && filled && storable(part), window);
                if (filled && wanted != window) clear_edge(plane, spared);
            }
            fill(part, wanted, block);
        }
        return block;
    }

    [[nodiscard]] static AnyPlane room_for(const BandSpec& band, bool filled, bool stored, const Window& window) {
        if (stored) return StoredPlane{Plane<std::uint16_t>::unset(window.rows, window.cols), {}, nullptr};
        const auto block = filled ? unset_block : blank_block;
        return std::move(block(window, std::span(&band, 1)).bands.front());
    }

    static void fill(const Part& part, const Window& wanted, Block& block) {
        std::vector<AnyPlane*> planes;
        for (const auto place : part.places) planes.push_back(&block.bands[place]);
        part.files.front()->read(block.window, wanted, planes);
        for (std::size_t f = 1; f < part.files.size(); ++f) read_more(*part.files[f], wanted, block, planes);
    }

    static void read_more(const CellSource& file, const Window& wanted, const Block& block,
                          std::span<AnyPlane* const> planes) {
        const auto window = intersection(wanted, file.area());
        if (window.empty() || std::ranges::none_of(planes, [](const auto* plane) { return lacks_value(*plane); }))
            return;
        std::vector<AnyPlane> fresh;
        std::vector<AnyPlane*> targets;
        for (const auto* plane : planes) {
            if (std::holds_alternative<RealPlane>(*plane))
                fresh.emplace_back(RealPlane(window.rows, window.cols, no_value));
            else fresh.emplace_back(CodePlane(window.rows, window.cols, no_code));
        }
        for (auto& plane : fresh) targets.push_back(&plane);
        file.read(window, window, targets);
        for (std::size_t b = 0; b < planes.size(); ++b) {
            const int row = window.row - block.window.row, col = window.col - block.window.col;
            if (auto* real = std::get_if<RealPlane>(planes[b]))
                fill_gaps(std::get<RealPlane>(fresh[b]), row, col, *real);
            else fill_gaps(std::get<CodePlane>(fresh[b]), row, col, std::get<CodePlane>(*planes[b]));
        }
    }
};

RasterReader::RasterReader(Grid grid, std::vector<BandPick> picks, Resampling resampling)
    : impl_(std::make_unique<Impl>()) {
    require_method_for_codes(picks, resampling);
    impl_->spec.grid = std::move(grid);
    for (const auto& pick : picks) impl_->spec.bands.push_back(pick.spec);
    for (const auto& group : group_by_file(picks)) impl_->add(group, resampling);
}

RasterReader::~RasterReader() = default;
RasterReader::RasterReader(RasterReader&&) noexcept = default;
RasterReader& RasterReader::operator=(RasterReader&&) noexcept = default;

const RasterSpec& RasterReader::spec() const noexcept { return impl_->spec; }
int RasterReader::natural_block() const noexcept { return impl_->natural_block; }
const std::vector<std::string>& RasterReader::alignment_notes() const noexcept { return impl_->notes; }

std::size_t RasterReader::bytes_stored() const noexcept {
    std::size_t bytes = 0;
    for (const auto& part : impl_->parts) bytes += part.places.size() * (Impl::storable(part) ? 2 : 4);
    return bytes;
}

Block RasterReader::read_stored(const Window& window, int spared) const { return impl_->read(window, spared, true); }
Block RasterReader::read(const Window& window, int spared) const { return impl_->read(window, spared, false); }

}  // namespace linmu
