"""Dependencies point one way (CONTRIBUTING.md). Read from the #include and import lines."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from codebase.sources import CPP, PACKAGE, PLUGIN, code_files, name

# Room -> rooms whose headers it may include, besides its own. The kernel texts are compiled once per
# instruction set; "dispatch" chooses between the results.
_ARCHITECTURES = tuple(
    f"architectures/{name}" for name in ("convnet", "linear", "lstm", "sequential", "wavenet")
)
INCLUDES: dict[str, set[str]] = {
    "include": set(),
    "kernel table": {"include"},
    "kernel texts": {"kernel table"},
    "base": {"kernel table"},
    "dispatch": {"base", "kernel table"},
    "layers": {"base", "kernel table", "include"},
    **{name: {"layers", "base", "kernel table", "include"} for name in _ARCHITECTURES},
    "engine": {*_ARCHITECTURES, "base", "dispatch", "kernel table", "include"},
    "measuring": {"engine", "base", "dispatch", "kernel table"},
    "metering": {"engine", "base", "dispatch", "kernel table"},
    "training": {"base", "dispatch", "kernel table", "include"},
    "bindings": {
        *("training", "measuring", "metering"),
        *("engine", "layers", "base", "dispatch", "kernel table", "include"),
    },
    "library": {"engine", "base", "dispatch", "include"},
    "nam_file": {"base", "include"},
    "wasm": {"nam_file", "include"},
}
# The same for plugin/. The player is a host: it knows the public headers, and the floating-point mode.
PLUGIN_INCLUDES: dict[str, set[str]] = {
    "player": {"include", "base"},
    "lv2": {"player"},
    "dpf": {"player", "include"},
}
# What a file of plugin/ may include of other libraries, besides the C++ library.
PLUGIN_LIBRARIES = {
    "samplerate.h": {"player/rate_bridge.cpp", "player/impulse_response.cpp"},
    "sndfile.h": {"player/impulse_response.cpp"},
    "sha2.h": {"player/file_hash.cpp"},
}
# The only header that includes Eigen, and the one that includes that. Both are for .cpp files, because a file
# that includes Eigen compiles a second longer.
EIGEN = "base/eigen.hpp"
# The only file that includes the library which parses JSON.
JSON = "nam_file/json.cpp"
EIGEN_HEADERS = {EIGEN, "layers/conv_weights.hpp"}

# Room of the package -> rooms that it may import from, besides its own. "top" is what lies beside the rooms.
_PLAYER = {"errors", "format", "engine", "audio", "model"}
_USER = _PLAYER | {"loading", "chaining", "offline", "live", "levels"}
IMPORTS: dict[str, set[str]] = {
    "errors": set(),
    # Impulse responses are sound files.
    "format": {"errors", "audio"},
    "engine": {"errors", "format"},
    "audio": {"errors"},
    "model": {"errors", "format", "engine", "audio"},
    "loading": {"errors", "format", "engine", "model"},
    "chaining": {"audio", "errors", "format", "levels", "loading", "model"},
    "offline": {"errors", "audio", "format", "engine", "levels", "loading", "model"},
    "datasets": {"audio", "errors", "loading", "model", "offline"},
    "live": {"audio", "format", "model"},
    "reference": {"errors", "format", "engine"},
    "levels": {"audio", "model"},
    "evaluation": {
        *(
            "audio",
            "costing",
            "errors",
            "format",
            "loading",
            "model",
            "offline",
            "pages",
            "reference",
            "survey",
        ),
    },
    "costing": {"audio", "errors", "format", "engine"},
    "pages": set(),
    "survey": {"audio", "costing", "engine", "format", "loading", "model", "pages"},
    "suite": {"audio", "errors"},
    "listening": {"audio", "errors", "loading", "offline", "pages"},
    "search": {"audio", "costing", "format", "survey"},
    "selftest": {"errors", "format", "loading"},
    "training": {
        *("audio", "engine", "errors", "evaluation", "format", "levels", "loading", "model", "offline"),
        *("reference", "survey"),
    },
    "web": {"format", "pages"},
    "cli": _USER
    | {
        *("costing", "datasets", "evaluation", "listening", "pages", "search"),
        *("selftest", "suite", "survey", "training", "web"),
    },
    "top": _USER | {"datasets", "reference", "evaluation", "costing", "training"},
}

# The kernel texts see no C++ standard library: its templates become weak symbols, and the linker may then
# keep the copy that was compiled for the newest instruction set (test_symbols.py reads the result).
KERNEL_HEADERS = {"stddef.h", "stdint.h", "immintrin.h", "arm_neon.h", "wasm_simd128.h"}

# Where the processor or compiler may be asked for at compile time.
CONDITIONAL = {"dispatch/cpu_features.cpp", "base/errors.hpp", "base/float_env.hpp", "wasm/probe.cpp"}

_INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)
_CONDITION = re.compile(r"^\s*#\s*(?:el)?if.*\b(?:__\w+__|__\w+|_M_\w+|_MSC_VER|_WIN32)\b.*$", re.MULTILINE)

CPP_FILES = code_files("cpp")
PYTHON_FILES = [path for path in code_files("src") if path.suffix == ".py"]


def room(path: str) -> str:
    """The room of a file, whose path is relative to cpp/ or cpp/include/ as in an include."""
    folder, _, rest = path.partition("/")
    if folder == "kernels":
        return "kernel table" if rest == "kernel_table.hpp" else "kernel texts"
    if path.startswith("training/kernels/"):
        return "kernel table" if rest == "kernels/training_table.hpp" else "kernel texts"
    if folder == "architectures":
        return f"{folder}/{rest.partition('/')[0]}"
    if folder == "nam_core":
        return "include"
    # The generated headers are the lists of what is compiled.
    return {"compiled_sets.hpp": "dispatch", "compiled_training.hpp": "training"}.get(path, folder)


@pytest.mark.parametrize("path", CPP_FILES, ids=name)
def test_includes_point_one_way(path: Path) -> None:
    relative = path.relative_to(CPP).as_posix()
    where = room(relative)
    assert where in INCLUDES, f"{where} is a new room: say in INCLUDES what it may include"
    for kind, header in _INCLUDE.findall(path.read_text("utf-8")):
        if kind == '"':
            assert room(header) in INCLUDES[where] | {where}, f"{where} may not include {header}"
            small = path.suffix == ".cpp" or relative in EIGEN_HEADERS or header not in EIGEN_HEADERS
            assert small, f"{header} brings Eigen into whatever includes {relative}"
        elif where in ("kernel texts", "kernel table"):
            assert header in KERNEL_HEADERS, f"{where} may not include <{header}>"
        elif header.startswith("Eigen/"):
            assert relative == EIGEN, f"only {EIGEN} may include <{header}>"
        elif header.startswith("nlohmann/"):
            assert relative == JSON, f"only {JSON} may include <{header}>"
        elif header.startswith("pybind11/"):
            assert where == "bindings", f"{where} may not include <{header}>"


@pytest.mark.parametrize("path", code_files("plugin"), ids=name)
def test_plugins_are_hosts(path: Path) -> None:
    relative = path.relative_to(PLUGIN).as_posix()
    where = room(relative)
    assert where in PLUGIN_INCLUDES, f"{where} is a new room: say in PLUGIN_INCLUDES what it may include"
    for kind, header in _INCLUDE.findall(path.read_text("utf-8")):
        if kind == '"':
            assert room(header) in PLUGIN_INCLUDES[where] | {where}, f"{where} may not include {header}"
            assert room(header) != "base" or header == "base/float_env.hpp"
        elif header.startswith("lv2/"):
            assert where == "lv2", f"{relative} may not include <{header}>"
        elif header.endswith(".h") and not header.startswith("sys/"):
            assert relative in PLUGIN_LIBRARIES.get(header, ()), f"{relative} may not include <{header}>"


def test_installed_headers_stand_alone() -> None:
    headers = sorted((CPP / "include" / "nam_core").iterdir())
    for header in headers:
        included = {found for _, found in _INCLUDE.findall(header.read_text("utf-8"))}
        ours = {found for found in included if "/" in found or "." in found}
        assert ours <= {f"nam_core/{other.name.removesuffix('.in')}" for other in headers}


@pytest.mark.parametrize("path", CPP_FILES, ids=name)
def test_processor_is_asked_for_in_few_places(path: Path) -> None:
    relative = path.relative_to(CPP).as_posix()
    if relative in CONDITIONAL or relative.startswith("kernels/simd/"):
        return
    assert _CONDITION.findall(path.read_text("utf-8")) == []


def _imported(node: ast.stmt, path: Path) -> Iterator[str]:
    """Absolute names of modules that an import statement of the file loads, with each name of a ``from``."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = path.relative_to(PACKAGE.parent).parent.parts
        base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
        module = ".".join(part for part in (base, node.module) if part)
        yield from (f"{module}.{alias.name}" for alias in node.names)


