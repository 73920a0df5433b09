// SPDX-License-Identifier: MIT
// The demo's QGIS project opens, every layer of it, wherever its folder is put.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(DemoProject, OpensInQgisWithEveryLayerValidAlsoWhenMoved) {
    if (run_program({"/usr/bin/python3", "-c", "import qgis.core"}).exit_code != 0)
        GTEST_SKIP() << "python3-qgis is not installed";
    const Workspace space;
    const auto run = run_binary({"run", source_file("pipelines/demo.toml"), "--set", "county=" + practice_county(),
                                 "--out", space.path("out"), "--quiet"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    fs::rename(space.path("out"), space.path("moved"));
    const auto opened = run_program({"/usr/bin/python3", "-B", source_file("tests/io/open_project.py"),
                                     space.path("moved/products/zuoquan.qgz"), space.path("map.png")});
    EXPECT_EQ(opened.exit_code, 0) << opened.out << opened.err;
    EXPECT_THAT(opened.out, Not(HasSubstr("INVALID")));
    for (const char* layer :
         {"2025 年地类 Land cover 2025", "2020 年地类 Land cover 2020", "耕地变化图斑 Farmland change",
          "造林小班 Work plots", "村界 Villages", "乡镇界 Townships", "指标 Indicators", "分类面积 Class area",
          "2025 年夏季影像 Summer 2025"}) {
        EXPECT_THAT(opened.out, HasSubstr(layer));
    }
    EXPECT_GT(fs::file_size(space.path("map.png")), 10000U);
}

}  // namespace
}  // namespace linmu::test
