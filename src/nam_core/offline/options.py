"""What is asked of a render, as plain values: they are pickled, compared, and written into manifests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..format.limits import DEFAULT_MAX_BYTES

if TYPE_CHECKING:
    from ..engine.lowering import Compat, Tanh
    from ..format.schema import LinearTaps
    from ..loading import Dtype


@dataclass(frozen=True)
class LoadOptions:
    """The options of ``load`` that change a render; the fields are its parameters."""

    dtype: Dtype = "float32"
    quality: float = 1.0
    isa: str | None = None
    compat: Compat = "pytorch"
    tanh: Tanh = "exact"
    match_loudness: bool = False
    linear_taps: LinearTaps = "newest_first"
    sample_rate: float | None = None
    normalize: bool = False
    max_bytes: int = DEFAULT_MAX_BYTES


@dataclass(frozen=True)
class RenderOptions:
    """The options of ``render_file``, whose parameters they are."""

    channel: int | str | None = None
    subtype: str | None = None
