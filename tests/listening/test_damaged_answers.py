"""Files of answers that are damaged, and files that are not answers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from listening.tests_to_hear import abx_answers

from nam_core.cli import main
from nam_core.listening.answers import Key, read_answers
from nam_core.listening.serving import Server

SHARES = {"near": 0.9, "far": 0.9}


@pytest.fixture
def answered(abx: Path, abx_key: Key, tmp_path: Path) -> Path:
    """A test with one listener's answers."""
    folder = tmp_path / "a test?#%20\udcfc"
    shutil.copytree(abx, folder)
    answers = abx_answers(abx_key, "one", SHARES, np.random.default_rng(0))
    (folder / "answers" / "one.json").write_bytes(answers)
    return folder


def test_hidden_files_are_not_read_as_answers(answered: Path, abx_key: Key) -> None:
    # macOS puts such a file beside every file on a disk with another file system.
    (answered / "answers" / "._one.json").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X        ")
    assert [given.listener for given in read_answers(answered, abx_key)] == ["one"]


@pytest.mark.parametrize("command", ["score", "serve"])
def test_a_file_that_is_no_database_is_refused_by_name(
    command: str, answered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (answered / "answers.sqlite").write_bytes(b"these are not the answers " * 100)
    options = ["--port", "0"] if command == "serve" else []
    assert main(["listen", command, str(answered), *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert re.search(r"answers\.sqlite: .*: file is not a database\n", said.err)


def test_a_database_that_cannot_be_opened(answered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (answered / "answers.sqlite").mkdir()
    assert main(["listen", "serve", str(answered), "--port", "0"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert re.search(r"answers\.sqlite: .*unable to open database file\n", said)


def test_answers_are_kept_in_any_folder(answered: Path, abx_key: Key) -> None:
    body = abx_answers(abx_key, "two", SHARES, np.random.default_rng(1))
    with Server(answered) as server:
        server.keep("two", body)
    assert {given.listener for given in read_answers(answered, abx_key)} == {"one", "two"}
