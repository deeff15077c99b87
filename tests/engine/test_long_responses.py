"""Long responses are computed by transforms; neither listeners nor hosts can tell them from direct sums."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from small_models import container, linear, noise, wavenet
from strategy_weights import nam_file

import nam_core
from nam_core import _core
from nam_core.offline.options import RenderOptions
from nam_core.offline.pieces import past_start
from nam_core.offline.playing import Playing
from nam_core.offline.recording import of_array

Array = npt.NDArray[Any]

EXACT_ISAS: list[str] = nam_core.runtime_info()["exact_isas"]
# One sum; one partition; one tier of many; two tiers, and three.
DIRECT, SHORT, CABINET, HALL, CATHEDRAL = 384, 385, 8192, 40_000, 600_000
LENGTHS = (DIRECT, SHORT, CABINET, HALL, CATHEDRAL)


def response(taps: int, seed: int = 0) -> Array:
    """Decaying noise whose magnitudes add up to 1, float32."""
    envelope = np.exp(-4.0 * np.arange(taps) / taps)
    h = np.random.default_rng(seed).standard_normal(taps) * envelope
    return np.asarray(h / np.abs(h).sum(), np.float32)


def play(model: nam_core.Model, x: Array, sizes: list[int]) -> Array:
    """The output for calls of these sizes, repeated."""
    outputs, start = [], 0
    for size in cycle(sizes):
        outputs.append(model.process(x[..., start : start + size]))
        start += size
        if start >= x.shape[-1]:
            return np.concatenate(outputs, axis=-1)
    raise AssertionError


def enough(model: nam_core.Model) -> int:
    """A number of frames in which every tier has output and works on several blocks."""
    return model.bit_memory + 2 * model.grid + 1000


def test_the_tiers() -> None:
    """These lengths give the divisions that the tests below need."""
    tiers = {taps: [tier[0] for tier in _core.response_sizes(taps)["tiers"]] for taps in LENGTHS}
    assert tiers == {
        DIRECT: [],
        SHORT: [256],
        CABINET: [256],
        HALL: [256, 4096],
        CATHEDRAL: [256, 4096, 65536],
    }


@pytest.mark.parametrize("taps", LENGTHS)
def test_the_tiers_cover_every_tap_once(taps: int) -> None:
    sizes = _core.response_sizes(taps)
    end = sizes["direct_taps"]
    for block, first_tap, partitions in sizes["tiers"]:
        assert first_tap == end
        # The smallest works on a block at once, the others while the next one comes in.
        assert first_tap >= (block if block == 256 else 2 * block)
        end = first_tap + partitions * block
    assert 0 <= end - taps < sizes["grid"]


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-13), ("float32", 1e-6)])
@pytest.mark.parametrize("taps", LENGTHS)
def test_the_output_is_the_direct_sum(taps: int, dtype: Any, tolerance: float) -> None:
    """The error relative to the sum of all taps' magnitudes, which is 1; the signal's peak is below 1."""
    h = response(taps)
    model = nam_core.load(linear(h), dtype=dtype)
    x = noise(enough(model), dtype=dtype)
    y = model.process(x)
    borders = [0, 1, 255, 256, 257, taps - 1, taps, x.size - 1]
    frames = [*borders, *np.random.default_rng(1).integers(0, x.size, 40)]
    padded = np.concatenate([np.zeros(taps - 1), x]).astype(np.longdouble)
    newest_last = h[::-1].astype(np.longdouble)
    for t in frames:
        assert abs(y[t] - newest_last @ padded[t : t + taps]) <= tolerance, t


def test_an_impulse_returns_the_response() -> None:
    h = response(HALL)
    x = np.zeros(HALL + 5000)
    x[777] = 1.0
    y = nam_core.load(linear(h), dtype="float64").process(x)
    np.testing.assert_allclose(y[777 : 777 + HALL], h, rtol=0, atol=1e-17)
    np.testing.assert_allclose(y[:777], 0, rtol=0, atol=1e-17)


@pytest.mark.parametrize("isa", EXACT_ISAS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("taps", [SHORT, CABINET, HALL])
def test_the_bits_do_not_depend_on_calls_or_instruction_set(taps: int, dtype: Any, isa: str) -> None:
    h = linear(response(taps))
    model = nam_core.load(h, dtype=dtype, isa=isa)
    x = noise(min(enough(model), 30_000), dtype=dtype)
    y = nam_core.load(h, dtype=dtype).process(x)
    for sizes in ([3], [16], [64], [700], [16, 1, 700, 3, 128, 127]):
        model.reset()
        assert np.array_equal(play(model, x, sizes), y)
    model.reset()
    assert np.array_equal(play(model, x[:5000], [1]), y[:5000])


def test_the_bits_of_three_tiers() -> None:
    h = linear(response(CATHEDRAL))
    model = nam_core.load(h)
    x = noise(enough(model))
    y = model.process(x)
    for isa in EXACT_ISAS:
        other = nam_core.load(h, isa=isa)
        assert np.array_equal(play(other, x, [64, 700, 3, 8192, 16]), y)


def test_channels() -> None:
    """One input to three outputs equals three models; separate channels equal separate models; sums equal
    sums.
    """
    h = [response(CABINET) * np.float32(0.5**i) for i in range(3)]
    x = noise(20_000, 3)
    alone = [[nam_core.load(linear(taps)).process(row) for taps in h] for row in x]
    spread = nam_core.load(linear(h[0], 1, 3)).process(x[0])
    assert np.array_equal(spread, alone[0])
    apart = nam_core.load(linear(h[0], 3, 3)).process(x)
    assert np.array_equal(apart, [rows[0] for rows in alone])
    total = nam_core.load(linear(h[0], 3, 1)).process(x)
    np.testing.assert_allclose(total, alone[0][0] + alone[1][1] + alone[2][2], rtol=0, atol=1e-6)


@pytest.mark.parametrize("taps", [CABINET, HALL])
def test_copies_and_resets(taps: int) -> None:
    model = nam_core.load(linear(response(taps)))
    x = noise(3 * 4096 + 1234)
    whole = model.process(x)
    model.reset()
    for cut in (100, 256, 5000, 9001):
        model.process(x[:cut])
        copied = model.copy()
        assert np.array_equal(copied.process(x[cut:]), whole[cut:])
        assert np.array_equal(play(model, x[cut:], [64]), whole[cut:])
        model.reset()


@pytest.mark.parametrize("taps", [SHORT, CABINET, HALL])
def test_a_stream_is_taken_over_after_its_bit_memory(taps: int) -> None:
    model = nam_core.load(linear(response(taps)))
    assert model.bit_memory > model.receptive_field == taps
    x = noise(2 * enough(model))
    whole = model.process(x)
    for start in (model.bit_memory - 1, model.bit_memory, model.bit_memory + model.grid, x.size - 500):
        model.reset()
        model.process(x[past_start(model, start) : start])
        assert np.array_equal(model.process(x[start:]), whole[start:])
    # Off the grid the sounds are the same, and the bits are not.
    model.reset()
    model.process(x[1:start])
    off = model.process(x[start:])
    assert not np.array_equal(off, whole[start:])
    np.testing.assert_allclose(off, whole[start:], rtol=0, atol=1e-6)


def is_cut(model: nam_core.Model, x: Array, threads: int) -> bool:
    """Whether a render computes pieces of the signal at the same time."""
    return Playing(model, of_array(x[None], 48000.0), RenderOptions(), threads).piece_lengths(x.size)[2]


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("taps", [CABINET, HALL])
def test_rendering_in_parallel(taps: int, threads: int) -> None:
    model = nam_core.load(linear(response(taps)))
    x = noise(threads * 6 * model.bit_memory + 777)
    assert is_cut(model, x, threads)
    assert np.array_equal(nam_core.render(model, x, threads=threads), model.process(x))


@pytest.mark.parametrize("crossfade", [0.0, 0.01])
def test_switching_sizes(crossfade: float) -> None:
    """A size that is switched to has the bits of a model that had it from the start."""
    file = container(linear(response(HALL, seed=1)), linear(response(CABINET, seed=2)))
    for first, then in ((0.0, 1.0), (1.0, 0.0)):
        model = nam_core.load(file, quality=first)
        x = noise(model.bit_memory + 70_000)
        whole = nam_core.load(file, quality=then).process(x)
        cut = 60_001
        model.process(x[:cut])
        model.set_quality(then, crossfade=crossfade)
        fade = round(crossfade * model.sample_rate)
        y = play(model, x[cut:], [64])
        assert not model.switching
        assert np.array_equal(y[fade:], whole[cut + fade :])


def test_a_network_with_a_long_response_inside() -> None:
    file = wavenet()
    file["config"]["condition_dsp"] = linear(response(CABINET))
    model = nam_core.load(file)
    own = nam_core.load(wavenet()).receptive_field
    assert model.receptive_field == own + CABINET - 1
    alone = nam_core.load(linear(response(CABINET)))
    assert (model.bit_memory, model.grid) == (own + alone.bit_memory - 1, alone.grid)
    x = noise(2 * 6 * model.bit_memory + 5)
    assert is_cut(model, x, 2)
    y = model.process(x)
    assert np.array_equal(nam_core.render(model, x, threads=2), y)
    model.reset()
    assert np.array_equal(play(model, x[:20_000], [700, 3]), y[:20_000])


def test_a_chain_of_long_responses() -> None:
    models = [wavenet(), linear(response(CABINET)), linear(response(SHORT))]
    model = nam_core.load(nam_file("Sequential", {"models": models}, [], 48000))
    parts = [nam_core.load(part) for part in models]
    assert model.bit_memory == 1 + sum(part.bit_memory - 1 for part in parts)
    x = noise(2 * 6 * model.bit_memory + 5)
    assert is_cut(model, x, 2)
    assert np.array_equal(nam_core.render(model, x, threads=2), model.process(x))


@pytest.mark.parametrize("file", [linear(response(DIRECT)), wavenet()])
def test_other_models_remember_their_receptive_field(file: Any) -> None:
    model = nam_core.load(file)
    assert (model.bit_memory, model.grid) == (model.receptive_field, 1)


def test_silence_costs_no_state_to_settle() -> None:
    """A reset model gives the bits of a new one, and zeros for silence."""
    model = nam_core.load(linear(response(HALL)))
    x = noise(3 * 8192)
    first = model.process(x)
    model.reset()
    assert not model.process(np.zeros(3 * 8192, np.float32)).any()
    model.reset()
    assert np.array_equal(model.process(x), first)
