# SPDX-License-Identifier: MIT
"""One step, one file, one name: src/step/a_b.cpp makes `a-b`, registry.cpp lists it, a test or a pipeline uses it."""
import re

from tree import ROOT, end, place, tracked

FACTORY = re.compile(r"^std::unique_ptr<Step> make_(\w+)\(\) \{", re.MULTILINE)
# use = "a-b" in a pipeline, make_step("a-b") or a test's own helper, linmu do a-b.
USE = r"""(use\s*=\s*\\?["']|\w\(\{{?["']|["']?\bdo["']?,?\s+["']?){name}\b(?!-)"""
ENTRY = re.compile(r'\{"([a-z0-9-]+)", make_(\w+)\}')


def users():
    """All text that may use a step by its name."""
    folders = ("tests/step", "tests/pipeline", "tests/cli", "tests/cases", "pipelines")
    return "\n".join(path.read_text() for path in tracked()
                     if place(path).startswith(folders) and path.suffix in (".cpp", ".hpp", ".toml", ".sh"))


def faults_of_factories(made, listed):
    for name, path in made.items():
        if path.stem != name:
            yield f"{place(path)}: makes the step {name}, so its name must be {name}.cpp"
        if name not in listed:
            yield f"{place(path)}: make_{name} is not in src/step/registry.cpp"


def faults_of_entries(made, listed, used):
    for factory, name in listed.items():
        if factory != name.replace("-", "_"):
            yield f"src/step/registry.cpp: step {name} must be made by make_{name.replace('-', '_')}"
        if factory not in made:
            yield f"src/step/registry.cpp: no file of src/step has make_{factory}"
        if not re.search(USE.format(name=name), used):
            yield f"src/step/registry.cpp: no test and no pipeline uses the step {name}"


files = [path for path in tracked() if place(path).startswith("src/step/") and path.suffix == ".cpp"]
made = {name: path for path in files for name in FACTORY.findall(path.read_text())}
listed = {factory: name for name, factory in ENTRY.findall((ROOT / "src/step/registry.cpp").read_text())}
end([*faults_of_factories(made, listed), *faults_of_entries(made, listed, users())], len(listed), "steps")
