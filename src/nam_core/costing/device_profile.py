"""A device as a few coefficients, from which the time of any architecture follows."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from ..audio.safe_writing import write_file
from .counting import Cost
from .device_work import AMOUNTS, amounts

FORMAT = "nam_core device profile"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class HeldOutError:
    """How far predictions were off for models that the fit did not see, as shares of the measured time.

    Every model was left out of one of ``folds`` fits, at all its sizes and block lengths, and predicted by
    that fit; where ``held_out`` is "families", together with its whole family. ``median``, ``p90`` (nine of
    ten predictions are nearer than this) and ``max`` are over all ``results`` of all ``models``. ``worst`` is
    the model with the largest error.
    """

    held_out: Literal["models", "families"]
    median: float
    p90: float
    max: float
    worst: str
    folds: int
    models: int
    results: int


@dataclass(frozen=True)
class DeviceProfile:
    """Made by ``profile_fitting.fit``, or read from its file.

    Attributes
    ----------
    machine : what the benchmark recorded about the machine.
    isa, dtype : of the engine that was measured; the profile holds for these.
    blocks : block lengths that were measured.
    coefficients : ns for one of each of ``device_work.AMOUNTS``. What no measured model had is missing.
    error : of predictions for models that were held out.
    """

    machine: dict[str, Any]
    isa: str
    dtype: str
    blocks: tuple[int, ...]
    coefficients: dict[str, float]
    error: HeldOutError

    def predict(self, cost: Cost, block: int = 64) -> float:
        """Nanoseconds per frame, undisturbed, in blocks of this length.

        Raises
        ------
        ValueError
            If the block is shorter than 1, the cost is of another instruction set or precision, or the model
            has something that no measured model had.
        """
        if (cost.isa, cost.dtype) != (self.isa, self.dtype):
            raise ValueError(
                f"the profile is of {self.isa}, {self.dtype}; "
                f"the cost was counted for {cost.isa}, {cost.dtype}"
            )
        found = amounts(cost, block)
        unknown = [name for name, amount in found.items() if amount and name not in self.coefficients]
        if unknown:
            lacks = "; ".join(AMOUNTS[name] for name in unknown)
            raise ValueError(f"the profile was fitted without models that have this: {lacks}")
        return sum(self.coefficients[name] * amount for name, amount in found.items() if amount)

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        values = {**asdict(self), "blocks": list(self.blocks)}
        return {"format": FORMAT, "format_version": FORMAT_VERSION, **values}

    @classmethod
    def from_dict(cls, values: Any) -> DeviceProfile:
        """The profile that ``to_dict`` described. Raises ValueError if it did not."""
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise ValueError("this is not a device profile (nam-core cost --fit writes one)")
        if values.get("format_version") != FORMAT_VERSION:
            raise ValueError(f"format_version is {values.get('format_version')}; this reads {FORMAT_VERSION}")
        try:
            return cls(
                machine=values["machine"],
                isa=values["isa"],
                dtype=values["dtype"],
                blocks=tuple(values["blocks"]),
                coefficients={name: float(values["coefficients"][name]) for name in values["coefficients"]},
                error=HeldOutError(**values["error"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"the device profile is damaged: {error}") from None

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it as JSON, by ``safe_writing``. Raises OSError."""
        write_file(path, json.dumps(self.to_dict(), indent=2) + "\n")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> DeviceProfile:
        """Read what ``save`` wrote.

        Raises OSError, and ValueError if it is something else; the message names the file.
        """
        try:
            try:
                found = json.loads(Path(path).read_text("utf-8"))
            except ValueError as error:
                raise ValueError(f"this is not a device profile of nam-core cost --fit: {error}") from None
            return cls.from_dict(found)
        except ValueError as error:
            raise ValueError(f"{os.fspath(path)}: {error}") from None
