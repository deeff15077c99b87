"""``Model.process``: which arrays it takes, what it returns, and which arrays it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_models import Array, linear, noise, wavenet

import nam_core

FRAMES = 500


def mono(dtype: Any = "float32") -> nam_core.Model:
    return nam_core.load(wavenet(), dtype=dtype)


def stereo(dtype: Any = "float32") -> nam_core.Model:
    return nam_core.load(wavenet(in_channels=2, out_channels=2), dtype=dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("frames", [0, 1, 2, 127, 128, 129, FRAMES])
def test_shape_and_dtype_of_the_output(frames: int, dtype: Any) -> None:
    y = mono(dtype).process(noise(frames, dtype=dtype))
    assert (y.shape, y.dtype) == ((frames,), dtype)
    y = stereo(dtype).process(noise(frames, 2, dtype=dtype))
    assert (y.shape, y.dtype) == ((2, frames), dtype)


@pytest.mark.parametrize("given", ["float16", "float32", "float64", "longdouble", ">f4", ">f8"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_other_float_types_are_converted(given: str, dtype: Any) -> None:
    x = noise(FRAMES, dtype="float16").astype(given)
    y = mono(dtype).process(x)
    assert y.dtype == dtype
    assert np.array_equal(y, mono(dtype).process(x.astype(dtype)))


def test_a_list_of_floats() -> None:
    x = noise(20)
    assert np.array_equal(mono().process(x.tolist()), mono().process(x))
    pair = noise(20, 2)
    assert np.array_equal(stereo().process(pair.tolist()), stereo().process(pair))


def test_the_block_is_not_changed() -> None:
    x = noise(FRAMES)
    before = x.copy()
    mono().process(x)
    assert np.array_equal(x, before)


def layouts(x: Array) -> dict[str, Array]:
    """The same values, ``(frames,)`` or ``(channels, frames)``, in other memory layouts."""
    every_other = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)[..., ::2]
    frames_first = np.zeros(x.shape[::-1], x.dtype).T
    backwards = np.zeros_like(x)[..., ::-1]
    shifted = np.zeros(x.nbytes + 1, np.uint8)[1:].view(x.dtype).reshape(x.shape)
    column = np.zeros((*x.shape, 3), x.dtype)[..., 1]
    wide = np.zeros((*x.shape[:-1], x.shape[-1] + 7), x.dtype)[..., 3:-4]
    views = {
        "every other": every_other,
        "frames first": frames_first,
        "backwards": backwards,
        "unaligned": shifted,
        "column": column,
        "part of longer rows": wide,
    }
    if x.ndim == 2:
        views["rows backwards"] = np.zeros_like(x)[::-1]
    for view in views.values():
        view[...] = x
    return views


LAYOUTS = list(layouts(np.zeros((2, 4))))


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_memory_layouts_of_block_and_out(name: str, dtype: Any) -> None:
    for load, x in ((mono, noise(FRAMES, dtype=dtype)), (stereo, noise(FRAMES, 2, dtype=dtype))):
        if name not in layouts(x):
            continue
        expected = load(dtype).process(x)
        block, out = layouts(x)[name], layouts(x)[name]
        assert np.array_equal(load(dtype).process(block), expected)
        assert load(dtype).process(x, out=out) is out
        assert np.array_equal(out, expected)
        assert load(dtype).process(block, out=block) is block
        assert np.array_equal(block, expected)


def test_out_is_the_block() -> None:
    for load, x in ((mono, noise(FRAMES)), (stereo, noise(FRAMES, 2))):
        expected = load().process(x)
        assert load().process(x, out=x) is x
        assert np.array_equal(x, expected)


@pytest.mark.parametrize("shift", [-300, -128, -1, 1, 5, 128, 300])
def test_out_overlaps_the_block(shift: int) -> None:
    for load, x in ((mono, noise(FRAMES)), (stereo, noise(FRAMES, 2))):
        expected = load().process(x)
        memory = np.zeros((*x.shape[:-1], FRAMES + 2 * abs(shift)), np.float32)
        block = memory[..., abs(shift) : abs(shift) + FRAMES]
        out = memory[..., abs(shift) + shift : abs(shift) + shift + FRAMES]
        block[...] = x
        load().process(block, out=out)
        assert np.array_equal(out, expected)


def test_out_overlaps_the_block_across_channels() -> None:
    x = noise(FRAMES, 2)
    expected = stereo().process(x)
    memory = np.zeros((3, FRAMES), np.float32)
    for block, out in ((memory[:2], memory[1:]), (memory[1:], memory[:2]), (memory[:2], memory[1::-1])):
        block[...] = x
        stereo().process(block, out=out)
        assert np.array_equal(out, expected)


def test_one_output_row_over_two_input_rows() -> None:
    nam = wavenet(in_channels=2, out_channels=1)
    x = noise(FRAMES, 2)
    expected = nam_core.load(nam).process(x)
    for row in (0, 1):
        block = x.copy()
        nam_core.load(nam).process(block, out=block[row])
        assert np.array_equal(block[row], expected)
        assert np.array_equal(block[1 - row], x[1 - row])


def test_two_output_rows_over_one_input_row() -> None:
    nam = wavenet(in_channels=1, out_channels=2)
    x = noise(FRAMES)
    expected = nam_core.load(nam).process(x)
    for row in (0, 1):
        memory = np.zeros((2, FRAMES), np.float32)
        memory[row] = x
        nam_core.load(nam).process(memory[row], out=memory)
        assert np.array_equal(memory, expected)


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int16", "int32", "int64", "bool", "complex64", "object", "U4"]
)
def test_other_types_are_refused(dtype: str) -> None:
    with pytest.raises(TypeError, match="floating-point") as caught:
        mono().process(np.zeros(10, dtype))
    hint = {"int16": "32768", "int32": "2147483648"}.get(dtype, "")
    assert hint in str(caught.value)


@pytest.mark.parametrize("shape", [(), (10, 1), (1, 10), (2, 10), (1, 1, 10)])
def test_shapes_that_are_not_mono(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(frames,\)"):
        mono().process(np.zeros(shape, np.float32))


@pytest.mark.parametrize("shape", [(), (10,), (10, 2), (3, 10), (1, 2, 10)])
def test_shapes_that_are_not_stereo(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(2, frames\)"):
        stereo().process(np.zeros(shape, np.float32))


def test_wrong_out() -> None:
    x = noise(10)
    read_only = np.zeros(10, np.float32)
    read_only.flags.writeable = False
    wrong: list[tuple[type[Exception], str, Any]] = [
        (TypeError, "float32", np.zeros(10, np.float64)),
        (TypeError, "list", [0.0] * 10),
        (ValueError, r"\(10,\)", np.zeros(9, np.float32)),
        (ValueError, r"\(10,\)", np.zeros((1, 10), np.float32)),
        (ValueError, "read-only", read_only),
    ]
    model = mono()
    for error, text, out in wrong:
        with pytest.raises(error, match=text):
            model.process(x, out=out)
    assert np.array_equal(model.process(x), mono().process(x))
    assert not read_only.any()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_samples_that_are_not_finite_change_nothing(value: float, dtype: Any) -> None:
    x = noise(2 * FRAMES, 2, dtype=dtype)
    for load, signal, place in ((mono, x[0], "frame 137"), (stereo, x, "frame 137 of channel 1")):
        model, expected = load(dtype), load(dtype).process(signal)
        assert np.array_equal(model.process(signal[..., :FRAMES]), expected[..., :FRAMES])
        bad, out = signal[..., FRAMES:].copy(), np.full_like(signal[..., FRAMES:], 7.0)
        bad[(..., 137) if bad.ndim == 1 else (1, 137)] = value
        for block in (bad, np.asfortranarray(bad)):
            with pytest.raises(ValueError, match=f"finite; found {value} at {place}"):
                model.process(block, out=out)
        assert (out == 7.0).all()
        assert np.array_equal(model.process(signal[..., FRAMES:]), expected[..., FRAMES:])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("frames", [1, 2, 16, 17, 64, 1024, 1025])
def test_every_frame_of_every_channel_is_looked_at(value: float, dtype: Any, frames: int) -> None:
    for load, channels in ((mono, 1), (stereo, 2)):
        model, after = load(dtype), noise(50, channels, dtype=dtype)
        for channel in range(channels):
            for frame in {0, frames // 2, frames - 1}:
                block = np.zeros((channels, frames), dtype)
                block[channel, frame] = value
                with pytest.raises(ValueError, match=f"finite; found {value} at frame {frame}"):
                    model.process(block if channels > 1 else block[0])
        assert np.array_equal(model.process(after), load(dtype).process(after))


def test_too_large_for_float32_is_not_finite() -> None:
    model = mono()
    with pytest.raises(ValueError, match=r"finite; found 1e\+300 at frame 1"):
        model.process(np.array([0.0, 1e300]))
    assert np.array_equal(model.process(noise(50)), mono().process(noise(50)))
    assert np.isfinite(mono("float64").process(np.array([0.0, 1e300]))).all()


@pytest.mark.parametrize("isa", nam_core.runtime_info()["isas"])
def test_denormals_are_zero_inside(isa: str) -> None:
    smallest: list[tuple[Any, float]] = [("float32", 1.2e-38), ("float64", 2.3e-308)]
    for dtype, value in smallest:
        model = nam_core.load(linear([0.5]), dtype=dtype, isa=isa)
        # Half of the first is denormal, and the second is denormal itself.
        y = model.process(np.array([value, value / 2, 2 * value], dtype))
        assert y.tolist() == [0.0, 0.0, np.dtype(dtype).type(value)]
