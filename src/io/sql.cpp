// SPDX-License-Identifier: MIT
#include "linmu/io/sql.hpp"

namespace linmu {

std::string sql_text(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace linmu
