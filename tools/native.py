"""Run the wheels for this processor, each in a fresh environment of its version of Python.

    python tools/native.py [arguments of pytest]

`nam-core selftest` runs with each wheel, and then the tests, if any are named. A wheel whose Python is not on
this machine is named and left out. The environments are below build/native.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import interpreters

ROOT = Path(__file__).resolve().parents[1]


def run(wheel: Path, version: str, python: str, tests: list[str]) -> None:
    """Install a wheel, with the dependencies of the tests if any are named, and run it."""
    folder = ROOT / "build" / "native" / version
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", folder], check=True)
    programs = folder / "bin"
    wanted = [f"{wheel}[test]", "pytest-xdist"] if tests else [str(wheel)]
    subprocess.run([programs / "pip", "install", "--quiet", *wanted], check=True)
    subprocess.run([programs / "nam-core", "selftest"], check=True)
    if tests:
        subprocess.run([programs / "pytest", "-p", "no:cacheprovider", *tests], check=True, cwd=ROOT)


def main() -> None:
    wheels = sorted((ROOT / "build" / "wheels").glob(f"*-manylinux*{platform.machine()}.whl"))
    for wheel in wheels:
        version = wheel.name.split("-")[2].replace("cp3", "3.")
        python = interpreters.find(version)
        print(f"CPython {version}: {python or 'not here, so its wheel is not run'}", flush=True)
        if python:
            run(wheel, version, python, sys.argv[1:])


if __name__ == "__main__":
    main()
