#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What clang-tidy finds in the sources (see .clang-tidy): tidy.sh BUILD [SOURCE...], all of src when none is named.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$(realpath "$1") && shift
tidy=$(command -v clang-tidy-14 || command -v clang-tidy)
sources=("$@")
(($#)) || mapfile -t sources < <(git ls-files -- 'src/*.cpp')

# clang 14 does not know all of C++20 (a lambda that captures a structured binding, GCC 12's views): what it can't parse
# there is no find, GCC has compiled it.
finds=$(printf '%s\0' "${sources[@]}" | xargs -0 -n1 -P"$(nproc)" "$tidy" --quiet -p "$build" 2>/dev/null |
    grep -E ': (warning|error): .*\[[a-z]' | grep -v 'clang-diagnostic-error' | sort -u || true)
[[ -z $finds ]] || printf '%s\n' "$finds"
echo "${#sources[@]} sources, $(grep -c . <<<"$finds" || true) finds"
[[ -z $finds ]]
