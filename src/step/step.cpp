// SPDX-License-Identifier: MIT
#include "linmu/step/step.hpp"

namespace linmu {

std::string_view to_string(ArtifactKind kind) {
    switch (kind) {
        case ArtifactKind::raster: return "raster";
        case ArtifactKind::layer: return "layer";
        case ArtifactKind::table: return "table";
        default: return "nothing";
    }
}

}  // namespace linmu
