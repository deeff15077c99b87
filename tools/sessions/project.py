"""Facts of the project for all sessions: its folder, and the requirements in pyproject.toml."""

from __future__ import annotations

import re
from pathlib import Path

import nox

ROOT = Path(__file__).parents[2]
PYPROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
BUILD_REQUIREMENTS: list[str] = PYPROJECT["build-system"]["requires"]
DEPENDENCIES: list[str] = PYPROJECT["project"]["dependencies"]

# Arguments of pytest for two processes at a time. The session installs pytest-xdist for them.
PARALLEL = ("-n2",)
# The C++ compiler of the wheels and of the WebAssembly module. The version is exact, because another one may
# need other flags.
ZIG = "ziglang==0.17.1"


def requirements(extra: str) -> list[str]:
    """Return the requirements of an extra of pyproject.toml, and of the extras that it includes."""
    found: list[str] = []
    for entry in PYPROJECT["project"]["optional-dependencies"][extra]:
        included = re.fullmatch(r"nam_core\[([\w,]+)\]", entry)
        if included:
            found += [each for name in included[1].split(",") for each in requirements(name)]
        else:
            found.append(entry)
    return found
