"""Docstrings as this package writes them, for autodoc: numpydoc's sections, with "name : meaning" in them."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

_SECTIONS = ("Parameters", "Attributes", "Returns", "Yields", "Raises", "Warns", "Notes", "Examples")
_ITEM = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*) : (.*)$")


def convert(lines: list[str]) -> list[str]:
    """The docstring as reStructuredText: each section becomes a field, and its entries a list."""
    result: list[str] = []
    at = 0
    while at < len(lines):
        title = lines[at].strip()
        if title in _SECTIONS and at + 1 < len(lines) and set(lines[at + 1].strip()) == {"-"}:
            end = at + 2
            while end < len(lines) and not _starts_section(lines, end):
                end += 1
            result += ["", f":{title}:", *(f"    {line}" for line in _body(title, lines[at + 2 : end])), ""]
            at = end
        else:
            result.append(lines[at])
            at += 1
    return result


def _starts_section(lines: list[str], at: int) -> bool:
    following = lines[at + 1].strip() if at + 1 < len(lines) else ""
    return lines[at].strip() in _SECTIONS and bool(following) and set(following) == {"-"}


def _body(title: str, lines: list[str]) -> list[str]:
    if title in ("Parameters", "Attributes"):
        return _entries(lines, _named)
    if title in ("Raises", "Warns"):
        return _entries(lines, lambda line: f"* **{line.strip()}**:" if line and line[0] != " " else None)
    return lines


def _named(line: str) -> str | None:
    found = _ITEM.match(line)
    if not found:
        return None
    names = ", ".join(f"**{name}**".replace("****", r"**\*\*") for name in found[1].split(", "))
    return f"* {names}: {found[2]}"


def _entries(lines: list[str], start: Any) -> list[str]:
    """Bullets, one for each line that starts an entry; the others belong to the entry above them."""
    result: list[str] = []
    for line in lines:
        bullet = start(line)
        if bullet:
            result.append(bullet)
        else:
            result.append(f"  {line.strip()}" if line.strip() else "")
    return result


def _process(app: Sphinx, what: str, name: str, obj: object, options: Any, lines: list[str]) -> None:
    lines[:] = convert(lines)


def _signature(
    app: Sphinx, what: str, name: str, obj: object, options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Aliases by their names, and no constructor where the docstring says what else makes the object."""
    if what == "class" and "Made by ``" in (obj.__doc__ or ""):
        return "", None
    return _plain(signature), _plain(returns)


def _plain(text: str | None) -> str | None:
    return text and re.sub(r"TypeAliasForwardRef\('([\w.]+)'\)", r"\1", text).replace("npt.", "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", _process)
    app.connect("autodoc-process-signature", _signature)
    return {"parallel_read_safe": True}
