"""Counts the work of a model from its config: ``cost``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..format.config import Config, NamModel
from ..format.nam_file import Source, read_architecture
from ..format.slimming import select_config
from .engine_work import work
from .kernel_work import BLOCK, VALUE_BYTES, Kind, Work

if TYPE_CHECKING:
    from rich.table import Table


# A model without any: what a config costs does not depend on them.
_NO_WEIGHTS = np.zeros(0, np.float32)


@dataclass(frozen=True)
class CostPart:
    """The work of all kernels of one part and shape.

    Attributes
    ----------
    part : its name: rechannel, conv, activation, layer1x1, a FiLM's name, head_rechannel, ...
    kind : conv, conv1x1, film, activation, elementwise, history (copying the past), lstm, copy, or
        unused: weights of the last layer that nothing reads, so the engine leaves them out.
    macs : multiply-adds per frame.
    activations : evaluations per frame, by function.
    bytes_read, bytes_written : per frame, in float32, in blocks of 64 frames.
    calls : kernel calls per block.
    count : how many kernels of this shape there are.
    rows, terms : of each: output rows, and multiply-adds per row.
    group_rows, mixin_group_rows : rows of one group of a convolution; 0 elsewhere.
    fused : whether it happens inside the convolution before it (a 1x1: where both have panels of one height).
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
    group_rows: int
    mixin_group_rows: int
    fused: bool


@dataclass(frozen=True)
class Cost:
    """What one frame of a model costs, by part. Made by ``cost``; nothing here depends on a machine."""

    parts: tuple[CostPart, ...]

    @property
    def macs(self) -> int:
        """Multiply-adds per frame: one for each weight that is multiplied with a signal."""
        return sum(part.macs for part in self.parts)

    @property
    def activations(self) -> dict[str, int]:
        """Evaluations per frame, by function."""
        return _total(part.activations for part in self.parts)

    @property
    def bytes(self) -> int:
        """Bytes read and written per frame, in float32, in blocks of 64 frames."""
        return sum(part.bytes_read + part.bytes_written for part in self.parts)

    @property
    def calls(self) -> int:
        """Kernel calls per block."""
        return sum(part.calls for part in self.parts)

    def to_dict(self) -> dict[str, Any]:
        """The parts and the totals as JSON values."""
        return {
            "parts": [asdict(part) for part in self.parts],
            "macs": self.macs,
            "activations": self.activations,
            "bytes": self.bytes,
            "calls": self.calls,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Cost:
        """The cost that ``to_dict`` wrote. Raises KeyError or TypeError if it is something else."""
        return cls(tuple(CostPart(**part) for part in values["parts"]))

    def table(self) -> Table:
        """The parts by name, and the totals, for rich."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table

        table = Table(box=SIMPLE_HEAD, show_footer=True)
        table.add_column("part", footer="all")
        for heading, total in (
            ("multiply-adds", self.macs),
            ("activations", sum(self.activations.values())),
            ("bytes", self.bytes),
            ("calls per block", self.calls),
        ):
            table.add_column(heading, justify="right", footer=f"{total:,}")
        for name in dict.fromkeys(part.part for part in self.parts):
            named = Cost(tuple(part for part in self.parts if part.part == name))
            evaluations = ", ".join(f"{count:,} {kind}" for kind, count in named.activations.items())
            table.add_row(name, f"{named.macs:,}", evaluations, f"{named.bytes:,}", f"{named.calls:,}")
        return table

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        text = StringIO()
        Console(file=text, width=100).print(self.table())
        return text.getvalue().rstrip()


def cost(source: Source | NamModel | Config, quality: float = 1.0) -> Cost:
    """Count what one frame of a model costs.

    Parameters
    ----------
    source : path, bytes, file object, or the JSON object of a .nam file as a dict, whose ``weights`` may be
        missing; or what ``read_nam`` returned, or its ``config``.
    quality : chooses the size of a slimmable model, 0 (smallest) to 1 (full).

    Raises
    ------
    FileNotFoundError, NamFileError
        As ``read_nam``.
    ValueError
        If the quality is not from 0 to 1.
    """
    if isinstance(source, NamModel):
        model = source
    elif isinstance(source, Config):
        model = NamModel("", "", source, weights=_NO_WEIGHTS)
    else:
        model = read_architecture(source)
    return Cost(tuple(_merged(work(select_config(model, quality)))))


def _merged(items: Iterable[Work]) -> Iterable[CostPart]:
    """Work added up by part and shape, in the order of first appearance."""
    shapes: dict[tuple[Any, ...], list[Work]] = {}
    for item in items:
        key = (
            item.part,
            item.kind,
            item.rows,
            item.terms,
            item.group_rows,
            item.mixin_group_rows,
            item.fused,
            tuple(item.activations),
        )
        shapes.setdefault(key, []).append(item)
    for alike in shapes.values():
        first = alike[0]
        read = sum(item.read + item.weights / BLOCK for item in alike)
        yield CostPart(
            part=first.part,
            kind=first.kind,
            macs=sum(item.rows * item.terms for item in alike),
            activations=_total(item.activations for item in alike),
            bytes_read=round(VALUE_BYTES * read),
            bytes_written=round(VALUE_BYTES * sum(item.written for item in alike)),
            calls=sum(item.calls for item in alike),
            count=len(alike),
            rows=first.rows,
            terms=first.terms,
            group_rows=first.group_rows,
            mixin_group_rows=first.mixin_group_rows,
            fused=first.fused,
        )


def _total(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for some in counts:
        total.update(some)
    return dict(total)
