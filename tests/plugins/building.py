"""Runs the programs of `cmake --preset plugins`, or under emulation those of `plugins-aarch64`."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# `nox -s plugins_aarch64` sets the variable.
PROCESSOR = os.environ.get("NAM_CORE_PLUGINS_PROCESSOR", platform.machine())
EMULATED = platform.machine() != PROCESSOR
BUILD = ROOT / "build" / (f"plugins-{PROCESSOR}" if EMULATED else "plugins")
PROGRAMS = BUILD / "tests" / "plugins"
# The folder that tools/plugin_libraries.py fills.
LIBRARIES = ROOT / "build" / "debian" / f"plugins-{PROCESSOR}"
EMULATOR = (f"qemu-{PROCESSOR}", "-L", str(LIBRARIES)) if EMULATED else ()
# Seconds until a program that plays some seconds of sound must have ended.
LIMIT = 1800 if EMULATED else 600


def vst3_module(name: str = "nam_core") -> Path:
    """The module in the bundle, as a host without a bundle's rules loads it."""
    return BUILD / f"{name}.vst3" / "Contents" / f"{PROCESSOR}-linux" / f"{name}.so"


def command_of(program: str, *arguments: object) -> list[str]:
    """Return the command that runs a program of the build."""
    return [*EMULATOR, str(PROGRAMS / program), *map(str, arguments)]


def run(program: str, *arguments: object) -> str:
    """Run a check program, which must end with status 0, and return its output."""
    done = subprocess.run(command_of(program, *arguments), capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
