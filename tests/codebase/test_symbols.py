"""The kernel objects hold their two tables and nothing that the rest of the program could pick up.

A weak symbol (an inline function or template of the standard library or Eigen) is merged by the linker with
every other copy of it, so an AVX-512 body can end up in code that runs everywhere; a static initialiser runs
when the module is imported, before any choice is made. Both crash on older processors only. Read from the
objects of every build folder under build/, whatever the processor they are for, if they are of the format
(ELF) that readelf reads: those for macOS and Windows come from the same sources by the same compiler.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from codebase.sources import CPP, ROOT, code_files, name

import nam_core

# Compilers emit calls of these four even in freestanding code; the C library's run on every processor.
LIBC = {"memcpy", "memmove", "memset", "memcmp"}

_SYMBOL = re.compile(
    r"^\s*\d+:\s+[0-9a-f]+\s+\S+\s+(?P<type>\w+)\s+(?P<bind>\w+)\s+\w+\s+(?P<index>\w+)\s+(?P<name>\S+)", re.M
)
_TABLE = re.compile(r"_ZN8nam_core6detail7kernels\d+(?P<set>\w+?)9table_f(?:32|64)E")


def _usable(folder: Path) -> bool:
    """Whether the folder's objects are those of the present sources, compiled as for users."""
    cache = folder / "CMakeCache.txt"
    if not cache.exists() or "-fsanitize=" in cache.read_text("utf-8"):
        return False  # sanitizers add initialisers of their own
    objects = _objects(folder)
    newest = max(path.stat().st_mtime for path in code_files("cpp/kernels"))
    return bool(objects) and min(path.stat().st_mtime for path in objects) >= newest


def _set_id(path: Path) -> str:
    """The kernel set of an object, as C++ names it."""
    return path.parents[1].name.removeprefix("nam_kernels_").removesuffix(".dir")


def _objects(folder: Path) -> list[Path]:
    found = folder.glob("cpp/CMakeFiles/nam_kernels_*.dir/kernels/*.o")
    return sorted(path for path in found if path.read_bytes().startswith(b"\x7fELF"))


FOLDERS = [folder for folder in sorted(ROOT.glob("build/*")) if _usable(folder)]
OBJECTS = [path for folder in FOLDERS for path in _objects(folder)]

pytestmark = [
    pytest.mark.skipif(
        not OBJECTS, reason="no up-to-date objects under build/: run `pip install .` here first"
    ),
    pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf (binutils) is not installed"),
]


def _readelf(option: str, path: Path) -> str:
    command = ["readelf", option, "--wide", str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_every_set_of_this_build_is_here() -> None:
    compiled = {isa.replace("-", "_") for isa in nam_core.runtime_info()["isas_compiled"]}
    found = [{_set_id(path) for path in _objects(folder)} for folder in FOLDERS]
    assert compiled in found


@pytest.mark.parametrize("path", OBJECTS, ids=name)
def test_only_the_tables_are_visible(path: Path) -> None:
    visible = [match for match in _SYMBOL.finditer(_readelf("--symbols", path)) if match["bind"] != "LOCAL"]
    defined = [match for match in visible if match["index"] != "UND"]
    assert {match["bind"] for match in visible} <= {"GLOBAL"}, "a weak symbol"
    assert {match["name"] for match in visible if match["index"] == "UND"} <= LIBC
    assert {match["type"] for match in defined} == {"OBJECT"}
    sets = [match and match["set"] for match in (_TABLE.fullmatch(match["name"]) for match in defined)]
    assert sets == [_set_id(path)] * 2


@pytest.mark.parametrize("path", OBJECTS, ids=name)
def test_nothing_runs_at_import(path: Path) -> None:
    sections = re.findall(r"\]\s+(\.\S+)", _readelf("--section-headers", path))
    assert ".text" in sections
    assert not [s for s in sections if re.match(r"\.(init_array|fini_array|ctors|dtors|text\.startup)", s)]


def test_every_kernel_file_is_compiled_somewhere() -> None:
    listed = (CPP / "kernels" / "kernels.cmake").read_text("utf-8")
    assert [path.name for path in (CPP / "kernels").glob("isa_*.cpp") if path.name not in listed] == []
