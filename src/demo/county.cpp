// SPDX-License-Identifier: MIT
#include "linmu/demo/county.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "linmu/core/error.hpp"
#include "linmu/demo/office.hpp"
#include "linmu/demo/sensors.hpp"
#include "linmu/demo/survey.hpp"
#include "linmu/demo/truth.hpp"
#include "linmu/exec/tiles.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "safe_writer.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using namespace demo;

constexpr int rows_at_once = 60;

double checked_size(const CountyOptions& o) {
    if (!(o.size_km >= 3 && o.size_km <= 50))
        throw UsageError(fmt::format("a practice county is 3 to 50 km wide, not {}", o.size_km));
    if (!(o.field_m >= 40 && o.field_m <= 200))
        throw UsageError(fmt::format("fields of a practice county are 40 to 200 m wide, not {}", o.field_m));
    if (o.dates_a_year < 5 || o.dates_a_year > 12)
        throw UsageError(fmt::format("a practice county has 5 to 12 scenes a year, not {}", o.dates_a_year));
    if (o.second_year <= o.first_year || o.first_year < 2016) {
        throw UsageError(fmt::format("years {} and {}: the first must be 2016 or later, the second after it",
                                     o.first_year, o.second_year));
    }
    return std::round(o.size_km * 1000 / 60) * 60;
}

/// Work in many threads whose results are taken one by one, told to `progress`.
template <class Work, class Absorb>
void in_parallel(std::size_t count, const CountyOptions& options, Progress& progress, std::string_view what,
                 std::string_view unit, Work&& work, Absorb&& absorb) {
    const int threads = usable_threads(options.threads);
    progress.begin(what, static_cast<std::int64_t>(count), unit);
    for_each_in_order(0, count, {.threads = threads, .tokens = threads + 1}, std::forward<Work>(work),
                      [&](std::size_t i, auto result) {
                          absorb(i, std::move(result));
                          progress.advance(1);
                      });
    progress.end();
}

struct GroundRows {
    Block heights;
    std::array<Block, 2> classes, crowns;
};

GroundRows ground_rows(const Landscape& landscape, const Window& window) {
    const std::array<Block, 2> none{Block{window, {}}, Block{window, {}}};
    GroundRows out{{window, {}}, none, none};
    RealPlane z(window.rows, window.cols, no_value);
    for (int r = 0; r < window.rows; ++r) {
        for (int c = 0; c < window.cols; ++c)
            z(r, c) = static_cast<float>(landscape.relief().elevation({(c + 0.5) * 10, (window.row + r + 0.5) * 10}));
    }
    out.heights.bands.emplace_back(std::move(z));
    const auto mixed = mixtures(landscape, window);
    for (int y = 0; y < 2; ++y) {
        auto classes = dominant_classes(landscape, mixed, y);
        out.crowns[static_cast<std::size_t>(y)].bands.emplace_back(crown_percents(landscape, mixed, classes, y));
        out.classes[static_cast<std::size_t>(y)].bands.emplace_back(std::move(classes));
    }
    return out;
}

void write_ground(const fs::path& folder, const Landscape& landscape, const CountyOptions& options,
                  Progress& progress) {
    const auto grid = scene_grid(landscape.size());
    const auto legend = load_legend("landcover");
    RasterWriter heights(
        {grid, {{.name = "elevation", .kind = BandKind::real, .unit = "m", .legend = {}, .scene = {}, .date = {}}}},
        {.path = (folder / "dem.tif").string()});
    std::vector<RasterWriter> classes, crowns;
    for (const int year : landscape.years()) {
        classes.emplace_back(
            RasterSpec{grid,
                       {{.name = "class",
                         .kind = BandKind::code,
                         .unit = {},
                         .legend = "landcover",
                         .scene = {},
                         .date = {}}}},
            RasterOutput{.path = (folder / "truth" / fmt::format("class_{}.tif", year)).string(), .legend = &legend});
        crowns.emplace_back(
            RasterSpec{grid,
                       {{.name = "crown", .kind = BandKind::real, .unit = "%", .legend = {}, .scene = {}, .date = {}}}},
            RasterOutput{.path = (folder / "truth" / fmt::format("crown_{}.tif", year)).string(), .type = "int16"});
    }
    const auto strips = static_cast<std::size_t>((grid.rows + rows_at_once - 1) / rows_at_once);
    in_parallel(
        strips, options, progress, "ground", "strips",
        [&](std::size_t i) {
            const int row = static_cast<int>(i) * rows_at_once;
            return ground_rows(landscape, {row, 0, std::min(rows_at_once, grid.rows - row), grid.cols});
        },
        [&](std::size_t, const GroundRows& rows) {
            heights.write(rows.heights);
            for (std::size_t y = 0; y < 2; ++y) {
                classes[y].write(rows.classes[y]);
                crowns[y].write(rows.crowns[y]);
            }
        });
    heights.close();
    for (auto* writers : {&classes, &crowns}) {
        for (auto& writer : *writers) writer.close();
    }
}

void write_layer(const fs::path& path, const Layer& layer, const std::string& name_zh) {
    const LayerOutput output{&layer, name_zh, ""};
    write_geopackage(path.string(), std::span(&output, 1));
}

