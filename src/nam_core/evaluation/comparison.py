"""Compares the engine with PyTorch: bits, units in the last place, null depth, ESR."""

from __future__ import annotations

import dataclasses
import os
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..audio.json_files import json_values
from ..format.limits import DEFAULT_MAX_BYTES
from . import metrics

Against = Literal["pytorch", "exact"]

# Two float64 results this close differ only in the order of summation. If a boundary of float32 rounding lies
# between them, their bits differ by chance and not by a fault.
TIE_TOLERANCE = 1e-13


@dataclasses.dataclass(frozen=True)
class Report:
    """The result of ``compare``.

    Attributes
    ----------
    model : path, or "" if the source was not a path. architecture : as in the file.
    dtype, isa, quality : of the engine that was compared.
    samples : values compared (frames times output channels).
    differing_samples : values that differ after both sides are rounded to float32; rounding ties are not
        counted. 0.0 and -0.0 are equal against "pytorch", and differ against "exact".
    rounding_ties : float64 engine only: values that differ after rounding though they were closer than
        ``TIE_TOLERANCE`` before it.
    max_ulps : largest distance after rounding, in representable float32 values, ties included.
    max_abs : largest absolute difference before rounding.
    null_depth_db, esr : of the difference before rounding (``nam_core.metrics``).
    first_differing : frame of the first differing sample, or None.
    against : the reference, see ``compare``.
    """

    model: str
    architecture: str
    dtype: str
    isa: str
    quality: float
    samples: int
    differing_samples: int
    rounding_ties: int
    max_ulps: int
    max_abs: float
    null_depth_db: float
    esr: float
    first_differing: int | None
    against: Against = "pytorch"

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON values; an infinite null depth or ESR becomes None."""
        found: dict[str, Any] = json_values(dataclasses.asdict(self))
        return found

    def __str__(self) -> str:
        where = "" if self.first_differing is None else f", first at frame {self.first_differing}"
        ties = f" (and {self.rounding_ties} rounding ties)" if self.rounding_ties else ""
        engine = f"quality {self.quality:g}, {self.dtype}, {self.isa}"
        engine += " against its own PyTorch mirror" if self.against == "exact" else ""
        return "\n".join(
            (
                f"{self.model or 'model'}: {self.architecture}, {engine}",
                f"  {self.differing_samples} of {self.samples} samples differ in float32{ties}{where}",
                f"  largest difference {self.max_abs:.3g}, {self.max_ulps} ulps",
                f"  null depth {self.null_depth_db:.1f} dB, ESR {self.esr:.3g}",
            )
        )


def compare(
    source: str | os.PathLike[str] | bytes | dict[str, Any],
    audio: npt.ArrayLike,
    *,
    dtype: Literal["float64", "float32"] = "float64",
    quality: float = 1.0,
    block: int | None = None,
    isa: str | None = None,
    against: Against = "pytorch",
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> Report:
    """Run a model in the engine and in PyTorch, and report how they differ.

    Parameters
    ----------
    source : path, bytes or dict of a .nam file.
    audio : ``(frames,)`` at the model's sample rate, at least one frame; ``(in_channels, frames)`` for a
        model with several inputs. For ``dtype="float32"`` both sides are given the values rounded to float32.
    dtype : of the engine's arithmetic.
    quality : 0 to 1, for containers and slimmable models.
    block : frames per ``process`` call; None renders the whole signal with ``nam_core.render``.
    isa : instruction set, as for ``nam_core.load``.
    against : "pytorch" is the PyTorch package's network in float64 (``reference.to_torch``). "exact" is a
        PyTorch program with the float32 engine's own operations (``reference.exact_float32``): with
        ``dtype="float32"`` and an instruction set of ``runtime_info()["exact_isas"]``, no bit may differ.
    max_bytes : most bytes that the file may make the engine allocate, as for ``nam_core.load``. PyTorch's
        network is built after the engine has accepted the file; its memory is not counted.

    Raises
    ------
    ImportError : torch is missing, or neural-amp-modeler is, which "pytorch" needs. NamFileError : the file
        is not valid.
    ValueError : there are no samples, or ``against`` does not go with ``dtype``.
    """
    from .. import reference
    from ..loading import load
    from ..offline.rendering import render

    signal = np.asarray(audio, dtype=dtype)
    if signal.size == 0:
        raise ValueError("audio has no samples to compare")
    if against not in ("pytorch", "exact"):
        raise ValueError(f'against must be "pytorch" or "exact"; found {against!r}')
    if against == "exact" and dtype != "float32":
        raise ValueError('against="exact" compares float32 arithmetic; it needs dtype="float32"')
    model = load(source, dtype=dtype, quality=quality, isa=isa, max_bytes=max_bytes)
    network = (reference.to_torch if against == "pytorch" else reference.exact_float32)(model.nam, quality)
    if block is None:
        ours = render(model, signal)
    else:
        starts = range(0, signal.shape[-1], block)
        ours = np.concatenate([model.process(signal[..., s : s + block]) for s in starts], axis=-1)
    theirs = reference.forward_padded(network, signal, "float64")
    return _report(
        np.asarray(ours),
        theirs,
        model=os.fspath(source) if isinstance(source, (str, os.PathLike)) else "",
        architecture=model.architecture,
        dtype=dtype,
        isa=model.isa,
        quality=quality,
        against=against,
    )


def _report(
    ours: npt.NDArray[Any], theirs: npt.NDArray[Any], against: Against = "pytorch", **about: Any
) -> Report:
    ours32, theirs32 = ours.astype(np.float32), theirs.astype(np.float32)
    distance = np.abs(ours.astype(np.float64) - theirs)
    differs = ours32 != theirs32
    if against == "exact":
        differs = ours32.view(np.int32) != theirs32.view(np.int32)
    ties = differs & (distance < TIE_TOLERANCE) & (ours.dtype == np.float64)
    differs &= ~ties
    frames = np.flatnonzero(differs.reshape(-1, differs.shape[-1]).any(axis=0))
    return Report(
        samples=ours.size,
        differing_samples=int(differs.sum()),
        rounding_ties=int(ties.sum()),
        max_ulps=int(metrics.ulps(ours32, theirs32).max(initial=0)),
        max_abs=float(distance.max(initial=0.0)),
        null_depth_db=metrics.null_depth_db(ours, theirs),
        esr=metrics.esr(ours, theirs),
        first_differing=int(frames[0]) if frames.size else None,
        against=against,
        **about,
    )
