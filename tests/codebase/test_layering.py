"""Dependencies point one way (CONTRIBUTING.md): read from the #include and import lines."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from codebase.sources import CPP, PACKAGE, code_files, name

# Layer -> layers whose headers it may include. The kernel texts are compiled once per instruction set;
# "dispatch" chooses between the results.
ARROWS = {
    "kernel table": set(),
    "kernel texts": {"kernel texts", "kernel table"},
    "base": {"base", "kernel table"},
    "dispatch": {"dispatch", "base", "kernel table"},
    "layers": {"layers", "base", "kernel table"},
    "wavenet": {"wavenet", "layers", "base", "kernel table"},
    "lstm": {"lstm", "layers", "base", "kernel table"},
    "convnet": {"convnet", "layers", "base", "kernel table"},
    "linear": {"linear", "layers", "base", "kernel table"},
    "slimming": {"slimming", "base", "kernel table"},
    "engine": {
        "engine",
        "slimming",
        "wavenet",
        "lstm",
        "convnet",
        "linear",
        "base",
        "dispatch",
        "kernel table",
    },
    "bindings": {"bindings", "engine", "base", "dispatch", "kernel table"},
    "nam_core": {"nam_core", "engine"},
}
EIGEN = {"base", "layers", "wavenet", "lstm", "convnet", "linear"}

# The kernel texts see no C++ standard library: its templates become weak symbols, and the linker may then
# keep the copy that was compiled for the newest instruction set (test_symbols.py reads the result).
KERNEL_HEADERS = {"stddef.h", "stdint.h", "immintrin.h", "arm_neon.h"}

# Where the processor or compiler may be asked for at compile time.
CONDITIONAL = {"kernels/cpu_features.cpp", "base/float_env.hpp"}

_INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)
_CONDITION = re.compile(r"^\s*#\s*(?:el)?if.*\b(?:__\w+__|__\w+|_M_\w+|_MSC_VER|_WIN32)\b.*$", re.MULTILINE)

CPP_FILES = code_files("cpp")
PYTHON_FILES = [path for path in code_files("src") if path.suffix == ".py"]


def layer(path: str) -> str:
    """The layer of a file, given relative to cpp/."""
    folder, _, rest = path.partition("/")
    if folder == "kernels":
        if rest == "kernel_table.hpp":
            return "kernel table"
        return "kernel texts" if rest.startswith(("isa_", "simd/", "impl/")) else "dispatch"
    # The one generated header is the list of compiled kernel sets.
    return "dispatch" if path == "compiled_sets.hpp" else folder


@pytest.mark.parametrize("path", CPP_FILES, ids=name)
def test_includes_point_one_way(path: Path) -> None:
    where = layer(path.relative_to(CPP).as_posix())
    assert where in ARROWS, f"{where} is a new layer: say in ARROWS what it may include"
    for kind, header in _INCLUDE.findall(path.read_text("utf-8")):
        if kind == '"':
            assert layer(header) in ARROWS[where], f"{where} may not include {header}"
        elif where in ("kernel texts", "kernel table"):
            assert header in KERNEL_HEADERS, f"{where} may not include <{header}>"
        elif header.startswith("Eigen/"):
            assert where in EIGEN, f"{where} may not include <{header}>"
        elif header.startswith("pybind11/"):
            assert where == "bindings", f"{where} may not include <{header}>"


def test_installed_headers_stand_alone() -> None:
    installed = re.search(
        r"install\(FILES ([\w. ]+?) DESTINATION", (CPP / "nam_core/CMakeLists.txt").read_text("utf-8")
    )
    assert installed is not None
    headers = installed[1].split()
    for header in headers:
        included = {found for _, found in _INCLUDE.findall((CPP / "nam_core" / header).read_text("utf-8"))}
        ours = {found for found in included if "/" in found or "." in found}
        assert ours <= {f"nam_core/{other}" for other in headers}


@pytest.mark.parametrize("path", CPP_FILES, ids=name)
def test_processor_is_asked_for_in_few_places(path: Path) -> None:
    relative = path.relative_to(CPP).as_posix()
    if relative in CONDITIONAL or relative.startswith("kernels/simd/"):
        return
    assert _CONDITION.findall(path.read_text("utf-8")) == []


def _imported(node: ast.stmt) -> Iterator[str]:
    """Absolute names of the modules that a statement imports, relative ones with their leading dots."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        yield module
        if node.module is None:
            yield from (module + alias.name for alias in node.names)


def _module_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported."""
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        for part in ("body", "orelse", "finalbody"):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from _module_level(getattr(node, part, []))


def _third_party(modules: Iterator[str]) -> set[str]:
    roots = {module.partition(".")[0] for module in modules if not module.startswith(".")}
    return roots - set(sys.stdlib_module_names) - {"nam_core"}


@pytest.mark.parametrize("path", PYTHON_FILES, ids=name)
def test_python_imports(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    folder = path.relative_to(PACKAGE).parts[0]
    eager = _third_party(m for node in _module_level(tree.body) for m in _imported(node))
    anywhere = [m for node in ast.walk(tree) if isinstance(node, ast.stmt) for m in _imported(node)]

    if folder not in ("reference", "cli"):
        assert eager <= {"numpy", "orjson"}
    if folder != "reference":
        assert _third_party(iter(anywhere)).isdisjoint({"torch", "nam"})
    if folder != "cli":
        assert not [m for m in anywhere if re.match(r"(\.*|nam_core\.)cli\b", m)]


def test_importing_loads_little() -> None:
    # In a process of its own: this one has loaded whatever other tests needed.
    code = (
        "import sys; before = set(sys.modules); import nam_core; "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert set(printed.split()) - set(sys.stdlib_module_names) == {"nam_core", "numpy", "orjson"}
