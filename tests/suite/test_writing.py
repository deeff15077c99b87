"""``nam-core suite``: the files, the manifest, added recordings, and what it refuses."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from nam_core.cli import main
from nam_core.suite import writing
from nam_core.suite.pieces import PIECES


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only two pieces, because making all of them takes seconds."""
    monkeypatch.setattr(writing, "PIECES", PIECES[-2:])
    monkeypatch.setattr(writing, "play_piece", lambda number, rate, seed: np.full(rate // 2, 0.25))


def test_manifest_describes_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "suite"
    assert main(["suite", str(folder), "--sample-rate", "44100", "--seed", "3"]) == 0
    assert capsys.readouterr().err == f"nam-core suite: 2 sound files and suite.json are in {folder}\n"
    manifest = json.loads((folder / "suite.json").read_text("utf-8"))
    assert (manifest["sample_rate"], manifest["seed"]) == (44100, 3)
    assert [entry["file"] for entry in manifest["files"]] == ["01-level-steps.wav", "02-silence.wav"]
    for entry in manifest["files"]:
        sound = soundfile.info(folder / entry["file"])
        assert (sound.samplerate, sound.channels, sound.subtype) == (44100, 1, "PCM_24")
        assert entry["seconds"] == sound.frames / 44100 == 0.5
        assert entry["sha256"] == hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest()
        assert entry["licence"] == "CC0-1.0"
        assert entry["purpose"] in {piece.purpose for piece in PIECES}
    assert "CC0 1.0 Universal" in (folder / "LICENSE.txt").read_text("utf-8")


def test_recordings_are_added_unchanged(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    soundfile.write(mine / "riff.flac", np.zeros((4410, 2)), 44100)
    (mine / "notes.txt").write_text("mine")
    folder = tmp_path / "suite"
    with pytest.warns(UserWarning, match=r"notes\.txt: left out"):
        files = list(writing.write_suite(folder, recordings=mine))
    assert files[-1] == "recordings/riff.flac"
    assert (folder / files[-1]).read_bytes() == (mine / "riff.flac").read_bytes()
    entry = json.loads((folder / "suite.json").read_text("utf-8"))["files"][-1]
    assert (entry["name"], entry["seconds"], entry["channels"], entry["licence"]) == ("riff", 0.1, 2, None)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["suite", *map(str, arguments)]) == 2
    return capsys.readouterr().err.removeprefix("nam-core suite: ").strip()


def test_wrong_arguments_are_refused_with_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full, empty = tmp_path / "full", tmp_path / "empty"
    for folder in (full, empty):
        folder.mkdir()
    (full / "broken.wav").write_bytes(b"RIFF no sound")
    assert refusal(capsys, full) == f"{full} is not empty; choose another folder, or --overwrite"
    assert "cannot go to standard output" in refusal(capsys, "-")
    new = tmp_path / "new"
    assert "must be from 8000 to 384000 Hz; found 100" in refusal(capsys, new, "--sample-rate", 100)
    assert "seed must be 0 or more; found -1" in refusal(capsys, new, "--seed", -1)
    assert f"{empty}: no sound file in it" in refusal(capsys, new, "--recordings", empty)
    assert "broken.wav" in refusal(capsys, new, "--recordings", full)
    assert not (new / "suite.json").exists()
    assert main(["suite", str(full), "--overwrite"]) == 0
    assert (full / "broken.wav").exists()
