// SPDX-License-Identifier: MIT
// How a layer's CRS and its text's encoding are proved, on files as offices deliver them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "support/paths.hpp"
#include "support/run_binary.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string fault_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const DataError& error) {
        return error.what();
    }
    return "no fault";
}

/// Farms over the whole of a county 20 km wide, in lon, lat.
Layer parcels(const std::string& crs) {
    Layer layer{{"dltb", "EPSG:4490", {{"DLMC", FieldType::text, "", ""}}}, {}};
    for (int i = 0; i < 20; ++i) {
        for (int k = 0; k < 20; ++k) {
            const double x = 113.3 + 0.01 * i;
            const double y = 37.0 + 0.01 * k;
            layer.features.push_back({20 * i + k + 1,
                                      {{{{{x, y}, {x + 0.01, y}, {x + 0.01, y + 0.01}, {x, y + 0.01}}, {}}}, {}, {}},
                                      {std::string("水浇地")}});
        }
    }
    const Transform transform("EPSG:4490", crs);
    for (auto& feature : layer.features) feature.geometry = transformed(feature.geometry, transform);
    layer.spec.crs = crs;
    return layer;
}

class VectorCrs : public testing::Test {
protected:
    test::TempDir dir_;

    /// A Shapefile of coordinates in one CRS with the .prj of another.
    [[nodiscard]] std::string shapefile(const std::string& truly, const std::string& said) const {
        auto layer = parcels(truly);
        layer.spec.crs = said;
        write_shapefile(dir_ / "地类图斑.shp", layer, "GBK", false);
        return dir_ / "地类图斑.shp";
    }
    [[nodiscard]] std::string county(const std::string& crs = "EPSG:4490") const {
        Layer zone{{"county", "EPSG:4490", {}}, {}};
        zone.features.push_back(
            {1, {{{{{113.3, 37.0}, {113.5, 37.0}, {113.5, 37.2}, {113.3, 37.2}}, {}}}, {}, {}}, {}});
        zone.features[0].geometry = transformed(zone.features[0].geometry, Transform("EPSG:4490", crs));
        zone.spec.crs = crs;
        const LayerOutput outputs[] = {{&zone, "", ""}};
        write_geopackage(dir_ / "county.gpkg", outputs);
        return dir_ / "county.gpkg";
    }
};

TEST_F(VectorCrs, ZonePrefixAgainstThePrjBothWays) {
    LayerReport report;
    EXPECT_EQ(read_layer({shapefile("EPSG:4526", "EPSG:4547"), "", "", ""}, &report).spec.crs, "EPSG:4526");
    EXPECT_THAT(report.crs_note, HasSubstr("EPSG:4526: EPSG:4547 is said, but its eastings 384"));
    EXPECT_THAT(report.crs_note, HasSubstr("begin with zone 38"));
    EXPECT_EQ(report.encoding_note, "GBK: no .cpg, 400 texts are not UTF-8");
    EXPECT_EQ(read_layer({shapefile("EPSG:4547", "EPSG:4526"), "", "", ""}, &report).spec.crs, "EPSG:4547");
    EXPECT_THAT(report.crs_note, HasSubstr("have no zone prefix"));
    // A plan and `linmu info` say the same.
    const auto found = inspect_vector(dir_ / "地类图斑.shp").front();
    EXPECT_EQ(found.spec.crs, "EPSG:4547");
    EXPECT_EQ(found.report.crs_note, report.crs_note);
    EXPECT_EQ(found.report.encoding_note, report.encoding_note);
    EXPECT_EQ(found.refusal, "");
}

TEST_F(VectorCrs, SwappedAxesComeBackInTheirOrder) {
    auto layer = parcels("EPSG:4547");
    const auto right = layer.features[7].geometry.polygons[0].outer;
    for (auto& feature : layer.features)
        for (auto& p : feature.geometry.polygons[0].outer) std::swap(p.x, p.y);
    const LayerOutput outputs[] = {{&layer, "", ""}};
    write_geopackage(dir_ / "swapped.gpkg", outputs);
    LayerReport report;
    const auto back = read_layer({dir_ / "swapped.gpkg", "", "", ""}, &report);
    EXPECT_EQ(back.features[7].geometry.polygons[0].outer, right);
    EXPECT_THAT(report.crs_note, HasSubstr("x was the northing"));
    LayerRequest request{dir_ / "swapped.gpkg", "", "", ""};
    request.prove = false;
    EXPECT_NE(read_layer(request, &report).features[7].geometry.polygons[0].outer, right);
    EXPECT_THAT(report.crs_note, HasSubstr("not proved"));
}

