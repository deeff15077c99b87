"""The README's Python example runs, and its two commands are the ones that the gate takes from it."""

from __future__ import annotations

import re

import pytest
from codebase.sources import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}$\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_two_commands() -> None:
    commands = _blocks("sh")
    assert len(commands) == 2
    assert all(len(command.splitlines()) == 1 for command in commands)


def test_python_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = _blocks("python")
    exec(compile(example, "README.md", "exec"), {})


def test_links_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    for page in pages:
        links = re.findall(r"\]\((?!\w+:)([^)#]+)", page.read_text("utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == []
