// SPDX-License-Identifier: MIT
#include "linmu/io/qgis_project.hpp"

#include <gdal_priv.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ogr_spatialref.h>
#include <zip.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>

#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/ledger.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Text of the only file in a zip.
std::string unzipped(const std::string& path, std::string* name = nullptr) {
    int error = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY, &error);
    EXPECT_NE(archive, nullptr);
    EXPECT_EQ(zip_get_num_entries(archive, 0), 1);
    zip_stat_t status;
    zip_stat_index(archive, 0, 0, &status);
    if (name != nullptr) *name = status.name;
    std::string text(status.size, '\0');
    zip_file_t* file = zip_fopen_index(archive, 0, 0);
    EXPECT_EQ(zip_fread(file, text.data(), text.size()), static_cast<zip_int64_t>(text.size()));
    zip_fclose(file);
    zip_discard(archive);
    return text;
}

std::string fault_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const DataError& error) {
        return error.what();
    }
    return "no fault";
}

ProjectLayer shown(const std::string& name, const std::string& path, const std::string& crs = "EPSG:4547") {
    ProjectLayer layer;
    layer.name = name;
    layer.path = path;
    layer.crs = crs;
    return layer;
}

Ring rectangle(double x, double y, double width, double height) {
    return {{x, y}, {x, y + height}, {x + width, y + height}, {x + width, y}};
}

class QgisProject : public testing::Test {
protected:
    test::TempDir dir_;
    Legend legend_;

    void SetUp() override {
        setenv("LINMU_DATA", test::source_file("data").c_str(), 1);
        legend_ = load_legend("landcover");
    }

    void write_raster_file(const std::string& name, int bands, const std::function<double(int, int, int)>& cell) const {
        GDALAllRegister();
        auto* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
        const std::unique_ptr<GDALDataset> dataset(
            driver->Create((dir_ / name).c_str(), 100, 80, bands, bands == 1 ? GDT_Byte : GDT_Float32, nullptr));
        OGRSpatialReference srs;
        srs.importFromEPSG(4547);
        dataset->SetSpatialRef(&srs);
        double place[6] = {440000, 10, 0, 4100800, 0, -10};
        dataset->SetGeoTransform(place);
        for (int b = 1; b <= bands; ++b) {
            for (int r = 0; r < 80; ++r) {
                std::vector<double> row;
                for (int c = 0; c < 100; ++c) row.push_back(cell(b, r, c));
                ASSERT_EQ(dataset->GetRasterBand(b)->RasterIO(GF_Write, 0, r, 100, 1, row.data(), 100, 1, GDT_Float64,
                                                              0, 0, nullptr),
                          CE_None);
            }
        }
    }

    /// A small county with one of each kind of layer.
    ProjectSpec county() {
        std::filesystem::create_directory(dir_ / "产品");
        write_raster_file("产品/classes.tif", 1, [](int, int r, int c) { return (r / 20 + c / 20) % 9 + 1; });
        write_raster_file("产品/scene.tif", 3, [](int b, int r, int c) {
            return b == 1 ? 0.003 * r : b == 2 ? 0.0025 * c : 0.1;
        });
        Layer parcels{{"parcels",
                       "EPSG:4547",
                       {{"DLBM", FieldType::text, "", "地类编码"}, {"change", FieldType::text, "", "流向"}}},
                      {}};
        const char* codes[] = {"0103", "0201", "0301", "0305", "0404", "0702", "1101", "1207", "9999"};
        const char* changes[] = {"outflow", "inflow", "unchanged"};
        for (int i = 0; i < 9; ++i) {
            const double x = 440050 + i % 3 * 150, y = 4100150 + i / 3 * 150;
            parcels.features.push_back({i + 1,
                                        {{{rectangle(x, y, 150, 150), {}}}, {}, {}},
                                        {std::string(codes[i]), std::string(changes[i % 3])}});
        }
        Layer villages{
            {"villages", "EPSG:4547", {{"ZLDWMC", FieldType::text, "", "村"}, {"XZQMC", FieldType::text, "", "乡镇"}}},
            {{1,
              {{{rectangle(440020, 4100050, 480, 700), {}}}, {}, {}},
              {std::string("羊角村"), std::string("羊角乡")}},
             {2,
              {{{rectangle(440500, 4100050, 480, 700), {}}}, {}, {}},
              {std::string("麻田村"), std::string("麻田镇")}}}};
        Layer roads{
            {"roads", "EPSG:4547", {{"name_zh", FieldType::text, "", ""}}},
            {{1, {{}, {{{440000, 4100100}, {440500, 4100120}, {441000, 4100700}}}, {}}, {std::string("榆邢线")}}}};
        Layer trees{{"samples", "EPSG:4490", {{"id", FieldType::integer, "", ""}}}, {}};
        for (int i = 0; i < 5; ++i)
            trees.features.push_back({i + 1, {{}, {}, {{113.3345 + 0.0005 * i, 37.031}}}, {std::int64_t{i}}});
        const LayerOutput outputs[] = {
            {&parcels, "地类图斑", ""}, {&villages, "村界", ""}, {&roads, "道路", ""}, {&trees, "样点", ""}};
        write_geopackage(dir_ / "产品/layers.gpkg", outputs);
        Ledger ledger(dir_ / "产品/ledger.gpkg");
        ledger.put(Table{
            {"class_area", "地类面积", {{"zone", FieldType::text, "", "村"}, {"area", FieldType::area, "", "面积"}}},
            {{std::string("羊角村"), std::int64_t{15'000'000}}}});
        ledger.close();
        return spec(parcels.spec.fields);
    }

