"""Size changes in a chain: each model uses its own input, later models keep running, bits are right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from realtime.switching_models import in_blocks
from small_models import Array, Nam, container, linear, lstm, noise, wavenet

import nam_core
from nam_core.format.writing import sequential

TAPS = 9000  # several tiers of transforms


def response(taps: int, gain: float = 0.1) -> Nam:
    return linear(gain * noise(taps, seed=9) * np.exp(-np.arange(taps) / 700))


def two_wavenets(seed: int = 0) -> Nam:
    """Two sizes whose outputs for silence are not zero, and differ."""
    small, full = wavenet(channels=2), wavenet(channels=4, dilations=(1, 2, 4, 8, 16))
    return container(small, full) if seed == 0 else container(full, small)


def slimmable() -> Nam:
    nam = wavenet(channels=4)
    nam["config"]["layers"][0]["slimmable"] = {"method": "slice_channels_uniform", "kwargs": {}}
    return nam


CHAINS: dict[str, list[Nam]] = {
    "amp, long response": [two_wavenets(), response(TAPS)],
    "long response, amp": [response(TAPS), two_wavenets()],
    "two amps": [two_wavenets(), linear([0.5, 0.25]), two_wavenets(1)],
    "slimmed, long, container": [slimmable(), response(TAPS), container(response(600, 0.2), response(TAPS))],
    "nested": [sequential([two_wavenets(), linear([0.7])], 48000), sequential([slimmable()], 48000)],
    "one": [two_wavenets()],
    "a container of chains": [
        container(sequential([wavenet(channels=2)], 48000), sequential([wavenet(), response(500)], 48000)),
        linear([0.5, 0.1]),
    ],
}


def chain(parts: list[Nam], **options: Any) -> nam_core.Model:
    return nam_core.chain(parts, **options)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CHAINS)
def test_the_bits_are_a_fresh_chain_s_after_their_memory(name: str, dtype: Any) -> None:
    parts = CHAINS[name]
    rng = np.random.default_rng(len(name))
    x = noise(60_000, dtype=dtype)
    qualities = [size.low for size in chain(parts).sizes]
    fresh = {q: chain(parts, dtype=dtype, quality=q).process(x) for q in qualities}
    rig = chain(parts, dtype=dtype, quality=qualities[0])
    place, heard = 0, qualities[0]
    for quality in [qualities[-1], qualities[0], qualities[len(qualities) // 2]]:
        rig.set_quality(quality, crossfade=float(rng.choice([0.0, 0.001])))
        memory, frames = rig.bit_memory + 48, 19_900
        y = in_blocks(rig, x[place : place + frames], [int(n) for n in rng.integers(1, 700, 7)])
        assert memory < frames
        assert np.array_equal(y[memory:], fresh[quality][place + memory : place + frames]), (heard, quality)
        assert not rig.switching
        place, heard = place + frames, quality
        rig = rig.copy()


def test_the_first_model_is_exact_at_once_and_later_ones_hear_it() -> None:
    """After a hard switch of the first model, the output is that of a stream with that size from then on."""
    sized, cab = two_wavenets(), response(TAPS)
    x = noise(20_000)
    rig = chain([sized, cab])
    amp, other, box = nam_core.load(sized), nam_core.load(sized, quality=0), nam_core.load(cab)
    heard = np.concatenate([amp.process(x[:7000]), other.process(x)[7000:]])
    box_at_rest = amp.copy()
    box_at_rest.reset()
    first = rig.process(x[:7000])
    rig.set_quality(0.0, crossfade=0)
    y = np.concatenate([first, rig.process(x[7000:])])
    # The response by itself starts at silence, in the chain on what the amplifier makes of it.
    later = slice(box.bit_memory, None)
    assert np.array_equal(y[later], box.process(heard)[later])


def test_a_switch_does_not_run_the_long_response() -> None:
    """Only the changed model is warmed up: the stream keeps only as much input as that model needs."""
    sized, cab = two_wavenets(), response(300_000, 0.01)
    rig, alone = chain([sized, cab]), nam_core.load(cab)
    amp = nam_core.load(sized)
    assert rig.state_bytes < alone.state_bytes + amp.state_bytes + 20_000
    before = rig.memory_bytes
    rig.set_quality(0.0, crossfade=0)
    rig.process(noise(100))
    # The second size of the amplifier, and no second response.
    assert rig.memory_bytes - before < 100_000


@pytest.mark.parametrize("cabinet_first", [False, True])
def test_a_switch_after_a_reset_starts_from_the_same_silence(cabinet_first: bool) -> None:
    """The switched size plays the silence output of the models before it, as in a new chain."""
    offset = linear([0.5])
    offset["config"]["bias"] = True
    offset["weights"] = [0.5, 0.3]  # silence becomes 0.3
    parts = [offset, *([response(TAPS)] if cabinet_first else []), two_wavenets()]
    x = noise(4000)
    rig = chain(parts)
    rig.process(noise(500, seed=4))
    for frames in (0, 1, 20, 300):
        rig.reset()
        quality = 1.0 - rig.quality
        start = rig.process(x[:frames])
        rig.set_quality(quality, crossfade=0)
        y = rig.process(x[frames:])
        assert np.array_equal(start, chain(parts, quality=1.0 - quality).process(x[:frames]))
        assert np.array_equal(y, chain(parts, quality=quality).process(x)[frames:]), frames


def test_reset_completes_the_switches_of_all_models() -> None:
    parts = CHAINS["two amps"]
    x = noise(2000)
    rig = chain(parts)
    rig.process(x)
    rig.quality = 0.0
    rig.process(x[:100])
    rig.reset()
    assert not rig.switching
    assert np.array_equal(rig.process(x), chain(parts, quality=0.0).process(x))


def test_a_recurrent_model_in_a_chain_starts_where_its_chain_starts_it() -> None:
    parts = [wavenet(), container(lstm(), wavenet(channels=2)), linear([0.5, 0.2])]
    x = 0.5 * noise(40_000)
    for quality in (0.0, 1.0):
        rig = chain(parts, quality=quality)
        rig.process(noise(1000, seed=3))
        rig.reset()
        assert np.array_equal(rig.process(x), chain(parts, quality=quality).process(x))
        rig.reset()
        first = rig.process(x[:100])
        assert np.array_equal(first, chain(parts, quality=quality).process(x[:100]))
        rig.set_quality(1.0 - quality, crossfade=0)
        y = rig.process(x[100:])
        expected = chain(parts, quality=1.0 - quality).process(x)[100:]
        assert np.abs(y[1000:] - expected[1000:]).max() < 1e-5


def test_loudness_is_matched_in_every_container_of_a_chain() -> None:
    sized = container(linear([0.125]), linear([0.5]))
    for submodel, loudness in zip(sized["config"]["submodels"], (-30.0, -18.0), strict=True):
        submodel["model"]["metadata"] = {"loudness": loudness}
    ones: Array = np.ones(100, np.float32)
    rig = chain([sized, linear([2.0])], match_loudness=True)
    assert np.all(rig.process(ones) == 1.0)
    rig.set_quality(0.0, crossfade=0)
    assert rig.process(ones) == pytest.approx(0.25 * 10 ** (12 / 20), rel=1e-6)
    assert np.all(chain([sized, linear([2.0])], quality=0.0).process(ones) == 0.25)


def test_renders_in_parallel_after_a_change() -> None:
    parts = CHAINS["slimmed, long, container"]
    x = noise(300_000)
    rig = chain(parts)
    rig.quality = 0.3
    expected = chain(parts, quality=0.3).process(x)
    for threads in (1, 2, 3):
        assert np.array_equal(nam_core.render(rig, x, threads=threads), expected)