def _python_room(module: str) -> str:
    """The room of an absolute module name; "" for modules that every room may use."""
    first = module.split(".")[1] if "." in module else "top"
    if first == "_core":
        return ""
    return first if first in IMPORTS else "top"


def _module_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported."""
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        for part in ("body", "orelse", "finalbody"):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from _module_level(getattr(node, part, []))


def _third_party(modules: Iterable[str]) -> set[str]:
    roots = {module.partition(".")[0] for module in modules}
    return roots - set(sys.stdlib_module_names) - {"nam_core"}


@pytest.mark.parametrize("path", PYTHON_FILES, ids=name)
def test_python_imports(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    where = _python_room(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
    eager = _third_party(m for node in _module_level(tree.body) for m in _imported(node, path))
    anywhere = [m for node in ast.walk(tree) if isinstance(node, ast.stmt) for m in _imported(node, path)]

    if where not in ("reference", "cli"):
        assert eager <= {"numpy", "orjson"}
    if where != "datasets":
        assert "pyarrow" not in _third_party(anywhere)
    if where != "reference":
        assert _third_party(anywhere).isdisjoint({"torch", "nam"})
    rooms = {_python_room(module) for module in anywhere if module.split(".")[0] == "nam_core"} - {""}
    assert rooms <= IMPORTS[where] | {where}, f"{where} may not import from {rooms - IMPORTS[where]}"


def test_importing_loads_little() -> None:
    # In a process of its own: this one has loaded whatever other tests needed.
    code = (
        "import sys; before = set(sys.modules); import nam_core; "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    # Python's own, but not in that set: it has subinterpreters' module as one of its tests.
    standard = {*sys.stdlib_module_names, "_xxsubinterpreters"}
    assert set(printed.split()) - standard == {"nam_core", "numpy", "orjson"}
