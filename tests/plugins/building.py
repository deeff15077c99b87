"""Runs the programs of `cmake --preset plugins`."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "plugins"
PROGRAMS = BUILD / "tests" / "plugins"


def vst3_module(name: str = "nam_core") -> Path:
    """The module in the bundle, as a host without a bundle's rules loads it."""
    return BUILD / f"{name}.vst3" / "Contents" / f"{platform.machine()}-linux" / f"{name}.so"


def run(program: str, *arguments: object) -> str:
    """Run a check program, which must end with status 0, and return its output."""
    command = [str(PROGRAMS / program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
