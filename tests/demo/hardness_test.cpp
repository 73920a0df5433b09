// SPDX-License-Identifier: MIT
// Is the practice county as hard as land is? Boosted trees, trained on some units and asked about others, must confuse
// walnut with
// other trees on one summer day, and tell it from them over the season.
#include <gmock/gmock.h>
#include <xgboost/c_api.h>

#include <cmath>
#include <stdexcept>

#include "linmu/core/random.hpp"
#include "linmu/demo/scene_maker.hpp"

namespace linmu::demo {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

void must(int status) {
    if (status != 0) throw std::runtime_error(XGBGetLastError());
}

struct Samples {
    std::vector<float> features;
    std::vector<float> classes;
    std::size_t width = 0;
    void add(std::span<const float> row, float land) {
        features.insert(features.end(), row.begin(), row.end());
        classes.push_back(land);
        width = row.size();
    }
};

class Matrix {
public:
    explicit Matrix(const Samples& s) {
        must(XGDMatrixCreateFromMat(s.features.data(), s.classes.size(), s.width, missing, &handle_));
        must(XGDMatrixSetFloatInfo(handle_, "label", s.classes.data(), s.classes.size()));
    }
    Matrix(const Matrix&) = delete;
    Matrix& operator=(const Matrix&) = delete;
    ~Matrix() { XGDMatrixFree(handle_); }
    [[nodiscard]] DMatrixHandle get() const { return handle_; }

private:
    DMatrixHandle handle_ = nullptr;
};

/// Classes that trees trained on `train` give to `asked`.
std::vector<float> classified(const Samples& train, const Samples& asked) {
    const Matrix known(train);
    const Matrix unknown(asked);
    BoosterHandle booster = nullptr;
    const DMatrixHandle list[] = {known.get()};
    must(XGBoosterCreate(list, 1, &booster));
    const auto classes = std::to_string(land_classes);
    for (const auto& [name, value] : {std::pair{"objective", "multi:softmax"},
                                      {"num_class", classes.c_str()},
                                      {"max_depth", "6"},
                                      {"eta", "0.25"},
                                      {"tree_method", "hist"},
                                      {"max_bin", "64"},
                                      {"nthread", "2"},
                                      {"verbosity", "0"}}) {
        must(XGBoosterSetParam(booster, name, value));
    }
    for (int round = 0; round < 40; ++round) must(XGBoosterUpdateOneIter(booster, round, known.get()));
    bst_ulong count = 0;
    const float* result = nullptr;
    must(XGBoosterPredict(booster, unknown.get(), 0, 0, 0, &count, &result));
    std::vector<float> out(result, result + count);
    must(XGBoosterFree(booster));
    return out;
}

struct Score {
    double accuracy = 0;
    double walnut = 0;  ///< F1
};

Score score(const std::vector<float>& truth, const std::vector<float>& said) {
    constexpr auto walnut = static_cast<float>(Land::walnut);
    double right = 0, hits = 0, claims = 0, walnuts = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        right += truth[i] == said[i] ? 1 : 0;
        hits += truth[i] == walnut && said[i] == walnut ? 1 : 0;
        claims += said[i] == walnut ? 1 : 0;
        walnuts += truth[i] == walnut ? 1 : 0;
    }
    return {right / static_cast<double>(truth.size()), 2 * hits / (claims + walnuts)};
}

/// Reflectances and three indices of a cell on a day; missing under cloud.
void append_features(std::vector<float>& row, const SceneRows& scene, int r, int c) {
    const auto code = scene.classification(r / 2, c / 2);
    const bool clear = code == 2 || code == 4 || code == 5 || code == 6 || code == 7;
    std::array<float, scene_bands> v{};
    for (std::size_t b = 0; b < scene_bands; ++b) {
        v[b] = !clear ? missing : is_fine_band(b) ? scene.bands[b](r, c) : scene.bands[b](r / 2, c / 2);
        row.push_back(v[b]);
    }
    for (const auto other : {2U, 3U, 8U}) row.push_back((v[6] - v[other]) / (v[6] + v[other]));
}

Score trial(const Landscape& county, const std::vector<ScenePass>& passes) {
    const int cols = static_cast<int>(county.size() / 10);
    std::vector<SceneMaker> makers;
    for (const auto& pass : passes) makers.emplace_back(county, pass);
    Samples train, asked;
    for (int row = 0; row + 2 <= cols; row += 6) {
        const auto mixed = mixtures(county, {row, 0, 2, cols});
        const auto classes = dominant_classes(county, mixed, 1);
        std::vector<SceneRows> scenes;
        for (const auto& maker : makers) scenes.push_back(maker.rows(row, 2, cols));
        for (int c = row % 4; c < cols; c += 4) {
            const auto& unit = county.units()[static_cast<std::size_t>(mixed(0, c).unit[0])];
            if (unit.village < 0) continue;
            std::vector<float> features;
            for (const auto& scene : scenes) append_features(features, scene, 0, c);
            (random_unit(unit.hash, 1) < 0.6 ? train : asked).add(features, static_cast<float>(classes(0, c)));
        }
    }
    return score(asked.classes, classified(train, asked));
}

class Hardness : public testing::Test {
protected:
    static const Landscape& county() {
        static const Landscape made(12000, 1, {2020, 2025});
        return made;
    }
    static std::vector<ScenePass> passes(bool only_august) {
        auto all = scene_passes({2020, 2025}, 7, 1);
        std::erase_if(all, [&](const ScenePass& p) { return p.year_index == 0 || (only_august && p.date.month != 8); });
        return all;
    }
};

TEST_F(Hardness, OneSummerDayDoesNotTellWalnutFromOtherTrees) {
    const auto score = trial(county(), passes(true));
    RecordProperty("walnut_f1", std::to_string(score.walnut));
    RecordProperty("accuracy", std::to_string(score.accuracy));
    EXPECT_LT(score.walnut, 0.75);
    EXPECT_LT(score.accuracy, 0.85);
}

TEST_F(Hardness, TheSeasonDoes) {
    const auto score = trial(county(), passes(false));
    RecordProperty("walnut_f1", std::to_string(score.walnut));
    RecordProperty("accuracy", std::to_string(score.accuracy));
    EXPECT_GT(score.walnut, 0.85);
    EXPECT_GT(score.accuracy, 0.92);
    EXPECT_LT(score.accuracy, 0.97);
}

}  // namespace
}  // namespace linmu::demo
