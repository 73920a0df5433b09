# SPDX-License-Identifier: MIT
"""Every source says its licence, none names a machine or a registry, and the top level holds the agreed set only."""
import re

from tree import ROOT, end, place, tracked

LICENCE = "SPDX-License-Identifier: MIT"
TOP = {"CMakeLists.txt", "LICENSE", "README.md", "src", "include", "data", "pipelines", "tests"}
# Written so that the patterns do not find themselves.
FOREIGN = {
    "a machine's path": re.compile(r"(^|[^\w.$}])/(work|farm|home|root|tmp|mnt|media|Users)/[\w.]"),
    "a registry's host": re.compile(r"https?://(registry|deb|security|snapshot|archive)[.]"),
}
LARGEST = 2_000_000


def text_of(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return None


def licence_faults(path, lines):
    script = bool(lines) and lines[0].startswith("#!")
    if not script and path.suffix not in (".cpp", ".hpp", ".py", ".sh"):
        return
    if LICENCE not in "".join(lines[script:script + 1]):
        yield f"{place(path, script + 1)}: this line must be {LICENCE}"


def check(path):
    top = path.relative_to(ROOT).parts[0]
    if top not in TOP and not top.startswith("."):
        yield f"{place(path)}: the top level holds only {', '.join(sorted(TOP))}"
    if path.stat().st_size > LARGEST:
        yield f"{place(path)}: {path.stat().st_size} bytes; a file of the project has at most {LARGEST}"
    text = text_of(path)
    if text is None:
        return
    lines = text.splitlines()
    yield from licence_faults(path, lines)
    for number, line in enumerate(lines, 1):
        for what, pattern in FOREIGN.items():
            if pattern.search(line):
                yield f"{place(path, number)}: {what}: {line.strip()}"


files = tracked()
end([fault for path in files for fault in check(path)], len(files), "files")
