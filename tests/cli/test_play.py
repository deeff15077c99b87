"""`nam-core play`, with a stand-in for the sound card."""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from small_models import noise

import nam_core
from nam_core.cli import play as command
from nam_core.live.live_player import LivePlayer

A2 = Path(__file__).resolve().parents[2] / "examples" / "overdrive_a2.nam"
RECORDED = noise(6400)


class Stream:
    """Calls back with the recording, block by block, when it is opened."""

    played: Any = None
    opened: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        Stream.opened = options
        if options["device"][0] == "none":
            raise ValueError("No input device matching 'none'")

    def __enter__(self) -> Stream:
        inputs, outputs = Stream.opened["channels"]
        block = Stream.opened["blocksize"]
        blocks = np.zeros((len(RECORDED) // block, block, inputs), np.float32)
        blocks[..., -1] = RECORDED.reshape(-1, block)
        out = np.full((*blocks.shape[:2], outputs), np.nan, np.float32)
        for number, (heard, result) in enumerate(zip(blocks, out, strict=True)):
            Stream.opened["callback"](heard, result, block, None, "input overflow" if number == 3 else None)
        Stream.played = out.reshape(-1, outputs).T
        return self

    def __exit__(self, *error: object) -> None:
        pass


@pytest.fixture(autouse=True)
def sound_card(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = ModuleType("sounddevice")
    for name, value in {
        "Stream": Stream,
        "PortAudioError": type("PortAudioError", (Exception,), {}),
        "query_devices": lambda: "> 0 a sound card",
    }.items():
        setattr(stand_in, name, value)
    monkeypatch.setitem(sys.modules, "sounddevice", stand_in)
    interval = sys.getswitchinterval()
    monkeypatch.setattr(sys, "setswitchinterval", lambda seconds: None)
    assert sys.getswitchinterval() == interval


def test_it_plays_the_model_s_bits(run: Any) -> None:
    result = run("play", A2, "--seconds", "0", "--quality", "1", "--channel", "2")
    assert result.status == 0
    expected = nam_core.load(A2).process(RECORDED)
    assert np.array_equal(Stream.played, [expected, expected])
    assert (Stream.opened["samplerate"], Stream.opened["channels"]) == (48000, (2, 2))
    assert "100 blocks" in result.out and "the sound card lost 1; quality 1" in result.out
    assert "b is bypass" in result.err


def test_with_a_cabinet_of_another_rate(run: Any, write_wav: Any) -> None:
    cabinet = write_wav(noise(300), "cabinet.wav", rate=96000)
    assert run("play", A2, cabinet, "--seconds", "0", "--quality", "1").status == 0
    model = nam_core.chain([A2, nam_core.load(cabinet, sample_rate=48000)])
    assert np.array_equal(Stream.played[0], model.process(RECORDED))


def test_a_stereo_response_plays_in_stereo(run: Any, write_wav: Any) -> None:
    cabinet = write_wav(np.stack([noise(300), noise(300)[::-1]]), "cabinet.wav")
    assert run("play", cabinet, "--seconds", "0").status == 0
    assert np.array_equal(Stream.played, nam_core.load(cabinet).process(RECORDED))


def test_auto_quality_is_measured(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fit(model: nam_core.Model, *_: Any, **__: Any) -> nam_core.Fit:
        model.quality = 0.5
        return nam_core.Fit(0.5, False, 0.3, 64, ())

    monkeypatch.setattr("nam_core.live.fitting.fit_quality", fit)
    monkeypatch.setattr(nam_core.Governor, "step", lambda self, now: None)
    result = run("play", A2, "--seconds", "0")
    assert "quality 0.5" in result.out
    assert "even the smallest size takes more than 30% of a block's duration" in result.err


def test_keys(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pressed = iter("-a+bxq")
    qualities, bypassed = [], []

    class Keys:
        def read(self, seconds: float) -> str:
            return next(pressed)

        def show(self, line: str) -> None:
            qualities.append(line.partition("quality ")[2][:4])
            bypassed.append("bypass" in line)

    class Keyboard:
        def __enter__(self) -> Keys:
            return Keys()

        def __exit__(self, *error: object) -> None:
            pass

    monkeypatch.setattr(command, "keyboard", Keyboard)
    assert run("play", A2, "--quality", "1").status == 0
    smaller = f"{nam_core.load(A2).sizes[-2].low:.2f}"
    assert qualities[:3] == [smaller, "1.00", f"{nam_core.load(A2).sizes[-1].low:.2f}"]
    assert bypassed == [False, False, False, True, True]


def test_bypass_fades_to_the_input_and_back() -> None:
    player = LivePlayer(nam_core.load(A2))
    blocks = RECORDED.reshape(-1, 64, 1)
    expected = nam_core.load(A2).process(RECORDED).reshape(-1, 64)
    for number, block in enumerate(blocks):
        player.bypass = 20 <= number < 60
        out = np.empty_like(block)
        player.callback(block, out, 64, None, None)
        # 10 ms are 7.5 blocks.
        if number < 20 or number >= 68:
            assert np.array_equal(out[:, 0], expected[number])
        elif 28 <= number < 60:
            assert np.array_equal(out, block)
    heard, played = player.take_peaks()
    assert heard == np.abs(RECORDED).max()
    assert 0.5 < played / np.abs(expected).max() < 1.5
    assert player.take_peaks() == (0.0, 0.0)
    assert (player.tally.blocks, player.tally.lost) == (100, 0)


def test_long_blocks_are_cut() -> None:
    player = LivePlayer(nam_core.load(A2))
    out = np.empty((6400, 1), np.float32)
    player.callback(RECORDED[:, None], out, 6400, None, None)
    assert np.array_equal(out[:, 0], nam_core.load(A2).process(RECORDED))


def array_bytes() -> int:
    """Bytes of the NumPy arrays that were made while tracemalloc watched."""
    arrays = tracemalloc.DomainFilter(True, np.lib.tracemalloc_domain)
    return sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces([arrays]).traces)


def test_the_callback_makes_no_array_of_audio() -> None:
    player = LivePlayer(nam_core.load(A2))
    heard, result = np.zeros((4096, 1), np.float32), np.zeros((4096, 2), np.float32)
    tracemalloc.start()
    try:
        for number in range(60):
            if number == 50:  # by then all that stays is made
                arrays = array_bytes()
                kept, _ = tracemalloc.get_traced_memory()
                tracemalloc.reset_peak()
            player.callback(heard, result, 4096, None, None)
        _, most = tracemalloc.get_traced_memory()
        assert array_bytes() == arrays
    finally:
        tracemalloc.stop()
    assert most - kept < 4096  # a block has 16 KiB


def test_devices(run: Any) -> None:
    assert run("play", "--devices").out == "> 0 a sound card\n"


def test_bad_input(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for arguments, words in (
        ((tmp_path / "none.nam",), "none.nam"),
        ((A2, "--block", "0"), "--block must be 1 or more"),
        ((A2, "--quality", "2"), "quality must be from 0.0"),
        ((A2, "--quality", "1", "--input", "none"), "No input device matching 'none'"),
    ):
        result = run("play", *arguments)
        assert result.status == 2 and words in result.err and result.err.count("\n") == 1
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert "pip install nam_core[live]" in run("play", A2).err
