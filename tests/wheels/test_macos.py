"""The wheel that `tools/wheels.py --target macos-arm64` has built. No Mac has run it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

macho = pytest.importorskip("macholib.MachO", reason="macholib is not installed")
symbols = pytest.importorskip("macholib.SymbolTable", reason="macholib is not installed")

WHEELS = sorted((Path(__file__).resolve().parents[2] / "build" / "wheels").glob("*-macosx_*.whl"))
ARM64 = 0x0100000C
MACOS_11 = 11 << 16
# What the C++ library lets programs replace, and two labels of the linker's.
BESIDE_ENTRY = re.compile(r"__Zn[aw]m.*|__Zd[al]Pv.*|__mh_dylib_header|___dso_handle")
CODE_DIRECTORY = 0xFADE0C02
AD_HOC = 0x2

pytestmark = pytest.mark.skipif(not WHEELS, reason="no wheels for macOS in build/wheels")
every_wheel = pytest.mark.parametrize("wheel", WHEELS, ids=lambda path: path.stem.partition("-")[2])


@pytest.fixture
def header(module: Path) -> Any:
    (header,) = macho.MachO(str(module)).headers
    return header


def commands(header: Any, name: str) -> list[Any]:
    return [(fields, data) for load, fields, data in header.commands if load.get_cmd_name() == name]


@every_wheel
def test_the_name_says_what_it_is_for(wheel: Path, header: Any) -> None:
    assert re.fullmatch(r"nam_core-[\d.]+-(cp3\d+)-\1-macosx_11_0_arm64\.whl", wheel.name)
    assert header.header.cputype == ARM64
    ((version, _),) = commands(header, "LC_BUILD_VERSION")
    assert version.minos == MACOS_11


@every_wheel
def test_needs_the_system_s_library_only(header: Any) -> None:
    needed = [data.rstrip(b"\0") for _, data in commands(header, "LC_LOAD_DYLIB")]
    assert needed == [b"/usr/lib/libSystem.B.dylib"]


@every_wheel
def test_shows_its_entry(module: Path) -> None:
    table = symbols.SymbolTable(macho.MachO(str(module)))
    shown = {name.decode() for _, name in table.extdefsyms}
    assert {name for name in shown if not BESIDE_ENTRY.fullmatch(name)} == {"_PyInit__core"}


@every_wheel
def test_is_signed(module: Path, header: Any) -> None:
    """ARM Macs load nothing without an ad hoc signature: hashes of all pages, which must match the file."""
    ((place, _),) = commands(header, "LC_CODE_SIGNATURE")
    contents = module.read_bytes()
    signature = contents[place.dataoff : place.dataoff + place.datasize]

    def number(offset: int, size: int = 4) -> int:
        return int.from_bytes(signature[offset : offset + size], "big")

    directory = number(16)  # the first blob's offset, after the magic number, the length, the count, its type
    assert number(directory) == CODE_DIRECTORY
    assert number(directory + 12) & AD_HOC
    hashes, count, limit = directory + number(directory + 16), number(directory + 28), number(directory + 32)
    assert limit == place.dataoff
    page = 1 << number(directory + 39, 1)
    assert count == -(-limit // page)
    for index in range(count):
        expected = signature[hashes + 32 * index : hashes + 32 * (index + 1)]
        covered = contents[index * page : min(limit, (index + 1) * page)]
        assert hashlib.sha256(covered).digest() == expected
