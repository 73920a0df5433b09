#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# From a bare Debian 12 to areas of a practice county: demo.sh [--size KM] [--seed N]. Products go to run/demo.
set -euo pipefail
cd "$(dirname "$0")/.."

size=${LINMU_DEMO_SIZE:-12} seed=${LINMU_DEMO_SEED:-1}
while (($#)); do
    case $1 in
        --size) size=$2 && shift 2 ;;
        --seed) seed=$2 && shift 2 ;;
        *) echo "demo.sh: '$1' is no option; there are: --size KM, --seed N" >&2 && exit 2 ;;
    esac
done

pipelines/setup.sh build
cmake -S . -B build -G Ninja -D LINMU_TESTS=OFF >/dev/null
cmake --build build --target linmu_program

# A county is a folder with a line that says of what size and seed it is; the line is written last.
county=run/county made="size $size km, seed $seed"
if [[ $(cat "$county/made.txt" 2>/dev/null) == "$made" ]]; then
    echo "The practice county is there: $county ($made)"
else
    rm -rf "$county"
    build/linmu demo county --size "$size" --seed "$seed" --out "$county"
    echo "$made" >"$county/made.txt"
fi

build/linmu run pipelines/demo.toml --set county="$PWD/$county" --out run/demo
echo "To look at it: qgis $PWD/run/demo/products/zuoquan.qgz"
