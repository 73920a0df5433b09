// SPDX-License-Identifier: MIT
// fuzz_seeds FOLDER < seeds.wkt: each line's WKT as a file of WKB.
#define GEOS_USE_ONLY_R_API
#include <geos_c.h>

#include <fstream>
#include <iostream>
#include <string>

int main(int count, char** words) {
    if (count != 2) return 2;
    auto* geos = GEOS_init_r();
    auto* reader = GEOSWKTReader_create_r(geos);
    auto* writer = GEOSWKBWriter_create_r(geos);
    std::string line;
    for (int i = 0; std::getline(std::cin, line); ++i) {
        auto* g = GEOSWKTReader_read_r(geos, reader, line.c_str());
        if (g == nullptr) continue;
        std::size_t size = 0;
        auto* bytes = GEOSWKBWriter_write_r(geos, writer, g, &size);
        std::ofstream file(std::string(words[1]) + "/" + std::to_string(i) + ".wkb", std::ios::binary);
        file.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
        GEOSFree_r(geos, bytes);
        GEOSGeom_destroy_r(geos, g);
    }
    GEOSWKBWriter_destroy_r(geos, writer);
    GEOSWKTReader_destroy_r(geos, reader);
    GEOS_finish_r(geos);
    return 0;
}
