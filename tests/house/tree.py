# SPDX-License-Identifier: MIT
"""What the checks of the house share: the project's files, and how a check ends."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tracked():
    """Files that git knows, or would add, below the project's root."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return sorted({ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()})


def sources():
    return [path for path in tracked() if path.suffix in (".cpp", ".hpp")]


def end(faults, count, what):
    """Prints the faults and exits 1, or says what was looked at. Nothing to look at is a fault."""
    if count == 0:
        faults = [f"found no {what} to check"]
    for fault in faults:
        print(fault)
    print(f"{count} {what}, {len(faults)} faults")
    sys.exit(1 if faults else 0)


def place(path, line=None):
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))
