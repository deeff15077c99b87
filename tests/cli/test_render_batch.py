"""``nam-core render`` with many files: what it prints, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import linear, noise


@pytest.fixture
def takes(tmp_path: Path, write_wav: Any) -> Path:
    """A folder with two recordings."""
    (tmp_path / "takes").mkdir()
    for name in ("one.wav", "two.wav"):
        write_wav(noise(3000), f"takes/{name}")
    return tmp_path / "takes"


def test_a_folder(run: Any, write_nam: Any, takes: Path, tmp_path: Path) -> None:
    model, wet = write_nam(linear([0.5])), tmp_path / "wet"
    words = ("render", model, "--input", takes, "--output", wet)
    result = run(*words)
    assert (result.status, result.out, result.err) == (0, f"{wet}: 2 made, 0 kept, 0 failed\n", "")
    assert np.array_equal(soundfile.read(wet / "amp" / "one.wav", dtype="float32")[0], noise(3000) / 2)
    assert run(*words).out == f"{wet}: 0 made, 2 kept, 0 failed\n"
    (tmp_path / "jobs.toml").write_text('models = "amp.nam"\ninput = "takes"\noutput = "wet"')
    assert run("render", "--jobs", tmp_path / "jobs.toml").out == f"{wet}: 0 made, 2 kept, 0 failed\n"


def test_failures_are_told_and_lead_to_status_1(
    run: Any, write_nam: Any, takes: Path, tmp_path: Path
) -> None:
    (takes / "bad.wav").write_bytes(b"RIFF")
    result = run(
        "render",
        write_nam(linear([2.0])),
        "--input",
        takes,
        "--output",
        tmp_path / "wet",
        "--subtype",
        "PCM_16",
    )
    assert result.status == 1
    assert result.out == f"{tmp_path / 'wet'}: 2 made, 0 kept, 1 failed\n"
    lines = result.err.splitlines()
    assert lines[-1].startswith(f"nam-core render: failed: {takes / 'bad.wav'}: ")
    assert sum("samples were clipped" in line for line in lines[:-1]) == len(lines) - 1 == 2


def test_one_reason_is_told_once(run: Any, takes: Path, tmp_path: Path) -> None:
    (takes / "bad.wav").write_bytes(b"RIFF")
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.nam").write_text(json.dumps(linear([0.5])))
    result = run("render", tmp_path / "*.nam", "--input", takes, "--output", tmp_path / "wet")
    assert result.out.endswith("6 made, 0 kept, 3 failed\n")
    assert result.err.startswith(f"nam-core render: failed: {takes / 'bad.wav'}: ")
    assert result.err.endswith(" (3 outputs)\n")
    assert result.err.count("\n") == 1


def test_a_model_without_a_rate_is_told_once(run: Any, write_nam: Any, takes: Path, tmp_path: Path) -> None:
    model = linear([0.5])
    del model["sample_rate"]
    result = run("render", write_nam(model), "--input", takes, "--output", tmp_path / "wet")
    assert result.err.count("does not state its sample rate; 48000 Hz assumed") == 1


def test_a_warning_names_its_model_and_comes_once(
    run: Any, write_nam: Any, takes: Path, tmp_path: Path
) -> None:
    """Not once for each recording: what is wrong is the model."""
    amp = write_nam(linear([0.5]), metadata={"input_level_dbu": 600.0, "output_level_dbu": 4.0})
    result = run("render", amp, "--input", takes, "--output", tmp_path / "wet", "--interface-dbu", 12)
    assert len(list((tmp_path / "wet").rglob("*.wav"))) > 1
    text = "the file states input_level_dbu = 600 dBu, which no interface has; no gain is set from it"
    assert result.err.splitlines() == [f"nam-core render: warning: {amp}: {text}"]


def test_lines_of_json(run: Any, write_nam: Any, takes: Path, tmp_path: Path) -> None:
    (takes / "bad.wav").write_bytes(b"RIFF")
    wet = tmp_path / "wet"
    result = run("render", write_nam(linear([0.5])), "--input", takes, "--output", wet, "--json")
    *files, summary = (json.loads(line) for line in result.out.splitlines())
    assert summary == {"folder": str(wet), "made": 2, "kept": 0, "failed": 1}
    assert sorted(file["output"] for file in files) == [
        str(wet / "amp" / name) for name in ("bad.wav", "one.wav", "two.wav")
    ]
    for file in files:
        assert ("error" in file) == file["output"].endswith("bad.wav")
        assert "error" in file or file["levels"]["peak_db"] < 0
    one = run("render", write_nam(linear([0.5])), takes / "one.wav", tmp_path / "one.wav", "--json")
    assert json.loads(one.out)["frames"] == 3000


def test_options_reach_the_render(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    x, wet = noise(44_100, 2), tmp_path / "wet.wav"
    model, dry = write_nam(linear([0.0] * 10 + [-0.5])), write_wav(x, rate=44100)
    words = (
        "--resample",
        "--channel",
        "all",
        "--compensate",
        "--start",
        "0.1",
        "--end",
        "0.6",
        "--tail",
        "0.1",
    )
    levels = ("--input-gain=-6", "--output-gain", "6", "--headroom", "1")
    assert run("render", model, dry, wet, *words, *levels).status == 0
    found, rate = soundfile.read(wet)
    assert (rate, found.shape) == (44100, (22_050 + 4410, 2))
    assert 20 * np.log10(np.abs(found).max()) <= -1.0 + 1e-6
    assert run("render", model, dry, wet, *words, "--normalize-peak=-3").status == 0
    assert 20 * np.log10(np.abs(soundfile.read(wet)[0]).max()) == pytest.approx(-3.0, abs=1e-4)


def test_a_blend(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    x, wet = noise(3000), tmp_path / "wet.wav"
    models = write_nam(linear([0.5]), "a.nam"), write_nam(linear([0.0, 0.0, -0.5]), "b.nam")
    dry = write_wav(x)
    assert run("render", *models, dry, wet, "--blend=0,0i").status == 0
    assert np.allclose(soundfile.read(wet)[0][2:], x[:-2], atol=1e-6)
    assert "a gain for each model: 2; found 1" in run("render", *models, dry, wet, "--blend=0").err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["a.nam", "b.wav"],
            "give MODEL IN OUT, or models with --input and --output",
        ),
        (["a.nam", "b.nam", "c.wav", "d.wav"], "several models need --input and --output, or --blend"),
        (["a.nam", "--input", "b.wav"], "a batch needs output"),
        (["a.nam", "--output", "wet"], "a batch needs input"),
        (
            ["a.nam", "b.wav", "c.wav", "--size", "all"],
            "size must be full, lite, or a quality",
        ),
        (["a.nam", "b.wav", "c.wav", "--headroom=-1"], "headroom must be 0 dB or more; found -1.0"),
        (
            ["a.nam", "--jobs", "jobs.toml"],
            "--jobs FILE already names the models",
        ),
        (["none.nam", "--input", "none", "--output", "wet"], "none.nam: No such file or directory"),
        (["--jobs", "none.toml"], "none.toml: No such file or directory"),
    ],
)
def test_words_that_do_not_go_together(words: list[str], message: str, run: Any) -> None:
    result = run("render", *words)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"nam-core render: {message}")
    assert result.err.count("\n") == 1
