#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Sources are as .clang-format has them. To mend: tests/house/format.sh -i
set -euo pipefail
cd "$(dirname "$0")/../.."
formatter=$(command -v clang-format-14 || command -v clang-format)
mapfile -t files < <(git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp')
"$formatter" "${@:---dry-run}" -Werror "${files[@]}"
echo "${#files[@]} sources looked at by $("$formatter" --version)"
