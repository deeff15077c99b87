"""The rule for private names (CONTRIBUTING.md): a leading underscore, or not listed in any ``__all__``."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest
from codebase.sources import PACKAGE, name

# Modules, not names of modules: what the build makes, and what asks whether there is a main interpreter.
PRIVATE_MODULES = {"_core", "_main_interpreter"}
ROOMS = sorted(PACKAGE.rglob("__init__.py"))


def imported(path: Path) -> list[tuple[int, str]]:
    """Line and name of each ``from ... import name``."""
    found = [
        node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    return [(node.lineno, alias.name) for node in found for alias in node.names]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=name)
def test_no_private_name_of_another_module_is_imported(path: Path) -> None:
    private = [
        f"line {line}: {word}"
        for line, word in imported(path)
        if re.match(r"_[^_]", word) and word not in PRIVATE_MODULES
    ]
    assert private == []


@pytest.mark.parametrize("path", ROOMS, ids=name)
def test_public_names_exist_and_have_no_underscore(path: Path) -> None:
    if "\n__all__ = " not in path.read_text("utf-8") or "reference" in path.parts:  # it needs torch
        return
    module = importlib.import_module(".".join(path.parent.relative_to(PACKAGE.parent).parts))
    for word in module.__all__:
        assert hasattr(module, word)
        assert word == "__version__" or not word.startswith("_")
    assert len(set(module.__all__)) == len(module.__all__)
