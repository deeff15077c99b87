"""Counts the work of a model, from the engine's plan for it: ``cost``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .. import _core
from ..engine.planning import NO_WEIGHTS, chosen_isa, describe_architecture
from ..errors import NamConfigError
from ..format.config import Config, NamModel
from ..format.nam_file import Source, read_architecture
from ..format.quantities import macs_per_frame
from ..format.slimming import select_config
from .vector_units import vector_unit

if TYPE_CHECKING:
    from rich.table import Table

Kind: TypeAlias = Literal[
    "conv",
    "conv1x1",
    "film",
    "activation",
    "elementwise",
    "history",
    "lstm",
    "copy",
    "transform",
    "spectra",
]

# Weights are read once per block, whatever its length; the bytes per frame are those of this block.
BLOCK = 64

_VALUE_BYTES = {"float32": 4, "float64": 8}


@dataclass(frozen=True)
class CostPart:
    """The work of all steps of one part and shape.

    Attributes
    ----------
    part : its name: rechannel, conv, activation, layer1x1, a FiLM's name, head_rechannel, ...
    kind : conv, conv1x1, film, activation, elementwise, history (copying the past), lstm, copy; transform or
        spectra of a long response.
    macs : multiply-adds per frame that are executed.
    activations : evaluations per frame, by function.
    bytes_read, bytes_written : per frame, in the cost's dtype, in blocks of 64 frames.
    calls : kernel calls per block.
    count : how many steps of this shape there are.
    rows, terms : of each: output rows, and multiply-adds per row.
    in_rows, taps : of each: input rows, and how many times a convolution reads them, ...
    dilations : ... so many frames apart: one number for each step.
    panels : of a convolution: how its rows are cut into panels, which are computed together.
    fused : whether the kernel call of the part before it does this one too.
    """

    part: str
    kind: Kind
    macs: int
    activations: dict[str, int]
    bytes_read: int
    bytes_written: int
    calls: int
    count: int
    rows: int
    terms: int
    in_rows: int
    taps: int
    dilations: tuple[int, ...]
    panels: tuple[int, ...]
    fused: bool


@dataclass(frozen=True)
class Cost:
    """What one frame of a model costs, by part. Made by ``cost``.

    Attributes
    ----------
    isa, dtype : whose kernels these are. Which parts are fused, and how convolutions are cut into panels,
        depends on them.
    macs_per_frame : the file's own count: every weight that meets a signal, once. The engine executes fewer
        where it folds weights together or leaves out what nothing reads: ``executed_macs_per_frame``.
    parts : in the engine's order.
    """

    isa: str
    dtype: str
    macs_per_frame: int
    parts: tuple[CostPart, ...]

    @property
    def executed_macs_per_frame(self) -> int:
        """Multiply-adds per frame that the engine executes."""
        return sum(part.macs for part in self.parts)

    @property
    def activations(self) -> dict[str, int]:
        """Evaluations per frame, by function."""
        return _total(part.activations for part in self.parts)

    @property
    def bytes(self) -> int:
        """Bytes read and written per frame, in blocks of 64 frames."""
        return sum(part.bytes_read + part.bytes_written for part in self.parts)

    @property
    def calls(self) -> int:
        """Kernel calls per block."""
        return sum(part.calls for part in self.parts)

    @property
    def value_bytes(self) -> int:
        """Bytes of one value of the dtype."""
        return _VALUE_BYTES[self.dtype]

    def to_dict(self) -> dict[str, Any]:
        """The parts and the totals as JSON values."""
        return {
            "isa": self.isa,
            "dtype": self.dtype,
            "macs_per_frame": self.macs_per_frame,
            "executed_macs_per_frame": self.executed_macs_per_frame,
            "activations": self.activations,
            "bytes": self.bytes,
            "calls": self.calls,
            "parts": [
                {**asdict(part), "panels": list(part.panels), "dilations": list(part.dilations)}
                for part in self.parts
            ],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Cost:
        """The cost that ``to_dict`` wrote. Raises KeyError or TypeError if it is something else."""
        parts = (
            CostPart(**{**part, "panels": tuple(part["panels"]), "dilations": tuple(part["dilations"])})
            for part in values["parts"]
        )
        return cls(values["isa"], values["dtype"], values["macs_per_frame"], tuple(parts))

    def table(self) -> Table:
        """The parts by name, and the totals, for rich."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table

        table = Table(box=SIMPLE_HEAD, show_footer=True)
        table.add_column("part", footer="all")
        for heading, total in (
            ("multiply-adds", self.executed_macs_per_frame),
            ("activations", sum(self.activations.values())),
            ("bytes", self.bytes),
            ("calls per block", self.calls),
        ):
            table.add_column(heading, justify="right", footer=f"{total:,}")
        for name in dict.fromkeys(part.part for part in self.parts):
            named = replace(self, parts=tuple(part for part in self.parts if part.part == name))
            evaluations = ", ".join(f"{count:,} {kind}" for kind, count in named.activations.items())
            table.add_row(
                name,
                f"{named.executed_macs_per_frame:,}",
                evaluations,
                f"{named.bytes:,}",
                f"{named.calls:,}",
            )
        return table

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        text = StringIO()
        Console(file=text, width=100).print(self.table())
        return text.getvalue().rstrip()


