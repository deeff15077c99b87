"""The vectors of each instruction set, also of those whose kernels are not compiled into this build."""

from __future__ import annotations

from dataclasses import dataclass

# The most vectors of time that the kernels of a convolution take at a time.
MOST_VECTORS = 8
# The vectors of hidden units that the kernel of an LSTM takes at a time.
LSTM_VECTORS = 2


@dataclass(frozen=True)
class VectorUnit:
    """The number of values in one vector (``lanes``), and the number of vector registers."""

    lanes: int
    registers: int

    @property
    def panel_rows(self) -> int:
        """Most output rows that a convolution computes together."""
        return 8 if self.registers >= 32 else 4

    def panel_vectors(self, rows: int) -> int:
        """Most vectors of time for so many rows, so that the sums, the operands held and one more vector fit
        the registers.
        """
        vectors = 1
        while vectors < MOST_VECTORS:
            following = vectors + 1
            if rows * following + min(rows, following) + 1 > self.registers:
                break
            vectors = following
        return vectors


# For float32. The list is fixed, and not read from this machine, because profiles come from other machines
# too.
UNITS = {
    "avx512": VectorUnit(16, 32),
    "avx2": VectorUnit(8, 16),
    "neon": VectorUnit(4, 32),
    "scalar": VectorUnit(1, 16),
    "scalar-nofma": VectorUnit(1, 16),
}


def vector_unit(isa: str, dtype: str) -> VectorUnit:
    """The vectors of an instruction set for a precision. Raises ValueError if either is unknown."""
    if dtype not in ("float32", "float64"):
        raise ValueError(f'dtype must be "float32" or "float64"; found {dtype!r}')
    if isa not in UNITS:
        raise ValueError(f"isa must be one of {', '.join(UNITS)}; found {isa}")
    unit = UNITS[isa]
    return unit if dtype == "float32" else VectorUnit(max(unit.lanes // 2, 1), unit.registers)
