"""One thread plays as fast as it can, while another one changes the size."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from realtime.switching_models import ROOT, from_the_start, qualities, slimmable_files, two_wavenets
from small_models import container, convnet, lstm, noise, wavenet

import nam_core

SECONDS = 0.3


class Player(threading.Thread):
    """Plays a model in blocks of many sizes until it is told to stop."""

    def __init__(self, model: nam_core.Model, seed: int = 0, pause: float = 0.0) -> None:
        super().__init__()
        self.pause = pause  # seconds between two blocks
        self.model = model
        self.rng = np.random.default_rng(seed)
        self.wanted = True
        self.input: list[np.ndarray] = []
        self.output: list[np.ndarray] = []
        self.played = 0  # blocks that are complete
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            while self.wanted:
                block = self.rng.uniform(-0.9, 0.9, int(self.rng.integers(1, 400))).astype(np.float32)
                self.input.append(block)
                self.output.append(self.model.process(block))
                self.played += 1
                time.sleep(self.pause)
        except BaseException as error:
            self.error = error


@pytest.mark.parametrize("path", slimmable_files(), ids=lambda path: path.stem)
def test_exact_wherever_no_switch_is_under_way(path: Path) -> None:
    model = nam_core.load(path)
    levels = qualities(model)
    rng = np.random.default_rng(3)
    player = Player(model)
    player.start()
    steady: list[tuple[float, int, int]] = []  # quality, first block, end
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline or len(steady) < 4:
        quality = float(rng.choice(levels))
        model.set_quality(quality, crossfade=float(rng.choice([0.0, 0.001])))
        while model.switching and player.is_alive():
            time.sleep(0)
        first = player.played + 1  # the block under way may have begun before
        while player.played <= first and player.is_alive():
            time.sleep(0.001)
        steady.append((quality, first, player.played))
    player.wanted = False
    player.join()
    assert player.error is None

    x = np.concatenate(player.input)
    places = np.cumsum([0, *(len(block) for block in player.input)])
    expected = {q: from_the_start(path, q, x) for q in levels}
    y = np.concatenate(player.output)
    compared = 0
    for quality, first, end in steady:
        if first < end:
            where = slice(places[first], places[end])
            assert np.array_equal(y[where], expected[quality][where])
            compared += 1
    assert compared >= 3


def test_changes_from_many_threads_are_taken_in_turn() -> None:
    nam = two_wavenets()
    model = nam_core.load(nam)
    player = Player(model)
    player.start()

    def change(seed: int) -> None:
        for quality in np.random.default_rng(seed).uniform(size=40):
            model.set_quality(float(quality), crossfade=0.0005)

    threads = [threading.Thread(target=change, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while model.switching and player.is_alive():
        time.sleep(0)
    player.wanted = False
    player.join()
    assert player.error is None
    x = noise(3000)
    model.reset()
    assert np.array_equal(model.process(x), from_the_start(nam, model.quality, x))


SOAKED: dict[str, Any] = {
    "wavenets": container(wavenet(channels=2), wavenet(channels=3, dilations=(1, 3, 9))),
    "convnet": container(convnet(), wavenet()),
    "lstm": container(lstm(), wavenet()),
    "a2": ROOT / "examples" / "overdrive_a2.nam",
}


@pytest.mark.parametrize("name", SOAKED)
def test_soak(name: str) -> None:
    """Ten minutes of audio, all models together: random changes, resets and blocks, from two threads."""
    model = nam_core.load(SOAKED[name])
    ended = threading.Event()
    changes = 0

    def change() -> None:
        nonlocal changes
        rng = np.random.default_rng(0)
        while not ended.is_set():
            model.set_quality(float(rng.uniform()), crossfade=float(rng.choice([0.0, 0.003, 0.02])))
            changes += 1
            time.sleep(0.0002)

    changer = threading.Thread(target=change)
    changer.start()
    rng = np.random.default_rng(1)
    audio = noise(1000)
    held = []
    left = 600 * 48000 // len(SOAKED)
    while left > 0:
        out = model.process(audio[: int(rng.choice([1, 16, 64, 1000], p=[0.1, 0.2, 0.3, 0.4]))])
        assert np.isfinite(out).all()
        left -= len(out)
        if rng.uniform() < 0.01:
            model.reset()
        if rng.uniform() < 0.05:
            held.append(model.state_bytes)
    ended.set()
    changer.join()
    assert changes > 100
    while model.switching:
        model.process(audio)
    # No growth: what plays, rises, waits in two places, and what they replaced since the last change.
    largest = max(nam_core.load(SOAKED[name], quality=quality).state_bytes for quality in (0, 1))
    assert max(held) <= 6 * largest
