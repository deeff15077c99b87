"""Every section and row of the format's description that code or a page cites exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from codebase.sources import ROOT, code_files, name, text_files

CHAPTERS = ROOT / "docs" / "file-format"

_ITEM = r"(?:D\d+[a-d]?|\d+(?:\.\d+)?)"
# "format 6.2", "format 2.4, 5.2", "format 2 to 9", "format D8c, D42"; a citation may go on in the next line.
_CITATION = re.compile(rf"\bformat\s+(?:(?://|#)\s*)?({_ITEM}(?:(?:,| to| and)\s+{_ITEM})*)\b(?!\.\d)")
_HEADING = re.compile(r"^#+ (\d+(?:\.\d+)?)\.? ", re.MULTILINE)
_ROW = re.compile(r"^\| (D\d+[a-d]?)\b", re.MULTILINE)


def _sections() -> set[str]:
    text = "\n".join(path.read_text("utf-8") for path in CHAPTERS.glob("*.md"))
    return {*_HEADING.findall(text), *_ROW.findall(text)}


def _cited(path: Path) -> list[str]:
    return [item for found in _CITATION.findall(path.read_text("utf-8")) for item in re.findall(_ITEM, found)]


def test_every_cited_section_exists() -> None:
    sections = _sections()
    missing = [f"{name(path)}: format {item}" for path in text_files() for item in _cited(path)]
    assert [line for line in missing if line.rpartition(" ")[2] not in sections] == []


def test_citations_are_found() -> None:
    """The engine cites the chapters that it implements, so the expression above does find citations."""
    cited = {item for path in code_files("src", "cpp", "plugin") for item in _cited(path)}
    assert cited >= {"2.4", "4.1", "5.2", "6.2", "7.5", "9.1", "9.2", "9.3", "D2", "D38"}


@pytest.mark.parametrize("path", code_files("src", "cpp", "plugin", "tests"), ids=name)
def test_nothing_cites_what_is_not_in_the_repository(path: Path) -> None:
    cites = re.compile(r"\bspec(?:ification)?\s+(?:sections?\s+)?[D\d]\d*|\((?:D\d+[a-d]?)\)")
    assert cites.findall(path.read_text("utf-8")) == []


def test_sections_are_numbered_once() -> None:
    headings = [
        item for path in sorted(CHAPTERS.glob("*.md")) for item in _HEADING.findall(path.read_text("utf-8"))
    ]
    assert sorted(set(headings)) == sorted(headings)
    chapters = [int(item) for item in headings if "." not in item]
    assert chapters == list(range(1, len(list(CHAPTERS.glob("*.md"))) + 1))
