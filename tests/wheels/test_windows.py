"""The wheel that `tools/wheels.py --target windows-amd64` has built; `tools/wine.py` runs it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pefile = pytest.importorskip("pefile", reason="pefile is not installed")

WHEELS = sorted((Path(__file__).resolve().parents[2] / "build" / "wheels").glob("*-win_*.whl"))
AMD64 = 0x8664
# Those of Windows itself, from 10 on: no C++ library beside it.
SYSTEM = re.compile(r"KERNEL32\.dll|api-ms-win-crt-[a-z0-9-]+\.dll", re.IGNORECASE)

pytestmark = pytest.mark.skipif(not WHEELS, reason="no wheels for Windows in build/wheels")
every_wheel = pytest.mark.parametrize("wheel", WHEELS, ids=lambda path: path.stem.partition("-")[2])


@pytest.fixture
def image(module: Path) -> Any:
    return pefile.PE(str(module))


@every_wheel
def test_the_name_says_what_it_is_for(wheel: Path, module: Path, image: Any) -> None:
    assert re.fullmatch(r"nam_core-[\d.]+-(cp3\d+)-\1-win_amd64\.whl", wheel.name)
    assert module.name == "_core.pyd"
    assert image.FILE_HEADER.Machine == AMD64


@every_wheel
def test_needs_python_and_the_system_only(wheel: Path, image: Any) -> None:
    needed = [entry.dll.decode() for entry in image.DIRECTORY_ENTRY_IMPORT]
    python = wheel.name.split("-")[2].replace("cp", "python") + ".dll"
    assert python in needed
    assert [name for name in needed if name != python and not SYSTEM.fullmatch(name)] == []


@every_wheel
def test_shows_its_entry(image: Any) -> None:
    shown = {symbol.name.decode() for symbol in image.DIRECTORY_ENTRY_EXPORT.symbols}
    assert "PyInit__core" in shown
    # pybind11 marks its exceptions for export; nobody looks for them there.
    assert {name for name in shown if "8pybind11" not in name} == {"PyInit__core"}


@every_wheel
def test_is_stripped(image: Any) -> None:
    assert image.FILE_HEADER.NumberOfSymbols == 0
    assert [name for section in image.sections if (name := section.Name).startswith(b".debug")] == []
