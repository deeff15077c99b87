"""One version number, and one version of each thing that we build with."""

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


def test_build_requirements_are_pinned(pyproject: dict[str, Any]) -> None:
    assert [r for r in pyproject["build-system"]["requires"] if "==" not in r] == []


def test_eigen_is_the_same_for_pip_and_cmake(pyproject: dict[str, Any]) -> None:
    cmake = (ROOT / "third_party" / "CMakeLists.txt").read_text("utf-8")
    package = re.search(r'NAM_EIGEN_PACKAGE "([^"]+)"', cmake)
    checked = re.search(r'NAM_EIGEN_VERSION "([^"]+)"', cmake)
    assert package is not None
    assert checked is not None
    assert package[1] in pyproject["build-system"]["requires"]
    assert package[1].endswith("==" + checked[1])