TEST_F(VectorCrs, AWrongPrjIsRefusedAndACrsThenAccepted) {
    const auto path = shapefile("EPSG:4490", "EPSG:4547");
    const auto fault = fault_of([&] { (void)read_layer({path, "", "", ""}); });
    EXPECT_THAT(fault, HasSubstr("地类图斑.shp, layer 地类图斑: the CRS cannot be EPSG:4547"));
    EXPECT_THAT(fault, HasSubstr("EPSG:4490 (degrees, in China)"));
    EXPECT_THAT(inspect_vector(path).front().refusal, HasSubstr("cannot be EPSG:4547"));
    LayerReport report;
    EXPECT_EQ(read_layer({path, "", "", "EPSG:4490"}, &report).spec.crs, "EPSG:4490");
    EXPECT_THAT(report.crs_note, HasSubstr("as asked for, since what the file says is wrong"));
    EXPECT_THAT(fault_of([&] { (void)read_layer({path, "", "", "EPSG:3857"}); }), HasSubstr("cannot be EPSG:3857"));
}

TEST_F(VectorCrs, ACrsThatContradictsAFileThatCanBeRightIsRefused) {
    EXPECT_THAT(fault_of([&] {
                    (void)read_layer({shapefile("EPSG:4547", "EPSG:4547"), "", "", "EPSG:4546"});
                }),
                HasSubstr("the file says that its CRS is EPSG:4547, and its coordinates do not contradict that"));
}

TEST_F(VectorCrs, WithoutAPrjTheMessageSaysWhatFits) {
    const auto path = shapefile("EPSG:4526", "EPSG:4526");
    fs::remove(dir_ / "地类图斑.prj");
    EXPECT_THAT(fault_of([&] {
                    (void)read_layer({path, "", "", ""});
                }),
                HasSubstr("it has no CRS; its coordinates fit EPSG:4526 (3-degree zone 38 of CGCS2000"));
    EXPECT_EQ(read_layer({path, "", "", "EPSG:4526"}).spec.crs, "EPSG:4526");
    EXPECT_EQ(read_layer({path, "", "", "EPSG:4547"}).spec.crs, "EPSG:4526") << "a crs is proved too";
}

TEST_F(VectorCrs, TheHomeTellsMeridiansApart) {
    const auto path = shapefile("EPSG:4547", "EPSG:4546");
    EXPECT_EQ(read_layer({path, "", "", ""}).spec.crs, "EPSG:4546") << "nothing speaks against it";
    const auto home = home_zones(county(), "");
    LayerRequest request{path, "", "", ""};
    request.home = &home;
    const auto fault = fault_of([&] { (void)read_layer(request); });
    EXPECT_THAT(fault, HasSubstr("outside of the zones of county.gpkg"));
    EXPECT_THAT(fault, HasSubstr("EPSG:4547"));
    request.crs = "EPSG:4547";
    EXPECT_EQ(read_layer(request).spec.crs, "EPSG:4547");
}

TEST_F(VectorCrs, AWebMapsShiftIsSuspectedOnlyWithTheHome) {
    auto layer = parcels("EPSG:4490");
    for (auto& feature : layer.features)
        for (auto& p : feature.geometry.polygons[0].outer) p = to_gcj02(p);
    const LayerOutput outputs[] = {{&layer, "", ""}};
    write_geopackage(dir_ / "web.gpkg", outputs);
    LayerRequest request{dir_ / "web.gpkg", "", "", ""};
    EXPECT_EQ(read_layer(request).features.size(), 400U);
    const auto home = home_zones(county("EPSG:4526"), "");
    request.home = &home;
    EXPECT_THAT(fault_of([&] { (void)read_layer(request); }), HasSubstr("look like GCJ-02"));
    const auto right = parcels("EPSG:4547");
    const LayerOutput other[] = {{&right, "", ""}};
    write_geopackage(dir_ / "right.gpkg", other);
    request.path = dir_ / "right.gpkg";
    EXPECT_EQ(read_layer(request).features.size(), 400U);
}

