"""The public CI calls sessions of nox that exist, on the processors of [tool.cibuildwheel]."""

from __future__ import annotations

import re
from typing import Any

import pytest
from codebase.sources import ROOT

tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no TOML reader")

WORKFLOWS = {path.stem: path.read_text("utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml")}
NOX = "".join(path.read_text("utf-8") for path in sorted((ROOT / "tools" / "sessions").glob("*.py")))
SESSIONS = set(re.findall(r"^@nox\.session.*\ndef (\w+)", NOX, re.MULTILINE))


def test_sessions_exist() -> None:
    called = {name for text in WORKFLOWS.values() for name in re.findall(r"nox --session (\w+)", text)}
    assert called
    assert called <= SESSIONS


def test_every_check_runs_somewhere() -> None:
    """Every session runs in the gate or nightly, except `mutants`, which takes hours, and `tests`."""
    commands = re.findall(r"nox --session (.*)", (ROOT / ".ci" / "run").read_text("utf-8"))
    gate = set(re.findall(r"\w+", " ".join(commands)))
    (nightly,) = re.findall(r"^NIGHTLY.*?^\}", NOX, re.MULTILINE | re.DOTALL)
    queued = set(re.findall(r'^    "(\w+)":', nightly, re.MULTILINE))
    assert queued <= SESSIONS
    assert SESSIONS - gate - queued == {"tests", "mutants", "nightly"}
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert [
        name for name in sorted(SESSIONS - {"wheel"}) if not re.search(rf"`(nox -s )?{name}\b", page)
    ] == []


def test_every_processor_gets_a_wheel() -> None:
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    systems = settings["tool"]["cibuildwheel"]
    wanted = {arch for system in ("linux", "macos", "windows") for arch in systems[system]["archs"]}
    assert set(re.findall(r"archs: (\w+)", WORKFLOWS["wheels"])) == wanted


def test_cibuildwheel_is_the_one_that_was_tried() -> None:
    (version,) = re.findall(r"cibuildwheel==([\d.]+)", WORKFLOWS["wheels"])
    assert f"cibuildwheel {version}" in (ROOT / "docs" / "wheels.md").read_text("utf-8")
