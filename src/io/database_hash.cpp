// SPDX-License-Identifier: MIT
#include "database_hash.hpp"

#include <fmt/format.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <vector>

#include "linmu/core/error.hpp"
#include "linmu/io/hash.hpp"
#include "vector_place.hpp"

namespace linmu {
namespace {

/// Geometry and values of one row, by their bytes.
std::string row_text(const OGRFeature& row) {
    std::string text = fmt::format("{}\n", row.GetFID());
    for (int i = 0; i < row.GetFieldCount(); ++i) {
        if (row.IsFieldSetAndNotNull(i)) text += row.GetFieldAsString(i);
        text += '\x1f';
    }
    if (const auto* geometry = row.GetGeometryRef()) {
        std::vector<unsigned char> bytes(geometry->WkbSize());
        geometry->exportToWkb(wkbNDR, bytes.data(), wkbVariantIso);
        text.append(bytes.begin(), bytes.end());
    }
    return text;
}

}  // namespace

std::string database_hash(const std::string& source) {
    const auto bar = source.rfind('|');
    const auto connection = source.substr(0, bar);
    const auto table = source.substr(bar + 1);
    const auto dataset = open_vector(connection);
    auto* layer =
        table.empty() && dataset->GetLayerCount() == 1 ? dataset->GetLayer(0) : dataset->GetLayerByName(table.c_str());
    if (layer == nullptr) throw DataError(fmt::format("{} has no table '{}'", connection, table));
    std::vector<std::pair<GIntBig, std::string>> rows;
    const GdalErrors errors;
    for (auto& row : *layer) rows.emplace_back(row->GetFID(), text_hash(row_text(*row)));
    errors.check(fmt::format("{}, table {} cannot be read to its end", connection, table));
    std::ranges::sort(rows);
    std::string all;
    for (const auto& [fid, hash] : rows) all += hash;
    return text_hash(all);
}

}  // namespace linmu
