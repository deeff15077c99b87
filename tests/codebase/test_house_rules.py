"""House rules that a test can check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from codebase.sources import build_files, code_files, name, text_files

LONGEST = 300

# Written in pieces, so that this file keeps its own rules.
_MACHINE_PATH = re.compile("|".join(f"/{folder}/" for folder in ("work", "root", "home", "Users", "tmp")))
_FAST_MATH = re.compile(
    "-O" + "fast|-f" + "fast-math|-funsafe-math|-fassociative-math|-freciprocal-math|-ffinite-math"
)
_OPEN_TASK = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b(?!\(#\d+\))")
_FILE_FORMAT = re.compile(r"json|\.nam\b", re.IGNORECASE)


def _hits(pattern: re.Pattern[str], path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [f"{name(path)}:{i}: {line.strip()}" for i, line in enumerate(lines, 1) if pattern.search(line)]


@pytest.mark.parametrize("path", code_files("src", "cpp", "plugin"), ids=name)
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


def test_no_paths_of_one_machine() -> None:
    assert [hit for path in text_files() for hit in _hits(_MACHINE_PATH, path)] == []


def test_no_fast_math() -> None:
    # It changes results, and linking with it changes the floating-point mode of whoever imports the module.
    assert [hit for path in build_files() for hit in _hits(_FAST_MATH, path)] == []


def test_open_tasks_name_their_issue() -> None:
    files = code_files("bench", "cpp", "examples", "plugin", "src", "tests", "tools")
    assert [hit for path in (*files, *build_files()) for hit in _hits(_OPEN_TASK, path)] == []


@pytest.mark.parametrize("path", code_files("cpp"), ids=name)
def test_only_the_reader_knows_the_file_format(path: Path) -> None:
    # The words of `result.hpp` and `nam_core.hpp` say where a host meets it.
    if {"nam_file", "include", "wasm"}.isdisjoint(path.parts) and path.stem != "nam_file":
        assert _hits(_FILE_FORMAT, path) == []


@pytest.mark.parametrize("path", code_files("cpp", "plugin"), ids=name)
def test_cpp_files_say_what_they_are_for(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.suffix == ".hpp":
        assert text.startswith("//"), "a header starts with a comment that says what it is for"
        assert text.count("#pragma once") == 1