    [[nodiscard]] ProjectSpec spec(const std::vector<Field>& fields) const {
        const auto vector = [&](const char* name, const char* table, const char* geometry, const std::string& style) {
            auto layer = shown(name, dir_ / "产品/layers.gpkg");
            layer.table = table;
            layer.geometry = geometry;
            layer.style_qml = style;
            return layer;
        };
        auto parcels = vector("地类图斑 Parcels", "parcels", "Polygon", load_style("dltb"));
        parcels.fields = fields;
        auto samples = vector("样点 Samples", "samples", "Point", "");
        samples.crs = "EPSG:4490";
        auto changes = vector("耕地流向 Farmland change", "parcels", "Polygon", load_style("change"));
        changes.visible = false;
        auto classes = shown("2025 年地类 Land cover 2025", dir_ / "产品/classes.tif");
        classes.legend = &legend_;
        auto scene = shown("影像 Scene", dir_ / "产品/scene.tif");
        scene.band_names = {"B", "G", "R"};
        scene.visible = false;
        auto gray = scene;
        gray.name = "NDVI";
        gray.band_names = {"NDVI"};
        auto facts = shown("地类面积表 Class areas", dir_ / "产品/ledger.gpkg", "");
        facts.table = "class_area_m2";
        return {"左权县 Zuoquan",
                "EPSG:4547",
                {440000, 4100000, 441000, 4100800},
                {{"界线 Boundaries",
                  {samples, vector("乡镇 Townships", "villages", "Polygon", load_style("townships")),
                   vector("村 Villages", "villages", "Polygon", load_style("villages")),
                   vector("道路 Roads", "roads", "LineString", load_style("roads"))},
                  true},
                 {"调查 Survey",
                  {changes, vector("图斑界 Outlines", "parcels", "Polygon", load_style("dltb_outline")),
                   vector("作业小班 Works", "parcels", "MultiPolygon", load_style("works")), parcels},
                  false},
                 {"影像 Imagery", {classes, scene, gray}, true},
                 {"表 Tables", {facts}, true}}};
    }
};

