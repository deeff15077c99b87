"""The options of a render, as plain values: they are pickled, compared, and written into manifests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

from ..format.limits import DEFAULT_MAX_BYTES

if TYPE_CHECKING:
    from ..engine.lowering import Compat, Tanh
    from ..format.schema import LinearTaps
    from ..loading import Dtype


@dataclass(frozen=True)
class LoadOptions:
    """The options of ``load`` that change a render; each field is a parameter of ``load``."""

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
    """How a recording is rendered; the fields are keyword arguments of ``render`` and ``render_file``.

    Attributes
    ----------
    channel : the channel that a model with one input plays: 1, 2, ..., "left", "right"; or "all" (or "both")
        to play each channel with a state of its own. None requires a recording with one channel.
    start, end : the part of the recording to play, in seconds; an ``end`` of None means to its end. The model
        is in its start state at ``start``: it has not played what comes before.
    tail : seconds of silence to play after the end, so that the model's decay is in the output; "full" plays
        as long as the input has an influence (``Model.receptive_field``).
    resample : whether a recording at another rate than the model's is resampled to it, and the result back
        (soxr, VHQ), without delay. If not, another rate is an error.
    compensate : whether the delay of the model (``levels.delay``) is removed from the result.
    input_gain_db, output_gain_db : gains before and after the model.
    normalize : target loudness of the model in dB, reached by an output gain; the plugin uses -18
        (``levels.gains``).
    interface_dbu : dBu RMS of a sine that reads 0 dBFS at your interface. The input gain restores the level
        at which the amplifier was captured, the output gain that of the amplifier (``levels.gains``).
    headroom : dB to leave free below full scale: a result with a higher peak is turned down, any other is
        unchanged.
    normalize_peak : target level of the result's peak in dB relative to full scale; it is turned up or down.
    subtype : sample format of a file: "FLOAT", "DOUBLE", "PCM_16", "PCM_24", "PCM_32", ...; None takes 32-bit
        float, or 24 bits for FLAC.

    Raises
    ------
    ValueError
        If a value is out of its range, or two exclude each other.
    """

    channel: int | str | None = None
    start: float = 0.0
    end: float | None = None
    tail: float | Literal["full"] = 0.0
    resample: bool = False
    compensate: bool = False
    input_gain_db: float = 0.0
    output_gain_db: float = 0.0
    normalize: float | None = None
    interface_dbu: float | None = None
    headroom: float | None = None
    normalize_peak: float | None = None
    subtype: str | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.start < math.inf:
            raise ValueError(f"start must be 0 seconds or more; found {self.start}")
        if self.end is not None and not self.start < self.end:
            raise ValueError(f"end must come after start ({self.start:g} s); found {self.end}")
        if self.tail != "full" and (isinstance(self.tail, str) or not 0.0 <= self.tail < math.inf):
            raise ValueError(f'tail must be "full", or 0 seconds or more; found {self.tail!r}')
        for name in ("input_gain_db", "output_gain_db", "normalize", "interface_dbu", "normalize_peak"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise ValueError(f"{name} must be finite; found {value}")
        if self.headroom is not None and not 0.0 <= self.headroom < math.inf:
            raise ValueError(f"headroom must be 0 dB or more; found {self.headroom}")
        if self.headroom is not None and self.normalize_peak is not None:
            raise ValueError("headroom and normalize_peak both set the peak; choose one of them")


class RenderKeywords(TypedDict, total=False):
    """The fields of ``RenderOptions`` for type checkers; a test compares the two."""

    channel: int | str | None
    start: float
    end: float | None
    tail: float | Literal["full"]
    resample: bool
    compensate: bool
    input_gain_db: float
    output_gain_db: float
    normalize: float | None
    interface_dbu: float | None
    headroom: float | None
    normalize_peak: float | None
    subtype: str | None
