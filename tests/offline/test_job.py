"""Render jobs as values: they survive pickling, and a second run gives the same bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from small_models import Array, linear, noise, wavenet

import nam_core
from nam_core import LoadOptions, RenderJob, RenderOptions, run_job


def write(path: Path, audio: Array, rate: int = 48000) -> str:
    soundfile.write(path, audio.T, rate, subtype="FLOAT")
    return str(path)


def write_nam(path: Path, nam: object) -> str:
    path.write_text(json.dumps(nam), "utf-8")
    return str(path)


def digest(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def test_a_job_and_its_record(tmp_path: Path) -> None:
    model, dry = write_nam(tmp_path / "amp.nam", wavenet()), write(tmp_path / "dry.wav", noise(5000, 2))
    options = RenderOptions(channel=2, subtype="PCM_24")
    job = RenderJob(model, dry, str(tmp_path / "wet.wav"), options, LoadOptions(dtype="float64"))
    travelled = pickle.loads(pickle.dumps(job))
    assert travelled == job
    record = run_job(travelled)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    expected = nam_core.render(nam_core.load(model, dtype="float64"), noise(5000, 2)[1])
    assert np.allclose(soundfile.read(job.output)[0], expected, rtol=0, atol=2.0**-23)
    for name, path in (("output", job.output), ("model", model), ("input", dry)):
        assert record[name] == path
        assert record[f"{name}_sha256"] == digest(path)
    assert record["versions"]["nam_core"] == nam_core.__version__
    assert record["options"]["channel"] == 2
    assert record["load"]["dtype"] == "float64"
    assert (record["frames"], record["channels"], record["subtype"]) == (5000, 1, "PCM_24")
    assert record["ns_per_sample"] > 0
    assert record["warnings"] == []


def test_a_second_run_writes_the_same_bytes(tmp_path: Path) -> None:
    dry = write(tmp_path / "dry.wav", noise(5000))
    job = RenderJob(json.dumps(wavenet()).encode(), dry, str(tmp_path / "wet.wav"))
    first = run_job(job, threads=1)
    second = run_job(job, threads=2)
    assert first["model"] is None
    assert {**first, "ns_per_sample": 0} == {**second, "ns_per_sample": 0}


def test_a_model_that_has_changed_is_loaded_anew(tmp_path: Path) -> None:
    dry, wet = write(tmp_path / "dry.wav", noise(100)), tmp_path / "wet.wav"
    for gain in (0.5, 0.25):
        run_job(RenderJob(write_nam(tmp_path / "amp.nam", linear([gain])), dry, str(wet)))
        assert np.array_equal(soundfile.read(wet, dtype="float32")[0], noise(100) * np.float32(gain))


def test_jobs_are_values() -> None:
    job = RenderJob("amp.nam", "dry.wav", "wet.wav")
    assert job == RenderJob("amp.nam", "dry.wav", "wet.wav", RenderOptions(), LoadOptions())
    assert len({job, dataclasses.replace(job), dataclasses.replace(job, output="other.wav")}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        job.output = "other.wav"  # type: ignore[misc]


def test_warnings_belong_to_their_job(tmp_path: Path) -> None:
    """Jobs in threads at the same time: each record has the warnings of its own file, and no others."""
    model = write_nam(tmp_path / "amp.nam", linear([2.0]))
    jobs = []
    for i in range(8):
        dry = write(tmp_path / f"dry{i}.wav", noise(200_000) * (1.0 if i % 2 else 0.1))
        jobs.append(RenderJob(model, dry, str(tmp_path / f"wet{i}.wav"), RenderOptions(subtype="PCM_16")))
    before = (warnings.showwarning, list(warnings.filters))
    with ThreadPoolExecutor(4) as pool:
        records = list(pool.map(run_job, jobs))
    for i, record in enumerate(records):
        assert [f"wet{i}.wav: " in text and "clipped" in text for text in record["warnings"]] == [True] * (
            i % 2
        )
    assert (warnings.showwarning, list(warnings.filters)) == before


def test_a_failed_job_raises_and_leaves_the_old_file(tmp_path: Path) -> None:
    model, dry = write_nam(tmp_path / "amp.nam", wavenet()), write(tmp_path / "dry.wav", noise(100), 44100)
    wet = tmp_path / "wet.wav"
    wet.write_bytes(b"the last take")
    with pytest.raises(nam_core.NamAudioError, match="44100 Hz"):
        run_job(RenderJob(model, dry, str(wet)))
    assert wet.read_bytes() == b"the last take"


def test_a_recording_is_hashed_once_for_all_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dry, hashed = write(tmp_path / "dry.wav", noise(100)), []

    def counted(path: str) -> str:
        hashed.append(path)
        return digest(path)

    monkeypatch.setattr("nam_core.offline.hashing.sha256", counted)

    def input_hashes() -> list[str]:
        amps = [write_nam(tmp_path / f"{gain}.nam", linear([gain])) for gain in (0.5, 0.25)]
        jobs = [RenderJob(amp, dry, str(tmp_path / "wet.wav")) for amp in amps]
        return [run_job(job)["input_sha256"] for job in jobs]

    os.utime(dry, (1e9, 1e9))
    assert input_hashes() == [digest(dry)] * 2
    assert hashed == [dry]
    # Of the same length, and the time of another second.
    write(tmp_path / "dry.wav", noise(100, seed=1))
    os.utime(dry, (1e9, 1e9 + 1))
    assert input_hashes() == [digest(dry)] * 2
    assert hashed == [dry] * 2
    # A file that has just been written may be written again within the same tick of the clock.
    for seed in (2, 3):
        write(tmp_path / "dry.wav", noise(100, seed=seed))
        assert input_hashes() == [digest(dry)] * 2
    assert len(hashed) == 6
