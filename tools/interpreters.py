"""Finds the CPythons of this machine, on the path or of pyenv."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def find(version: str) -> str | None:
    """An interpreter of this version, or None."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    for python in (
        sys.executable,
        f"python{version}",
        *map(str, sorted(pyenv.glob(f"{version}.*/bin/python"))),
    ):
        if shutil.which(python) and _answer(python, ask) == version:
            return python
    return None


def headers(version: str) -> Path | None:
    """The folder with the Python.h of an interpreter of this version, or None."""
    python = find(version)
    if python is None:
        return None
    folder = Path(_answer(python, "import sysconfig; print(sysconfig.get_path('include'))"))
    return folder if (folder / "Python.h").exists() else None


def _answer(python: str, program: str) -> str:
    return subprocess.run([python, "-c", program], capture_output=True, text=True).stdout.strip()
