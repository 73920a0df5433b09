// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdio>
#include <linmu/geo/ellipsoid_area.hpp>
#include <linmu/geo/topology.hpp>
#include <linmu/pipeline/document.hpp>
#include <linmu/step/registry.hpp>

/// A parcel's area in the survey's measure, found by way of the installed package.
int main() {
    const auto parcel =
        linmu::from_wkt("POLYGON((113.40 37.00, 113.41 37.00, 113.41 37.01, 113.40 37.01, 113.40 37.00))");
    const double m2 = linmu::SurveyArea("EPSG:4490").m2(parcel);
    std::printf("%.4f m2, %zu steps\n", m2, linmu::all_steps().size());
    return std::abs(m2 - 987766.6906) < 1e-4 && !linmu::all_steps().empty() ? 0 : 1;
}
