"""The work of one kernel call per frame; ``engine_work`` adds the calls of a model up.

Amounts follow the C++ kernels (``cpp/layers``, ``cpp/kernels``), for float32, in blocks of 64 frames.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ..format.config import Activation

Kind = Literal["conv", "conv1x1", "film", "activation", "elementwise", "history", "lstm", "copy", "unused"]

# Weights are read once per block, whatever its length; the bytes per frame are those of this block.
BLOCK = 64
VALUE_BYTES = 4
# A history copies its lookback once in a round of this many frames more (cpp/layers/history.cpp).
HISTORY_RUN = 512


@dataclass(frozen=True)
class Work:
    """One kernel's share of a frame.

    ``rows`` are its output rows and ``terms`` the multiply-adds of each. A convolution computes the rows of
    one group together, a few at a time: ``group_rows`` and ``mixin_group_rows`` are the sizes of the groups.
    ``fused`` marks an activation that happens inside the convolution before it, and a 1x1 convolution that
    does so too where a machine's panels are all of one height. ``read`` and ``written`` count values per
    frame, ``weights`` values per block.
    """

    part: str
    kind: Kind
    rows: int
    terms: int = 0
    group_rows: int = 0
    mixin_group_rows: int = 0
    fused: bool = False
    activations: dict[str, int] = field(default_factory=dict)
    read: float = 0.0
    written: float = 0.0
    weights: int = 0
    calls: int = 1


def conv(
    part: str,
    in_channels: int,
    out_channels: int,
    kernel_size: int = 1,
    dilation: int = 1,
    *,
    groups: int = 1,
    mixin: int = 0,
    mixin_groups: int = 1,
    residual: bool = False,
    stored: bool = True,
    fused: bool = False,
) -> Iterator[Work]:
    """A convolution, and the copying of its history if it has one.

    ``mixin`` rows of the condition are added to the same output; ``stored``: the output goes to memory.
    """
    lookback = (kernel_size - 1) * dilation
    if lookback:
        copied = in_channels * lookback / (lookback + HISTORY_RUN)
        # Few blocks copy anything, so there is no call that every block makes.
        yield Work(f"{part} history", "history", in_channels, read=copied, written=copied, calls=0)
    terms = in_channels // groups * kernel_size + mixin // mixin_groups
    yield Work(
        part,
        "conv" if kernel_size > 1 else "conv1x1",
        out_channels,
        terms,
        group_rows=out_channels // groups,
        mixin_group_rows=out_channels // mixin_groups,
        fused=fused,
        read=in_channels * kernel_size + mixin + (out_channels if residual else 0),
        written=out_channels if stored else 0,
        weights=out_channels * (terms + 1),
    )


def one_pass(part: str, kind: Kind, rows: int, operands: int) -> Work:
    """One pass over rows that reads this many operands and writes one."""
    return Work(part, kind, rows, read=operands * rows, written=rows)


def activation(part: str, activation: Activation, rows: int, *, adds_to_sum: bool = False) -> Work:
    passes = 2 if adds_to_sum else 1
    return Work(
        part,
        "activation",
        rows,
        activations={activation.name: rows},
        read=passes * rows,
        written=passes * rows,
    )
