// SPDX-License-Identifier: MIT
#pragma once
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/io/raster.hpp"
#include "linmu/step/step.hpp"

namespace linmu {

/// Tells how a source lies on the master grid, and its natural block, to the plan.
void note_alignment(const RasterReader& reader, PlanContext& context);

/// Does a raster share ground with the master grid? Outlines are compared, brought to the grid's CRS.
[[nodiscard]] bool overlaps(const Grid& grid, const Grid& other);

/// Position of a band by name; "" is the only band. Throws DataError with the nearest name.
[[nodiscard]] std::size_t band_index(const std::vector<BandSpec>& bands, std::string_view name, std::string_view where);

/// The bands of all inputs, one after another, and which input each comes from. Throws DataError when two have one name.
struct GatheredBands {
    std::vector<std::string> names;
    std::vector<std::pair<std::size_t, std::size_t>> places;  ///< input, band of it
};
[[nodiscard]] GatheredBands gather_bands(std::span<const Artifact> inputs, const PlanContext& context);
/// Cells of a gathered band, row by row; a code band is not real: DataError.
[[nodiscard]] std::span<const float> cells_of(const GatheredBands& bands, std::size_t i,
                                              std::span<const BlockPtr> inputs);

/// The same of a band of codes, too: as numbers, kept in `converted`; `no_code` is no value.
[[nodiscard]] std::span<const float> numbers_of(const GatheredBands& bands, std::size_t i,
                                                std::span<const BlockPtr> inputs, std::deque<RealPlane>& converted);
/// Position of a gathered band by name. Throws DataError with the nearest; `who` wants it: "'features'".
[[nodiscard]] std::size_t place_of(const GatheredBands& bands, const std::string& name, std::string_view who);

/// Changes a pack's parameters by "name=value" texts. Throws UsageError that lists the names there are.
void set_parameters(std::map<std::string, std::string>& parameters, const std::vector<std::string>& texts,
                    std::string_view pack);
/// `${name}` in a pack's SQL becomes the parameter's text, which may name other parameters.
[[nodiscard]] std::string with_parameters(std::string sql, const std::map<std::string, std::string>& parameters);
/// The text, and after it the texts of all parameters that it names as `${name}`, itself or through others.
[[nodiscard]] std::string with_named(std::string text, const std::map<std::string, std::string>& parameters);

}  // namespace linmu
