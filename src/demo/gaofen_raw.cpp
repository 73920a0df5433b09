// SPDX-License-Identifier: MIT
// GF-1 WFV of level 1A. The camera is its RPC: what they say of a place and a height is exact, so that whoever brings
// the image onto the map with the county's heights must find each place where it is.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "gaofen_writer.hpp"
#include "linmu/demo/measure.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/table_file.hpp"

namespace linmu::demo {
namespace {

namespace fs = std::filesystem;

constexpr double radians = std::numbers::pi / 180;
constexpr double ground_cell = 16;
constexpr double flight_height = 645000;
constexpr double heading = 11 * radians;  // west of south
constexpr double look = 24;               // degrees from the zenith, to the east

using Terms = std::array<double, 20>;
enum Term : std::size_t { one, lon, lat, height, lon_lat, lon_height, lat_height, lon2, lat2 };

/// Rational polynomial coefficients in the order of RPC00B; line and sample 0 are the middle of the first cell.
struct Rpc {
    double line_middle, sample_middle, lat_middle, lon_middle, height_middle;
    double line_scale, sample_scale, lat_scale, lon_scale, height_scale;
    Terms line_above{}, line_below{}, sample_above{}, sample_below{};

    [[nodiscard]] static double sum(const Terms& terms, double l, double p, double h) {
        return terms[one] + terms[lon] * l + terms[lat] * p + terms[height] * h + terms[lon_lat] * l * p +
               terms[lon_height] * l * h + terms[lat_height] * p * h + terms[lon2] * l * l + terms[lat2] * p * p;
    }
    /// Sample and line of normalised longitude, latitude and height, normalised too.
    [[nodiscard]] Point seen(double l, double p, double h) const {
        return {sum(sample_above, l, p, h) / sum(sample_below, l, p, h),
                sum(line_above, l, p, h) / sum(line_below, l, p, h)};
    }
    /// Newton's way back, at a height; degrees.
    [[nodiscard]] Point looked_at(double sample, double line, double metres) const {
        const Point wanted{(sample - sample_middle) / sample_scale, (line - line_middle) / line_scale};
        const double h = (metres - height_middle) / height_scale;
        double l = 0;
        double p = 0;
        for (int turn = 0; turn < 6; ++turn) {
            constexpr double step = 1e-5;
            const auto at = seen(l, p, h);
            const auto by_l = seen(l + step, p, h);
            const auto by_p = seen(l, p + step, h);
            const double a = (by_l.x - at.x) / step;
            const double b = (by_p.x - at.x) / step;
            const double c = (by_l.y - at.y) / step;
            const double d = (by_p.y - at.y) / step;
            const double x = wanted.x - at.x;
            const double y = wanted.y - at.y;
            l += (d * x - b * y) / (a * d - b * c);
            p += (a * y - c * x) / (a * d - b * c);
        }
        return {lon_middle + l * lon_scale, lat_middle + p * lat_scale};
    }
};

Rpc camera_over(const Landscape& landscape, int lines, int samples) {
    const auto county = scene_grid(landscape.size());
    const auto middle = Transform(county.crs, "EPSG:4326")({county.x(county.cols / 2.0), county.y(county.rows / 2.0)});
    const auto [least, most] = std::ranges::minmax(landscape.relief().knots().cells());
    const double half = 0.6 * landscape.size();
    Rpc rpc{.line_middle = (lines - 1) / 2.0,
            .sample_middle = (samples - 1) / 2.0,
            .lat_middle = middle.y,
            .lon_middle = middle.x,
            .height_middle = std::round(static_cast<double>(least + most) / 2),
            .line_scale = lines / 2.0,
            .sample_scale = samples / 2.0,
            .lat_scale = half / 110950,
            .lon_scale = half / (111320 * std::cos(middle.y * radians)),
            .height_scale = std::ceil(static_cast<double>(most - least) / 2) + 10};
    const double across = half / ground_cell / rpc.sample_scale;
    const double along = half / ground_cell / rpc.line_scale;
    rpc.sample_above[lon] = across * std::cos(heading);
    rpc.sample_above[lat] = -across * std::sin(heading);
    // What is high is seen nearer to the satellite, which stands in the west.
    rpc.sample_above[height] = rpc.height_scale * std::tan(look * radians) / ground_cell / rpc.sample_scale;
    rpc.sample_above[lon2] = 0.0008;
    rpc.line_above[lon] = -along * std::sin(heading);
    rpc.line_above[lat] = -along * std::cos(heading);
    rpc.line_above[height] = rpc.height_scale * std::tan(1.5 * radians) / ground_cell / rpc.line_scale;
    rpc.line_above[lon_lat] = 0.0005;
    rpc.sample_below[one] = rpc.line_below[one] = 1;
    // High land is nearer to the camera, and so larger.
    rpc.sample_below[height] = rpc.line_below[height] = -rpc.height_scale / flight_height;
    rpc.sample_below[lon] = 0.0004;
    return rpc;
}

std::string rpb_text(const Rpc& rpc) {
    std::string out = "satId = \"GF1\";\nbandId = \"WFV1\";\nSpecId = \"RPC00B\";\nBEGIN_GROUP = IMAGE\n";
    const auto put = [&](const char* name, double value) { out += fmt::format("\t{} = {:.12g};\n", name, value); };
    put("errBias", 1);
    put("errRand", 0);
    put("lineOffset", rpc.line_middle);
    put("sampOffset", rpc.sample_middle);
    put("latOffset", rpc.lat_middle);
    put("longOffset", rpc.lon_middle);
    put("heightOffset", rpc.height_middle);
    put("lineScale", rpc.line_scale);
    put("sampScale", rpc.sample_scale);
    put("latScale", rpc.lat_scale);
    put("longScale", rpc.lon_scale);
    put("heightScale", rpc.height_scale);
    const auto terms = [&](const char* name, const Terms& values) {
        out += fmt::format("\t{} = (\n", name);
        for (std::size_t i = 0; i < values.size(); ++i)
            out += fmt::format("\t\t\t{:+.15E}{}\n", values[i], i + 1 < values.size() ? "," : ");");
    };
    terms("lineNumCoef", rpc.line_above);
    terms("lineDenCoef", rpc.line_below);
    terms("sampNumCoef", rpc.sample_above);
    terms("sampDenCoef", rpc.sample_below);
    return out + "END_GROUP = IMAGE\nEND;\n";
}

/// Where the camera's cells look: the height of a place and the place of a height are found in turns, which close in on
/// one another as long as slopes are less steep than the look is.
class Looks {
public:
    Looks(const Landscape& landscape, const Rpc& rpc)
        : relief_(landscape.relief()), rpc_(rpc), county_(scene_grid(landscape.size())),
          to_county_("EPSG:4326", county_.crs) {}

