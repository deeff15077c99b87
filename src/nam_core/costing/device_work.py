"""The work of a model on one instruction set: how often kernels do each operation that takes time.

The kernels compute a few output rows (a panel) for a few vectors of time at once, as many as fit into the
registers (``cpp/kernels/impl/conv.inl.hpp``, ``cpp/layers/packed_conv.cpp``). So five rows do not cost 5/4 of
four: they are two panels, and each loads the whole input.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import gcd

from .. import _core
from .counting import Cost, CostPart

# What takes time, and what one of it is. A profile has a coefficient, in ns, for each.
AMOUNTS = {
    "multiply_add": "vector of multiply-adds in a convolution",
    "operand": "operand that a convolution loads: a vector of its input, or a weight",
    "wait": "unused FMA slot: a single panel sums fewer than 8 vectors at a time",
    "panel": "panel of a convolution, for its vectors of time",
    "kernel": "call of a kernel",
    "tanh": "vector of tanh",
    "exponential": "vector of Sigmoid or SiLU",
    "division": "vector of Hardswish, Softsign or Softsigmoid",
    "pass": "vector that a pass over rows reads, applies FiLM to, or adds to the head sum",
    "film": "vector of multiply-adds in a FiLM",
    "copy": "value copied into or out of a model",
    "lstm_multiply_add": "vector of multiply-adds in an LSTM",
    "lstm_column": "column of an LSTM's matrix, for up to 8 vectors of gates",
    "lstm_frame": "frame of an LSTM layer",
}

_MOST_VECTORS = 8
_SMALL_STEP = 4
# A sum's next term waits for the last one; this many sums keep the multiply-add units busy meanwhile.
_SUMS_IN_FLIGHT = 8
_VALUE_BYTES = 4


@dataclass(frozen=True)
class VectorUnit:
    """Values in one vector, and how many vectors the registers hold."""

    lanes: int
    registers: int

    @property
    def panel_rows(self) -> int:
        """Most output rows that a convolution computes together."""
        return 8 if self.registers >= 32 else 4

    def panel_vectors(self, rows: int) -> int:
        """Most vectors of time for this many rows: sums, held operands and one more fit into registers."""
        vectors = 1
        while vectors < _MOST_VECTORS:
            following = vectors + 1
            if rows * following + min(rows, following) + 1 > self.registers:
                break
            vectors = following
        return vectors


# Of float32. Profiles come from other machines too, so this does not ask the one that it runs on.
UNITS = {
    "avx512": VectorUnit(16, 32),
    "avx2": VectorUnit(8, 16),
    "neon": VectorUnit(4, 32),
    "scalar": VectorUnit(1, 16),
    "scalar-nofma": VectorUnit(1, 16),
}


def vector_unit(isa: str, dtype: str) -> VectorUnit:
    """The vectors of an instruction set for a precision. Raises ValueError if there is no such set."""
    if isa not in UNITS:
        raise ValueError(f"isa must be one of {', '.join(UNITS)}; found {isa}")
    unit = UNITS[isa]
    return unit if dtype == "float32" else VectorUnit(max(unit.lanes // 2, 1), unit.registers)


def amounts(cost: Cost, unit: VectorUnit, block: int) -> dict[str, float]:
    """The average number of each of ``AMOUNTS`` per frame, for blocks of this length.

    Raises ValueError if the block is shorter than 1.
    """
    if block < 1:
        raise ValueError(f"block must be at least 1 frame; found {block}")
    total: Counter[str] = Counter()
    # The engine takes longer blocks in tiles.
    whole, rest = divmod(block, _core.tile)
    for part in cost.parts:
        for frames, tiles in ((_core.tile, whole), (rest, 1)):
            if tiles and frames:
                for name, amount in _amounts(part, unit, frames).items():
                    total[name] += tiles * amount
    return {name: total[name] / block for name in AMOUNTS}


def _amounts(part: CostPart, unit: VectorUnit, frames: int) -> Counter[str]:
    """The amounts of kernels of one shape for one tile."""
    vectors = -(-frames // unit.lanes)
    if part.kind in ("conv", "conv1x1"):
        return _convolution(part, unit, vectors)
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
        found["copy"] = part.bytes_read // _VALUE_BYTES * frames
    if part.kind in ("activation", "elementwise"):
        found["pass"] = part.bytes_read // _VALUE_BYTES * vectors
    found["kernel"] = part.count if part.kind == "history" else part.calls
    return found


def _convolution(part: CostPart, unit: VectorUnit, vectors: int) -> Counter[str]:
    panels = panel_rows(part.rows, part.group_rows, part.mixin_group_rows, unit.panel_rows)
    in_registers = part.fused and len(panels) == 1
    # Layer::fuses_layer1x1 of the engine.
    in_layer = in_registers or (part.fused and len(set(panels)) == 1 and 2 * panels[0] > unit.panel_rows)
    found: Counter[str] = Counter()
    for together in panel_steps(vectors, unit.panel_vectors(panels[0])):
        for rows in panels:
            found["multiply_add"] += part.terms * rows * together
            found["operand"] += part.terms * (rows + together)
            if len(panels) == 1:
                found["wait"] += part.terms * max(0, _SUMS_IN_FLIGHT - rows * together)
            found["panel"] += 0 if in_registers else 1
    found["kernel"] = 0 if in_layer else 1
    return Counter({name: part.count * amount for name, amount in found.items()})


def _lstm(part: CostPart, unit: VectorUnit, frames: int) -> Counter[str]:
    """Vectors run over the hidden units, the four gates side by side, 8 vectors at a time."""
    columns = part.terms // 4
    gates = 4 * -(-part.rows // unit.lanes)
    of_a_frame = {
        "lstm_multiply_add": columns * gates,
        "lstm_column": columns * -(-gates // _MOST_VECTORS),
        "lstm_frame": 1,
    }
    found = Counter({name: part.count * frames * amount for name, amount in of_a_frame.items()})
    found["kernel"] = part.calls
    return found


def panel_rows(rows: int, group_rows: int, mixin_group_rows: int, most: int) -> list[int]:
    """How ``rows`` are cut into panels: at the borders of both groupings, then evenly (``panel_spans``)."""
    step = gcd(group_rows, mixin_group_rows)
    panels: list[int] = []
    start = 0
    while start < rows:
        end = start + step
        while end < rows and end % group_rows and end % mixin_group_rows:
            end += step
        for left in range(-(-(end - start) // most), 0, -1):
            panels.append(-(-(end - start) // left))
            start += panels[-1]
    return panels


def panel_steps(vectors: int, most: int) -> list[int]:
    """How many vectors a panel takes at a time (``BlockSizes``): as few steps as possible, of even size.

    A step takes up to four vectors, or as many as fit.
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
