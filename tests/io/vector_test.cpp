// SPDX-License-Identifier: MIT
#include "linmu/io/vector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "linmu/core/error.hpp"
#include "linmu/io/table_file.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;

Polygon square(double x, double y, double size) {
    return {{{x, y}, {x, y + size}, {x + size, y + size}, {x + size, y}}, {}};
}

/// Two parcels with Chinese text, one in two parts with a hole.
Layer parcels() {
    Layer layer{{"parcels",
                 "EPSG:4547",
                 {{"DLBM", FieldType::text, "", "地类编码"},
                  {"DLMC", FieldType::text, "", "地类名称"},
                  {"SJNF", FieldType::integer, "", ""},
                  {"TBMJ", FieldType::real, "m2", ""},
                  {"seen", FieldType::area, "m2", ""}}},
                {}};
    auto two = square(440000, 4100000, 10);
    two.holes.push_back({{440002, 4100002}, {440004, 4100002}, {440004, 4100004}});
    layer.features.push_back(
        {7,
         {{two, square(440100, 4100000, 5)}, {}, {}},
         {std::string("0201"), std::string("果园"), std::int64_t{2025}, 1234567.89, std::int64_t{981234}}});
    layer.features.push_back({3, {{square(440200, 4100000, 1)}, {}, {}}, {std::string("0103"), {}, {}, 0.5, {}}});
    return layer;
}

std::string fault_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const DataError& error) {
        return error.what();
    }
    return "no fault";
}

class Vector : public testing::Test {
protected:
    test::TempDir dir_;

    [[nodiscard]] std::string geojson(const std::string& features) const {
        const auto path = dir_ / "in.geojson";
        write_text_file(path, R"({"type":"FeatureCollection","name":"in","features":[)" + features + "]}");
        return path;
    }
    static std::string feature(const std::string& geometry) {
        return R"({"type":"Feature","properties":{"n":1},"geometry":)" + geometry + "}";
    }
    [[nodiscard]] std::string gpkg() const {
        const auto layer = parcels();
        const LayerOutput outputs[] = {{&layer, "图斑", ""}};
        write_geopackage(dir_ / "p.gpkg", outputs);
        return dir_ / "p.gpkg";
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir_.path()), {}));
    }
};

void expect_same_shapes(const Layer& a, const Layer& b) {
    ASSERT_EQ(a.features.size(), b.features.size());
    for (std::size_t i = 0; i < a.features.size(); ++i) {
        const auto& p = a.features[i].geometry.polygons;
        const auto& q = b.features[i].geometry.polygons;
        ASSERT_EQ(p.size(), q.size());
        for (std::size_t k = 0; k < p.size(); ++k) {
            EXPECT_EQ(p[k].outer.size(), q[k].outer.size());
            EXPECT_EQ(p[k].holes.size(), q[k].holes.size());
            EXPECT_EQ(bounds(a.features[i].geometry).xmax, bounds(b.features[i].geometry).xmax);
        }
    }
}

TEST_F(Vector, AGeoPackageGivesBackWhatWasWritten) {
    LayerReport report;
    const auto back = read_layer({gpkg(), "", "", ""}, &report);
    const auto layer = parcels();
    EXPECT_EQ(report.encoding_note, "UTF-8: as the format says");
    EXPECT_EQ(back.spec.name, "parcels");
    EXPECT_EQ(back.spec.crs, "EPSG:4547");
    EXPECT_EQ(back.spec.fields[1].name_zh, "地类名称");
    EXPECT_EQ(back.spec.fields[3].unit, "m2");
    ASSERT_EQ(back.features.size(), 2U);
    // By its key a GeoPackage is in order of fid.
    EXPECT_EQ(back.features[0].fid, 3);
    EXPECT_EQ(back.features[1].fid, 7);
    EXPECT_EQ(back.features[1].values[1], Value{std::string("果园")});
    EXPECT_EQ(back.features[1].values[2], Value{std::int64_t{2025}});
    EXPECT_EQ(back.features[1].values[3], Value{1234567.89});
    EXPECT_EQ(back.features[1].values[4], Value{98.1234});
    EXPECT_EQ(back.features[0].values[1], Value{});
    const Layer sorted{layer.spec, {layer.features[1], layer.features[0]}};
    expect_same_shapes(back, sorted);
    EXPECT_EQ(back.features[1].geometry.polygons[0].holes[0].size(), 3U);
}