    [[nodiscard]] Spot spot(int line, int sample) const {
        double z = rpc_.height_middle;
        Spot at;
        for (int turn = 0; turn < 20; ++turn) {
            at = place(rpc_.looked_at(sample, line, z));
            const double found = relief_.elevation(held(at));
            if (std::abs(found - z) < 0.01) break;
            z = found;
        }
        return at;
    }
    [[nodiscard]] Plane<Spot> spots(const Window& window) const {
        Plane<Spot> out(window.rows, window.cols, {});
        for (int r = 0; r < window.rows; ++r) {
            for (int c = 0; c < window.cols; ++c) out(r, c) = spot(window.row + r, window.col + c);
        }
        return out;
    }

private:
    [[nodiscard]] Spot place(Point degrees) const {
        const auto p = to_county_(degrees);
        return {p.x - county_.x0, county_.y0 - p.y};
    }
    /// Heights are known a little beyond the county only.
    [[nodiscard]] Spot held(Spot s) const {
        return {std::clamp(s.e, -250.0, relief_.size() + 250), std::clamp(s.s, -250.0, relief_.size() + 250)};
    }
    const Relief& relief_;
    const Rpc& rpc_;
    Grid county_;
    Transform to_county_;
};

}  // namespace

Truth write_raw_wfv(const Landscape& landscape, const fs::path& folder, const ScenePass& pass) {
    const SceneMaker maker(landscape, pass);
    const int side = static_cast<int>(std::ceil(1.2 * landscape.size() / ground_cell));
    const auto rpc = camera_over(landscape, side, side);
    const Looks looks(landscape, rpc);
    const auto bands = wfv_bands();
    const auto id = gaofen_name("GF1_WFV1", {rpc.lon_middle, rpc.lat_middle}, pass.date) + "_L1A0007654320";
    fs::create_directories(folder / id);
    RecordedImage image(id, {"B", "G", "R", "N"},
                        {.path = (folder / id / (id + ".tiff")).string(), .rows = side, .cols = side, .bands = 4},
                        RecordedImage::Holds::values);
    const double distance = sun_distance(day_of_year(pass.date));
    constexpr int strip = 32;
    for (int row = 0; row < side; row += strip) {
        const auto sights = maker.sights(looks.spots({row, 0, std::min(strip, side - row), side}), ground_cell);
        std::vector<CodePlane> planes;
        for (const auto& band : bands) {
            planes.push_back(stored(sights, 0, [&](const Sight& s) {
                return radiance_step(band, s.reflectance, maker.sun().zenith, distance);
            }));
        }
        image.write(row, planes);
    }
    Truth truth;
    image.close(truth);
    const auto corner = [&](int line, int sample) { return rpc.looked_at(sample, line, rpc.height_middle); };
    const GaofenProduct product{
        .id = id,
        .satellite = "GF1",
        .sensor = "WFV1",
        .level = "LEVEL1A",
        .bands = "1,2,3,4",
        .rows = side,
        .cols = side,
        .date = pass.date,
        .sun = maker.sun(),
        .roll = look,
        .satellite_zenith = look,
        .projection = {},
        .corners = {corner(0, 0), corner(0, side - 1), corner(side - 1, side - 1), corner(side - 1, 0)}};
    tell_radiometry(product, bands, truth);
    // Where a few cells are on the map, so that an orthorectified image can be held against them.
    for (const int line : {side / 4, side / 2, 3 * side / 4}) {
        for (const int sample : {side / 3, 2 * side / 3}) {
            const auto at = looks.spot(line, sample);
            const auto county = scene_grid(landscape.size());
            truth.push_back(
                {.scene = id, .band = "", .what = "easting", .value = county.x0 + at.e, .row = line, .col = sample});
            truth.push_back(
                {.scene = id, .band = "", .what = "northing", .value = county.y0 - at.s, .row = line, .col = sample});
        }
    }
    write_text_file((folder / id / (id + ".rpb")).string(), rpb_text(rpc));
    write_text_file((folder / id / (id + ".xml")).string(), gaofen_xml(product));
    return truth;
}

}  // namespace linmu::demo
