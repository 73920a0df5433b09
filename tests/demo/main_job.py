# SPDX-License-Identifier: MIT
"""The main job on the default practice county, beside the truth planted in it: main_job.py BINARY PIPELINE."""
import sqlite3
import subprocess
import sys
import tempfile

binary, pipeline = sys.argv[1:]
failures = []


def within(name, value, truth, percent):
    off = 100 * (value / truth - 1)
    print(f"{name}: {value:.1f} beside {truth:.1f}, {off:+.1f} %")
    if abs(off) > percent:
        failures.append(f"{name} is {off:+.1f} % off, more than {percent} %")


with tempfile.TemporaryDirectory() as folder:
    subprocess.run([binary, "demo", "county", "--out", f"{folder}/county", "-q"], check=True)
    subprocess.run([binary, "run", pipeline, "--set", f"county={folder}/county", "--out", f"{folder}/run", "-q"], check=True)
    ledger = sqlite3.connect(f"{folder}/run/ledger.gpkg")
    rows = ledger.execute("SELECT id, name_en, value, reference, note FROM indicator WHERE pack LIKE 'practice-county%'").fetchall()

for key, name, value, truth, note in rows:
    if key == "T1":
        print(f"{name}: {value:.2f} % ({note})")
        if value < 90:
            failures.append(f"{name} is {value:.2f} %, below 90 % ({note})")
    elif key in ("T2", "T3", "T4"):
        within(f"{name} {note[:4]}", value, truth, 5)
    elif key == "T5":
        within(f"{name} {note.split(',')[0]}", value, truth, 15)

if len([row for row in rows if row[0] in ("T1", "T2", "T3", "T4", "T5")]) != 10:
    failures.append(f"the run must give two years of T1 to T4, and two flows of T5; it gave {[row[0] for row in rows]}")
for failure in failures:
    print("FAILED:", failure)
sys.exit(1 if failures else 0)
