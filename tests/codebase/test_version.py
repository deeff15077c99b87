"""The version is stated once, and so is the version of each library that we build with."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

import pytest
from codebase.sources import ROOT

import nam_core

tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no TOML reader")


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    """pyproject.toml, parsed."""
    data: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return data


def test_installed_version_is_this_one(pyproject: dict[str, Any]) -> None:
    assert version("nam_core") == pyproject["project"]["version"]
    assert nam_core.runtime_info()["version"] == pyproject["project"]["version"]
    assert nam_core.__version__ == pyproject["project"]["version"]


def test_pages_name_this_version(pyproject: dict[str, Any]) -> None:
    number = pyproject["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None and newest[1] == number
    assert f"\nversion: {number}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_classifiers_name_the_wheels_pythons(pyproject: dict[str, Any]) -> None:
    built = [re.sub(r"cp3(\d+)-\*", r"3.\1", tag) for tag in pyproject["tool"]["cibuildwheel"]["build"]]
    prefix = "Programming Language :: Python :: 3."
    named = [entry for entry in pyproject["project"]["classifiers"] if entry.startswith(prefix)]
    assert named == [f"Programming Language :: Python :: {number}" for number in built]


def test_build_requirements_are_pinned(pyproject: dict[str, Any]) -> None:
    assert [r for r in pyproject["build-system"]["requires"] if "==" not in r] == []


def test_eigen_is_the_same_for_pip_and_cmake(pyproject: dict[str, Any]) -> None:
    cmake = (ROOT / "third_party" / "CMakeLists.txt").read_text("utf-8")
    package = re.search(r'NAM_CORE_EIGEN_PACKAGE "([^"]+)"', cmake)
    checked = re.search(r'NAM_CORE_EIGEN_VERSION "([^"]+)"', cmake)
    assert package is not None
    assert checked is not None
    assert package[1] in pyproject["build-system"]["requires"]
    assert package[1].endswith("==" + checked[1])
