// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "linmu/core/error.hpp"
#include "linmu/io/hash.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using test::TempDir;

TEST(Hash, OfNothingIsThePublishedOne) {
    // XXH3_128bits of no bytes: xxHash's own sanity check.
    EXPECT_EQ(text_hash(""), "99aa06d3014798d86001c324468d497f");
}

TEST(Hash, OfAFileIsThatOfItsText) {
    const TempDir dir;
    const std::string text(3'000'000, 'x');
    std::ofstream(dir / "a") << text;
    EXPECT_EQ(content_hash(dir / "a"), text_hash(text));
    EXPECT_NE(content_hash(dir / "a"), text_hash(text + "y"));
}

TEST(Hash, OfAFolderHangsOnNamesAndContentsNotOnItsPlace) {
    const TempDir dir;
    const auto make = [&](const std::string& folder, const std::string& name, const std::string& text) {
        std::filesystem::create_directories(dir / folder + "/in");
        std::ofstream(dir / folder + "/in/" + name) << text;
        std::ofstream(dir / folder + "/top") << "1";
        return content_hash(dir / folder);
    };
    const auto first = make("a", "x", "1");
    EXPECT_EQ(make("b", "x", "1"), first);
    EXPECT_NE(make("c", "x", "2"), first);
    EXPECT_NE(make("d", "y", "1"), first);
}

TEST(Hash, AbsentFileIsToldByName) {
    const TempDir dir;
    try {
        static_cast<void>(content_hash(dir / "none"));
        FAIL();
    } catch (const DataError& error) {
        EXPECT_NE(std::string(error.what()).find("none cannot be read"), std::string::npos);
    }
}

}  // namespace
}  // namespace linmu
