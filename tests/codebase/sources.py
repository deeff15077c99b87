"""Finds the project's own text for the tests that read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CPP = ROOT / "cpp"
PLUGIN = ROOT / "plugin"
PACKAGE = ROOT / "src" / "nam_core"

_CODE = {".py", ".pyi", ".hpp", ".cpp", ".in"}
_BUILD = {".cmake", ".toml", ".yaml", ".json"}
_FOLDERS = (
    *(".ci", "bench", "cmake", "cpp", "docs", "examples", "plugin", "src", "tests", "third_party", "tools"),
)


def code_files(*folders: str) -> list[Path]:
    """Python and C++ files below the folders, in a fixed order."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in _CODE)
    return sorted(path for path in found if "__pycache__" not in path.parts)


def build_files() -> list[Path]:
    """The files that decide how things are compiled: CMake, presets, pyproject.toml, nox, the gate."""
    at_root = [path for path in ROOT.iterdir() if path.suffix in _BUILD or path.name == "noxfile.py"]
    below = [ROOT / ".ci" / "run", *(ROOT / "cmake").glob("*"), *(ROOT / "tools" / "sessions").glob("*.py")]
    return sorted({*at_root, *below, *ROOT.glob("CMakeLists.txt"), *_cmake_files()})


def text_files() -> Iterator[Path]:
    """All text files of this repository: code, build files and prose."""
    yield from build_files()
    yield from ROOT.glob("*.md")
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in _CODE | {".md", ".txt", ".sh"}:
                yield path


def name(path: Path) -> str:
    """The path in error messages and test ids."""
    return path.relative_to(ROOT).as_posix()


def _cmake_files() -> Iterator[Path]:
    for folder in ("cpp", "plugin", "third_party"):
        yield from (ROOT / folder).rglob("*.cmake")
        yield from (ROOT / folder).rglob("CMakeLists.txt")
