#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what linmu needs and this machine lacks, from Debian 12's packages: setup.sh [build] [test], build when nothing is said.
set -euo pipefail

build=(cmake g++ ninja-build ccache pkg-config
    libgdal-dev libproj-dev libgeos-dev libtbb-dev libfmt-dev libtomlplusplus-dev libcli11-dev nlohmann-json3-dev
    libpugixml-dev libsqlite3-dev libxxhash-dev libzip-dev libdeflate-dev libzstd-dev libxlsxwriter-dev libeigen3-dev
    libxgboost-dev)
# What the tests compare with (GDAL's programs, QGIS), what they are made of, what looks after the sources, and a PostGIS
# server's programs: tests start a server of their own on the loopback.
test=(git python3 libgtest-dev libgmock-dev
    gdal-bin python3-gdal python3-qgis qgis-providers clang-format-14
    postgresql-15 postgresql-client-15 postgresql-15-postgis-3)

wanted=()
for list in "${@:-build}"; do
    case $list in
        build) wanted+=("${build[@]}") ;;
        test) wanted+=("${test[@]}") ;;
        *) echo "setup.sh: there is no list '$list'; there are: build, test" >&2 && exit 2 ;;
    esac
done

is_there() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }
missing=()
for package in "${wanted[@]}"; do is_there "$package" || missing+=("$package"); done
if ((${#missing[@]} == 0)); then
    echo "setup: all ${#wanted[@]} packages are there"
    exit 0
fi

echo "setup: installing ${#missing[@]} of ${#wanted[@]} packages: ${missing[*]}"
as_root=()
((EUID == 0)) || as_root=(sudo)
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${missing[@]}" >/dev/null
