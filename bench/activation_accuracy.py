"""The errors of the engine's activation functions against the exact functions.

The engine computes y = f(x) as in any model: the model is a WaveNet whose only layer passes its input to the
activation; all other weights are 0 or 1. ``bench.activation_table`` prints the bounds, tests/kernels checks
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

import nam_core

Array = npt.NDArray[np.floating[Any]]
Dtype = Literal["float32", "float64"]


@dataclass(frozen=True)
class Function:
    """An activation as a file spells it, and its definition (format 3).

    ``exact(v, *parameters)`` computes in the precision of ``v``.
    """

    name: str
    exact: Callable[..., Any]
    parameters: tuple[tuple[str, float], ...] = ()

    def nam(self) -> dict[str, Any]:
        """A model with y = f(x)."""
        array = {
            "input_size": 1,
            "condition_size": 1,
            "channels": 1,
            "kernel_sizes": [1],
            "dilations": [1],
            "activation": {"type": self.name, **dict(self.parameters)},
            "head": {"out_channels": 1, "kernel_size": 1, "bias": False},
        }
        # rechannel; convolution 0 x + 0; input mixin; layer1x1; head; head_scale
        weights = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0]
        config = {"layers": [array], "head": None, "head_scale": 1.0}
        return {"version": "0.7.0", "architecture": "WaveNet", "config": config, "weights": weights}

    def reference(self, x: Array) -> Array:
        """f(x) in more precision than ``x`` has: float64 for float32, long double for float64.

        The parameters are those of the engine: rounded to the precision of ``x``.
        """
        wider = np.float64 if x.dtype == np.float32 else np.longdouble
        parameters = [x.dtype.type(value).astype(wider) for _, value in self.parameters]
        with np.errstate(over="ignore", under="ignore"):
            result: Array = np.asarray(self.exact(x.astype(wider), *parameters))
        return result


def _sigmoid(v: Any) -> Any:
    return 1 / (1 + np.exp(-v))


def _leaky_hardtanh(v: Any, low: Any, high: Any, below: Any, above: Any) -> Any:
    return np.where(v < low, (v - low) * below + low, np.where(v > high, (v - high) * above + high, v))


def _fasttanh(v: Any) -> Any:
    a, u = np.abs(v), v * v
    numerator = 2.45550750702956 + 2.45550750702956 * a + (0.893229853513558 + 0.821226666969744 * a) * u
    damping = np.abs(v + 0.814642734961073 * v * a)
    return v * numerator / (2.44506634652299 + (2.44506634652299 + u) * damping)


def _leaky(v: Any, slope: Any) -> Any:
    return np.where(v > 0, v, slope * v)


FUNCTIONS = {
    function.name: function
    for function in (
        Function("Tanh", np.tanh),
        Function("Fasttanh", _fasttanh),
        Function("Sigmoid", _sigmoid),
        Function("SiLU", lambda v: v * _sigmoid(v)),
        Function("Hardswish", lambda v: v * np.clip(v + 3, 0, 6) / 6),
        Function("Softsign", lambda v: v / (1 + np.abs(v))),
        Function("Softsigmoid", lambda v: (1 + v / (1 + np.abs(v))) / 2),
        Function("ReLU", lambda v: np.maximum(v, 0)),
        Function("LeakyReLU", _leaky, (("negative_slope", 0.01),)),
        # With a negative slope, which the kernel of LeakyReLU does not support.
        Function("PReLU", _leaky, (("negative_slope", -0.625),)),
        Function("Hardtanh", np.clip, (("min_val", -0.7), ("max_val", 0.3))),
        Function(
            "LeakyHardtanh",
            _leaky_hardtanh,
            (("min_val", -0.7), ("max_val", 0.3), ("min_slope", 0.01), ("max_slope", 0.1)),
        ),
    )
}


@dataclass(frozen=True)
class Error:
    """The largest errors found, and the x of each: absolute, and in units in the last place of the exact
    value.
    """

    absolute: float = 0.0
    absolute_at: float = 0.0
    ulps: float = 0.0
    ulps_at: float = 0.0
    values: int = 0

    def merged(self, other: Error) -> Error:
        """The larger errors of the two."""
        a = self if self.absolute >= other.absolute else other
        b = self if self.ulps >= other.ulps else other
        return Error(a.absolute, a.absolute_at, b.ulps, b.ulps_at, self.values + other.values)


def measure(x: Array, y: Array, exact: Array) -> Error:
    """Compare the engine's ``y`` with ``exact``, all of one shape ``(count,)``.

    If the exact value is subnormal, or next to the subnormal numbers, units are not counted, because the
    engine's value is then 0 or nearly 0.
    """
    if not np.all(np.isfinite(y)):
        raise ValueError(f"not finite at x = {x[~np.isfinite(y)][0]!r}")
    info = np.finfo(x.dtype)
    distance = np.abs(y.astype(exact.dtype) - exact)
    unit = np.ldexp(_power_of_two_below(exact), -info.nmant)
    counts = np.abs(exact) >= 2 * info.tiny
    ulps = np.divide(distance, unit, out=np.zeros_like(exact), where=counts)
    i, j = int(np.argmax(distance)), int(np.argmax(ulps))
    return Error(float(distance[i]), float(x[i]), float(ulps[j]), float(x[j]), x.size)


def _power_of_two_below(x: Array) -> Array:
    """The largest power of two that is not above abs(x)."""
    if x.dtype == np.float64:
        # Only the exponent field is kept. This is fast, and exhaustive sweeps spend their time here.
        powers: Array = (x.view(np.int64) & 0x7FF0000000000000).view(np.float64)
        return powers
    wide: Array = np.ldexp(np.ones_like(x), np.frexp(x)[1] - 1)
    return wide


def order(x: float, dtype: Dtype) -> int:
    """The place of a finite value among all values of its type; 0 for zero."""
    bits = int(np.array(abs(x), dtype).view(_integer(dtype)))
    return -bits if x < 0 else bits


def from_order(places: npt.NDArray[np.int64], dtype: Dtype) -> Array:
    """The values at these places."""
    values: Array = np.abs(places).astype(_integer(dtype)).view(dtype)
    return np.where(places < 0, -values, values)


def _integer(dtype: Dtype) -> type[np.signedinteger[Any]]:
    return np.int32 if dtype == "float32" else np.int64


def sweep(low: float, high: float, count: int, dtype: Dtype) -> Array:
    """About ``count`` values from low to high without subnormal numbers, evenly spread over the bit patterns.

    Half of the values lie where activations are neither linear nor saturated. Both ends, zero and the
    smallest normal numbers are included. Returns ``(values,)``, ascending.
    """
    tiny = float(np.finfo(dtype).tiny)
    rng = np.random.default_rng(1)
    pieces = [np.array([low, high, *(x for x in (-tiny, 0.0, tiny) if low <= x <= high)], dtype)]
    for nearest_zero, farthest in ((tiny, np.inf), (2.0**-14, 128.0)):
        for start, end in (
            (max(low, -farthest), min(high, -nearest_zero)),
            (max(low, nearest_zero), min(high, farthest)),
        ):
            if start >= end:
                continue
            first, last = order(start, dtype), order(end, dtype)
            # One random value from each group of ``step`` neighbours.
            step = max(1, (last - first) // (count // 4))
            starts = np.arange(first, last, step)
            places = np.minimum(starts + rng.integers(0, step, starts.size), last)
            pieces.append(from_order(places, dtype))
    return np.unique(np.concatenate(pieces))


def every_float32(low: float, high: float, chunk: int = 1 << 22) -> Iterator[npt.NDArray[np.float32]]:
    """Yield all float32 values from low to high except the subnormal ones, in chunks."""
    tiny = float(np.finfo(np.float32).tiny)
    for start, end in ((low, min(high, -tiny)), (max(low, tiny), high)):
        if start > end:
            continue
        first, last = order(start, "float32"), order(end, "float32")
        for place in range(first, last + 1, chunk):
            yield from_order(np.arange(place, min(place + chunk, last + 1)), "float32").astype(np.float32)


def engine(function: Function, dtype: Dtype, isa: str | None = None) -> nam_core.Model:
    """The model that computes the function."""
    return nam_core.load(function.nam(), dtype=dtype, isa=isa)
