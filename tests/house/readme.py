# SPDX-License-Identifier: MIT
"""README.md's table of steps, between <!-- steps --> and <!-- /steps -->, is what the program prints: readme.py BINARY."""
import difflib
import re
import subprocess
import sys

from tree import ROOT, end

printed = subprocess.run([sys.argv[1], "steps", "--markdown"], check=True, capture_output=True, text=True).stdout
table = re.search(r"<!-- steps -->\n(.*?)<!-- /steps -->", (ROOT / "README.md").read_text(), re.DOTALL)
shown = table[1].strip().splitlines() if table else []
rows = printed.strip().splitlines()
differences = list(difflib.unified_diff(shown, rows, "README.md", "linmu steps --markdown", lineterm="", n=0))
end(differences, len(rows), "lines of the table of steps")
