"""The work of a model on one instruction set: the number of each operation that takes time in the kernels.

The kernels compute a few output rows (a panel, which the engine's plan chooses) for as many vectors of time
at once as fit into the registers (``cpp/kernels/impl/conv.inl.hpp``). So five rows cost more than 5/4 of four
rows: they are two panels, and each panel loads the whole input.
"""

from __future__ import annotations

from collections import Counter

from .. import _core
from .counting import Cost, CostPart
from .vector_units import LSTM_VECTORS, VectorUnit, vector_unit

# The amounts that take time, and the meaning of one unit. A profile has a coefficient for each, in ns.
AMOUNTS = {
    "multiply_add": "vector of multiply-adds in a convolution",
    "operand": "operand that a convolution loads: a vector of its input, or a weight",
    "wait": "unused FMA slot: a single panel sums fewer than 8 vectors at a time",
    "panel": "panel of a convolution, for its vectors of time",
    "line": "64 bytes that taps farther apart than two blocks read from the past, out of the L2 cache",
    "kernel": "call of a kernel",
    "tanh": "vector of tanh",
    "exponential": "vector of Sigmoid or SiLU",
    "division": "vector of Hardswish, Softsign or Softsigmoid",
    "pass": "vector that a pass over rows reads, applies FiLM to, or adds to the head sum",
    "film": "vector of multiply-adds in a FiLM",
    "copy": "value copied into or out of a model",
    "lstm_multiply_add": "vector of multiply-adds in an LSTM",
    "lstm_column": "column of an LSTM's matrix, for the vectors of units computed together",
    "lstm_frame": "frame of an LSTM layer",
}

_LINE_BYTES = 64
# If taps are two blocks apart, every other block of the past is read, which processors still fetch ahead.
_FAR_BLOCKS = 2
_SMALL_STEP = 4
# The next multiply-add of a sum waits for the one before. This many sums at a time keep the multiply-add
# units busy.
_SUMS_IN_FLIGHT = 8


def amounts(cost: Cost, block: int) -> dict[str, float]:
    """The average number of each of ``AMOUNTS`` per frame, for blocks of this length.

    Raises ValueError if the block is shorter than 1.
    """
    if block < 1:
        raise ValueError(f"block must be at least 1 frame; found {block}")
    unit = vector_unit(cost.isa, cost.dtype)
    total: Counter[str] = Counter()
    # The engine cuts longer blocks into tiles.
    whole, rest = divmod(block, _core.tile)
    for part in cost.parts:
        for frames, tiles in ((_core.tile, whole), (rest, 1)):
            if tiles and frames:
                for name, amount in _amounts(part, unit, cost.value_bytes, frames).items():
                    total[name] += tiles * amount
    return {name: total[name] / block for name in AMOUNTS}


def _amounts(part: CostPart, unit: VectorUnit, value_bytes: int, frames: int) -> Counter[str]:
    """The amounts for one tile of the kernels of one shape."""
    vectors = -(-frames // unit.lanes)
    if part.kind in ("conv", "conv1x1"):
        return _convolution(part, unit, vectors, _far_lines(part, value_bytes, frames))
    if part.kind == "lstm":
        return _lstm(part, unit, frames)
    found: Counter[str] = Counter()
    if part.kind == "film":
        found["film"] = part.count * part.rows * part.terms * vectors
        found["pass"] = part.count * part.rows * vectors
    elif part.kind == "activation":
        for name in part.activations:
            # Hardtanh is the engine's LeakyHardtanh.
            slowest = _core.activation_slowest.get(name, "pass")
            if slowest != "pass":
                found[slowest] = part.count * part.rows * vectors
    elif part.kind == "copy":
        found["copy"] = part.bytes_read // value_bytes * frames
    if part.kind in ("activation", "elementwise", "transform", "spectra"):
        found["pass"] = part.bytes_read // value_bytes * vectors
    found["kernel"] = part.count if part.kind == "history" else part.calls
    return found


def _far_lines(part: CostPart, value_bytes: int, frames: int) -> float:
    """The cache lines that are read by taps farther apart than two blocks.

    Taps that are nearer read one stretch of memory together, which the processor fetches ahead. Each far tap
    reads a short piece of its own and waits for the L2 cache. The pieces seldom begin at the start of a cache
    line, so each counts one line more.
    """
    far = sum(dilation > _FAR_BLOCKS * frames for dilation in part.dilations)
    return far * part.in_rows * (part.taps - 1) * (frames * value_bytes / _LINE_BYTES + 1.0)


def _convolution(part: CostPart, unit: VectorUnit, vectors: int, lines: float) -> Counter[str]:
    panels = part.panels
    in_registers = part.fused and len(panels) == 1
    found: Counter[str] = Counter()
    for together in panel_steps(vectors, unit.panel_vectors(panels[0])):
        for rows in panels:
            found["multiply_add"] += part.terms * rows * together
            found["operand"] += part.terms * (rows + together)
            if len(panels) == 1:
                found["wait"] += part.terms * max(0, _SUMS_IN_FLIGHT - rows * together)
            found["panel"] += 0 if in_registers else 1
    found["kernel"] = 0 if part.fused else 1
    return Counter({"line": lines, **{name: part.count * amount for name, amount in found.items()}})


def _lstm(part: CostPart, unit: VectorUnit, frames: int) -> Counter[str]:
    """The amounts of an LSTM layer, whose vectors run over the hidden units."""
    columns = part.terms // 4
    vectors = -(-part.rows // unit.lanes)
    of_a_frame = {
        "lstm_multiply_add": columns * 4 * vectors,
        "lstm_column": columns * -(-vectors // LSTM_VECTORS),
        "lstm_frame": 1,
    }
    found = Counter({name: part.count * frames * amount for name, amount in of_a_frame.items()})
    found["kernel"] = part.calls
    return found


def panel_steps(vectors: int, most: int) -> list[int]:
    """The number of vectors of each step of a panel, as the kernel cuts them (``BlockSizes``): few steps, of
    even size.

    A step takes up to four vectors, or the most that fit.
    """
    steps: list[int] = []
    while vectors:
        count = -(-vectors // most)
        step = -(-vectors // count)
        if _SMALL_STEP < step < most:
            step = most if vectors > most else (vectors + 1) // 2
        steps.append(step)
        vectors -= step
    return steps
