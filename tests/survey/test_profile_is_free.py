"""Profiles cost nothing if none is asked for: no code that plays checks for a profile, or reads a clock.

A profile runs the same engine with another table of kernels (measuring/timed_kernels.hpp). So these tests are
enough: only the profile uses that table, kernels do not read the name of a convolution's part, and only the
profile's objects call the clock. The objects are those of the build folders that are up to date.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from codebase.sources import CPP, ROOT, code_files

PROFILE = {"measuring/profile.cpp", "measuring/timed_kernels.cpp"}


def _engine_objects(folder: Path) -> list[Path]:
    return sorted((folder / "cpp/CMakeFiles/nam_core_engine.dir").rglob("*.o"))


def _up_to_date(folder: Path) -> bool:
    objects = _engine_objects(folder)
    newest = max(path.stat().st_mtime for path in code_files("cpp"))
    return bool(objects) and min(path.stat().st_mtime for path in objects) >= newest


FOLDERS = [folder for folder in sorted(ROOT.glob("build/*")) if _up_to_date(folder)]


PLAN = {
    "base/plan.hpp",
    "bindings/plan.hpp",
    "layers/steps.cpp",
    "layers/long_response/partitioned_convolution.cpp",
    "architectures/lstm/lstm.cpp",
}


def _files_with(pattern: str) -> set[str]:
    files = [path for path in code_files("cpp") if path.suffix in (".cpp", ".hpp")]
    return {path.relative_to(CPP).as_posix() for path in files if re.search(pattern, path.read_text("utf-8"))}


def test_only_the_profile_knows_timed_kernels() -> None:
    assert _files_with(r'#include "measuring/timed_kernels\.hpp"') == PROFILE


def test_only_the_profile_reads_what_a_convolution_is_for() -> None:
    # The name is written once, when the model is built.
    assert _files_with(r"\bpart = part\b") == {"layers/packed_conv.hpp"}
    reading = _files_with(r"(\.|->)part\b") - {"layers/packed_conv.hpp"}
    # Steps of a plan have the name as well, but they do not run.
    assert reading - PLAN == {"measuring/timed_kernels.cpp"}


@pytest.mark.skipif(not FOLDERS, reason="no up-to-date objects under build/: run `pip install .` here first")
@pytest.mark.skipif(shutil.which("nm") is None, reason="nm (binutils) is not installed")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_only_the_profile_s_objects_call_the_clock(folder: Path) -> None:
    calling = set()
    for path in _engine_objects(folder):
        listed = subprocess.run(["nm", "--undefined-only", path], capture_output=True, text=True, check=True)
        if re.search(r"clock|gettime", listed.stdout):
            calling.add(f"{path.parent.name}/{path.stem}")
    assert calling == PROFILE
