// SPDX-License-Identifier: MIT
#include "geopackage_features.hpp"

#include <gtest/gtest.h>
#include <ogrsf_frmts.h>

#include <filesystem>
#include <limits>
#include <thread>

#include "linmu/io/vector.hpp"
#include "ogr_geometry.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"
#include "wkb_geometry.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using test::shared_data;

/// The last first, and two at a time: what is found must not hang on it.
void from_behind(std::size_t count, const std::function<void(std::size_t)>& work) {
    const auto half = count / 2;
    std::thread other([&] {
        for (std::size_t i = half; i-- > 0;) work(i);
    });
    for (std::size_t i = count; i-- > half;) work(i);
    other.join();
}

/// By GDAL, whose triggers call functions of its own.
void run_sql(const std::string& file, const std::vector<std::string>& statements) {
    const DatasetPtr dataset(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_UPDATE));
    ASSERT_TRUE(dataset);
    for (const auto& sql : statements) {
        CPLErrorReset();
        if (auto* rows = dataset->ExecuteSQL(sql.c_str(), nullptr, nullptr)) dataset->ReleaseResultSet(rows);
        EXPECT_EQ(CPLGetLastErrorType(), CE_None) << sql << ": " << CPLGetLastErrorMsg();
    }
}

std::optional<std::vector<Feature>> directly(const std::string& file, const std::string& name = "t",
                                             const ParallelFor& parallel = from_behind) {
    register_gdal();
    const DatasetPtr dataset(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR));
    auto* layer = dataset ? dataset->GetLayerByName(name.c_str()) : nullptr;
    if (layer == nullptr) throw std::runtime_error(file);
    return read_geopackage_features(*dataset, *layer, parallel);
}

void expect_same(const std::vector<Feature>& ours, OGRLayer& layer, const std::string& where) {
    std::size_t i = 0;
    for (auto& row : layer) {
        ASSERT_LT(i, ours.size()) << where;
        const auto& feature = ours[i++];
        ASSERT_EQ(feature.fid, row->GetFID()) << where;
        const auto* geometry = row->GetGeometryRef();
        const auto expected = geometry == nullptr ? Geometry{} : from_ogr(*geometry);
        ASSERT_EQ(feature.geometry.points, expected.points) << where << feature.fid;
        ASSERT_EQ(feature.geometry.lines, expected.lines) << where << feature.fid;
        ASSERT_EQ(feature.geometry.polygons.size(), expected.polygons.size()) << where << feature.fid;
        for (std::size_t p = 0; p < expected.polygons.size(); ++p) {
            ASSERT_EQ(feature.geometry.polygons[p].outer, expected.polygons[p].outer) << where << feature.fid;
            ASSERT_EQ(feature.geometry.polygons[p].holes, expected.polygons[p].holes) << where << feature.fid;
        }
        ASSERT_EQ(static_cast<int>(feature.values.size()), row->GetFieldCount());
        for (int f = 0; f < row->GetFieldCount(); ++f) {
            const auto& value = feature.values[static_cast<std::size_t>(f)];
            ASSERT_EQ(std::holds_alternative<std::monostate>(value), !row->IsFieldSetAndNotNull(f)) << where;
            if (const auto* whole = std::get_if<std::int64_t>(&value)) {
                EXPECT_EQ(*whole, row->GetFieldAsInteger64(f));
            }
            if (const auto* real = std::get_if<double>(&value)) {
                EXPECT_EQ(*real, row->GetFieldAsDouble(f));
            }
            if (const auto* text = std::get_if<std::string>(&value)) {
                EXPECT_EQ(*text, row->GetFieldAsString(f));
            }
        }
    }
    EXPECT_EQ(i, ours.size()) << where;
}

void expect_as_ogr(const std::string& file, const std::string& name = "t") {
    const auto ours = directly(file, name);
    ASSERT_TRUE(ours) << file;
    const DatasetPtr dataset(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR));
    expect_same(*ours, *dataset->GetLayerByName(name.c_str()), file + " ");
}