TEST_F(Vector, AGeoPackageIsTheSameByteForByteAndHoldsItsStyle) {
    const auto layer = parcels();
    const LayerOutput outputs[] = {{&layer, "图斑", "<qgis/>"}};
    write_geopackage(dir_ / "a.gpkg", outputs);
    const auto first = read_text_file(dir_ / "a.gpkg");
    std::filesystem::remove(dir_ / "a.gpkg");
    write_geopackage(dir_ / "b.gpkg", outputs);
    EXPECT_EQ(first, read_text_file(dir_ / "b.gpkg"));
    EXPECT_THAT(first, HasSubstr("<qgis/>"));
    EXPECT_THAT(first, HasSubstr("图斑"));
    EXPECT_EQ(files(), 1U);
    const auto layers = inspect_vector(dir_ / "b.gpkg");
    ASSERT_EQ(layers.size(), 1U) << "the style table is no layer";
    EXPECT_EQ(layers[0].geometry, "Polygon");
    EXPECT_EQ(layers[0].features, 2);
}

TEST_F(Vector, FeaturesWithoutNumbersOfTheirOwnAreCounted) {
    auto layer = parcels();
    for (auto& f : layer.features) f.fid = 0;
    const LayerOutput outputs[] = {{&layer, "", ""}};
    write_geopackage(dir_ / "a.gpkg", outputs);
    const auto back = read_layer({dir_ / "a.gpkg", "", "", ""});
    EXPECT_EQ(back.features[0].fid, 1);
    EXPECT_EQ(back.features[1].fid, 2);
}

TEST_F(Vector, AWrongLayerNameIsAnsweredWithTheNearest) {
    const auto path = gpkg();
    EXPECT_THAT(fault_of([&] { (void)read_layer({path, "parcel", "", ""}); }), HasSubstr("did you mean 'parcels'?"));
    auto other = parcels();
    other.spec.name = "roads";
    const auto layer = parcels();
    const LayerOutput both[] = {{&layer, "", ""}, {&other, "", ""}};
    write_geopackage(dir_ / "two.gpkg", both);
    EXPECT_THAT(fault_of([&] {
                    (void)read_layer({dir_ / "two.gpkg", "", "", ""});
                }),
                HasSubstr("has 2 layers; name one of parcels, roads"));
}

TEST_F(Vector, AShapefileInGbkWithoutAnyMarkIsReadAsGbk) {
    std::filesystem::create_directory(dir_ / "左权 图斑");
    const auto path = dir_ / "左权 图斑/地类图斑.shp";
    auto layer = parcels();
    layer.spec.fields[1].name = "地类名称";
    write_shapefile(path, layer, "GBK", false);
    EXPECT_FALSE(std::filesystem::exists(dir_ / "左权 图斑/地类图斑.cpg"));
    const auto dbf = read_text_file(dir_ / "左权 图斑/地类图斑.dbf");
    EXPECT_EQ(dbf[29], '\0');
    EXPECT_THAT(dbf, HasSubstr("\xB9\xFB\xD4\xB0")) << "果园 in GBK";

    LayerReport report;
    const auto back = read_layer({path, "", "", ""}, &report);
    EXPECT_EQ(back.spec.fields[1].name, "地类名称");
    EXPECT_EQ(back.features[0].values[1], Value{std::string("果园")});
    EXPECT_EQ(report.encoding_note, "GBK: no .cpg, 2 texts are not UTF-8");
    EXPECT_EQ(back.spec.crs, "EPSG:4547");
    EXPECT_EQ(back.features[0].values[3], Value{1234567.89});
    expect_same_shapes(back, layer);
}

TEST_F(Vector, ACpgIsFollowedUnlessTheTextsContradictIt) {
    const auto layer = parcels();
    LayerReport report;
    write_shapefile(dir_ / "g.shp", layer, "GBK", true);
    EXPECT_EQ(read_text_file(dir_ / "g.cpg"), "GBK");
    EXPECT_EQ(read_layer({dir_ / "g.shp", "", "", ""}, &report).features[0].values[1], Value{std::string("果园")});
    EXPECT_EQ(report.encoding_note, "GBK: as the .cpg says");
    write_text_file(dir_ / "g.cpg", "UTF-8\n");
    EXPECT_EQ(read_layer({dir_ / "g.shp", "", "", ""}, &report).features[0].values[1], Value{std::string("果园")});
    EXPECT_EQ(report.encoding_note, "GBK: the .cpg says UTF-8, but 1 texts are not UTF-8");
    write_shapefile(dir_ / "g.shp", layer, "UTF-8", false);
    EXPECT_EQ(read_layer({dir_ / "g.shp", "", "", ""}, &report).features[0].values[1], Value{std::string("果园")});
    EXPECT_EQ(report.encoding_note, "UTF-8: no .cpg, all 1 texts beyond ASCII are UTF-8");
    EXPECT_THAT(fault_of([&] {
                    (void)read_layer({dir_ / "g.shp", "", "KLINGON", ""});
                }),
                HasSubstr("'KLINGON' is no encoding"));
    EXPECT_THAT(fault_of([&] {
                    (void)read_layer({dir_ / "g.shp", "", "ASCII", ""});
                }),
                HasSubstr("feature 0, field DLMC"));
}

