// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <vector>

namespace linmu {

/// One zone of many: two estimates of the same share, and how sure each is.
struct SmallArea {
    double synthetic = 0;           ///< what the zone would be if the map erred there as it errs elsewhere
    double synthetic_variance = 0;  ///< of that, from the samples of the whole
    double direct = 0;              ///< from the zone's own samples too; unbiased
    double sampling_variance = 0;   ///< of that; above 0, smoothed over zones
};

struct SmallAreaEstimate {
    double value = 0;
    double mean_square_error = 0;
    double weight = 0;  ///< of the direct estimate, 0 to 1
};

struct SmallAreaModel {
    double zone_variance = 0;  ///< of the zones' truth around the synthetic estimate
    std::vector<SmallAreaEstimate> zones;
};

/// The area-level model of Fay and Herriot (1979, J. American Statistical Association 74:269-277) with the synthetic estimate as what is
/// known of each zone: truth = synthetic + v, v of one variance in all zones; direct = truth + sampling error. The estimate is direct and synthetic by
/// their weights v / (v + sampling variance) (EBLUP), v by moments, not below 0. The mean square error is that of Prasad and Rao (1990, ibid.
/// 85:163-171; Rao and Molina 2015, Small Area Estimation, 6.2): g1 of the weights, g2 of the synthetic estimate's own error, and twice g3 of v
/// being estimated. O(zones). REQUIRES two zones or more, and sampling variances above 0.
[[nodiscard]] SmallAreaModel fay_herriot(std::span<const SmallArea> zones);

}  // namespace linmu
