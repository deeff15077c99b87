"""The README's Python example runs, and its two commands are the ones that the gate takes from it."""

from __future__ import annotations

import argparse
import csv
import re
import shlex
from pathlib import Path

import pytest
from codebase.sources import ROOT

from nam_core.cli import _parser

README = (ROOT / "README.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}$\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def _pages() -> list[Path]:
    folders = ("docs", "examples", "third_party")
    return [*ROOT.glob("*.md"), *(page for name in folders for page in (ROOT / name).rglob("*.md"))]


def test_two_commands() -> None:
    commands = _blocks("sh")
    assert len(commands) == 2
    assert all(len(command.splitlines()) == 1 for command in commands)


def test_python_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = _blocks("python")
    exec(compile(example, "README.md", "exec"), {})


def test_every_command_is_in_the_table() -> None:
    (commands,) = (action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction))
    listed = re.findall(r"^\| `nam-core ([\w-]+)", README, re.MULTILINE)
    assert sorted(listed) == sorted(commands.choices)


def test_the_survey_is_one_command() -> None:
    """The README's survey is the one that made the example, by the command as it is now."""
    (command,) = re.findall(r"^nam-core modelset .*&&.*$", README, re.MULTILINE)
    assert command in (ROOT / "docs" / "cpu-survey.md").read_text("utf-8").splitlines()
    modelset, bench = (_parser().parse_args(shlex.split(part)[1:]) for part in command.split("&&"))
    assert bench.models == [modelset.folder]
    example = ROOT / "docs" / "cpu-survey"
    assert {bench.report.name, bench.plot.name, bench.csv.name, "survey.txt"} == {
        path.name for path in example.iterdir() if path.is_file() and path.suffix != ".json"
    }
    with (example / bench.csv).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    printed = (example / "survey.txt").read_text("utf-8")
    page = (example / bench.report).read_text("utf-8")
    for line in lines:
        least = f"{float(line['ns_per_sample_min']):.1f}"
        assert float(line["seconds"]) == bench.seconds
        assert line["signal"] == "silence" or (
            re.search(rf"^ *{line['model']}.* {least} ", printed, re.MULTILINE) and f">{least}</td>" in page
        )


def test_links_lead_somewhere() -> None:
    for page in _pages():
        links = re.findall(r"\]\((?!\w+:)([^)#]+)", page.read_text("utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == []


def test_paths_are_there() -> None:
    """The files and folders that a page names exist; NAME stands for a name that the reader chooses."""
    folders = "bench|cmake|cpp|docs|examples|plugin|src|tests|third_party|tools"
    for page in _pages():
        paths = re.findall(rf"`((?:{folders})/[\w./-]+)", page.read_text("utf-8"))
        assert [path for path in paths if "NAME" not in path and not (ROOT / path).exists()] == [], page.name


def test_every_room_is_on_contributing_s_page() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([\w/]+)/` \|", page, re.MULTILINE))
    rooms = {
        path.parent.relative_to(root).as_posix()
        for root in (ROOT / "src" / "nam_core", ROOT / "cpp", ROOT / "plugin")
        for path in root.rglob("*")
        if path.suffix in (".py", ".cpp", ".hpp") and path.parent != root
    }
    assert {room.partition("/")[0] for room in rooms} == {room.partition("/")[0] for room in listed}
