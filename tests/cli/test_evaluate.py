"""nam-core evaluate: files, tables, and what it refuses before any work."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli.conftest import Run
from evaluation.planted import GOOD, OTHER, guitar, played, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two models and a pair of recordings of one of them."""
    dry = guitar(2.0)
    write(tmp_path / "dry.wav", dry)
    write(tmp_path / "wet.wav", played(GOOD, dry))
    for name, model in (("good", GOOD), ("other", OTHER)):
        (tmp_path / f"{name}.nam").write_text(json.dumps(model))
    return tmp_path


def test_everything_it_writes(run: Run, folder: Path) -> None:
    outputs = {kind: folder / f"result.{kind}" for kind in ("json", "csv", "html")}
    options = [part for kind, path in outputs.items() for part in (f"--{kind}", path)]
    pair = ("--dry", folder / "dry.wav", "--wet", folder / "wet.wav")
    result = run("evaluate", folder, *pair, "--section", "0.5", "--no-cost", *options)
    assert (result.status, result.err) == (0, "")
    for text in ("Ranking", "By loudness of playing", "By frequency", "good has an ESR of"):
        assert text in result.out
    found = json.loads(outputs["json"].read_text())
    assert [rank["model"] for rank in found["ranking"]] == ["good", "other"]
    with outputs["csv"].open(newline="") as file:
        assert [line["pair"] for line in csv.DictReader(file)] == ["wet", "wet"]
    assert outputs["html"].read_text().startswith("<!DOCTYPE html>")


def test_pairs_and_models_together(run: Run, folder: Path) -> None:
    (folder / "list.csv").write_text("dry,wet\ndry.wav,wet.wav\n")
    result = run(
        *("evaluate", folder / "good.nam", folder / "other.nam", "--pairs", folder / "list.csv"),
        *("--against", folder / "other.nam", "--dry", folder / "dry.wav", "--align", "gain", "--no-cost"),
    )
    assert result.status == 0
    assert "By pair" in result.out
    assert "delay, polarity and level relative to each model were found and removed" in result.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "give something to compare with: --dry and --wet, --pairs, or --against"),
        (("--wet", "wet.wav"), "--wet needs --dry"),
        (("--dry", "dry.wav"), "--dry needs --wet"),
        (("--dry", "dry.wav", "--wet", "a", "b", "c"), "--wet takes a recording and a second take; found 3"),
        (("--dry", "dry.wav", "--wet", "wet.wav", "--device", "p", "--no-cost"), "choose one"),
        (("--dry", "dry.wav", "--wet", "missing.wav"), "missing.wav: No such file"),
        (("--dry", "dry.wav", "--wet", "wet.wav", "--json", "wet.wav"), "wet.wav: this is also an input"),
        (("--dry", "dry.wav", "--wet", "good.nam"), "good.nam: "),
        (("--pairs", "."), "there is no pair in it"),
        (("--dry", "short.wav", "--wet", "short.wav"), "short.wav: 1,000 frames of it can be compared, and"),
        (
            ("--dry", "short.wav", "--wet", "wet.wav", "--align", "gain"),
            "wet.wav: 1,000 frames of it can be compared, and",
        ),
        (
            ("--dry", "dry.wav", "--wet", "wet.wav", "--device", "wet.wav"),
            "wet.wav: this is not a device profile",
        ),
        (("--dry", "dry.wav", "--wet", "wet.wav", "--device", "good.nam"), "good.nam: this is not a device"),
    ],
)
def test_refusals(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    write(folder / "short.wav", guitar(2.0)[20000:21000])
    found = tuple("empty" if option == "." else option for option in options)
    result = run("evaluate", "good.nam", *found)
    assert result.status == 2
    assert message in result.err
    assert len(result.err.splitlines()) == 1
