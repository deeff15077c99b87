"""A batch on one core: the time that files, levels, hashes and the manifest add to the engine's time."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytest_benchmark.fixture import BenchmarkFixture

import nam_core
from bench.models import SAMPLE_RATE, model_file, noise
from nam_core.audio.arrays import Audio
from nam_core.audio.loudness_meter import LoudnessMeter
from nam_core.audio.reader import open_audio
from nam_core.audio.writer import choose_encoding, create_audio
from nam_core.offline.batch import run_batch
from nam_core.offline.batch_plan import Batch
from nam_core.offline.hashing import sha256

NAMES = ("a1-standard", "a1-lite", "a1-feather", "a2-full", "lstm-1x16")
RECORDINGS = 20
# The length of a take. The disk makes each file wait about 4 ms, a fiftieth of the time that these models
# take for the file.
SECONDS = 20
BLOCK = 4096
# Frames that a job reads, plays and writes at a time.
PIECE = 1 << 16


@pytest.fixture
def one_core() -> object:
    """Hold this process, and the threads that it starts, to one core."""
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system does not hold a process to a core")
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    yield
    os.sched_setaffinity(0, cores)


def _read(folder: Path, _: Audio) -> None:
    with open_audio(folder / "dry.wav") as source:
        while source.read(PIECE).size:
            pass


def _write(folder: Path, wet: Audio) -> None:
    encoding = choose_encoding("again.wav", None, 1, wet.size)
    with create_audio(str(folder / "again.wav"), encoding, SAMPLE_RATE, 1) as sink:
        for first in range(0, wet.size, PIECE):
            sink.write(wet[None, first : first + PIECE])


def _measure(_: Path, wet: Audio) -> None:
    meter = LoudnessMeter(SAMPLE_RATE)
    for first in range(0, wet.size, PIECE):
        meter.add(wet[first : first + PIECE])
    meter.finish()


def _hash(folder: Path, _: Audio) -> None:
    sha256(str(folder / "wet.wav"))


@pytest.mark.parametrize("part", [_read, _write, _measure, _hash])
def test_part(benchmark: BenchmarkFixture, part: Callable[[Path, Audio], None], tmp_path: Path) -> None:
    """The parts of a job that are not the engine: 24 bits in, 32-bit float out."""
    benchmark.group = f"parts of a job, {SECONDS} s"
    wet = 0.1 * noise(SECONDS * SAMPLE_RATE).astype(np.float32)
    soundfile.write(tmp_path / "dry.wav", wet, SAMPLE_RATE, subtype="PCM_24")
    soundfile.write(tmp_path / "wet.wav", wet, SAMPLE_RATE, subtype="FLOAT")
    benchmark.pedantic(part, (tmp_path, wet), rounds=30, warmup_rounds=1)
    if benchmark.stats is not None:  # with --benchmark-disable the call is made, not timed
        benchmark.extra_info["ns_per_sample"] = 1e9 * benchmark.stats.stats.min / wet.size


def test_batch(benchmark: BenchmarkFixture, one_core: object, tmp_path: Path) -> None:
    benchmark.group = f"batch: {RECORDINGS} recordings of {SECONDS} s through {len(NAMES)} models, one core"
    recording = noise(SECONDS * SAMPLE_RATE).astype(np.float32)
    for folder in ("amps", "takes"):
        (tmp_path / folder).mkdir()
    own = 0.0
    for name in NAMES:
        (tmp_path / "amps" / f"{name}.nam").write_text(json.dumps(model_file(name)), "utf-8")
        own += RECORDINGS * min(
            float(nam_core.load(model_file(name)).time_blocks(recording, BLOCK).sum()) for _ in range(3)
        )
    for number in range(RECORDINGS):
        soundfile.write(tmp_path / "takes" / f"{number}.wav", recording, SAMPLE_RATE, subtype="PCM_24")
    rounds = iter(range(1000))

    def run() -> None:
        # A new folder each time, because a batch does not make existing files again.
        batch = Batch(
            [str(tmp_path / "amps")], [str(tmp_path / "takes")], str(tmp_path / f"wet{next(rounds)}")
        )
        assert not run_batch(batch.jobs(), batch.output).failed

    benchmark.pedantic(run, rounds=1)
    if benchmark.stats is not None:  # with --benchmark-disable the call is made, not timed
        benchmark.extra_info["times_the_engine"] = benchmark.stats.stats.median / own
    began = time.perf_counter()
    batch = Batch([str(tmp_path / "amps")], [str(tmp_path / "takes")], str(tmp_path / "wet0"))
    assert not run_batch(batch.jobs(), batch.output).results
    benchmark.extra_info["seconds_of_a_second_run"] = time.perf_counter() - began
