"""The audio thread's ``process`` never fails, whatever other threads do with the model."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest
from realtime.switching_models import from_the_start, two_wavenets
from realtime.test_two_threads import Player
from small_models import lstm, noise, wavenet

import nam_core


def beside(model: nam_core.Model, *calls: Callable[[], object], seconds: float = 0.3) -> Player:
    """Play the model in a thread while other threads call these functions again and again."""
    player = Player(model)
    player.start()
    deadline = time.monotonic() + seconds

    def repeat(call: Callable[[], object]) -> None:
        while time.monotonic() < deadline:
            call()

    threads = [threading.Thread(target=repeat, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    player.wanted = False
    player.join()
    assert player.error is None
    return player


@pytest.mark.parametrize("nam", [wavenet(channels=8), lstm(), two_wavenets()])
def test_copies_are_taken_between_blocks(nam: object) -> None:
    """Each copy continues the stream from the end of some block."""
    model = nam_core.load(nam)  # type: ignore[arg-type]
    copies: list[tuple[int, nam_core.Model, int]] = []

    def copy() -> None:
        first = len(player_input)
        with suppress(RuntimeError):
            copies.append((max(first - 1, 0), model.copy(), len(player_input)))
        time.sleep(0.005)

    # As a sound card calls it. Without any gap every copy may be refused, and rightly so.
    player = Player(model, pause=0.001)
    player_input = player.input
    player.start()
    deadline = time.monotonic() + 0.4
    while time.monotonic() < deadline:
        copy()
        time.sleep(0)
    player.wanted = False
    player.join()
    assert player.error is None
    assert copies
    follow = noise(100, seed=9)
    for first, made, last in copies[:: max(1, len(copies) // 10)]:
        heard = made.process(follow)
        stream = nam_core.load(nam)  # type: ignore[arg-type]
        for block in player.input[:first]:
            stream.process(block)
        fits = []
        for block in player.input[first : last + 1]:
            fits.append(np.array_equal(stream.copy().process(follow), heard))
            stream.process(block)
        fits.append(np.array_equal(stream.copy().process(follow), heard))
        assert any(fits)


def test_resets_sizes_copies_and_qualities_at_once() -> None:
    nam = two_wavenets()
    model = nam_core.load(nam)
    rng = np.random.default_rng(0)

    def copy() -> None:
        with suppress(RuntimeError):
            model.copy()
        # It begins in the start state, so it needs no gap between blocks.
        assert len(nam_core.render(model, noise(200))) == 200

    def reset() -> None:
        model.reset()
        time.sleep(0.0005)

    beside(
        model,
        copy,
        reset,
        lambda: model.set_quality(float(rng.uniform()), crossfade=0.001),
        lambda: (model.sizes, model.state_bytes, model.memory_bytes, model.switching, repr(model)),
    )
    model.reset()
    x = noise(2000)
    assert np.array_equal(model.process(x), from_the_start(nam, model.quality, x))


def test_a_copy_of_a_long_call_is_refused_soon() -> None:
    model = nam_core.load(wavenet(channels=16), isa=nam_core.runtime_info()["isas"][-1])
    thread = threading.Thread(target=model.process, args=(noise(600_000),))
    thread.start()
    with pytest.raises(RuntimeError, match="another thread"):
        while thread.is_alive():
            model.copy()
    assert thread.is_alive()
    thread.join()


def test_a_reset_waits_for_the_next_call() -> None:
    """During a long call of another thread: the change does not split that call, and starts with the next
    one.
    """
    model = nam_core.load(wavenet(channels=16))
    x, after = noise(400_000), noise(300, seed=1)
    expected, fresh = model.copy().process(x), model.copy().process(after)
    got: list[np.ndarray] = []
    thread = threading.Thread(target=lambda: got.append(model.process(x)))
    thread.start()
    while thread.is_alive():
        with suppress(RuntimeError):
            model.process(x[:0])
            continue
        model.reset()
        break
    thread.join()
    assert np.array_equal(got[0], expected)
    assert np.array_equal(model.process(after), fresh)
