// SPDX-License-Identifier: MIT
#include "linmu/geo/crs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

/// As ArcGIS writes a .prj.
std::string esri_gauss_kruger(const std::string& name, const std::string& false_easting) {
    return "PROJCS[\"" + name +
           "\",GEOGCS[\"GCS_China_Geodetic_Coordinate_System_2000\",DATUM[\"D_China_2000\",SPHEROID[\"CGCS2000\","
           "6378137.0,"
           "298.257222101]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Gauss_Kruger\"]"
           ","
           "PARAMETER[\"False_Easting\"," +
           false_easting +
           "],PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",114.0],PARAMETER[\"Scale_Factor\",1.0],"
           "PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]";
}

TEST(ParseCrs, AnEpsgCodeKeepsItsId) {
    const auto crs = parse_crs("EPSG:4547");
    EXPECT_EQ(crs.id, "EPSG:4547");
    EXPECT_EQ(crs.name, "CGCS2000 / 3-degree Gauss-Kruger CM 114E");
    EXPECT_FALSE(crs.geographic);
    EXPECT_EQ(crs.metres_per_unit, 1);
}

TEST(ParseCrs, BlanksAndLetterCaseDoNotMatter) { EXPECT_EQ(parse_crs(" epsg:32649\n").id, "EPSG:32649"); }

TEST(ParseCrs, EsriTextOfTheSurveyPlanesIsFoundInEpsg) {
    EXPECT_EQ(parse_crs(esri_gauss_kruger("CGCS2000_3_Degree_GK_CM_114E", "500000.0")).id, "EPSG:4547");
    EXPECT_EQ(parse_crs(esri_gauss_kruger("CGCS2000_3_Degree_GK_Zone_38", "38500000.0")).id, "EPSG:4526");
}

TEST(ParseCrs, ParametersCountAndNotTheName) {
    EXPECT_EQ(parse_crs(esri_gauss_kruger("my plane", "500000.0")).id, "EPSG:4547");
    EXPECT_NE(parse_crs(esri_gauss_kruger("CGCS2000_3_Degree_GK_CM_114E", "38500000.0")).id, "EPSG:4547");
}

TEST(ParseCrs, AProjStringIsFoundInEpsg) {
    EXPECT_EQ(parse_crs("+proj=utm +zone=49 +datum=WGS84").id, "EPSG:32649");
    EXPECT_EQ(parse_crs("+proj=longlat +datum=WGS84").id, "EPSG:4326");
}

TEST(ParseCrs, LonLatOrderIsTheSameCrs) { EXPECT_EQ(parse_crs("OGC:CRS84").id, "EPSG:4326"); }

TEST(ParseCrs, AShiftOfZeroIsNoShift) {
    EXPECT_EQ(parse_crs("+proj=utm +zone=23 +south +ellps=GRS80 +towgs84=0,0,0").geographic, false);
    const auto crs = parse_crs(
        "PROJCS[\"SIRGAS 2000 / UTM zone 23S\",GEOGCS[\"SIRGAS "
        "2000\",DATUM[\"Sistema_de_Referencia_Geocentrico_para_las_"
        "AmericaS_2000\",SPHEROID[\"GRS 1980\",6378137,298.257222101],TOWGS84[0,0,0,0,0,0,0]],PRIMEM[\"Greenwich\",0],"
        "UNIT[\"degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",0],"
        "PARAMETER[\"central_meridian\",-45],PARAMETER[\"scale_factor\",0.9996],PARAMETER[\"false_easting\",500000],"
        "PARAMETER[\"false_northing\",10000000],UNIT[\"metre\",1]]");
    EXPECT_EQ(crs.id, "EPSG:31983");
}

TEST(ParseCrs, HeightsAreLeftOut) {
    EXPECT_EQ(parse_crs("EPSG:4979").id, "EPSG:4326");
    EXPECT_EQ(parse_crs("EPSG:32649+5773").id, "EPSG:32649");
}

TEST(ParseCrs, WhatEpsgDoesNotKnowKeepsItsWkt) {
    const auto crs = parse_crs("+proj=aea +lat_0=0 +lon_0=105 +lat_1=25 +lat_2=47 +x_0=0 +y_0=0 +ellps=GRS80 +units=m");
    EXPECT_THAT(crs.id, StartsWith("PROJCRS["));
    EXPECT_EQ(parse_crs(crs.id).id, crs.id);
}

TEST(ParseCrs, UnitsOfAProjectedCrsAreGiven) {
    EXPECT_NEAR(parse_crs("EPSG:2249").metres_per_unit, 0.3048006096, 1e-9);
    EXPECT_TRUE(parse_crs("EPSG:4490").geographic);
    EXPECT_EQ(parse_crs("EPSG:4490").metres_per_unit, 1);
}

TEST(ParseCrs, NonsenseIsRefusedWithAWayOut) {
    const auto message = [](std::string text) { return [text] { (void)parse_crs(text); }; };
    EXPECT_THAT(message("ESPG:4547"), ThrowsMessage<DataError>(HasSubstr("did you mean 'EPSG'?")));
    EXPECT_THAT(message("4547"), ThrowsMessage<DataError>(HasSubstr("did you mean 'EPSG:4547'?")));
    EXPECT_THAT(message("EPSG:99999"),
                ThrowsMessage<DataError>(AllOf(HasSubstr("EPSG:99999"), HasSubstr("give an EPSG code"))));
    EXPECT_THAT(message("Xian of some year"), ThrowsMessage<DataError>(HasSubstr("Xian of some year")));
    EXPECT_THAT(message(""), ThrowsMessage<DataError>(HasSubstr("there is no CRS")));
    EXPECT_THAT(message("PROJCS[\"cut off"), ThrowsMessage<DataError>(HasSubstr("PROJCS[\"cut off")));
    EXPECT_THAT(message("EPSG:5737"), ThrowsMessage<DataError>(HasSubstr("EPSG:5737")));
    EXPECT_THAT(message("EPSG:4479"), ThrowsMessage<DataError>(HasSubstr("no CRS of places on a map")));
    EXPECT_THAT(message("EPSG:4807"), ThrowsMessage<DataError>(HasSubstr("degrees")));
}

}  // namespace
}  // namespace linmu