TEST_F(QgisProject, OpensInQgisWithEveryLayerValidAndDrawn) {
    if (std::system("/usr/bin/python3 -c 'import qgis.core' > /dev/null 2>&1") != 0)
        GTEST_SKIP() << "python3-qgis is not installed";
    write_qgis_project(dir_ / "左权.qgz", county());
    const char* wanted = std::getenv("LINMU_MAP");
    const auto picture = wanted != nullptr ? std::string(wanted) : dir_ / "map.png";
    const auto log = dir_ / "log.txt";
    const auto status = std::system(("/usr/bin/python3 " + test::source_file("tests/io/open_project.py") + " '" +
                                     (dir_ / "左权.qgz") + "' '" + picture + "' > '" + log + "' 2>&1")
                                        .c_str());
    const auto text = read_text_file(log);
    ASSERT_EQ(status, 0) << text;
    EXPECT_THAT(text, Not(HasSubstr("INVALID")));
    EXPECT_THAT(text, HasSubstr("project | 左权县 Zuoquan | EPSG:4547"));
    EXPECT_THAT(text, HasSubstr("group | 调查 Survey | 4 layers"));
    EXPECT_THAT(text, HasSubstr("地类图斑 Parcels | EPSG:4547 | categorizedSymbol | 9 features | fid,地类编码,流向"));
    EXPECT_THAT(text, HasSubstr("样点 Samples | EPSG:4490 | singleSymbol"));
    EXPECT_THAT(text, HasSubstr("2025 年地类 Land cover 2025 | EPSG:4547 | paletted"));
    EXPECT_THAT(text, HasSubstr("影像 Scene | EPSG:4547 | multibandcolor"));
    EXPECT_THAT(text, HasSubstr("NDVI | EPSG:4547 | singlebandgray"));
    EXPECT_THAT(text, HasSubstr("地类面积表 Class areas"));
    EXPECT_GT(std::filesystem::file_size(picture), 10'000U) << "an empty map is smaller";
}

TEST_F(QgisProject, PathsAreRelativeToTheProject) {
    write_qgis_project(dir_ / "a.qgz", county());
    std::string name;
    const auto text = unzipped(dir_ / "a.qgz", &name);
    EXPECT_EQ(name, "a.qgs");
    EXPECT_THAT(text, Not(HasSubstr(dir_.path())));
    EXPECT_THAT(text, HasSubstr("<datasource>./产品/layers.gpkg|layername=parcels</datasource>"));
    std::filesystem::create_directory(dir_ / "maps");
    write_qgis_project(dir_ / "maps/b.qgz", spec({}));
    EXPECT_THAT(unzipped(dir_ / "maps/b.qgz"), HasSubstr("<datasource>../产品/classes.tif</datasource>"));
}

TEST_F(QgisProject, TheSameSpecIsTheSameBytesInAnyTimeZone) {
    write_qgis_project(dir_ / "a.qgz", spec({}));
    const auto first = read_text_file(dir_ / "a.qgz");
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    write_qgis_project(dir_ / "a.qgz", spec({}));
    unsetenv("TZ");
    tzset();
    EXPECT_EQ(first, read_text_file(dir_ / "a.qgz"));
}

TEST_F(QgisProject, WhatIsNoStyleOrCrsIsRefused) {
    auto layer = shown("图斑", dir_ / "a.gpkg");
    layer.table = "a";
    layer.geometry = "Polygon";
    layer.style_qml = "no xml";
    ProjectSpec project{"t", "EPSG:4547", {}, {{"g", {layer}, true}}};
    EXPECT_THAT(fault_of([&] { write_qgis_project(dir_ / "a.qgz", project); }),
                HasSubstr("the style of layer '图斑' is no QML"));
    project.groups.clear();
    project.crs = "EPSG:nothing";
    EXPECT_THAT(fault_of([&] { write_qgis_project(dir_ / "a.qgz", project); }), HasSubstr("EPSG:nothing"));
    EXPECT_FALSE(std::filesystem::exists(dir_ / "a.qgz"));
}

TEST_F(QgisProject, AnAtlasHasAPageLayoutForItsLayerAndIsRefusedWithoutOne) {
    ProjectSpec project;
    project.title = "t";
    project.crs = "EPSG:4547";
    project.extent = {0, 0, 1000, 4000};
    auto villages = shown("Villages", dir_ / "villages.gpkg");
    villages.table = "CJDCQ";
    villages.geometry = "Polygon";
    project.groups.push_back({"Zones", {villages}, true});
    project.atlas = ProjectAtlas{"Atlas", "Villages", "NAME", "CODE"};
    write_qgis_project(dir_ / "a.qgz", project);
    const auto text = unzipped(dir_ / "a.qgz");
    EXPECT_THAT(text, HasSubstr("<Layout name=\"Atlas\""));
    EXPECT_THAT(text, HasSubstr("coverageLayer=\"linmu_layer_1_1\""));
    EXPECT_THAT(text, HasSubstr("coverageLayerSource=\"./villages.gpkg|layername=CJDCQ\""));
    EXPECT_THAT(text, HasSubstr("sortKey=\"&quot;CODE&quot;\""));
    // As high as all of it, and as wide as the place on the page asks.
    EXPECT_THAT(text, HasSubstr("ymin=\"0\""));
    EXPECT_THAT(text, HasSubstr("ymax=\"4000\""));
    project.atlas->layer = "Towns";
    EXPECT_THAT(fault_of([&] { write_qgis_project(dir_ / "b.qgz", project); }),
                HasSubstr("the project has no layer 'Towns' for its atlas"));
}

TEST_F(QgisProject, TheStyleOfSurveyClassesHasTheColoursOfTheirLegend) {
    const auto style = load_style("dltb");
    for (const auto& c : load_legend("dltb").classes) {
        if (c.key.size() < 3) continue;
        unsigned red = 0, green = 0, blue = 0;
        ASSERT_EQ(std::sscanf(c.color.c_str(), "#%2x%2x%2x", &red, &green, &blue), 3);
        EXPECT_THAT(style, HasSubstr("value=\"" + c.key + "\" label=\"" + c.key + " " + c.name_zh + "\""));
        EXPECT_THAT(style, HasSubstr("value=\"" + std::to_string(red) + "," + std::to_string(green) + "," +
                                     std::to_string(blue) + ",255\""))
            << c.key;
    }
}

TEST_F(QgisProject, AStyleThatIsNotThereIsAnsweredWithTheNearest) {
    EXPECT_THAT(fault_of([] { (void)load_style("dltbb"); }), HasSubstr("did you mean 'dltb'?"));
}

}  // namespace
}  // namespace linmu
