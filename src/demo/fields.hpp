// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/core/layer.hpp"

namespace linmu::demo {

// Fields of the county's layers and tables, by their names in the survey and in Chinese.

inline Field text(const char* name, const char* zh) { return {name, FieldType::text, "", zh}; }
inline Field whole(const char* name, const char* zh) { return {name, FieldType::integer, "", zh}; }
inline Field number(const char* name, const char* unit, const char* zh) { return {name, FieldType::real, unit, zh}; }
inline Field area_field(const char* name, const char* zh) { return {name, FieldType::area, "m2", zh}; }

}  // namespace linmu::demo
