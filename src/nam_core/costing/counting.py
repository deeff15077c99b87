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

# Weights are read once per block, whatever its length. Bytes per frame are counted for blocks of this length.
BLOCK = 64

_VALUE_BYTES = {"float32": 4, "float64": 8}


@dataclass(frozen=True)
class CostPart:
    """The work of all steps of one part and shape.

    Attributes
    ----------
    part : name of the part: rechannel, conv, activation, layer1x1, a FiLM's name, head_rechannel, ...
    kind : conv, conv1x1, film, activation, elementwise, history (copying the past), lstm, copy; for a long
        impulse response, transform or spectra.
    macs : multiply-adds per frame that are executed.
    activations : evaluations per frame, by function.
    bytes_read, bytes_written : per frame, in the cost's dtype, in blocks of 64 frames.
    calls : kernel calls per block.
    count : number of steps of this shape.
    rows, terms : output rows of each step, and multiply-adds per row.
    in_rows, taps : input rows of each step, and the number of taps of a convolution.
    dilations : frames between two taps, one number for each step.
    panels : rows of each panel of a convolution; the rows of a panel are computed together.
    fused : whether the kernel call of the part before also does this part.
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
    """The work for one frame of a model, by part. ``cost`` makes it.

    Attributes
    ----------
    isa, dtype : instruction set and precision of the kernels. They decide which parts are fused, and how
        convolutions are cut into panels.
    macs_per_frame : multiply-adds of the file: every weight that multiplies a signal, once. The engine
        executes fewer (``executed_macs_per_frame``) if it folds weights together or leaves out rows that
        nothing reads.
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
        """Return the cost from the values of ``to_dict``. Raises KeyError or TypeError if they are not those
        of a cost.
        """
        parts = (
            CostPart(**{**part, "panels": tuple(part["panels"]), "dilations": tuple(part["dilations"])})
            for part in values["parts"]
        )
        return cls(values["isa"], values["dtype"], values["macs_per_frame"], tuple(parts))

    def table(self) -> Table:
        """The parts by name, and the totals, as a table for rich."""
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
    """Count the work for one frame of a model, from the engine's plan for it. No model is built.

    Parameters
    ----------
    source : path, bytes, file object, or the JSON object of a .nam file as a dict, whose ``weights`` may be
        missing; or a result of ``read_nam``, or its ``config``.
    quality : chooses the size of a slimmable model, 0 (smallest) to 1 (full).
    isa : instruction set, which this processor need not have: avx512, avx2, neon, scalar or scalar-nofma.
        None takes the one that ``load`` takes on this machine.
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
    """One CostPart for all steps of one part and one shape, in the order in which they first appear."""
    shapes: dict[tuple[Any, ...], list[_core.Step]] = {}
    for step in steps:
        panels = tuple(step.panels)
        rows = (step.in_rows, step.out_rows, step.taps)
        key = (_part(step), _kind(step), rows, step.terms, panels, step.joined, step.activation)
        shapes.setdefault(key, []).append(step)
    for (part, kind, (in_rows, rows, taps), terms, panels, fused, activation), alike in shapes.items():
        # An LSTM works frame by frame, and reads its weights again for every frame.
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
