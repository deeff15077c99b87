"""The checks of this project, one session each (`nox -l`): .ci/run is the gate, `nox -s nightly` the rest.

The sessions are in tools/sessions, one module per subject.
"""

import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "types", "tests"]

# nox loads this file by its path, so its folder is not on the path of imports.
sys.path.insert(0, str(Path(__file__).parent))

import tools.sessions  # noqa: E402, F401
