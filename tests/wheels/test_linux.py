"""The wheels that `nox -s wheels` has built: names, symbols, segments, and sizes, which it prints."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

WHEELS = sorted((Path(__file__).resolve().parents[2] / "build" / "wheels").glob("*linux*.whl"))
TAG = re.compile(
    r"nam_core-[\d.]+-(cp3\d+)-\1-"
    r"(manylinux2014_(?P<p>aarch64|x86_64)\.manylinux_2_17_(?P=p)|musllinux_1_2_(aarch64|x86_64))\.whl"
)
FLOOR = (2, 17)
# The page of some AArch64 kernels, of which the smallest is 4 KiB.
PAGES = {"aarch64": 64 * 1024, "x86_64": 4 * 1024}
# The C library's own, as every system with it has them; no libstdc++, no libgcc_s.
GLIBC = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2"}
LOADER = {"aarch64": "ld-linux-aarch64.so.1", "x86_64": "ld-linux-x86-64.so.2"}

pytestmark = [
    pytest.mark.skipif(not WHEELS, reason="no wheels in build/wheels: `nox -s wheels` builds them"),
    pytest.mark.skipif(
        find_spec("auditwheel") is None, reason="auditwheel is not installed: `nox -s wheels`"
    ),
    pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf (binutils) is not installed"),
]
every_wheel = pytest.mark.parametrize("wheel", WHEELS, ids=lambda path: path.stem.partition("-")[2])


def readelf(*arguments: str | Path) -> str:
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True).stdout


def processor(wheel: Path) -> str:
    return "aarch64" if wheel.stem.endswith("aarch64") else "x86_64"


@every_wheel
def test_the_name_says_what_it_is_for(wheel: Path, module: Path) -> None:
    assert TAG.fullmatch(wheel.name)
    machine = {"aarch64": "AArch64", "x86_64": "Advanced Micro Devices X86-64"}[processor(wheel)]
    assert re.search(rf"Machine:\s+{machine}$", readelf("--file-header", module), re.MULTILINE)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = [name for name in names if name.endswith(".dist-info/WHEEL")]
        text = archive.read(metadata).decode()
    # The page is made before the wheels, and is in no repository.
    assert {"nam_core/selftest/hashes.json", "nam_core/web/player.html"} <= set(names)
    python, abi, platforms = wheel.stem.split("-")[2:]
    expected = {f"{python}-{abi}-{platform}" for platform in platforms.split(".")}
    assert set(re.findall(r"^Tag: (\S+)$", text, re.MULTILINE)) == expected


@every_wheel
def test_auditwheel_agrees(wheel: Path) -> None:
    command = [sys.executable, "-m", "auditwheel", "show", str(wheel)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    tag = "musllinux_1_2" if "musllinux" in wheel.name else "manylinux_2_17"
    assert f'is consistent with the following platform tag: "{tag}_{processor(wheel)}"' in " ".join(
        printed.split()
    )


@every_wheel
def test_needs_an_old_c_library_and_nothing_else(wheel: Path, module: Path) -> None:
    versions = re.findall(r"Name: ([A-Z]+)_([\d.]+)", readelf("--version-info", module))
    assert all(library == "GLIBC" for library, _ in versions)
    assert bool(versions) == ("manylinux" in wheel.name)
    assert max((tuple(map(int, number.split("."))) for _, number in versions), default=FLOOR) <= FLOOR
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", readelf("--dynamic", module))
    if "musllinux" in wheel.name:
        # All of it is one file, which is the loader too, by the name that Alpine has for it.
        assert needed == [f"libc.musl-{processor(wheel)}.so.1"]
    else:
        assert "libc.so.6" in needed
        assert set(needed) <= GLIBC | {LOADER[processor(wheel)]}


@every_wheel
def test_segments_are_aligned_for_large_pages(wheel: Path, module: Path) -> None:
    loads = re.findall(r"^\s+LOAD\s.*0x([0-9a-f]+)$", readelf("--program-headers", module), re.MULTILINE)
    assert loads
    assert min(int(alignment, 16) for alignment in loads) >= PAGES[processor(wheel)]


@every_wheel
def test_is_stripped_and_shows_its_entry_only(wheel: Path, module: Path) -> None:
    sections = readelf("--section-headers", module)
    assert ".dynsym" in sections
    assert ".symtab" not in sections
    assert ".debug" not in sections
    symbols = [line.split() for line in readelf("--dyn-syms", module).splitlines()]
    shown = [
        fields[7] for fields in symbols if len(fields) == 8 and fields[0][0].isdigit() and fields[6] != "UND"
    ]
    assert shown == ["PyInit__core"]


@every_wheel
def test_is_small(wheel: Path, module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(wheel) as files:
        sizes = {file.filename: file.compress_size / 1000 for file in files.infolist()}
    page = sizes.pop("nam_core/web/player.html")
    without, unpacked = sum(sizes.values()), module.stat().st_size / 1000
    with capsys.disabled():
        print(f"\n{wheel.name}: {without:.0f} KB and a page of {page:.0f} KB")
        print(f"the native module unpacked: {unpacked:.0f} KB")
    assert without < 1500
    assert page < 900
