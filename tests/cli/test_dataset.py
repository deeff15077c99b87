"""``nam-core dataset``: how options reach the library, and what is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import soundfile
from small_models import linear, noise

import nam_core


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    folder = tmp_path / "takes"
    folder.mkdir()
    for number in range(3):
        soundfile.write(folder / f"{number}.wav", noise(4000, 2, number).T, 48000, subtype="FLOAT")
    return folder


def test_all_options(run: Any, write_nam: Any, takes: Path, tmp_path: Path) -> None:
    models = [write_nam(name="one.nam"), write_nam(linear([0.5]), "two.nam")]
    options = "--length 1000 --hop 500 --silence keep --gain-db -6 6 --channel right --split train=3 test=1"
    options += (
        " --seed 7 --layout many --sample-dtype float16 --shard-mb 1 --quality 1 --dtype float64 --isa scalar"
    )
    folder = tmp_path / "set"
    result = run("dataset", *models, "--input", takes, "--output", folder, *options.split())
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].startswith("train: 14 segments (8.1e-05 h) of 2 recordings")
    assert lines[1].startswith("test: 7 segments")
    assert lines[2:] == ["left out because silent: 0 segments", f"{folder}: 2 Parquet files"]
    manifest = json.loads((folder / "dataset.json").read_bytes())
    assert list(manifest["models"]) == ["one", "two"]
    asked = {"length": 1000, "hop": 500, "layout": "many", "sample_dtype": "float16", "silence_db": None}
    asked |= {"seed": 7, "gain_db": [-6.0, 6.0], "channel": "right", "shard_bytes": 2**20}
    assert asked.items() <= manifest["options"].items()
    assert (manifest["load"]["dtype"], manifest["load"]["isa"]) == ("float64", "scalar")
    row = pq.read_table(next(folder.glob("train-*"))).to_pylist()[3]
    assert np.allclose(row["wet"][1], 0.5 * np.array(row["dry"]), rtol=2e-3, atol=1e-4)
    dry, _ = soundfile.read(takes / row["recording"])
    gain = 10 ** (row["gain_db"] / 20)
    assert np.allclose(row["dry"], gain * dry[row["start"] : row["start"] + 1000, 1], rtol=2e-3, atol=1e-4)
    again = run("dataset", *models, "--input", takes, "--output", folder, *options.split())
    assert again.out.endswith(f"{folder}: 2 Parquet files, 2 of them from an earlier run\n")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--channel", "left"], "3 different recordings"),
        ([], "0.wav: it has 2 channels"),
        (["--length", "0"], "length must be a whole number"),
        (["--split", "train"], "--split train: a split is NAME=SHARE, such as train=0.8"),
        (["--gain-db", "3", "-3"], "gain_db must be"),
        (["--sample-dtype", "int24"], "sample_dtype must be"),
        (["--quality", "3"], "quality must be"),
    ],
)
def test_bad_input_is_one_line(
    run: Any, write_nam: Any, takes: Path, tmp_path: Path, options: list[str], text: str
) -> None:
    few = ["--split", "a=1", "b=1", "c=1", "d=1"] if text.startswith("3 ") else []
    given = ["--input", takes, "--output", tmp_path / "set", "--length", "1000", *few, *options]
    result = run("dataset", write_nam(), *given)
    assert (result.status, result.out) == (2, "")
    assert text in result.err
    assert result.err.startswith("nam-core dataset: ") and result.err.count("\n") == 1
    assert not (tmp_path / "set").exists()


def test_what_is_left_out_is_said(run: Any, write_nam: Any, takes: Path, tmp_path: Path) -> None:
    (takes / "1.wav").write_bytes(b"no sound")
    given = [
        "--input",
        takes,
        "--output",
        tmp_path / "set",
        "--length",
        "1000",
        "--channel",
        "1",
        "--skip-bad",
    ]
    result = run("dataset", write_nam(), *given, "--split", "all=1")
    assert result.status == 0
    assert "warning: left out: " in result.err and "1.wav" in result.err
    assert result.out.startswith("all: 8 segments")
    assert nam_core.datasets.__all__ == ["Dataset", "DatasetOptions", "make_dataset"]
