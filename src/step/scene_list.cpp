// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "linmu/core/error.hpp"
#include "linmu/io/scene.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class SceneList final : public WholeStep {
public:
    StepInfo info() const override {
        return {"scene-list",
                "影像目录",
                "Lists all scenes below a folder, of any sensor, with what is left out and why; ledger table 'scene'.",
                "read",
                {},
                ArtifactKind::table,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("path", "folders that are searched, or scenes; a pattern", &path_).path().required();
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        catalogue_ = find_scenes(path_);
        if (catalogue_.scenes.empty() && catalogue_.left.empty())
            throw DataError(fmt::format("{}: no scene there", path_));
        for (const auto& scene : catalogue_.scenes) context.files->push_back(files_of(scene, {}).front());
        context.notes->push_back(
            fmt::format("{} scenes, {} left out", catalogue_.scenes.size(), catalogue_.left.size()));
        return Artifact::of(spec());
    }

    Made run(const WholeInput&, RunContext& context) override {
        Table table{spec(), {}};
        for (const auto& scene : catalogue_.scenes) table.rows.push_back(row_of(scene));
        for (const auto& left : catalogue_.left) {
            std::vector<Value> row(table.spec.columns.size());
            row[0] = std::filesystem::path(left.path).filename().string();
            row[row.size() - 2] = left.reason;
            row[row.size() - 1] = short_path(left.path);
            table.rows.push_back(std::move(row));
        }
        context.ledger->put(table);
        return {.layer = {}, .table = std::move(table)};
    }

private:
    static TableSpec spec() {
        const auto text = [](const char* name, const char* zh) { return Field{name, FieldType::text, "", zh}; };
        const auto real = [](const char* name, const char* unit, const char* zh) {
            return Field{name, FieldType::real, unit, zh};
        };
        return {"scene",
                "影像目录",
                {text("scene", "影像"), text("sensor", "传感器"), text("level", "级别"), text("platform", "卫星"),
                 text("date", "日期"), text("acquired", "时刻"), text("tile", "分幅"), text("track", "轨道"),
                 text("baseline", "处理版本"), real("cloud", "%", "云量"), real("sun_zenith", "degree", "太阳天顶角"),
                 real("sun_azimuth", "degree", "太阳方位角"), text("crs", "坐标系"), text("radiometry", "辐射定标"),
                 text("left_out", "不用的原因"), text("path", "路径")}};
    }

    /// The file with its folder: where the archive stands on this machine is no fact of the scene.
    static std::string short_path(const std::string& path) {
        const std::filesystem::path full(path);
        return (full.parent_path().filename() / full.filename()).string();
    }

    static std::vector<Value> row_of(const Scene& scene) {
        return {scene.id,
                scene.sensor,
                scene.level,
                scene.platform,
                to_string(scene.date),
                scene.acquired,
                scene.tile,
                scene.track,
                scene.baseline,
                scene.cloud_percent < 0 ? Value{} : Value{scene.cloud_percent},
                scene.sun.zenith,
                scene.sun.azimuth,
                scene.grid.crs,
                scene.offset_note,
                scene.unwanted,
                short_path(scene.metadata)};
    }

    std::string path_;
    Catalogue catalogue_;
};

}  // namespace

std::unique_ptr<Step> make_scene_list() { return std::make_unique<SceneList>(); }

}  // namespace linmu
