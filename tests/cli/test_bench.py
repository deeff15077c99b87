"""`nam-core bench`: which models it takes, what it prints and writes, what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from small_models import lstm, noise, wavenet

from nam_core.cli import main

QUICK = ("--seconds", "0.01", "--repetitions", "2")


@pytest.fixture
def measured(run: Any, write_nam: Any, tmp_path: Path) -> Path:
    """The JSON of a run of two models."""
    path = tmp_path / "run.json"
    models = write_nam(), write_nam(lstm(), "lstm.nam")
    assert run("bench", *models, *QUICK, "--json", path).status == 0
    return path


def test_tables_on_standard_output(run: Any, write_nam: Any) -> None:
    result = run("bench", write_nam(), *QUICK, "--block", "16,64", "--budget", "900%")
    assert result.status == 0
    assert "FMA limit" in result.out
    assert sum(line.split()[:1] == ["amp"] for line in result.out.splitlines()) == 4
    assert "In blocks of 16 frames the largest model that fits is amp" in result.out
    assert result.err == ""


def test_every_file_it_writes(run: Any, write_nam: Any, tmp_path: Path) -> None:
    files = {kind: tmp_path / f"out.{kind}" for kind in ("json", "csv", "png", "html")}
    options = (
        "--json",
        files["json"],
        "--csv",
        files["csv"],
        "--plot",
        files["png"],
        "--report",
        files["html"],
    )
    assert run("bench", write_nam(), *QUICK, *options, "--budget", "3%", "--profile").status == 0
    survey = json.loads(files["json"].read_text())
    assert [found["signal"] for found in survey["results"]] == ["sound", "silence"]
    assert survey["settings"]["budget"] == "3%"
    assert survey["settings"]["signal"] == "synthesised guitar"
    assert sum(part["share"] for part in survey["results"][0]["profile"]) == pytest.approx(1.0)
    with files["csv"].open(newline="") as file:
        assert [line["model"] for line in csv.DictReader(file)] == ["amp", "amp"]
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    page = files["html"].read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "<svg " in page


def test_folders_files_and_presets(run: Any, write_nam: Any, tmp_path: Path) -> None:
    folder, path = tmp_path / "models", tmp_path / "run.json"
    folder.mkdir()
    for name in ("b.nam", "a.nam"):
        write_nam().rename(folder / name)
    (folder / "notes.txt").write_text("no model")
    arguments = (folder, write_nam(), "a2-container", *QUICK, "--json", path)
    assert run("bench", *arguments).status == 0
    found = json.loads(path.read_text())["results"]
    names = [(result["model"], result["channels"]) for result in found if result["signal"] == "sound"]
    assert sorted(names) == [
        ("a", [3]),
        ("a2-container", [3]),
        ("a2-container", [8]),
        ("amp", [3]),
        ("b", [3]),
    ]
    paths = {result["model"]: result["path"] for result in found}
    assert paths["a2-container"] is None
    assert paths["b"] == str(folder / "b.nam")


def test_files_of_one_name_are_told_apart(run: Any, write_nam: Any, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    other, path = tmp_path / "x" / "amp.nam", tmp_path / "run.json"
    write_nam(wavenet(4)).rename(other)
    assert run("bench", write_nam(), other, *QUICK, "--json", path).status == 0
    names = {result["model"] for result in json.loads(path.read_text())["results"]}
    assert names == {str(tmp_path / "amp.nam"), str(other)}


def test_a_recording_of_any_length_and_rate(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    dry = write_wav(noise(100, channels=2), rate=44100)
    assert run("bench", write_nam(), *QUICK, "--input", dry, "--json", path).status == 0
    assert json.loads(path.read_text())["settings"]["signal"] == "dry.wav"


def test_showing_an_earlier_run_measures_nothing(run: Any, measured: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    first, second = (run("bench", "--from", measured, "--json", copy, "--budget", "9%") for _ in range(2))
    assert first.status == 0
    assert first.out == second.out
    assert json.loads(copy.read_text()) == json.loads(measured.read_text())


def test_accuracy_of_an_evaluation(run: Any, write_nam: Any, measured: Path, tmp_path: Path) -> None:
    quality, report, plot = tmp_path / "quality.json", tmp_path / "out.html", tmp_path / "out.svg"
    against = ("--against", write_nam(), "--no-cost", "--json", quality)
    assert run("evaluate", write_nam(), *against).status == 0
    options = ("--quality", quality, "--report", report, "--plot", plot, "--axis", "esr")
    assert run("bench", "--from", measured, *options).status == 0
    assert "ESR of the evaluation" in report.read_text()
    assert "<svg" in plot.read_text()
    for bad, message in (
        (("--axis", "esr", "--plot", plot), "--axis esr needs --quality"),
        (("--quality", quality), "--quality needs --report"),
        (("--quality", measured, "--report", report), "this is not a file of nam-core evaluate --json"),
    ):
        result = run("bench", "--from", measured, *bad)
        assert (result.status, len(result.err.splitlines())) == (2, 1)
        assert message in result.err


def test_comparing(run: Any, measured: Path) -> None:
    result = run("bench", "--from", measured, "--compare", measured)
    assert result.status == 0
    (mean,) = [line for line in result.out.splitlines() if "geometric mean" in line]
    assert mean.split()[-2:] == ["1.000", "1.000"]


def test_unlike_runs_are_refused_unless_told(run: Any, write_nam: Any, measured: Path) -> None:
    arguments = ("bench", write_nam(), *QUICK, "--block", "32", "--compare", measured)
    refused = run(*arguments)
    assert refused.status == 2
    # Before measuring.
    assert refused.out == ""
    assert refused.err == "nam-core bench: the surveys differ: blocks is 32 here and 64 there\n"
    assert run(*arguments, "--unlike").status == 0


def test_a_refused_comparison_does_not_lose_the_measurement(
    run: Any, write_nam: Any, measured: Path, tmp_path: Path
) -> None:
    path = tmp_path / "new.json"
    result = run("bench", write_nam(wavenet(4)), *QUICK, "--compare", measured, "--json", path)
    assert (result.status, result.err) == (
        2,
        "nam-core bench: the surveys differ: amp is a different model there\n",
    )
    assert json.loads(path.read_text())["results"][0]["model"] == "amp"


def test_conditions_are_part_of_what_is_printed(run: Any, measured: Path) -> None:
    labelled = json.loads(measured.read_text())
    labelled["machine"]["conditions"] = ["It was hot.", "It was busy."]
    measured.write_text(json.dumps(labelled))
    lines = run("bench", "--from", measured).out.splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines if line.startswith("warning")] == [
        "It was hot.",
        "It was busy.",
    ]


def test_a_model_named_twice_is_measured_once(run: Any, write_nam: Any, tmp_path: Path) -> None:
    path, amp = tmp_path / "run.json", write_nam()
    assert run("bench", "a2-lite", amp, amp, "a2-lite", *QUICK, "--json", path).status == 0
    found = json.loads(path.read_text())["results"]
    assert [result["model"] for result in found if result["signal"] == "sound"] == ["a2-lite", "amp"]


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "nothing": ((), "name models to measure"),
    "both": (("a2-lite", "--from", "x.json"), "name models to measure"),
    "no such preset": (("a3-full",), "a3-full: neither a file nor one of the presets: a1-standard, "),
    "no such file": (("a3.nam",), "a3.nam: No such file or directory"),
    "no such run": (("--from", "x.json"), "x.json: No such file or directory"),
    "budget": (("a2-lite", "--budget", "cheap"), "a budget is a share of one core"),
    "picture": (
        ("a2-lite", "--plot", "plot.bmp"),
        "plot.bmp: the name of a plot must end in .png, .svg, .pdf",
    ),
    "folder": (("a2-lite", "--json", "nowhere/run.json"), "nowhere/run.json: No such file or directory"),
    "folder for a file": (("a2-lite", "--csv", "."), ".: Is a directory"),
    "profile of an earlier run": (("--from", "x.json", "--profile"), "--profile needs a measurement"),
    "unlike what": (("a2-lite", "--unlike"), "--unlike needs --compare"),
    "isa": (("a2-lite", "--isa", "sse9"), "sse9"),
    "repetitions": (("a2-lite", "--repetitions", "1"), "at least 2 repetitions"),
    "too short": (("a2-lite", "--seconds", "0.001"), "less than one block of 64"),
    "recording": (("a2-lite", "--input", "x.wav"), "x.wav: No such file or directory"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_takes_one_line(
    kind: str, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, text = BAD[kind]
    result = run("bench", *arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("nam-core bench: ")
    assert text in result.err
    assert result.err.count("\n") == 1


def test_an_empty_folder(run: Any, tmp_path: Path) -> None:
    result = run("bench", tmp_path)
    assert (result.status, result.err) == (
        2,
        f"nam-core bench: {tmp_path}: there is no .nam file in this folder\n",
    )


@pytest.mark.parametrize(
    "option",
    [
        *("--block=0", "--block=64,64", "--block=many", "--block="),
        *("--seconds=0", "--seconds=inf", "--seconds=long", "--dtype=float16"),
    ],
)
def test_options_that_do_not_parse(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["bench", "a2-lite", option])
    assert caught.value.code == 2
    message = capsys.readouterr().err
    assert "usage: nam-core" in message
    # The value in quotes, not the name of a function.
    assert "_blocks" not in message and "_positive" not in message


def test_without_matplotlib_it_says_so_before_measuring(
    run: Any, write_nam: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    result = run("bench", write_nam(), "--plot", tmp_path / "plot.png")
    assert (result.status, result.out) == (2, "")
    assert "pip install nam_core[plot]" in result.err
