// SPDX-License-Identifier: MIT
#include "linmu/io/scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "linmu/core/error.hpp"
#include "pattern.hpp"
#include "scene_layouts.hpp"
#include "scene_safe.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

const SceneLayout* layout_of(const std::string& file) {
    const auto name = fs::path(file).filename().string();
    for (const auto& layout : scene_layouts()) {
        const bool named = std::ranges::any_of(
            layout.names, [&](const std::string& pattern) { return matches_pattern(name, pattern); });
        if (named && (layout.is_one == nullptr || layout.is_one(file))) return &layout;
    }
    return nullptr;
}

std::vector<std::string> scene_files_in(const std::string& folder) {
    std::vector<std::string> files;
    std::set<std::string> stems;  // MTL.txt and MTL.xml of one product tell the same
    for (const auto& name : names_in(folder)) {
        const auto file = folder + "/" + name;
        if (!file_exists(file) || layout_of(file) == nullptr) continue;
        if (stems.insert(fs::path(name).stem().string()).second) files.push_back(file);
    }
    // A product with metadata of its own may have a STAC item beside it that tells less.
    const auto is_item = [](const std::string& file) { return fs::path(file).extension() == ".json"; };
    if (!std::ranges::all_of(files, is_item)) std::erase_if(files, is_item);
    return files;
}

bool is_safe_folder(const fs::path& path) { return path.extension() == ".SAFE"; }

/// Products that were left packed: NAME.zip with NAME.SAFE in it.
std::vector<std::string> scene_files_in_zip(const std::string& zip) {
    const auto root = "/vsizip/" + fs::absolute(zip).string();
    for (const auto& name : names_in(root)) {
        if (is_safe_folder(name)) return scene_files_in(root + "/" + name);
    }
    return {};
}

/// Every place at or below a path at which there are scenes, or should be some.
void gather(const fs::path& path, std::vector<std::string>& files, Catalogue& catalogue) {
    std::error_code ignored;
    const auto here = scene_files(path.string());
    files.insert(files.end(), here.begin(), here.end());
    if (!fs::is_directory(path, ignored)) return;
    if (is_safe_folder(path)) {
        if (here.empty())
            catalogue.left.push_back(
                {path.string(), "has no MTD_MSIL2A.xml or MTD_MSIL1C.xml; the copy is not whole, get it again"});
        return;
    }
    std::vector<fs::path> below;
    for (const auto& entry : fs::directory_iterator(path, ignored)) {
        if (entry.is_directory(ignored) || entry.path().extension() == ".zip") below.push_back(entry.path());
    }
    std::ranges::sort(below);
    for (const auto& next : below) gather(next, files, catalogue);
}

void read_into(const std::string& file, Catalogue& catalogue) {
    try {
        for (auto& scene : layout_of(file)->read(file)) catalogue.scenes.push_back(std::move(scene));
    } catch (const Error& fault) {
        catalogue.left.push_back({on_disk(file), fault.what()});
    }
}

auto order_of(const Scene& s) { return std::tie(s.date, s.platform, s.track, s.tile, s.id); }

/// One acquisition of one tile, however often it was processed and delivered.
auto acquisition_of(const Scene& s) { return std::tuple(s.date, s.platform, s.track, s.tile, s.level); }

void drop_duplicates(Catalogue& catalogue) {
    std::map<decltype(acquisition_of(Scene{})), const Scene*> latest;
    for (const auto& scene : catalogue.scenes) {
        const auto*& best = latest[acquisition_of(scene)];
        if (best == nullptr || std::tie(best->version, best->id) < std::tie(scene.version, scene.id)) best = &scene;
    }
    std::vector<Scene> kept;
    for (const auto& scene : catalogue.scenes) {
        const auto* best = latest.at(acquisition_of(scene));
        if (best == &scene) kept.push_back(scene);
        else
            catalogue.left.push_back(
                {on_disk(scene.metadata),
                 fmt::format("the same acquisition as {}, which was processed later (baseline {}, here {})", best->id,
                             best->baseline, scene.baseline),
                 true});
    }
    catalogue.scenes = std::move(kept);
}

}  // namespace

const std::vector<SceneLayout>& scene_layouts() {
    static const std::vector<SceneLayout> all{
        {"safe", {"MTD_MSIL2A.xml", "MTD_MSIL2a.xml", "MTD_MSIL1C.xml"}, nullptr, read_safe},
        {"landsat", {"*_MTL.txt", "*_MTL.TXT", "*_MTL.xml"}, nullptr, read_landsat},
        {"hls", {"HLS.*.Fmask.tif"}, nullptr, read_hls},
        {"stack", {"*.scene.toml"}, nullptr, read_stack},
        {"gaofen", {"GF*.xml"}, is_gaofen_metadata, read_gaofen},
        {"stac", {"*.json"}, is_stac_item, read_stac},
    };
    return all;
}

std::vector<std::string> scene_files(const std::string& path) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return scene_files_in(path);
    if (fs::path(path).extension() == ".zip") return scene_files_in_zip(path);
    if (!file_exists(path)) return {};
    if (layout_of(path) != nullptr) return {path};
    const auto sidecar = fs::path(path).replace_extension(".scene.toml").string();
    if (file_exists(sidecar)) return {sidecar};
    return {};
}

bool is_scene(const std::string& path) { return !scene_files(path).empty(); }

std::vector<Scene> read_scenes(const std::string& path) {
    const auto files = scene_files(path);
    if (files.empty()) {
        throw DataError(
            fmt::format("{} is no scene: there is no MTD_MSIL2A.xml or MTD_MSIL1C.xml, no *_MTL.txt, no HLS Fmask, no "
                        "Gaofen XML, no STAC item "
                        "and no NAME.scene.toml",
                        path));
    }
    std::vector<Scene> scenes;
    for (const auto& file : files) {
        for (auto& scene : layout_of(file)->read(file)) scenes.push_back(std::move(scene));
    }
    return scenes;
}

Catalogue find_scenes(const std::string& pattern) {
    Catalogue catalogue;
    std::vector<std::string> files;
    for (const auto& path : expand_pattern(pattern)) gather(path, files, catalogue);
    // A raster and its sidecar may both match.
    std::ranges::sort(files);
    const auto twice = std::ranges::unique(files);
    files.erase(twice.begin(), twice.end());
    for (const auto& file : files) read_into(file, catalogue);
    std::ranges::sort(catalogue.scenes, {}, order_of);
    drop_duplicates(catalogue);
    return catalogue;
}

std::string describe(const Catalogue::Left& left) {
    return left.reason.find(left.path) == std::string::npos ? left.path + ": " + left.reason : left.reason;
}

std::vector<std::string> files_of(const Scene& scene, const std::vector<BandPick>& picks) {
    std::set<std::string> files{on_disk(scene.metadata)};
    for (const auto& pick : picks) files.insert(on_disk(pick.path));
    return {files.begin(), files.end()};
}

}  // namespace linmu