TEST_F(VectorCrs, OldFramesAreReadWithTheirSevenParametersOnly) {
    auto layer = parcels("EPSG:4526");
    layer.spec.crs = "EPSG:2362";
    write_shapefile(dir_ / "old.shp", layer, "UTF-8", true);
    LayerRequest request{dir_ / "old.shp", "", "", ""};
    EXPECT_THAT(fault_of([&] { (void)read_layer(request); }),
                HasSubstr("its frame is Xian 1980, from which no transformation"));
    request.towgs84 = "-15.8,154.4,82.3,0.1,0.2,0.3,-1.5";
    LayerReport report;
    const auto back = read_layer(request, &report);
    EXPECT_THAT(report.crs_note, HasSubstr("seven parameters"));
    EXPECT_NO_THROW((void)Transform(back.spec.crs, "EPSG:4490")(back.features[0].geometry.polygons[0].outer[0]));
    // The zone prefix is proved in the old frame as well.
    layer.spec.crs = "EPSG:2383";
    write_shapefile(dir_ / "old.shp", layer, "UTF-8", true);
    EXPECT_THAT(Transform(read_layer(request).spec.crs, "EPSG:4490")(layer.features[0].geometry.polygons[0].outer[0]).x,
                testing::AllOf(testing::Gt(113.2), testing::Lt(113.4)));
}

TEST_F(VectorCrs, GeoJsonAndFlatGeobufAreRead) {
    const auto layer = parcels("EPSG:4490");
    const LayerOutput outputs[] = {{&layer, "", ""}};
    write_geopackage(dir_ / "p.gpkg", outputs);
    for (const char* name : {"左权.geojson", "左权.fgb"}) {
        const auto driver = std::string(name).ends_with("fgb") ? "FlatGeobuf" : "GeoJSON";
        const auto made = test::run_program({"ogr2ogr", "-f", driver, dir_ / name, dir_ / "p.gpkg"});
        ASSERT_EQ(made.exit_code, 0) << made.err;
        const auto back = read_layer({dir_ / name, "", "", ""});
        EXPECT_EQ(back.features.size(), 400U);
        EXPECT_EQ(back.features[0].values[0], Value{std::string("水浇地")});
    }
}

TEST_F(VectorCrs, ShapefilesInAZipAreFound) {
    fs::create_directories(dir_ / "数据");
    const auto layer = parcels("EPSG:4526");
    write_shapefile(dir_ / "数据/地类图斑.shp", layer, "GBK", false);
    const auto zip = dir_ / "交付.zip";
    ASSERT_EQ(test::run_program({"python3", "-c",
                                 "import zipfile,sys,os\nz=zipfile.ZipFile(sys.argv[1],'w')\nfor n in "
                                 "sorted(os.listdir(sys.argv[2])): z.write(os.path.join(sys.argv[2],n),'数据/'+n)",
                                 zip, dir_ / "数据"})
                  .exit_code,
              0);
    const auto back = read_layer({zip, "", "", ""});
    EXPECT_EQ(back.features.size(), 400U);
    EXPECT_EQ(back.features[0].values[0], Value{std::string("水浇地")});
    EXPECT_EQ(read_layer({zip + "/数据/地类图斑.shp", "", "", ""}).features.size(), 400U);
    EXPECT_EQ(vector_files(zip, ""), std::vector<std::string>{zip});
    EXPECT_TRUE(is_vector_file(zip));
    // As Windows packs it: names in GBK, and no mark that says so.
    ASSERT_EQ(test::run_program({"python3", "-c", R"(
import zipfile, sys, os
class Gbk(zipfile.ZipInfo):
    def _encodeFilenameFlags(self): return self.filename.encode('gbk'), self.flag_bits & ~0x800
z = zipfile.ZipFile(sys.argv[1], 'w')
for n in sorted(os.listdir(sys.argv[2])): z.writestr(Gbk('数据/' + n), open(os.path.join(sys.argv[2], n), 'rb').read())
z.close())",
                                 dir_ / "windows.zip", dir_ / "数据"})
                  .exit_code,
              0);
    EXPECT_EQ(read_layer({dir_ / "windows.zip", "", "", ""}).spec.name, "地类图斑");
    write_shapefile(dir_ / "数据/另一个.shp", layer, "GBK", false);
    ASSERT_EQ(test::run_program({"python3", "-c",
                                 "import zipfile,sys,os\nz=zipfile.ZipFile(sys.argv[1],'w')\nfor n in "
                                 "sorted(os.listdir(sys.argv[2])): z.write(os.path.join(sys.argv[2],n),n)",
                                 dir_ / "two.zip", dir_ / "数据"})
                  .exit_code,
              0);
    EXPECT_THAT(fault_of([&] {
                    (void)read_layer({dir_ / "two.zip", "", "", ""});
                }),
                HasSubstr("has 2 vector files; say which"));
    EXPECT_THAT(fault_of([&] { (void)read_layer({dir_ / "none.zip/a.shp", "", "", ""}); }), HasSubstr("none.zip"));
}

