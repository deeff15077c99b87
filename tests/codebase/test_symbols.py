"""The kernel objects hold their kernels and tables, and nothing that the rest of the program could pick up.

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
from codebase.sources import CPP, ROOT, name

import nam_core

# Compilers emit calls of these four even in freestanding code; the C library's run on every processor.
LIBC = {"memcpy", "memmove", "memset", "memcmp"}

_SYMBOL = re.compile(
    r"^\s*\d+:\s+[0-9a-f]+\s+\S+\s+(?P<type>\w+)\s+(?P<bind>\w+)\s+\w+\s+(?P<index>\w+)\s+(?P<name>\S+)", re.M
)
_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
# The folders of kernel texts, and the targets that compile them for each set.
TARGETS = {"kernels/impl": "nam_core_kernels_", "training/kernels": "nam_core_training_kernels_"}
UNITS = {folder: {path.name for path in (CPP / folder).glob("*.cpp")} for folder in TARGETS}


def _usable(folder: Path) -> bool:
    """Whether the objects of a folder were made from the current sources, compiled as for users."""
    cache = folder / "CMakeCache.txt"
    if not cache.exists() or "-fsanitize=" in cache.read_text("utf-8"):
        return False  # sanitizers add initialisers of their own
    objects = _objects(folder)
    newest = {path: max(source.stat().st_mtime for source in _sources_of(path)) for path in objects}
    return bool(objects) and all(path.stat().st_mtime >= newest[path] for path in objects)


def _set_id(path: Path) -> str:
    """The kernel set of an object, as spelt in C++."""
    return _target(path).name.removeprefix(TARGETS[_texts(path)]).removesuffix(".dir")


def _target(path: Path) -> Path:
    """The folder that CMake has for an object's target."""
    return next(folder for folder in path.parents if folder.suffix == ".dir")


def _texts(path: Path) -> str:
    """The folder of an object's sources, below cpp/."""
    return next(texts for texts, target in TARGETS.items() if _target(path).name.startswith(target))


def _units(path: Path) -> set[str]:
    """The units of an object: one, or in a unity build those that CMake's file beside the object includes."""
    together = path.with_suffix("")
    if path.parent.name != "Unity":
        return {together.name}
    return {Path(included).name for included in _INCLUDE.findall(together.read_text("utf-8"))}


def _sources_of(path: Path) -> set[Path]:
    """The sources of an object: its units, the set's vectors, which a macro names, and their headers."""
    vectors = f"vec_{_set_id(path).partition('_')[0]}.hpp"
    units = [_included(CPP / _texts(path) / unit) for unit in _units(path)]
    return set.union(*units) | _included(CPP / "kernels" / "simd" / vectors)


def _included(path: Path) -> set[Path]:
    """The file and all of our files that it includes."""
    found = {path}
    for header in _INCLUDE.findall(path.read_text("utf-8")):
        folder = CPP / "include" if header.startswith("nam_core/") else CPP
        found |= _included(folder / header)
    return found


def _objects(folder: Path) -> list[Path]:
    found = [
        path for target in TARGETS.values() for path in folder.glob(f"cpp/CMakeFiles/{target}*.dir/**/*.o")
    ]
    return sorted(path for path in found if path.read_bytes().startswith(b"\x7fELF"))


def _names(path: Path, *, defined: bool) -> set[str]:
    """The names that an object exports or imports."""
    visible = (match for match in _SYMBOL.finditer(_readelf("--symbols", path)) if match["bind"] != "LOCAL")
    return {match["name"] for match in visible if (match["index"] != "UND") == defined}


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


def test_every_set_has_every_unit() -> None:
    for folder in FOLDERS:
        compiled: dict[tuple[str, str], set[str]] = {}
        for path in _objects(folder):
            compiled.setdefault((_texts(path), _set_id(path)), set()).update(_units(path))
        for (texts, _), found in compiled.items():
            assert found == UNITS[texts], f"{name(folder)}: {compiled}"


@pytest.mark.parametrize("path", OBJECTS, ids=name)
def test_only_the_set_s_own_names_are_visible(path: Path) -> None:
    visible = [match for match in _SYMBOL.finditer(_readelf("--symbols", path)) if match["bind"] != "LOCAL"]
    assert {match["bind"] for match in visible} <= {"GLOBAL"}, "a weak symbol"
    set_id = _set_id(path)
    own = f"_ZN8nam_core6detail7kernels{len(set_id)}{set_id}"
    defined = _names(path, defined=True)
    assert defined and all(found.startswith(own) for found in defined)
    has_table = "table.cpp" in _units(path)
    tables = {"9table_f32E", "9table_f64E"} if _texts(path) == "kernels/impl" else {"14training_tableE"}
    expected = {own + table for table in tables} if has_table else set()
    assert {found for found in defined if "table" in found} == expected
    others = {found for other in _target(path).rglob("*.o") for found in _names(other, defined=True)}
    assert _names(path, defined=False) <= LIBC | (others if has_table else set())


@pytest.mark.parametrize("path", OBJECTS, ids=name)
def test_nothing_runs_at_import(path: Path) -> None:
    sections = re.findall(r"\]\s+(\.\S+)", _readelf("--section-headers", path))
    assert ".text" in sections
    assert not [s for s in sections if re.match(r"\.(init_array|fini_array|ctors|dtors|text\.startup)", s)]
