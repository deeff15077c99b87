"""Tables on terminals of any width."""

from __future__ import annotations

import re

import pytest

from nam_core.cli.tables import print_table
from nam_core.pages import Table

WIDE = Table(
    "Title",
    ("name", "first", "second/\nthing", "third"),
    tuple((f"a-model-[{i}]", *(f"{column * 1e9 + i:.0f}" for column in (1, 2, 3))) for i in range(3)),
    "A note.",
    ("third", "second/\nthing"),
)


def printed(capsys: pytest.CaptureFixture[str], table: Table) -> list[str]:
    print_table(table)
    return [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    return monkeypatch


@pytest.mark.parametrize(
    ("width", "kept", "note"),
    [
        (80, 3, "A note."),
        (50, 2, "A note. Left out because the terminal is too narrow: third."),
        (35, 1, "A note. Left out because the terminal is too narrow: third, second/thing."),
    ],
)
def test_a_narrow_terminal_gets_fewer_columns(
    width: int, kept: int, note: str, terminal: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.setenv("COLUMNS", str(width))
    lines = printed(capsys, WIDE)
    rows = [line.split() for line in lines if "a-model" in line]
    assert rows == [[*WIDE.rows[i][: kept + 1]] for i in range(3)]
    assert all(len(line) <= width for line in lines)
    end = next(i for i, line in enumerate(lines) if line.startswith("A note."))
    assert " ".join(line.strip() for line in lines[end:]) == note


def test_what_is_not_a_terminal_gets_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    lines = printed(capsys, WIDE)
    assert [line.split() for line in lines if "a-model" in line] == [[*row] for row in WIDE.rows]
    assert lines[-1] == "A note."