void write_parcels(const fs::path& folder, const Landscape& landscape, const std::vector<VillageSurvey>& surveys) {
    Table dirt{{"dirt", "数据缺陷", {{"layer", FieldType::text, "", "图层"}, {"what", FieldType::text, "", "缺陷"}}},
               {}};
    for (int y = 0; y < 2; ++y) {
        Layer layer{parcel_layer(landscape.years()[static_cast<std::size_t>(y)]), {}};
        for (std::size_t v = 0; v < surveys.size(); ++v)
            add_parcels(layer, landscape, surveys[v].parcels[static_cast<std::size_t>(y)], static_cast<int>(v), y);
        for (const auto& sentence : soil_parcels(layer)) dirt.rows.push_back({layer.spec.name, sentence});
        const auto name = fmt::format("dltb_{}", landscape.years()[static_cast<std::size_t>(y)]);
        if (y == 0)
            write_shapefile((folder / "survey" / (name + ".shp")).string(), in_crs(std::move(layer), prefixed_crs),
                            "GBK", false);
        else write_layer(folder / "survey" / (name + ".gpkg"), layer, "地类图斑");
    }
    write_csv((folder / "truth" / "dirt.csv").string(), dirt, {});
}

void write_offices(const fs::path& folder, const CountyView& county) {
    std::vector<IndicatorTruth> truth;
    std::vector<Office> offices{greening_office(county), orchard_office(county), farming_office(county)};
    offices.push_back(site_office(county, offices[0], offices[2]));
    for (const auto& office : offices) {
        for (const auto& [file, name_zh, layer] : office.layers)
            write_layer(folder / "survey" / (file + ".gpkg"), layer, name_zh);
        for (const auto& table : office.tables)
            write_csv((folder / "survey" / (table.spec.name + ".csv")).string(), table, {});
        truth.insert(truth.end(), office.truth.begin(), office.truth.end());
    }
    write_csv((folder / "truth/indicators.csv").string(), indicator_truth(truth), {});
}

std::vector<VillageSurvey> survey_all(const Landscape& landscape, const CountyOptions& options, Progress& progress) {
    std::vector<VillageSurvey> surveys;
    in_parallel(
        static_cast<std::size_t>(landscape.plan().county_villages()), options, progress, "parcels", "villages",
        [&](std::size_t v) { return survey_village(landscape, static_cast<int>(v)); },
        [&](std::size_t, VillageSurvey survey) { surveys.push_back(std::move(survey)); });
    return surveys;
}

void write_survey(const fs::path& folder, const Landscape& landscape, const CountyOptions& options,
                  Progress& progress) {
    const auto surveys = survey_all(landscape, options, progress);
    std::vector<PlotSurvey> plots;
    in_parallel(
        landscape.plots().size(), options, progress, "works", "plots",
        [&](std::size_t p) { return survey_plot(landscape, landscape.plots()[p]); },
        [&](std::size_t, PlotSurvey plot) { plots.push_back(std::move(plot)); });
    const auto admin = admin_layers(landscape, surveys);
    write_layer(folder / "survey/villages.gpkg", admin.villages, "村级调查区");
    write_layer(folder / "survey/townships.gpkg", admin.townships, "行政区");
    write_layer(folder / "survey/county.gpkg", admin.county, "县级行政区");
    write_layer(folder / "survey/works.gpkg", works_layer(landscape, plots), "造林作业小班");
    write_layer(folder / "survey/roads.gpkg", roads_layer(landscape), "道路");
    write_layer(folder / "survey/trees.gpkg", trees_layer(landscape), "古树名木");
    write_parcels(folder, landscape, surveys);
    write_offices(folder, {landscape, surveys, plots, admin});
    const CsvOptions exact{.area_unit = AreaUnit::m2, .decimals = 4};
    for (const auto& table :
         {area_truth(landscape, surveys), county_truth(landscape, surveys), flow_truth(landscape, surveys),
          change_truth(landscape, surveys), walnut_truth(landscape, surveys), plot_truth(landscape, plots)}) {
        write_csv((folder / "truth" / (table.spec.name + ".csv")).string(), table, exact);
    }
}

void write_scenes(const fs::path& folder, const Landscape& landscape, const CountyOptions& options,
                  Progress& progress) {
    const auto passes = scene_passes(landscape.years(), options.dates_a_year, landscape.seed());
    in_parallel(
        passes.size(), options, progress, "scenes", "scenes",
        [&](std::size_t i) {
            write_scene((folder / "scenes" / std::to_string(passes[i].date.year)).string(), landscape, passes[i]);
            return i;
        },
        [](std::size_t, std::size_t) {});
}

void write_parameters(const fs::path& folder, const CountyOptions& options, const Landscape& landscape) {
    Table table{{"parameters", "参数", {{"name", FieldType::text, "", "名称"}, {"value", FieldType::real, "", "值"}}},
                {}};
    const auto put = [&](const char* name, double value) { table.rows.push_back({std::string(name), value}); };
    put("size_m", landscape.size());
    put("seed", static_cast<double>(options.seed));
    put("field_m", options.field_m);
    put("first_year", options.first_year);
    put("second_year", options.second_year);
    put("dates_a_year", options.dates_a_year);
    put("villages", landscape.plan().county_villages());
    put("townships", static_cast<double>(landscape.plan().townships().size()));
    put("units", static_cast<double>(landscape.units().size()));
    put("plots", static_cast<double>(landscape.plots().size()));
    put("canopy_of_forest", 0.2);
    write_csv((folder / "truth/parameters.csv").string(), table, {});
}

}  // namespace

void make_county(const std::string& folder, const CountyOptions& options, Progress& progress) {
    const double size = checked_size(options);
    static_cast<void>(checked_layouts(options.sensors));
    for (const char* part : {"survey", "truth", "scenes"}) fs::create_directories(fs::path(folder) / part);
    const Landscape landscape(size, options.seed, {options.first_year, options.second_year}, options.field_m);
    write_ground(folder, landscape, options, progress);
    write_survey(folder, landscape, options, progress);
    write_scenes(folder, landscape, options, progress);
    write_parameters(folder, options, landscape);
    make_sensors((fs::path(folder) / "sensors").string(), landscape, options.sensors, options.threads, progress);
}

}  // namespace linmu
