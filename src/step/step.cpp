// SPDX-License-Identifier: MIT
#include "linmu/step/step.hpp"

#include <stdexcept>

namespace linmu {

std::string_view to_string(ArtifactKind kind) {
    switch (kind) {
        case ArtifactKind::raster: return "raster";
        case ArtifactKind::layer: return "layer";
        case ArtifactKind::table: return "table";
        default: return "nothing";
    }
}

Block TileStep::rework(const Window& window, Block first, std::span<const BlockPtr> others) const {
    std::vector<BlockPtr> inputs{std::make_shared<const Block>(std::move(first))};
    inputs.insert(inputs.end(), others.begin(), others.end());
    return apply(window, inputs);
}

Block FoldStep::cells(const Window&) const { throw std::logic_error(info().name + " makes no raster"); }

}  // namespace linmu
