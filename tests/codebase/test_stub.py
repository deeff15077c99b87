"""``_core.pyi`` names what the built module has: the same classes, functions, arguments and defaults.

pybind11 writes the signature of a function as the first line of its docstring, which is more than mypy's
stubtest can see of a native function. Types are mypy's business: it checks their use.
"""

from __future__ import annotations

import ast
import re
from types import ModuleType
from typing import Any

import pytest
from codebase.sources import PACKAGE

from nam_core import _core

STUB = ast.parse((PACKAGE / "_core.pyi").read_text("utf-8"))
ALL_CLASSES = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}
CLASSES = {name: node for name, node in ALL_CLASSES.items() if not name.startswith("_")}
FUNCTIONS = {node.name: node for node in STUB.body if isinstance(node, ast.FunctionDef)}
ATTRIBUTES = {
    node.target.id
    for node in STUB.body
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
}


def _public(owner: ModuleType | type) -> set[str]:
    return {member for member in vars(owner) if not member.startswith("_")}


def _arguments(docstring: str) -> list[tuple[str, bool]]:
    """Name of each argument and whether it has a default, of a signature such as ``f(a: int = 0) -> int``."""
    signature = docstring.partition("\n")[0]
    inside = signature[signature.index("(") + 1 : signature.rindex(") ->")]
    # Commas also stand inside the brackets of types, the names of which are dropped first.
    while "[" in inside:
        inside = re.sub(r"\[[^\[\]]*\]", "", inside)
    parts = [part.strip() for part in inside.split(",") if part.strip() not in ("", "/", "*")]
    return [(part.partition(":")[0].strip(), "=" in part) for part in parts]


def _stub_arguments(function: ast.FunctionDef) -> list[tuple[str, bool]]:
    names = [argument.arg for argument in function.args.args]
    without_default = len(names) - len(function.args.defaults)
    return [(argument, i >= without_default) for i, argument in enumerate(names)]


def _members(node: ast.ClassDef) -> dict[str, ast.stmt]:
    members: dict[str, ast.stmt] = {}
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef):
            members[statement.name] = statement
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            members[statement.target.id] = statement
    return members


def test_same_names() -> None:
    assert _public(_core) == {*CLASSES, *FUNCTIONS, *ATTRIBUTES}


@pytest.mark.parametrize("class_name", CLASSES)
def test_same_members(class_name: str) -> None:
    bound: Any = getattr(_core, class_name)
    stub = _members(CLASSES[class_name])
    public = {member for member in stub if not member.startswith("_")}
    assert _public(bound) == public
    for member in public | ({"__init__"} & set(stub)):
        described, found = stub[member], vars(bound)[member]
        if isinstance(described, ast.AnnAssign):
            continue
        assert isinstance(described, ast.FunctionDef)
        if described.decorator_list:
            assert isinstance(found, property)
            assert found.fset is None
        else:
            assert _arguments(found.__doc__) == _stub_arguments(described)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_same_arguments(function: str) -> None:
    docstring = getattr(_core, function).__doc__
    assert _arguments(docstring) == _stub_arguments(FUNCTIONS[function])


@pytest.mark.parametrize("class_name", [name for name in CLASSES if name.endswith("Error")])
def test_same_exceptions(class_name: str) -> None:
    bases = [ast.unparse(base) for base in CLASSES[class_name].bases]
    assert [base.__name__ for base in getattr(_core, class_name).__bases__] == bases
