// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "linmu/algo/sample_accuracy.hpp"
#include "mapped_areas.hpp"
#include "sample_labels.hpp"

namespace linmu {

inline constexpr const char* unclassed_name = "no value";
/// What class-area calls the part of a zone that the map does not reach.
inline constexpr const char* beyond_map_name = "outside";

/// Where samples say what; the names of their fields.
struct SampleFields {
    std::string reference = "class", map = "map_class", stratum = "stratum", stratum_area = "stratum_m2",
                stratum_units = "stratum_units", unit = "unit", unit_area = "unit_m2", cluster = "cluster";
};

/// How samples are to be taken.
struct SampleReading {
    SampleFields fields;
    std::string unit = "auto";      ///< "cell", "parcel" or as the samples say
    std::string strata = "design";  ///< "map": stratified afterwards by the map's classes
    std::string map;                ///< the map's name in the ledger
    std::string layer;              ///< whose mapped areas are the whole ground's; "": the strata's
    std::vector<std::string>
        zones;  ///< layers of zones; samples that have a field of that name say in which zone they lie
    std::string legend;
};

/// Samples of a map as units of strata, and what is told of them in tables.
struct LabelledSamples {
    std::vector<std::string> classes;
    std::vector<SampleStratum> strata;
    std::vector<double> strata_m2;
    std::vector<SampleUnit> units;
    bool of_parcels = false;
    bool stratified_afterwards = false;
    /// By layer of zones: the zone of each unit. A layer is absent when the samples don't say.
    std::map<std::string, std::vector<std::string>> zones;
    std::int64_t blank = 0;  ///< samples without a reference class, which are left out

    /// Position of a class, or `no_class`.
    [[nodiscard]] std::size_t place_of(const std::string& name) const;
    /// "no value" for `no_class`.
    [[nodiscard]] std::string class_name(std::size_t k) const;
    [[nodiscard]] bool has_unclassed() const;
    [[nodiscard]] bool strata_are_map_classes() const;
    [[nodiscard]] double whole_m2() const;
    [[nodiscard]] MappedAreas areas_of_strata() const;
    /// Is a mapped class one that samples tell something of?
    [[nodiscard]] bool tells_of(const std::string& mapped_class) const;
    [[nodiscard]] std::string estimator_name() const;
};

/// Reads samples, and the design that they were drawn by where there is one.
class SampleReader {
public:
    SampleReader() = default;
    /// Throws DataError when a field is missing. `id` names the samples in messages.
    SampleReader(SampleReading how, const std::vector<Field>& fields, const std::string& id);
    void plan_design(const TableSpec& table, const std::string& id);

    [[nodiscard]] bool none_labelled(const Layer& samples) const;
    /// Strata alone, with the areas that the samples or the design give them.
    [[nodiscard]] LabelledSamples strata_of(const Layer& samples, const Table* design) const;
    [[nodiscard]] LabelledSamples read(const Layer& samples, const Table* design, const MappedAreas& mapped) const;

private:
    void read_design(const Table& design, LabelledSamples& into) const;
    std::size_t add_stratum(const std::string& name, double area_m2, double units, LabelledSamples& into) const;
    std::size_t stratum_of(const Feature& feature, const MappedAreas& mapped, bool designed,
                           LabelledSamples& into) const;
    [[nodiscard]] double stratum_area(const Feature& feature, const std::string& name,
                                      const LabelledSamples& known) const;
    [[nodiscard]] double stratum_units(const Feature& feature, const std::string& name, bool of_parcels) const;
    [[nodiscard]] std::string map_name(const Feature& feature) const;
    [[nodiscard]] std::string reference_name(const Feature& feature) const;
    [[nodiscard]] bool are_parcels(const Layer& samples) const;
    [[nodiscard]] std::vector<std::string> classes_of(const Layer& samples, const MappedAreas& mapped) const;
    [[nodiscard]] SampleUnit unit_of(const Feature& feature, std::size_t stratum, const std::string& reference,
                                     const LabelledSamples& samples) const;

    SampleReading how_;
    LabelReader labels_;
    std::size_t class_at_ = 0, map_class_at_ = 0, design_stratum_at_ = 0, design_area_at_ = 0;
    std::optional<std::size_t> stratum_at_, stratum_area_at_, stratum_units_at_, unit_area_at_, cluster_at_, unit_at_,
        design_units_at_;
    std::map<std::string, std::size_t> zones_at_;
    bool area_is_units_ = false;
};

}  // namespace linmu