TEST_F(VectorCrs, EncodingsAreProvedByTheTexts) {
    auto layer = parcels("EPSG:4547");
    LayerReport report;
    // A .cpg that lies the other way round.
    write_shapefile(dir_ / "u.shp", layer, "UTF-8", true);
    write_text_file(dir_ / "u.cpg", "GBK");
    EXPECT_EQ(read_layer({dir_ / "u.shp", "", "", ""}, &report).features[0].values[0], Value{std::string("水浇地")});
    EXPECT_EQ(report.encoding_note, "UTF-8: the .cpg says GBK, but all 400 texts beyond ASCII are UTF-8");
    // A character that GB 18030 has and GBK has not.
    for (auto& feature : layer.features) feature.values[0] = std::string("石㙘村");
    write_shapefile(dir_ / "g.shp", layer, "UTF-8", true);
    EXPECT_EQ(read_layer({dir_ / "g.shp", "", "", ""}).features[0].values[0], Value{std::string("石㙘村")});
    // Latin letters are no Chinese, whatever GBK would make of them.
    const auto made = dir_ / "d.shp";
    for (auto& feature : layer.features) feature.values[0] = std::string("Graes1");
    write_shapefile(made, layer, "UTF-8", false);
    auto dbf = read_text_file(dir_ / "d.dbf");
    for (auto at = dbf.find("Graes1"); at != std::string::npos; at = dbf.find("Graes1", at))
        dbf.replace(at, 6, "Gr\xE6s12");
    write_text_file(dir_ / "d.dbf", dbf);
    EXPECT_EQ(read_layer({made, "", "", ""}, &report).features[0].values[0], Value{std::string("Græs12")});
    EXPECT_THAT(report.encoding_note, HasSubstr("CP1252: a guess"));
    // A full field of ten bytes ends in the middle of a character.
    for (auto& feature : layer.features) feature.values[0] = std::string("水浇地X");
    write_shapefile(dir_ / "c.shp", layer, "UTF-8", false);
    dbf = read_text_file(dir_ / "c.dbf");
    for (auto at = dbf.find("地X"); at != std::string::npos; at = dbf.find("地X", at)) dbf.replace(at, 4, "地\xE6");
    write_text_file(dir_ / "c.dbf", dbf);
    EXPECT_EQ(read_layer({dir_ / "c.shp", "", "", ""}, &report).features[0].values[0], Value{std::string("水浇地")});
    EXPECT_EQ(report.encoding_note, "UTF-8: no .cpg, all 400 texts beyond ASCII are UTF-8");
    // The language byte of GBK is believed.
    write_shapefile(dir_ / "l.shp", parcels("EPSG:4547"), "GBK", false);
    dbf = read_text_file(dir_ / "l.dbf");
    dbf[29] = '\x4D';
    write_text_file(dir_ / "l.dbf", dbf);
    EXPECT_EQ(read_layer({dir_ / "l.shp", "", "", ""}, &report).features[0].values[0], Value{std::string("水浇地")});
    EXPECT_EQ(report.encoding_note, "GBK: as the .dbf's language byte says");
}

}  // namespace
}  // namespace linmu
