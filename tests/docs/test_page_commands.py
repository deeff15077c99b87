"""Every ``nam-core`` command that a page shows is one that the command line understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from codebase.sources import ROOT

from nam_core.cli import _parser

_FENCE = re.compile(r"^ *```(?:sh)?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(page: Path) -> list[str]:
    """The commands in the blocks of a page, each on one line and without what follows a pipe or a comment."""
    code = "\n".join(_FENCE.findall(page.read_text("utf-8"))).replace("\\\n", " ")
    shown = (part.strip() for line in code.splitlines() for part in re.split(r"&&|\||;", line))
    return [line for line in shown if re.match(r"nam-core [a-z]", line)]


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.stem)
def test_commands_parse(page: Path) -> None:
    for command in commands(page):
        words = shlex.split(command, comments=True)[1:]
        try:
            _parser().parse_args(words)
        except SystemExit:
            pytest.fail(f"{command}: nam-core does not understand it")
