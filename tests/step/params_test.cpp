// SPDX-License-Identifier: MIT
#include "linmu/step/params.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

struct Members {
    bool keep = false;
    int cells = 4;
    double share = 0.5;
    std::string kind = "real", path;
    std::vector<std::string> bands{"R", "N"};
};

class ParamsTest : public testing::Test {
protected:
    ParamsTest() {
        params_.add("keep", "keeps", &m_.keep);
        params_.add("cells", "how far", &m_.cells).unit("cell").limits(0, 50);
        params_.add("share", "of all", &m_.share).limits(0, 1);
        params_.add("kind", "of values", &m_.kind).choices({"real", "code"});
        params_.add("path", "file", &m_.path).path().required();
        params_.add("bands", "names", &m_.bands);
    }
    std::string fault(const std::string& name, const ParamValue& value) {
        try {
            params_.find(name)->set(value);
        } catch (const UsageError& error) {
            return error.what();
        }
        return "none";
    }
    std::string fault_of_text(const std::string& name, const std::string& text) {
        try {
            params_.find(name)->set_text(text);
        } catch (const UsageError& error) {
            return error.what();
        }
        return "none";
    }

    Members m_;
    Params params_;
};

TEST_F(ParamsTest, SetTheMembersThatTheyAreBoundTo) {
    params_.find("keep")->set(true);
    params_.find("cells")->set(std::int64_t{7});
    params_.find("share")->set(std::int64_t{1});
    params_.find("bands")->set(std::string("B"));
    EXPECT_TRUE(m_.keep);
    EXPECT_EQ(m_.cells, 7);
    EXPECT_EQ(m_.share, 1.0);
    EXPECT_EQ(m_.bands, std::vector<std::string>{"B"});
    EXPECT_TRUE(params_.find("keep")->is_set());
    EXPECT_FALSE(params_.find("kind")->is_set());
}

TEST_F(ParamsTest, RefuseAnotherType) {
    EXPECT_EQ(fault("keep", std::string("yes")), "'keep' must be true or false");
    EXPECT_EQ(fault("cells", 2.5), "'cells' must be a whole number");
    EXPECT_EQ(fault("share", std::string("half")), "'share' must be a number");
    EXPECT_EQ(fault("kind", true), "'kind' must be a text");
    EXPECT_EQ(fault("bands", std::int64_t{3}), "'bands' must be a list of texts");
}

TEST_F(ParamsTest, HoldTheirLimitsBothIncluded) {
    EXPECT_EQ(fault("cells", std::int64_t{50}), "none");
    EXPECT_EQ(fault("cells", std::int64_t{51}), "'cells' is 51; it may be from 0 to 50");
    EXPECT_EQ(fault("share", -0.1), "'share' is -0.1; it may be from 0 to 1");
    EXPECT_NE(fault("share", std::numeric_limits<double>::quiet_NaN()), "none");
    EXPECT_EQ(m_.cells, 50);
}

TEST_F(ParamsTest, HoldTheirChoices) {
    EXPECT_EQ(fault("kind", std::string("code")), "none");
    EXPECT_EQ(fault("kind", std::string("codes")), "'kind' can't be 'codes'; did you mean 'code'?");
}

TEST_F(ParamsTest, ReadTextsOfTheCommandLineByTheirType) {
    EXPECT_EQ(fault_of_text("keep", "true"), "none");
    EXPECT_EQ(fault_of_text("cells", "12"), "none");
    EXPECT_EQ(fault_of_text("share", "0.25"), "none");
    EXPECT_EQ(fault_of_text("bands", "R=3,N=4"), "none");
    EXPECT_TRUE(m_.keep);
    EXPECT_EQ(m_.cells, 12);
    EXPECT_EQ(m_.share, 0.25);
    EXPECT_EQ(m_.bands, (std::vector<std::string>{"R=3", "N=4"}));
    EXPECT_EQ(fault_of_text("cells", "12x"), "'cells' must be a whole number, not '12x'");
    EXPECT_EQ(fault_of_text("keep", "yes"), "'keep' must be true or false, not 'yes'");
    EXPECT_EQ(fault_of_text("share", "99999999999999999999"), "'share' is 1e+20; it may be from 0 to 1");
}

TEST_F(ParamsTest, PathsBecomeAbsoluteAndOthersStay) {
    params_.find("path")->set(std::string("../scenes/*.SAFE"));
    for (auto& p : params_.all()) p.resolve("/data/pipelines");
    EXPECT_EQ(m_.path, "/data/scenes/*.SAFE");
    EXPECT_EQ(m_.kind, "real");
    params_.find("path")->set(std::string("/elsewhere/x.tif"));
    params_.find("path")->resolve("/data/pipelines");
    EXPECT_EQ(m_.path, "/elsewhere/x.tif");
}

TEST_F(ParamsTest, ShowTheirValuesAndDefaultsAsToml) {
    EXPECT_EQ(params_.find("bands")->default_text(), R"(["R", "N"])");
    params_.find("path")->set(std::string("a \"b\" \\c"));
    EXPECT_EQ(params_.find("path")->value_text(), R"("a \"b\" \\c")");
    EXPECT_EQ(params_.find("path")->default_text(), R"("")");
    EXPECT_EQ(params_.find("share")->value_text(), "0.5");
    EXPECT_EQ(params_.find("keep")->value_text(), "false");
}

}  // namespace
}  // namespace linmu
