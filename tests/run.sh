#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what is missing, builds build/linmu and its tests, runs every test, then the unit tests with sanitizers.
# Ends with "N passed, N failed, N skipped" of all.
set -euo pipefail
cd "$(dirname "$0")/.."

pipelines/setup.sh build test
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# The release that ships, with the warnings and tests of those who change it.
cmake -S . -B build -G Ninja -D LINMU_DEVELOPER=ON -D LINMU_TESTS=ON >/dev/null
cmake --build build
failed=0
ctest --test-dir build -j2 --output-on-failure --output-junit "$results/all.xml" || failed=1

unit=(core geo exec algo step io)
# Asserts on; memory faults and undefined behaviour end the program.
cmake -S . -B build-sanitize -G Ninja -D CMAKE_BUILD_TYPE=Debug -D CMAKE_CXX_FLAGS_DEBUG="-O1 -g1" \
    -D LINMU_DEVELOPER=ON -D LINMU_SANITIZE=address,undefined >/dev/null
cmake --build build-sanitize --target "${unit[@]/#/test_}"
for layer in "${unit[@]}"; do
    ctest --test-dir "build-sanitize/tests/$layer" -j2 --output-on-failure --output-junit "$results/$layer.xml" || failed=1
done

sum() { sed -n "s/^\s*$1=\"\([0-9]*\)\".*/\1/p" "$results"/*.xml | awk '{n += $1} END {print n + 0}'; }
tests=$(sum tests) failures=$(sum failures) skipped=$(($(sum skipped) + $(sum disabled)))
echo "$((tests - failures - skipped)) passed, $failures failed, $skipped skipped"
exit "$failed"
