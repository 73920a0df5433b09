// SPDX-License-Identifier: MIT
#include "linmu/step/registry.hpp"

#include <algorithm>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {

// One factory a file of src/step, named after the file.
std::unique_ptr<Step> make_read_raster();
std::unique_ptr<Step> make_scenes();
std::unique_ptr<Step> make_scene_list();
std::unique_ptr<Step> make_read_layer();
std::unique_ptr<Step> make_read_table();
std::unique_ptr<Step> make_check_schema();
std::unique_ptr<Step> make_mask();
std::unique_ptr<Step> make_composite();
std::unique_ptr<Step> make_indices();
std::unique_ptr<Step> make_harmonic();
std::unique_ptr<Step> make_season();
std::unique_ptr<Step> make_fvc_ends();
std::unique_ptr<Step> make_fvc();
std::unique_ptr<Step> make_trend();
std::unique_ptr<Step> make_breaks();
std::unique_ptr<Step> make_terrain();
std::unique_ptr<Step> make_terrain_shadow();
std::unique_ptr<Step> make_terrain_fit();
std::unique_ptr<Step> make_terrain_correct();
std::unique_ptr<Step> make_shift();
std::unique_ptr<Step> make_shift_correct();
std::unique_ptr<Step> make_classify_rules();
std::unique_ptr<Step> make_train();
std::unique_ptr<Step> make_read_model();
std::unique_ptr<Step> make_classify();
std::unique_ptr<Step> make_majority();
std::unique_ptr<Step> make_sieve();
std::unique_ptr<Step> make_polygonize();
std::unique_ptr<Step> make_landscape();
std::unique_ptr<Step> make_class_area();
std::unique_ptr<Step> make_majority_by_parcel();
std::unique_ptr<Step> make_zonal();
std::unique_ptr<Step> make_transition();
std::unique_ptr<Step> make_error_matrix();
std::unique_ptr<Step> make_sample_design();
std::unique_ptr<Step> make_sample_parcels();
std::unique_ptr<Step> make_sample_map();
std::unique_ptr<Step> make_sample_zones();
std::unique_ptr<Step> make_sample_check();
std::unique_ptr<Step> make_accuracy();
std::unique_ptr<Step> make_polygon_area();
std::unique_ptr<Step> make_check();
std::unique_ptr<Step> make_repair();
std::unique_ptr<Step> make_parcel_change();
std::unique_ptr<Step> make_near();
std::unique_ptr<Step> make_change_filter();
std::unique_ptr<Step> make_change_verdict();
std::unique_ptr<Step> make_overlay();
std::unique_ptr<Step> make_parcel_transition();
std::unique_ptr<Step> make_union();
std::unique_ptr<Step> make_clip();
std::unique_ptr<Step> make_corridor();
std::unique_ptr<Step> make_select();
std::unique_ptr<Step> make_blocks();
std::unique_ptr<Step> make_record();
std::unique_ptr<Step> make_indicators();
std::unique_ptr<Step> make_conflicts();
std::unique_ptr<Step> make_write_raster();
std::unique_ptr<Step> make_write_layer();
std::unique_ptr<Step> make_write_table();
std::unique_ptr<Step> make_tables();
std::unique_ptr<Step> make_zone_sheets();
std::unique_ptr<Step> make_project();

const std::vector<StepEntry>& all_steps() {
    static const std::vector<StepEntry> steps{
        {"read-raster", make_read_raster},
        {"scenes", make_scenes},
        {"scene-list", make_scene_list},
        {"read-layer", make_read_layer},
        {"read-table", make_read_table},
        {"check-schema", make_check_schema},
        {"select", make_select},
        {"mask", make_mask},
        {"composite", make_composite},
        {"indices", make_indices},
        {"harmonic", make_harmonic},
        {"season", make_season},
        {"fvc-ends", make_fvc_ends},
        {"fvc", make_fvc},
        {"trend", make_trend},
        {"breaks", make_breaks},
        {"terrain", make_terrain},
        {"terrain-shadow", make_terrain_shadow},
        {"terrain-fit", make_terrain_fit},
        {"terrain-correct", make_terrain_correct},
        {"shift", make_shift},
        {"shift-correct", make_shift_correct},
        {"classify-rules", make_classify_rules},
        {"train", make_train},
        {"read-model", make_read_model},
        {"classify", make_classify},
        {"majority", make_majority},
        {"sieve", make_sieve},
        {"polygonize", make_polygonize},
        {"landscape", make_landscape},
        {"class-area", make_class_area},
        {"majority-by-parcel", make_majority_by_parcel},
        {"zonal", make_zonal},
        {"transition", make_transition},
        {"error-matrix", make_error_matrix},
        {"sample-design", make_sample_design},
        {"sample-parcels", make_sample_parcels},
        {"sample-map", make_sample_map},
        {"sample-zones", make_sample_zones},
        {"sample-check", make_sample_check},
        {"accuracy", make_accuracy},
        {"polygon-area", make_polygon_area},
        {"check", make_check},
        {"repair", make_repair},
        {"parcel-change", make_parcel_change},
        {"change-filter", make_change_filter},
        {"change-verdict", make_change_verdict},
        {"overlay", make_overlay},
        {"parcel-transition", make_parcel_transition},
        {"union", make_union},
        {"clip", make_clip},
        {"blocks", make_blocks},
        {"corridor", make_corridor},
        {"near", make_near},
        {"record", make_record},
        {"conflicts", make_conflicts},
        {"indicators", make_indicators},
        {"write-raster", make_write_raster},
        {"write-layer", make_write_layer},
        {"write-table", make_write_table},
        {"tables", make_tables},
        {"zone-sheets", make_zone_sheets},
        {"project", make_project},
    };
    return steps;
}

std::vector<std::string> step_names() {
    std::vector<std::string> names;
    for (const auto& entry : all_steps()) names.emplace_back(entry.name);
    return names;
}

std::unique_ptr<Step> make_step(std::string_view name) {
    const auto& steps = all_steps();
    const auto it = std::ranges::find(steps, name == "area" ? "polygon-area" : name, &StepEntry::name);
    if (it != steps.end()) return it->make();
    throw UsageError("there is no step '" + std::string(name) + "'" + hint(name, step_names()));
}

}  // namespace linmu