def cost(
    source: Source | NamModel | Config,
    quality: float = 1.0,
    *,
    isa: str | None = None,
    dtype: str = "float32",
) -> Cost:
    """Count what one frame of a model costs: what the engine's plan for it says. Builds nothing.

    Parameters
    ----------
    source : path, bytes, file object, or the JSON object of a .nam file as a dict, whose ``weights`` may be
        missing; or what ``read_nam`` returned, or its ``config``.
    quality : chooses the size of a slimmable model, 0 (smallest) to 1 (full).
    isa : instruction set, of any processor: avx512, avx2, neon, scalar or scalar-nofma; None takes the one
        that ``load`` takes here.
    dtype : "float32" or "float64".

    Raises
    ------
    FileNotFoundError, NamFileError
        As ``read_nam``.
    ValueError
        If the quality is not from 0 to 1, or the isa or dtype is none of the above.
    """
    if isinstance(source, NamModel):
        model = source
    elif isinstance(source, Config):
        model = NamModel("", "", source, weights=NO_WEIGHTS)
    else:
        model = read_architecture(source)
    isa = chosen_isa(None) if isa is None else isa
    unit = vector_unit(isa, dtype)
    config = select_config(model, quality)
    try:
        plan = _core.plan(describe_architecture(config), dtype == "float64", unit.lanes, unit.panel_rows)
    except _core.ConfigError as error:
        raise NamConfigError(str(error), path=model.path, location="config") from None
    parts = tuple(_merged(plan.steps, _VALUE_BYTES[dtype]))
    return Cost(isa, dtype, macs_per_frame(config), parts)


def _merged(steps: Iterable[_core.Step], value_bytes: int) -> Iterable[CostPart]:
    """Steps of one part and one shape taken together, in the order in which they first appear."""
    shapes: dict[tuple[Any, ...], list[_core.Step]] = {}
    for step in steps:
        panels = tuple(step.panels)
        rows = (step.in_rows, step.out_rows, step.taps)
        key = (_part(step), _kind(step), rows, step.terms, panels, step.joined, step.activation)
        shapes.setdefault(key, []).append(step)
    for (part, kind, (in_rows, rows, taps), terms, panels, fused, activation), alike in shapes.items():
        # An LSTM goes frame by frame, and reads its weights again for each.
        per_block = 1 if kind == "lstm" else BLOCK
        read = sum(step.values_read + step.weights / per_block for step in alike)
        yield CostPart(
            part=part,
            kind=kind,
            macs=sum(step.macs for step in alike),
            activations=_activations(kind, activation, rows, len(alike)),
            bytes_read=round(value_bytes * read),
            bytes_written=round(value_bytes * sum(step.values_written for step in alike)),
            calls=sum(step.calls_kernel for step in alike),
            count=len(alike),
            rows=rows,
            terms=terms,
            in_rows=in_rows,
            taps=taps,
            dilations=tuple(step.dilation for step in alike),
            panels=panels,
            fused=fused,
        )


def _part(step: _core.Step) -> str:
    name = f"{step.name} history" if step.kind == "history" else step.name
    stage = f"model {step.stage} " if step.stage else ""
    return stage + "condition_dsp " * step.depth + name


def _kind(step: _core.Step) -> Any:
    return "conv1x1" if step.kind == "conv" and step.taps == 1 else step.kind


def _activations(kind: str, activation: str | None, rows: int, count: int) -> dict[str, int]:
    if kind == "lstm":
        return {"Sigmoid": 3 * rows * count, "Tanh": 2 * rows * count}
    return {} if activation is None else {activation: rows * count}


def _total(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for some in counts:
        total.update(some)
    return dict(total)
