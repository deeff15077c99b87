"""The vectors of each instruction set, also of processors whose kernels are not compiled in here."""

from __future__ import annotations

from dataclasses import dataclass

# That a convolution's kernel takes at a time; the gates of an LSTM, too.
MOST_VECTORS = 8


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
        """Most vectors of time for so many rows: their sums, the operands held and one more fit."""
        vectors = 1
        while vectors < MOST_VECTORS:
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
    """The vectors of an instruction set for a precision. Raises ValueError if there is no such set or one."""
    if dtype not in ("float32", "float64"):
        raise ValueError(f'dtype must be "float32" or "float64"; found {dtype!r}')
    if isa not in UNITS:
        raise ValueError(f"isa must be one of {', '.join(UNITS)}; found {isa}")
    unit = UNITS[isa]
    return unit if dtype == "float32" else VectorUnit(max(unit.lanes // 2, 1), unit.registers)