TEST_F(Vector, AShapefileIsTheSameOnEachRun) {
    write_shapefile(dir_ / "a.shp", parcels(), "GBK", true);
    write_shapefile(dir_ / "b.shp", parcels(), "GBK", true);
    for (const char* end : {".shp", ".shx", ".dbf", ".prj", ".cpg"}) {
        EXPECT_EQ(read_text_file(dir_ / (std::string("a") + end)), read_text_file(dir_ / (std::string("b") + end)))
            << end;
    }
    EXPECT_EQ(files(), 10U) << "nothing temporary is left";
}

TEST_F(Vector, WhatAShapefileCannotHoldIsRefused) {
    auto layer = parcels();
    layer.spec.fields[1].name = "地类名称全称";
    EXPECT_THAT(fault_of([&] { write_shapefile(dir_ / "a.shp", layer, "GBK", false); }),
                HasSubstr("longer than the 10 bytes"));
    layer = parcels();
    layer.features[0].values[1] = std::string(300, 'x');
    EXPECT_THAT(fault_of([&] { write_shapefile(dir_ / "a.shp", layer, "GBK", false); }), HasSubstr("300 bytes"));
    layer.features[0].values[1] = std::string("\xF0\xA0\x80\x80");
    EXPECT_THAT(fault_of([&] { write_shapefile(dir_ / "a.shp", layer, "GBK", false); }),
                HasSubstr("characters that GBK lacks"));
    EXPECT_EQ(files(), 0U);
}

TEST_F(Vector, WithoutACrsTheMessageShowsTheWayOut) {
    write_shapefile(dir_ / "a.shp", parcels(), "UTF-8", true);
    std::filesystem::remove(dir_ / "a.prj");
    EXPECT_THAT(fault_of([&] {
                    (void)read_layer({dir_ / "a.shp", "", "", ""});
                }),
                testing::AllOf(HasSubstr("has no CRS"), HasSubstr("say which it is (crs = \"EPSG:4547\")")));
    EXPECT_EQ(read_layer({dir_ / "a.shp", "", "", "EPSG:4546"}).spec.crs, "EPSG:4546");
    EXPECT_THAT(fault_of([&] { (void)read_layer({gpkg(), "", "", "EPSG:4526"}); }), HasSubstr("EPSG:4547"));
}

TEST_F(Vector, WhatIsNotThereIsSaid) {
    EXPECT_THAT(fault_of([&] { (void)read_layer({dir_ / "absent.shp", "", "", ""}); }), HasSubstr("there is no file"));
    write_text_file(dir_ / "text.gpkg", "not a database");
    EXPECT_THAT(fault_of([&] { (void)read_layer({dir_ / "text.gpkg", "", "", ""}); }), HasSubstr("cannot be opened"));
    EXPECT_FALSE(is_vector_file(dir_ / "text.gpkg"));
    EXPECT_FALSE(is_vector_file(dir_ / "absent.gpkg"));
    EXPECT_TRUE(is_vector_file(gpkg()));
    EXPECT_THAT(fault_of([&] { (void)read_layer({geojson(""), "", "", ""}); }), HasSubstr("has no features"));
}

TEST_F(Vector, TwoKindsOfGeometryInOneLayerAreRefused) {
    const auto mixed = geojson(feature(R"({"type":"Point","coordinates":[113.4,37.0]})") + "," +
                               feature(R"({"type":"LineString","coordinates":[[113.4,37.0],[113.5,37.0]]})"));
    EXPECT_THAT(fault_of([&] {
                    (void)read_layer({mixed, "", "", ""});
                }),
                HasSubstr("feature 1: a LineString in a layer of Points"));
    const auto inside =
        geojson(feature(R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},
        {"type":"LineString","coordinates":[[1,2],[3,4]]}]})"));
    EXPECT_THAT(fault_of([&] { (void)read_layer({inside, "", "", ""}); }), HasSubstr("parts of several kinds"));
}

