"""``nam-core info``."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import container, linear, lstm, wavenet

import nam_core

GOLDEN = Path(__file__).parents[1] / "golden"
METADATA = {
    "date": {"year": 2026, "month": 5, "day": 4, "hour": 8, "minute": 3, "second": 59},
    "name": "Crunch [bold]♪",
    "loudness": -18.25,
    "gain": 0.5,
    "input_level_dbu": 12.5,
    "output_level_dbu": None,
    "training": {"validation_esr": 0.0125, "data": {"delays": [-3, 4], "manual": None}},
}


def fields(text: str) -> dict[str, str]:
    """The lines before the table, by label."""
    return {line[:18].strip(): line[18:] for line in text.splitlines() if line and not line[0].isspace()}


def test_everything_about_a_wavenet(run: Any, write_nam: Any) -> None:
    path = write_nam(metadata=METADATA)
    result = run("info", path)
    assert (result.status, result.err) == (0, "")
    found = fields(result.out)
    assert found["model"] == str(path)
    assert found["architecture"] == "WaveNet (.nam 0.7.0)"
    assert found["sample rate"] == "48000 Hz"
    assert found["channels"] == "1 in, 1 out"
    assert found["receptive field"] == "15 samples, 0.3 ms"
    assert found["loudness"].startswith("-18.2 dB")
    assert found["gain"] == "0.50"
    assert found["input level"] == "12.5 dBu"
    assert found["output level"] == "unknown"
    assert found["date"] == "2026-05-04 08:03:59"
    assert found["name"] == "Crunch [bold]♪"
    assert "training.validation_esr 0.0125" in result.out
    assert "training.data.delays [-3, 4]" in result.out
    assert "manual" not in result.out
    model = nam_core.load(path)
    assert found["memory"] == f"{model.memory_bytes:,} bytes"
    assert (
        found["executed"] == f"{model.executed_macs_per_frame:,} multiply-adds per sample, of the full size"
    )
    row = ["0", "to", "1", "3", str(model.num_parameters), str(model.macs_per_frame)]
    assert row in [line.split() for line in result.out.splitlines()]


def test_every_size_has_a_row(run: Any, write_nam: Any) -> None:
    path = write_nam(container(linear([0.5] * 1200), wavenet(channels=4), lstm()))
    rows = [line.split() for line in run("info", path).out.splitlines()]
    assert ["0", "to", "0.333", "-", "1,200", "1,200"] in rows
    assert [row[3] for row in rows if row[1:2] == ["to"]] == ["-", "4", "4"]


def test_unknown_sample_rate(run: Any, write_nam: Any) -> None:
    found = fields(run("info", write_nam(wavenet(sample_rate=None))).out)
    assert found["sample rate"] == "unknown, 48000 Hz assumed"
    assert found["receptive field"] == "15 samples, 0.3 ms"


def test_other_sample_rate(run: Any, write_nam: Any) -> None:
    found = fields(run("info", write_nam(wavenet(sample_rate=176400))).out)
    assert found["sample rate"] == "176400 Hz"
    assert found["receptive field"] == "15 samples, 0.1 ms"


def test_a_recurrent_model_has_no_end(run: Any, write_nam: Any) -> None:
    found = fields(run("info", write_nam(lstm())).out)
    assert found["receptive field"] == "all of the past (recurrent)"


def test_what_stands_in_a_file_cannot_command_a_terminal(run: Any, write_nam: Any) -> None:
    metadata = {"name": "a\x1b[2Jb\r\nc", "k\x07ey": "v", "long": "x" * 5000, "date": {"year": "soon"}}
    result = run("info", write_nam(metadata=metadata))
    assert result.status == 0
    assert all(line.isprintable() for line in result.out.splitlines())
    assert fields(result.out)["name"] == "a [2Jb  c"
    assert max(map(len, result.out.splitlines())) < 150
    assert "soon" in result.out


def test_json(run: Any, write_nam: Any) -> None:
    path = write_nam(metadata=METADATA)
    result = run("info", path, "--json")
    assert (result.status, result.err) == (0, "")
    found = json.loads(result.out)
    assert {
        name: found[name] for name in found if name not in ("loudness", "delay", "polarity")
    } == nam_core.info(path).to_dict()
    assert json.loads(result.out)["metadata"] == METADATA


def test_every_golden_model(run: Any) -> None:
    for path in GOLDEN.glob("*.nam"):
        result = run("info", path)
        assert (result.status, result.err) == (0, ""), path
        assert "multiply-adds" in result.out


def test_delay_and_polarity(run: Any, write_nam: Any) -> None:
    model = write_nam(linear([0.0] * 37 + [-0.5, 0.1]))
    lines = run("info", model).out.splitlines()
    assert "delay             37 samples (confidence 1.00)" in lines
    assert "polarity          inverted (confidence 0.80)" in lines
    found = json.loads(run("info", model, "--json").out)
    assert (found["delay"]["frames"], found["polarity"]["sign"]) == (37, -1)
    silent = json.loads(run("info", write_nam(linear([0.0])), "--json").out)
    assert (silent["delay"], silent["polarity"]) == (None, None)


@pytest.mark.parametrize(
    ("stated", "gain", "text", "plausible"),
    [
        (-12.0, 0.5, "-12.0 dB", True),
        (-12.4, 0.5, "-12.4 dB", True),
        (-18.0, 0.5, "-18.0 dB stated, -12.0 dB measured: implausible", False),
        (-18.0, 0.0, "-18.0 dB stated, -inf dB measured: implausible", False),
        (None, 0.5, "unknown, -12.0 dB measured", True),
    ],
)
def test_a_loudness_that_the_model_does_not_have(
    stated: float | None,
    gain: float,
    text: str,
    plausible: bool,
    run: Any,
    write_nam: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A standard input of RMS 0.5 (-6 dB) through a gain; some files state a placeholder."""
    soundfile.write(tmp_path / "loudness_input.wav", np.tile([0.5, -0.5], 24_000), 48_000, subtype="FLOAT")
    monkeypatch.setattr(
        "nam_core.levels.model_loudness._installed_input", lambda: tmp_path / "loudness_input.wav"
    )
    model = write_nam(linear([gain]), metadata={"loudness": stated})
    assert fields(run("info", model).out)["loudness"] == text
    found = json.loads(run("info", model, "--json").out)["loudness"]
    measured = 20 * math.log10(0.5 * gain) if gain else None
    assert found == {"measured": pytest.approx(measured), "stated": stated, "plausible": plausible}


def test_without_the_standard_input_the_file_counts(
    run: Any, write_nam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nam_core.levels.model_loudness._installed_input", lambda: None)
    model = write_nam(linear([0.5]), metadata={"loudness": -18.0})
    assert fields(run("info", model).out)["loudness"] == "-18.0 dB"
    found = json.loads(run("info", model, "--json").out)["loudness"]
    assert found == {"measured": None, "stated": -18.0, "plausible": True}
