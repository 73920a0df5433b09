// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linmu/algo/sample_size.hpp"
#include "linmu/core/area.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/step/step.hpp"

namespace linmu {

/// One stratum of a sample design, as the ledger tells it.
struct DesignStratum {
    std::string name;
    std::int64_t units = 0;
    Area area;
    std::int64_t drawn = 0;
};

/// What the steps that draw samples have in common: how many, to which stratum, by which seed; what a drawn sample looks like.
class SampleSetup {
public:
    void declare(Params& p);
    void check() const;
    [[nodiscard]] std::uint64_t seed() const { return static_cast<std::uint64_t>(seed_); }
    [[nodiscard]] int wanted() const { return n_; }
    /// The most samples that a stratum can be given.
    [[nodiscard]] std::size_t most() const { return static_cast<std::size_t>(n_ > 0 ? n_ : largest_n); }
    /// Sets `drawn` of each stratum, and tells n and the half width that is to be expected.
    void allocate_to(std::vector<DesignStratum>& strata, RunContext& context) const;
    /// Rows for the ledger table 'sample_design'.
    void record(const std::vector<DesignStratum>& strata, const std::string& map, const std::string& method,
                const std::string& unit, RunContext& context) const;
    [[nodiscard]] const std::string& epoch() const { return epoch_; }

private:
    [[nodiscard]] std::vector<PlannedStratum> planned(const std::vector<DesignStratum>& strata) const;
    [[nodiscard]] SampleTarget target(const std::vector<PlannedStratum>& strata) const;
    [[nodiscard]] double expected_of(const std::string& stratum) const;

    static constexpr int largest_n = 20'000;
    int n_ = 0, seed_ = 1, least_ = 50;
    double half_width_ = 0, expected_ = 0.8, omission_ = 0.005;
    std::string allocation_ = "olofsson", of_ = "overall", design_, epoch_;
    std::vector<std::string> expect_;
};

/// A sample unit as it goes to the people who label it.
struct DrawnSample {
    std::int64_t id = 0;
    std::string stratum, map_class, unit;
    std::int64_t stratum_units = 0;
    double stratum_m2 = 0, unit_m2 = 0, probability = 0;
    std::optional<std::int64_t> cluster;
    std::string parcel;
};
/// Fields of a layer of samples; the last ones are to be filled in: class, source, quality, note.
[[nodiscard]] std::vector<Field> sample_fields();

/// Makes features of samples, with their place as longitude, latitude and geo: address (RFC 5870).
class SampleWriter {
public:
    SampleWriter(const std::string& crs, std::string epoch);
    [[nodiscard]] Feature feature(const DrawnSample& sample, Geometry geometry, const Point& where) const;

private:
    Transform to_degrees_;
    std::string epoch_;
};

}  // namespace linmu
