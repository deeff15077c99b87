"""``nam-core compare``: what it passes on, what it prints, its exit status."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import noise, wavenet

import nam_core
from nam_core.audio.dry_signal import dry_signal
from nam_core.evaluation.comparison import Report

REPORT = Report(
    model="amp.nam",
    architecture="WaveNet",
    dtype="float64",
    isa="scalar",
    quality=1.0,
    samples=5000,
    differing_samples=0,
    rounding_ties=0,
    max_ulps=0,
    max_abs=0.0,
    null_depth_db=float("-inf"),
    esr=0.0,
    first_differing=None,
)


class Recorder:
    """Replaces ``nam_core.compare``: keeps its arguments and returns a report."""

    def __init__(self) -> None:
        self.report = REPORT
        self.source: Any = None
        self.audio: Any = None
        self.options: dict[str, Any] = {}

    def __call__(self, source: Any, audio: Any, **options: Any) -> Report:
        self.source, self.audio, self.options = source, audio, options
        return self.report


@pytest.fixture
def compare(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr("nam_core.evaluation.comparison.compare", recorder)
    return recorder


def test_defaults(compare: Recorder, run: Any, write_nam: Any) -> None:
    path = write_nam()
    result = run("compare", path)
    assert (result.status, result.out, result.err) == (0, f"{REPORT}\n", "")
    assert compare.source == str(path)
    assert compare.options == {
        "dtype": "float64",
        "quality": 1.0,
        "isa": None,
        "against": "pytorch",
        "max_bytes": 2**30,
    }
    assert np.array_equal(compare.audio, dry_signal(5 * 48000, 48000.0, 1)[0])


def test_options(compare: Recorder, run: Any, write_nam: Any) -> None:
    isa = nam_core.runtime_info()["isas"][-1]
    words = ["--dtype", "float32", "--quality", "0.25", "--isa", isa, "--seconds", "0.5"]
    assert run("compare", write_nam(wavenet(sample_rate=96000)), *words).status == 0
    assert compare.options == {
        "dtype": "float32",
        "quality": 0.25,
        "isa": isa,
        "against": "pytorch",
        "max_bytes": 2**30,
    }
    assert compare.audio.shape == (48000,)


def test_a_recording(compare: Recorder, run: Any, write_nam: Any, write_wav: Any) -> None:
    x = noise(9600)
    model, dry = write_nam(), write_wav(x)
    assert run("compare", model, dry).status == 0
    assert np.array_equal(compare.audio, x)
    assert run("compare", model, dry, "--seconds", "0.1").status == 0
    assert np.array_equal(compare.audio, x[:4800])
    assert run("compare", model, dry, "--seconds", "100").status == 0
    assert np.array_equal(compare.audio, x)


def test_a_channel_of_a_recording(compare: Recorder, run: Any, write_nam: Any, write_wav: Any) -> None:
    x = noise(500, 2)
    model, dry = write_nam(), write_wav(x)
    assert run("compare", model, dry, "--channel", "right").status == 0
    assert np.array_equal(compare.audio, x[1])
    for options in ([], ["--channel", "both"]):
        result = run("compare", model, dry, *options)
        assert result.status == 2
        assert "choose with --channel left" in result.err


def test_a_model_of_several_channels(compare: Recorder, run: Any, write_nam: Any, write_wav: Any) -> None:
    model = write_nam(wavenet(in_channels=2))
    assert run("compare", model, "--seconds", "0.01").status == 0
    assert np.shape(compare.audio) == (2, 480)
    assert not np.array_equal(compare.audio[0], compare.audio[1])
    x = noise(500, 2)
    assert run("compare", model, write_wav(x)).status == 0
    assert np.array_equal(compare.audio, x)


@pytest.mark.parametrize(("dtype", "status"), [("float64", 1), ("float32", 0)])
def test_status_says_whether_the_float64_engine_differs(
    dtype: str, status: int, compare: Recorder, run: Any, write_nam: Any
) -> None:
    compare.report = dataclasses.replace(REPORT, differing_samples=3, first_differing=17)
    result = run("compare", write_nam(), "--dtype", dtype)
    assert (result.status, result.out) == (status, f"{compare.report}\n")


def test_against_the_mirror(compare: Recorder, run: Any, write_nam: Any) -> None:
    path = write_nam()
    assert run("compare", path, "--against", "exact").status == 0
    assert compare.options == {
        "dtype": "float32",
        "quality": 1.0,
        "isa": None,
        "against": "exact",
        "max_bytes": 2**30,
    }
    compare.report = dataclasses.replace(REPORT, differing_samples=3, against="exact")
    assert run("compare", path, "--against", "exact").status == 1


def test_the_mirror_is_float32(compare: Recorder, run: Any, write_nam: Any) -> None:
    result = run("compare", write_nam(), "--against", "exact", "--dtype", "float64")
    assert (result.status, result.out) == (2, "")
    assert result.err == "nam-core compare: --against exact always uses float32; leave --dtype out\n"


def test_ties_do_not_count(compare: Recorder, run: Any, write_nam: Any) -> None:
    compare.report = dataclasses.replace(REPORT, rounding_ties=3)
    assert run("compare", write_nam()).status == 0


def test_json(compare: Recorder, run: Any, write_nam: Any) -> None:
    result = run("compare", write_nam(), "--json")
    assert json.loads(result.out) == REPORT.to_dict()


@pytest.mark.parametrize("options", [["--seconds", "1e-6"], ["empty.wav"]])
def test_no_samples(
    options: list[str],
    compare: Recorder,
    run: Any,
    write_nam: Any,
    write_wav: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_wav(np.zeros(0), "empty.wav")
    result = run("compare", write_nam(), *options)
    assert (result.status, result.err) == (2, "nam-core compare: there are no samples to compare\n")


def test_wrong_rate(compare: Recorder, run: Any, write_nam: Any, write_wav: Any) -> None:
    result = run("compare", write_nam(), write_wav(rate=44100))
    assert result.status == 2
    assert "recorded at 44100 Hz, and the model runs at 48000 Hz" in result.err


def test_without_pytorch(run: Any, write_nam: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # As if neither had been imported, nor could be.
    for name in [name for name in sys.modules if name.startswith("nam_core.reference.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("nam_core.reference.build", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    result = run("compare", write_nam())
    assert (result.status, result.out) == (2, "")
    assert "pip install nam_core[reference]" in result.err
    assert result.err.count("\n") == 1


def test_against_pytorch(run: Any, write_nam: Any) -> None:
    pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
    pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")
    path = write_nam()
    result = run("compare", path, "--seconds", "0.5", "--json")
    report = json.loads(result.out)
    assert (result.status, report["samples"], report["differing_samples"]) == (0, 24000, 0)


def test_against_the_real_mirror(run: Any, write_nam: Any) -> None:
    pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
    result = run("compare", write_nam(), "--seconds", "0.02", "--against", "exact", "--json")
    report = json.loads(result.out)
    assert (result.status, report["against"], report["differing_samples"]) == (0, "exact", 0)


def test_the_synthesised_signal() -> None:
    x = dry_signal(96000, 48000.0, 2)
    assert x.shape == (2, 96000)
    assert x.dtype == np.float32
    assert 0.3 < np.abs(x).max() <= 0.9
    assert np.array_equal(dry_signal(96000, 48000.0, 2), x)
    # Loud, quiet and silent stretches.
    levels = np.sqrt(np.mean(x[0].reshape(-1, 2400) ** 2, axis=1))
    assert levels.max() > 0.1
    assert (levels == 0.0).any()
    assert ((levels > 0.0) & (levels < 0.01)).any()
