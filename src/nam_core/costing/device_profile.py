"""A device as a few coefficients, from which the time of any architecture can be predicted."""

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
    """Errors of predictions for models that were not in the fit, as shares of the measured time.

    Every model, with all its sizes and block lengths, was left out of one of ``folds`` fits and predicted by
    that fit. If ``held_out`` is "families", its whole family was left out with it. ``median``, ``p90`` (nine
    of ten errors are below it) and ``max`` are over all ``results`` of all ``models``. ``worst`` is the model
    with the largest error.
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
    """The coefficients of a device, made by ``profile_fitting.fit`` or read from a file.

    Attributes
    ----------
    machine : the benchmark's description of the machine.
    isa, dtype : instruction set and precision of the engine that was measured. The profile holds only for
        these.
    blocks : block lengths that were measured.
    coefficients : ns for one of each of ``device_work.AMOUNTS``. Amounts that no measured model had are
        missing.
    error : errors of predictions for models that were held out of the fit.
    """

    machine: dict[str, Any]
    isa: str
    dtype: str
    blocks: tuple[int, ...]
    coefficients: dict[str, float]
    error: HeldOutError

    def predict(self, cost: Cost, block: int = 64) -> float:
        """Predict the nanoseconds per frame on an undisturbed machine, in blocks of this length.

        Raises
        ------
        ValueError
            If the block is shorter than 1, the cost is of another instruction set or precision, or the model
            needs a coefficient that the profile lacks.
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
            raise ValueError(f"no model that the profile was fitted to had: {lacks}")
        return sum(self.coefficients[name] * amount for name, amount in found.items() if amount)

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        values = {**asdict(self), "blocks": list(self.blocks)}
        return {"format": FORMAT, "format_version": FORMAT_VERSION, **values}

    @classmethod
    def from_dict(cls, values: Any) -> DeviceProfile:
        """Return the profile from the values of ``to_dict``. Raises ValueError if they are not those of a
        profile.
        """
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
        """Write the profile as JSON, by ``safe_writing``. Raises OSError."""
        write_file(path, json.dumps(self.to_dict(), indent=2) + "\n")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> DeviceProfile:
        """Read what ``save`` wrote.

        Raises OSError, and ValueError if the file is not a profile; the message names the file.
        """
        try:
            try:
                found = json.loads(Path(path).read_text("utf-8"))
            except ValueError as error:
                raise ValueError(f"this is not a device profile of nam-core cost --fit: {error}") from None
            return cls.from_dict(found)
        except ValueError as error:
            raise ValueError(f"{os.fspath(path)}: {error}") from None
