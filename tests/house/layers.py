# SPDX-License-Identifier: MIT
"""No layer includes what stands above it, and each library is seen only where layers.toml lets it be."""
import re
import tomllib

from tree import ROOT, end, place, sources

RULES = tomllib.loads((ROOT / "tests/house/layers.toml").read_text())
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def library_of(header):
    return next((name for name, library in RULES["library"].items()
                 if header.startswith(tuple(library["headers"]))), None)


def fault_of(header, layer, public):
    if header.startswith("linmu/"):
        used = header.split("/")[1]
        allowed = [layer, *RULES["may_use"][layer]]
        return None if used in allowed else f"{layer} may not use {used}; it may use {', '.join(allowed)}"
    if not re.search(r"[./]", header):
        return None
    library = library_of(header)
    if library is None:
        return f"<{header}> is of no library in tests/house/layers.toml"
    if public:
        return f"a public header may not include {library}'s <{header}>"
    layers = RULES["library"][library]["layers"]
    return None if layer in layers else f"{library} may be seen in {', '.join(layers)} only, not in {layer}"


def check(path):
    area, *middle, _ = path.relative_to(ROOT).parts
    layer, public = middle[-1], area == "include"
    for number, line in enumerate(path.read_text().splitlines(), 1):
        include = INCLUDE.match(line)
        if include is None or (include[1] == '"' and not include[2].startswith("linmu/")):
            continue
        fault = fault_of(include[2], layer, public)
        if fault:
            yield f"{place(path, number)}: {fault}"


files = [path for path in sources() if path.relative_to(ROOT).parts[0] in ("src", "include")]
end([fault for path in files for fault in check(path)], len(files), "sources of the layers")
