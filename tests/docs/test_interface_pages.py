"""The interface pages show every public name."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from codebase.sources import CPP, ROOT

import nam_core

sys.path.insert(0, str(ROOT / "docs" / "site"))
import cpp_reader

PAGE = (ROOT / "docs" / "reference" / "python.rst").read_text("utf-8")
HEADERS = sorted((CPP / "include" / "nam_core").glob("*.hpp"))


@pytest.mark.parametrize("name", nam_core.__all__)
def test_python(name: str) -> None:
    prefix = "nam_core." if f"automodule:: nam_core.{name}" in PAGE else ""
    assert re.search(rf"^\.\. (?:auto\w+|data):: {prefix}{name}$", PAGE, re.MULTILINE)


def test_modules_say_what_is_public() -> None:
    """A page about a module shows what its ``__all__`` names."""
    modules = re.findall(r"automodule:: nam_core\.(\w+)\n   :members:\n", PAGE)
    assert modules == [name for name in modules if getattr(nam_core, name).__all__]


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.name)
def test_cpp(header: Path) -> None:
    """The site's reader finds every class, enumeration and function in the public headers."""
    text = header.read_text("utf-8")
    shown = "\n".join(cpp_reader.to_rst(cpp_reader.read_header(text)))
    public = re.sub(r"//[^\n]*", "", text)
    public = re.sub(r"^namespace nam_core::detail.*?^\}", "", public, flags=re.MULTILINE | re.DOTALL)
    public = re.sub(r"^ private:.*?^\};", "};", public, flags=re.MULTILINE | re.DOTALL)
    declared = re.findall(r"^(?:class|struct|enum class) (\w+)[^;]*?\{", public, re.MULTILINE)
    declared += re.findall(r"^  \w[\w:<>,*& ]*?[ *&](\w+)\(", public, re.MULTILINE)
    assert declared
    assert [name for name in declared if not re.search(rf":: .*\b{name}\b", shown)] == []