TEST_F(Vector, HeightsMeasuresAndCurvesBecomePlainCoordinates) {
    (void)gpkg();
    auto* driver = GetGDALDriverManager()->GetDriverByName("GPKG");
    OGRSpatialReference srs;
    srs.importFromEPSG(4547);
    const auto path = dir_ / "curves.gpkg";
    {
        const std::unique_ptr<GDALDataset> dataset(driver->Create(path.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
        auto* layer = dataset->CreateLayer("c", &srs, wkbCurvePolygon);
        OGRFieldDefn day("day", OFTDate);
        ASSERT_EQ(layer->CreateField(&day), OGRERR_NONE);
        for (const char* wkt :
             {"CURVEPOLYGON(CIRCULARSTRING(440001 4100000,440000 4100001,439999 4100000,440000 4099999,440001 "
              "4100000))",
              "POLYGON ZM((440000 4100000 1 2,440001 4100000 1 2,440001 4100001 1 2,440000 4100000 1 2))"}) {
            OGRGeometry* geometry = nullptr;
            ASSERT_EQ(OGRGeometryFactory::createFromWkt(wkt, nullptr, &geometry), OGRERR_NONE);
            OGRFeature row(layer->GetLayerDefn());
            row.SetField(0, 2025, 5, 20);
            row.SetGeometryDirectly(geometry);
            ASSERT_EQ(layer->CreateFeature(&row), OGRERR_NONE);
        }
    }
    const auto back = read_layer({path, "", "", ""});
    ASSERT_EQ(back.features.size(), 2U);
    EXPECT_EQ(back.features[0].values[0], Value{std::string("2025-05-20")});
    const auto& circle = back.features[0].geometry.polygons.at(0).outer;
    EXPECT_GT(circle.size(), 60U);
    for (const auto& p : circle) EXPECT_NEAR(std::hypot(p.x - 440000, p.y - 4100000), 1, 1e-6);
    EXPECT_EQ(back.features[1].geometry.polygons.at(0).outer,
              (Ring{{440000, 4100000}, {440001, 4100000}, {440001, 4100001}}));
}

TEST_F(Vector, LongWholeNumbersKeepEveryDigit) {
    Layer layer{{"p", "EPSG:4490", {{"QSDWDM", FieldType::integer, "", ""}}},
                {{1, {{}, {}, {{113.4, 37.0}}}, {std::int64_t{1407221002010000001}}}}};
    const LayerOutput outputs[] = {{&layer, "", ""}};
    write_geopackage(dir_ / "p.gpkg", outputs);
    const auto back = read_layer({dir_ / "p.gpkg", "", "", ""});
    EXPECT_EQ(back.spec.crs, "EPSG:4490");
    EXPECT_EQ(back.features[0].values[0], Value{std::int64_t{1407221002010000001}});
    EXPECT_EQ(back.features[0].geometry.points.at(0), (Point{113.4, 37.0}))
        << "x is east, whatever the authority's order";
}

TEST_F(Vector, AValueOfAnotherTypeThanItsFieldIsRefused) {
    auto layer = parcels();
    layer.features[0].values[2] = std::string("2025");
    const LayerOutput outputs[] = {{&layer, "", ""}};
    EXPECT_THAT(fault_of([&] { write_geopackage(dir_ / "a.gpkg", outputs); }),
                HasSubstr("field 'SJNF' holds a value that is no whole number"));
    EXPECT_EQ(files(), 0U);
}

TEST_F(Vector, AFileGeodatabaseIsRead) {
    const auto path = test::shared_data(
        "parcels_fiboa_eu/tests/data-files/convert/us_ca_scm/i15_crop_mapping_2023_provisional_20241127.gdb.zip");
    LINMU_NEEDS(path);
    const auto layer = read_layer({"/vsizip/" + path, "", "", ""});
    EXPECT_EQ(layer.spec.crs, "EPSG:4269");
    EXPECT_EQ(layer.features.size(), 100U);
}

TEST_F(Vector, RealFarmPortionsAreAllRead) {
    const auto path = test::shared_data("cadastre_farms_swellendam_invalid/farms_33S.shp");
    LINMU_NEEDS(path);
    const auto layer = read_layer({path, "", "", ""});
    EXPECT_EQ(layer.spec.crs, "EPSG:32733");
    const auto multi =
        std::ranges::count_if(layer.features, [](const Feature& f) { return f.geometry.polygons.size() > 1; });
    EXPECT_EQ(multi, 10) << "as published with the data";
}

}  // namespace
}  // namespace linmu
