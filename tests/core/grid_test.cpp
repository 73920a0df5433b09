// SPDX-License-Identifier: MIT
#include "linmu/core/grid.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linmu/core/geometry.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;

const Grid county{"EPSG:32649", 500000, 4100000, 10, 10, 400, 300};

TEST(Window, IntersectionIsWhatBothHave) {
    EXPECT_EQ(intersection({0, 0, 10, 10}, {5, 7, 10, 10}), (Window{5, 7, 5, 3}));
    EXPECT_TRUE(intersection({0, 0, 10, 10}, {10, 0, 5, 5}).empty());
    EXPECT_EQ(intersection({0, 0, 10, 10}, {10, 0, 5, 5}).cells(), 0U);
}

TEST(Window, GrowsOnAllSides) {
    EXPECT_EQ((Window{4, 5, 2, 3}.grown(4)), (Window{0, 1, 10, 11}));
    EXPECT_TRUE((Window{0, 1, 10, 11}.contains({4, 5, 2, 3})));
    EXPECT_FALSE((Window{4, 5, 2, 3}.contains({4, 5, 3, 3})));
}

TEST(Grid, PlacesGoThereAndBack) {
    EXPECT_DOUBLE_EQ(county.x(3), 500030);
    EXPECT_DOUBLE_EQ(county.y(3), 4099970);
    EXPECT_DOUBLE_EQ(county.column(county.x(12.25)), 12.25);
    EXPECT_DOUBLE_EQ(county.row(county.y(12.25)), 12.25);
}

TEST(Grid, CropKeepsCellsWhereTheyLie) {
    const Grid part = crop(county, {20, 30, 40, 50});
    EXPECT_EQ(part, (Grid{"EPSG:32649", 500300, 4099800, 10, 10, 40, 50}));
    EXPECT_EQ(crop(county, {-10, -5, 20, 20}).y0, 4100100);
    EXPECT_EQ(crop(county, {-10, -5, 20, 20}).x0, 499950);
}

TEST(Alignment, FindsTheOffsetOfAPart) {
    const auto fit = alignment(county, crop(county, {20, 30, 40, 50}));
    EXPECT_TRUE(fit.aligned);
    EXPECT_EQ(fit.row, 20);
    EXPECT_EQ(fit.col, 30);
    const auto beyond = alignment(county, crop(county, {-7, -9, 40, 50}));
    EXPECT_EQ(beyond.row, -7);
    EXPECT_EQ(beyond.col, -9);
}

TEST(Alignment, ForgivesWhatIsFarBelowACell) {
    Grid near = crop(county, {20, 30, 40, 50});
    near.x0 += 0.005;
    EXPECT_TRUE(alignment(county, near).aligned);
    near.x0 += 0.02;
    EXPECT_FALSE(alignment(county, near).aligned);
}

TEST(Alignment, SaysWhyNot) {
    Grid other = county;
    other.crs = "EPSG:4547";
    EXPECT_EQ(alignment(county, other).reason, "its CRS is EPSG:4547, the grid's is EPSG:32649");
    Grid coarse = county;
    coarse.cell_x = coarse.cell_y = 20;
    EXPECT_EQ(alignment(county, coarse).reason, "its cells are 20 x 20, the grid's 10 x 10");
    Grid shifted = county;
    shifted.y0 -= 5;
    EXPECT_THAT(alignment(county, shifted).reason, HasSubstr("shifted by"));
}

TEST(Alignment, ACellThatDriftsOverTheRasterIsNoFit) {
    Grid drift = county;
    drift.cell_x = 10.001;  // a third of a cell over 300 columns
    EXPECT_FALSE(alignment(county, drift).aligned);
    drift.cell_x = 10.00001;
    EXPECT_TRUE(alignment(county, drift).aligned);
}

TEST(Tiles, CoverEveryCellOnce) {
    for (const int size : {64, 100, 128, 1000}) {
        std::vector<int> seen(county.window().cells(), 0);
        for (const auto& tile : tiles(county.window(), size)) {
            EXPECT_LE(tile.rows, size);
            EXPECT_LE(tile.cols, size);
            for (int r = tile.row; r < tile.row_end(); ++r) {
                for (int c = tile.col; c < tile.col_end(); ++c) ++seen[static_cast<std::size_t>(r * county.cols + c)];
            }
        }
        EXPECT_THAT(seen, testing::Each(1)) << size;
    }
}

TEST(Tiles, GoRowByRowFromTheNorthWest) {
    const auto list = tiles({0, 0, 5, 5}, 3);
    ASSERT_EQ(list.size(), 4U);
    EXPECT_EQ(list[0], (Window{0, 0, 3, 3}));
    EXPECT_EQ(list[1], (Window{0, 3, 3, 2}));
    EXPECT_EQ(list[2], (Window{3, 0, 2, 3}));
    EXPECT_EQ(list[3], (Window{3, 3, 2, 2}));
}

TEST(Grid, IsDescribedForPeople) {
    EXPECT_EQ(describe(county), "300 x 400 cells of 10 x 10 in EPSG:32649");
    Grid wkt = county;
    wkt.crs = "PROJCRS[\"unnamed\",BASEGEOGCRS[\"GRS 1980\"]]";
    EXPECT_EQ(describe(wkt), "300 x 400 cells of 10 x 10 in PROJCRS[\"unnamed\", ...]");
}

TEST(Box, IsEmptyUntilSomethingIsAdded) {
    Box box;
    EXPECT_TRUE(box.empty());
    box.join(Box{});
    EXPECT_TRUE(box.empty());
    box.add({5, 7});
    box.add({-1, 9});
    EXPECT_EQ(box.xmin, -1);
    EXPECT_EQ(box.ymax, 9);
    EXPECT_FALSE(box.empty());
}

TEST(Bounds, CountPolygonsLinesAndPoints) {
    Geometry geometry;
    geometry.polygons.push_back({{{0, 0}, {0, 1}, {1, 1}}, {}});
    geometry.lines.push_back({{-3, 0}, {0, 0}});
    geometry.points.push_back({0, 8});
    const Box box = bounds(geometry);
    EXPECT_EQ(box.xmin, -3);
    EXPECT_EQ(box.xmax, 1);
    EXPECT_EQ(box.ymax, 8);
    EXPECT_TRUE(bounds(Geometry{}).empty());
}

}  // namespace
}  // namespace linmu