class GeopackageFeatures : public testing::Test {
protected:
    /// A table 't' with one feature for each geometry; keys as asked for, in that order of writing.
    std::string file_of(const std::vector<std::pair<std::int64_t, const char*>>& features,
                        OGRFieldType more = OFTInteger64) const {
        register_gdal();
        const auto file = dir_ / "t.gpkg";
        const DatasetPtr dataset(
            GetGDALDriverManager()->GetDriverByName("GPKG")->Create(file.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
        auto* layer = dataset->CreateLayer("t", nullptr, wkbUnknown, nullptr);
        OGRFieldDefn text("名称", OFTString), real("area", OFTReal), small("n", OFTInteger), other("more", more);
        for (auto* field : {&text, &real, &small, &other}) layer->CreateField(field);
        for (const auto& [fid, wkt] : features) {
            OGRFeature row(layer->GetLayerDefn());
            row.SetFID(fid);
            row.SetField(0, fid % 3 == 0 ? "" : "核桃 'x'");
            if (fid % 2 == 0) row.SetField(1, static_cast<double>(fid) / 7);
            row.SetField(2, static_cast<int>(fid % 1000) - 500);
            if (fid % 5 != 0 && more == OFTInteger64)
                row.SetField(3, GIntBig{std::numeric_limits<GIntBig>::min() + (fid & 1023)});
            if (more == OFTDate) row.SetField(3, 2025, 5, 20);
            OGRGeometry* geometry = nullptr;
            if (wkt != nullptr) OGRGeometryFactory::createFromWkt(wkt, nullptr, &geometry);
            row.SetGeometryDirectly(geometry);
            EXPECT_EQ(layer->CreateFeature(&row), OGRERR_NONE);
        }
        return file;
    }
    test::TempDir dir_;
};

TEST_F(GeopackageFeatures, OfEveryPlainKindAreThoseOfOgr) {
    expect_as_ogr(
        file_of({{5, "POINT (1.5 -2)"},
                 {1, "LINESTRING (0 0,1 1,2 0)"},
                 {2, "POLYGON ((0 0,9 0,9 9,0 9,0 0),(1 1,2 1,2 2,1 1))"},
                 {9, nullptr},
                 {3, "MULTIPOLYGON (((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5),(5.1 5.1,5.2 5.1,5.2 5.2,5.1 5.1)))"},
                 {4, "MULTILINESTRING ((0 0,1 1),(3 3,4 4,5 3))"},
                 {6, "MULTIPOINT ((1 1),(2 2))"},
                 {7, "POLYGON EMPTY"},
                 {8, "GEOMETRYCOLLECTION (POLYGON ((0 0,1 0,1 1,0 0)),MULTIPOLYGON (((2 2,3 2,3 3,2 2))))"},
                 {10, "POLYGON Z ((0 0 7,9 0 7,9 9 7,0 0 7))"},
                 {11, "POLYGON M ((0 0 7,9 0 7,9 9 7,0 0 7))"},
                 {12, "MULTIPOLYGON ZM (((0 0 7 8,9 0 7 8,9 9 7 8,0 0 7 8)))"}}));
}

TEST_F(GeopackageFeatures, ComeByKeyWhateverGapsTheKeysHave) {
    constexpr auto far = std::numeric_limits<std::int64_t>::max();
    std::vector<std::pair<std::int64_t, const char*>> features{{far - 1, "POINT (3 3)"}, {-far, "POINT (1 1)"}};
    for (std::int64_t i = 0; i < 300; ++i) features.emplace_back((i * 7919) % 300 * 1'000'003, "POINT (2 2)");
    const auto file = file_of(features);
    expect_as_ogr(file);
    const auto once = directly(file, "t", in_turn), again = directly(file);
    ASSERT_EQ(once->size(), 302U);
    EXPECT_EQ(once->front().fid, -far);
    for (std::size_t i = 0; i < once->size(); ++i) EXPECT_EQ((*once)[i].fid, (*again)[i].fid);
}

TEST_F(GeopackageFeatures, MayBeAsFarApartAsKeysCanBe) {
    using Limits = std::numeric_limits<std::int64_t>;
    const auto features = directly(file_of({{Limits::min(), "POINT (1 1)"}, {Limits::max(), "POINT (2 2)"}}));
    ASSERT_TRUE(features);
    ASSERT_EQ(features->size(), 2U);
    EXPECT_EQ(features->back().fid, Limits::max());
}

TEST_F(GeopackageFeatures, OfAnUnusualFormAreLeftToOgr) {
    const std::vector<std::pair<std::int64_t, const char*>> square{{1, "POLYGON ((0 0,9 0,9 9,0 9,0 0))"},
                                                                   {2, "POINT (1 1)"}};
    EXPECT_TRUE(directly(file_of(square)));
    EXPECT_FALSE(directly(file_of(square, OFTDate)));
    EXPECT_FALSE(directly(file_of({{1, "CURVEPOLYGON (CIRCULARSTRING (0 0,1 1,2 0,1 -1,0 0))"}})));
    EXPECT_FALSE(directly(file_of({{1, "GEOMETRYCOLLECTION (POINT (1 1),LINESTRING (0 0,1 1))"}})));
    EXPECT_FALSE(directly(file_of({{1, "POINT EMPTY"}})));
    auto file = file_of(square);
    run_sql(file, {"UPDATE t SET n = 'many' WHERE fid = 2"});
    EXPECT_FALSE(directly(file)) << "a text in a column of numbers";
    file = file_of(square);
    run_sql(file, {"UPDATE t SET geom = substr(geom, 1, 60) WHERE fid = 1"});
    EXPECT_FALSE(directly(file)) << "bytes that end too early";
    file = file_of(square);
    run_sql(
        file,
        {"CREATE VIEW v AS SELECT * FROM t",
         "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) SELECT 'v', 'features', 'v', srs_id "
         "FROM gpkg_contents WHERE table_name = 't'",
         "INSERT INTO gpkg_geometry_columns SELECT 'v', column_name, geometry_type_name, srs_id, z, m "
         "FROM gpkg_geometry_columns WHERE table_name = 't'"});
    EXPECT_FALSE(directly(file, "v")) << "a view";
}

TEST_F(GeopackageFeatures, OfRealFilesAreThoseOfOgr) {
    LINMU_NEEDS(shared_data("parcels_fiboa_eu"));
    register_gdal();
    int read = 0;
    for (const auto& entry : fs::recursive_directory_iterator(shared_data("parcels_fiboa_eu"))) {
        if (entry.path().extension() != ".gpkg") continue;
        const DatasetPtr dataset(GDALDataset::Open(entry.path().c_str(), GDAL_OF_VECTOR));
        if (!dataset) continue;
        for (auto* layer : dataset->GetLayers()) {
            const auto ours = read_geopackage_features(*dataset, *layer, from_behind);
            if (!ours) continue;
            expect_same(*ours, *layer, entry.path().string() + " ");
            ++read;
        }
    }
    EXPECT_GE(read, 2);
}

std::vector<std::uint8_t> blob_of(const std::vector<std::uint8_t>& wkb) {
    std::vector<std::uint8_t> blob{'G', 'P', 0, 1, 0, 0, 0, 0};
    blob.insert(blob.end(), wkb.begin(), wkb.end());
    return blob;
}

TEST(GeopackageBlob, IsReadInEitherByteOrder) {
    const auto geometry = std::unique_ptr<OGRGeometry>(OGRGeometryFactory::createFromGeoJson(
        R"({"type":"MultiPolygon","coordinates":[[[[0.5,0],[9,0],[9,9.25],[0.5,0]],[[1,1],[2,1],[2,2],[1,1]]]]})"));
    for (const auto order : {wkbNDR, wkbXDR}) {
        std::vector<std::uint8_t> wkb(geometry->WkbSize());
        geometry->exportToWkb(order, wkb.data(), wkbVariantIso);
        const auto blob = blob_of(wkb);
        const auto read = from_geopackage_blob(blob);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->polygons.at(0).outer, (Ring{{0.5, 0}, {9, 0}, {9, 9.25}}));
        EXPECT_EQ(read->polygons.at(0).holes.at(0), (Ring{{1, 1}, {2, 1}, {2, 2}}));
        for (std::size_t size = 0; size < blob.size(); ++size)
            EXPECT_FALSE(from_geopackage_blob(std::span(blob).first(size))) << size;
    }
}

TEST(GeopackageBlob, RefusesCountsThatCannotBe) {
    EXPECT_FALSE(from_geopackage_blob(blob_of({1, 2, 0, 0, 0, 255, 255, 255, 255})));
    EXPECT_FALSE(from_geopackage_blob(blob_of({1, 3, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255})));
    EXPECT_FALSE(from_geopackage_blob(blob_of({1, 99, 0, 0, 0, 0, 0, 0, 0})));
    EXPECT_FALSE(from_geopackage_blob(blob_of({7, 1, 0, 0, 0})));
    std::vector<std::uint8_t> nested;
    for (int i = 0; i < 1000; ++i) nested.insert(nested.end(), {1, 7, 0, 0, 0, 1, 0, 0, 0});
    EXPECT_FALSE(from_geopackage_blob(blob_of(nested)));
}

}  // namespace
}  // namespace linmu
