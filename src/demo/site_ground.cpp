// SPDX-License-Identifier: MIT
#include "site_ground.hpp"

#include <algorithm>
#include <cmath>

#include "cell_middles.hpp"
#include "index.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/overlay.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu::demo {
namespace {

constexpr double finest = 1e-4;  // m

}  // namespace

SiteLand::SiteLand(const CountyView& county) : county_(&county), taken_(county.landscape.seeds().size(), false) {}

Site SiteLand::of_seeds(std::vector<std::int32_t> seeds) {
    if (seeds.empty()) return {};
    const auto& landscape = county_->landscape;
    const auto survey = survey_plot(landscape, {.work = {}, .seeds = seeds, .planted = {}});
    for (const auto i : seeds) taken_[index(i)] = true;
    const int village = landscape.seeds()[index(seeds.front())].village;
    return {std::move(seeds), village, survey.design, survey.design_area};
}

std::vector<Site> SiteLand::blocks(int count, int seeds_each, std::uint64_t salt, const Fits& fits) {
    const auto* first = county_->landscape.seeds().data();
    const auto free = [&](const Seed& seed, const Unit& unit) {
        const auto i = static_cast<std::int32_t>(&seed - first);
        return !taken_[index(i)] && fits(i, unit);
    };
    std::vector<Site> sites;
    for (auto& block :
         blocks_of(county_->landscape, {.fits = free, .count = count, .seeds_each = seeds_each, .salt = salt}))
        sites.push_back(of_seeds(std::move(block)));
    return sites;
}

Site SiteLand::around(Spot spot, int village, double radius) {
    std::vector<std::int32_t> near;
    const auto& seeds = county_->landscape.seeds();
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        if (!taken_[i] && seeds[i].village == village && distance(seeds[i].at, spot) <= radius)
            near.push_back(static_cast<std::int32_t>(i));
    }
    return of_seeds(std::move(near));
}

Area common_area(const Geometry& a, const Geometry& b) {
    static const SurveyArea area(survey_crs, survey_crs);
    if (!touch(bounds(a), bounds(b))) return {};
    return area(common_part(a, b, finest));
}

std::vector<Ground> grounds_of(const std::vector<Site>& sites) {
    std::vector<Ground> grounds;
    for (const auto& site : sites) grounds.push_back({site.geometry, site.village});
    return grounds;
}

std::vector<Ground> grounds_of(const CountyView& county, const Layer* layer) {
    std::vector<Ground> grounds;
    if (layer == nullptr) return grounds;
    std::map<std::string, int> villages;
    const auto& all = county.landscape.plan().villages();
    for (int v = 0; v < county.landscape.plan().county_villages(); ++v) villages[all[index(v)].code] = v;
    const auto home = std::ranges::find_if(
        layer->spec.fields, [](const Field& field) { return field.name == "ZLDWDM" || field.name == "CUN"; });
    for (const auto& feature : layer->features) {
        int village = -1;
        if (home != layer->spec.fields.end()) {
            const auto code = to_text(feature.values[static_cast<std::size_t>(home - layer->spec.fields.begin())]);
            if (const auto found = villages.find(code.substr(0, 12)); found != villages.end()) village = found->second;
        }
        grounds.push_back({feature.geometry, village});
    }
    return grounds;
}

std::vector<Piece> pieces_of(const CountyView& county, const std::vector<Ground>& grounds, const Parcels& parcels,
                             const Word& word) {
    std::vector<Box> boxes;
    for (const auto& ground : grounds) boxes.push_back(bounds(ground.geometry));
    const BoxIndex near(boxes);
    std::vector<Piece> pieces;
    for (std::size_t v = 0; v < county.villages.size(); ++v) {
        for (const auto& parcel : parcels(county.villages[v])) {
            const auto what = word(county.landscape.units()[index(parcel.unit)]);
            if (what.empty()) continue;
            for (const auto g : near.touching(bounds(parcel.geometry))) {
                const int home = grounds[g].village;
                if (home >= 0 && home != static_cast<int>(v)) continue;
                const auto area = common_area(grounds[g].geometry, parcel.geometry);
                if (area > Area{}) pieces.push_back({g, what, area});
            }
        }
    }
    return pieces;
}

const std::vector<Parcel>& first_survey(const VillageSurvey& survey) { return survey.parcels[0]; }
const std::vector<Parcel>& second_survey(const VillageSurvey& survey) { return survey.parcels[1]; }
const std::vector<Parcel>& changed_land(const VillageSurvey& survey) { return survey.changes; }

Word survey_code(const CountyView& county, int year_index) {
    const int year = county.landscape.years()[index(year_index)];
    return [=](const Unit& unit) { return survey_class(unit.state[index(year_index)], year, unit.irrigated).code; };
}

Word land_word(const CountyView& county, int year_index) {
    const int year = county.landscape.years()[index(year_index)];
    return [=](const Unit& unit) { return std::string(land_key(land_of(unit.state[index(year_index)], year))); };
}

std::vector<bool> seeds_in(const CountyView& county, const Layer& layer) {
    const auto& seeds = county.landscape.seeds();
    std::vector<Spot> spots;
    for (const auto& seed : seeds) spots.push_back(seed.at);
    const auto points = surveyed(spots, county.landscape.size()).lines.front();
    std::vector<bool> in(seeds.size(), false);
    for (const auto& feature : layer.features) {
        const auto box = bounds(feature.geometry);
        for (std::size_t i = 0; i < points.size(); ++i) {
            const auto& p = points[i];
            if (touch(box, {p.x, p.y, p.x, p.y}) && contains(feature.geometry, p)) in[i] = true;
        }
    }
    return in;
}

Burned::Burned(double size) : side_(scene_grid(size).rows), cells_(index(side_) * index(side_), false) {}

void Burned::add(const Geometry& geometry) {
    static const Transform to_scene(survey_crs, scene_crs);
    const auto grid = scene_grid(side_ * 10.0);
    for_each_middle_inside(transformed(geometry, to_scene), grid, [&](int row, int col) {
        if (row >= 0 && row < side_ && col >= 0 && col < side_) cells_[index(row) * index(side_) + index(col)] = true;
    });
}

bool Burned::at(int row, int col) const { return cells_[index(row) * index(side_) + index(col)]; }

const Layer* layer_named(const Office& office, const std::string& file) {
    const auto it = std::ranges::find(office.layers, file, &OfficeLayer::file);
    return it == office.layers.end() ? nullptr : &it->layer;
}

}  // namespace linmu::demo
