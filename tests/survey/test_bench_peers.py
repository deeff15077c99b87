"""bench/peers: hosts of peers, played by small scripts, are compared with the engine."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nam_core
from bench.models import model_file, noise
from bench.peers.__main__ import main
from bench.peers.models import played_file

if sys.platform == "win32":
    pytest.skip("the hosts of this test are scripts", allow_module_level=True)

# Appends each call to a file, does not load an LSTM, and reports a time that falls from call to call.
HOST = """#!{python}
import json, pathlib, sys
calls = pathlib.Path(__file__).with_name("calls")
if sys.argv[1:] == ["--describe"]:
    print("1.2, test compiler, -O9")
    sys.exit(0)
model, passes, block = sys.argv[1:]
earlier = calls.read_text().splitlines() if calls.exists() else []
call = " ".join([pathlib.Path(__file__).name, pathlib.Path(model).stem, block])
calls.write_text("\\n".join([*earlier, call]))
if json.loads(pathlib.Path(model).read_text())["architecture"] == "LSTM":
    sys.exit("no LSTM")
print({time} - len(earlier))
"""


def host(folder: Path, name: str, time: float, text: str = HOST) -> Path:
    program = folder / name
    program.write_text(text.replace("{python}", sys.executable).replace("{time}", str(time)))
    program.chmod(0o755)
    return program


def peers(*arguments: object) -> None:
    main(["--rounds", "2", *map(str, arguments)])


def compared(folder: Path, *arguments: object) -> dict[str, Any]:
    """The JSON of a run with two builds of one peer."""
    builds = [host(folder, "slow", 9e6), host(folder, "quick", 5e6)]
    peers("--peer", "Other", *builds, *arguments, "--json", folder / "report.json")
    found: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return found


def test_the_best_build_of_a_peer_is_in_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = compared(tmp_path, "--models", "a1-nano", "--blocks", "64", "16")
    text = capsys.readouterr().out
    lines = [line for line in text.splitlines() if "a1-nano" in line]
    ours = [case["ns"][0] for case in report["cases"]]
    assert [case["block"] for case in report["cases"]] == [64, 16]
    # Eight calls: two rounds, two blocks, two builds. Each call takes 1 ns less than the call before.
    assert [case["ns"][1:] for case in report["cases"]] == [[9e6 - 4, 5e6 - 5], [9e6 - 6, 5e6 - 7]]
    for line, own, peer in zip(lines, ours, (5e6 - 5, 5e6 - 7), strict=True):
        assert f"{own:.0f}" in line
        assert f"{peer:.0f}" in line
        assert f"{peer / own:.1f}" in line
        assert "quick" in line
        assert "slow" not in line
    assert "Other (slow): 1.2, test compiler, -O9" in text
    assert [engine["build"] for engine in report["engines"]] == ["installed", "slow", "quick"]


def test_builds_take_turns(tmp_path: Path) -> None:
    compared(tmp_path, "--models", "a1-nano")
    calls = [line.split() for line in (tmp_path / "calls").read_text().splitlines()]
    assert calls == [["slow", "a1-nano", "64"], ["quick", "a1-nano", "64"]] * 2


def test_a_model_that_a_peer_does_not_load_is_shown_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = compared(tmp_path, "--models", "lstm-1x16", "a1-nano")
    text = capsys.readouterr().out
    rows = {name: line for line in text.splitlines() for name in ("lstm-1x16", "a1-nano") if name in line}
    assert "does not load" in rows["lstm-1x16"]
    assert "does not load" not in rows["a1-nano"]
    lstm = report["cases"][0]["ns"]
    assert lstm[0] > 0
    assert lstm[1:] == [None, None]


def test_programs_that_are_no_hosts_are_named(tmp_path: Path) -> None:
    file = tmp_path / "no-program"
    file.write_text("")
    silent = host(tmp_path, "silent", 1, "#!/bin/sh\n")
    words = host(tmp_path, "words", 1, "#!/bin/sh\necho fast\n")
    for program, message in (
        (tmp_path / "missing", f"Other: there is no program {tmp_path / 'missing'}"),
        (file, f"Other: {file} is not executable"),
        (silent, f"Other: `{silent} --describe` describes nothing"),
        (words, f"Other: {words} printed 'fast\\n', which is not a time"),
    ):
        with pytest.raises(SystemExit, match=re.escape(message)):
            peers("--models", "a1-nano", "--peer", "Other", program)


def test_arguments_that_make_no_comparison_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, message in (
        ([], "there is nothing to compare with"),
        (["--peer", "Other"], "--peer Other names no program"),
        (["--torch", "--blocks", "0"], "--blocks must be from 1 to 4096"),
        (["--torch", "--rounds", "0"], "--rounds must be at least 1"),
    ):
        with pytest.raises(SystemExit):
            peers(*arguments)
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a1-standard", "a1-lite", "a1-feather", "a1-nano"])
def test_a1_in_the_old_format_is_the_same_network(name: str) -> None:
    audio = noise(512).astype(np.float32)
    old, new = played_file(name), model_file(name)
    assert old["version"] == "0.5.4"
    assert "gated" in old["config"]["layers"][0]
    assert np.array_equal(nam_core.load(old).process(audio), nam_core.load(new).process(audio))
