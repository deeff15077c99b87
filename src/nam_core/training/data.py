"""Turns recordings into training data: reads, checks, aligns, splits and scales them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ..audio.reader import read_audio
from .known_inputs import (
    MOST_REPLICATE_ESR,
    SAFETY,
    KnownInput,
    blip_delay,
    blips_esr,
    known_input,
    latency_warnings,
    replicate_esr,
)
from .pair_checks import Finding, NamTrainingError, delay_findings, loudness_findings, noise_findings

Array = npt.NDArray[np.float32]
Json = dict[str, Any]
PathLike = str | os.PathLike[str]

# Level of the training targets (the trainer's normalize_joint_dataset_output).
_LEVEL_DBFS = -18.0
# Seconds at the end that are kept for validation, as in the trainer's input 3.
_VALIDATION_SECONDS = 9
# Seconds by which a recording may be longer than its input, as in the trainer.
_MOST_OVER_SECONDS = 1.0


@dataclass(frozen=True)
class Pair:
    """An aligned pair of recordings: ``train`` and ``validation`` are (input, target), each float32
    ``(frames,)``.
    """

    train: tuple[Array, Array]
    validation: tuple[Array, Array]
    sample_rate: int
    metadata: Json = field(repr=False)


@dataclass(frozen=True, eq=False)
class TrainingData:
    """The data that a run trains on and validates with.

    Attributes
    ----------
    inputs, targets : all training recordings end to end, float32 ``(frames,)``; the targets are multiplied by
        ``scale``. ``pieces`` : first frame and length of each recording in them.
    validation : pieces of input and target; the targets are multiplied by ``scale``.
    scale : the factor that brings the training targets to -18 dBFS RMS.
    metadata : the ``data`` part of the trainer's training section, for the first pair.
    """

    inputs: Array
    targets: Array
    pieces: list[tuple[int, int]]
    validation: list[tuple[Array, Array]]
    scale: float
    sample_rate: int
    metadata: Json

    def positions(self, receptive_field: int, frames: int) -> npt.NDArray[np.int64]:
        """First output frame of every item, ``(items,)``. Items lie end to end, as the trainer cuts them."""
        found = []
        for first, length in self.pieces:
            count = (length - receptive_field + 1) // frames
            found.append(first + receptive_field - 1 + frames * np.arange(count, dtype=np.int64))
        return np.concatenate(found)


def read_pair(
    dry: PathLike,
    wet: PathLike,
    *,
    delay: int | None = None,
    rate: int = 48_000,
    force: bool = False,
    validates: bool = True,
) -> Pair:
    """Read a pair of recordings, check it, and split it.

    Parameters
    ----------
    dry, wet : mono sound files of the same rate and length.
    delay : delay of the recording in frames; None finds it.
    rate : sample rate that the files must have, Hz.
    force : train even if a check fails, where the check allows that.
    validates : whether a part is kept for validation.

    Raises
    ------
    NamTrainingError : the pair cannot be trained on; the message says why. NamAudioError, OSError : as
        ``read_audio``.
    """
    contents = []
    for path in (dry, wet):
        with open(path, "rb") as file:
            contents.append(file.read())
    x, x_rate = _mono(dry, contents[0])
    y, y_rate = _mono(wet, contents[1])
    known = known_input(contents[0], x, x_rate)
    findings = []
    if known is None and known_input(contents[1], y, y_rate) is not None:
        findings.append(Finding("the recording is the trainer's input file; were the two swapped?"))
    _refuse(_shape_findings(x, x_rate, y, y_rate, rate), wet, False)
    y = y[: x.size]
    findings += loudness_findings(x, y)
    _refuse(findings, wet, force)
    found, more = _known_delay(known, y) if known else delay_findings(x, y)
    findings = more if delay is None else []
    used = delay if delay is not None else found or 0
    findings += _known_findings(known, y, x.size, used) if known else noise_findings(x, y, rate)
    _refuse(findings, wet, force)
    training_part, validation_part = _split(known, x.size, rate, validates)
    train, validation = _cut(x, y, training_part, used), _cut(x, y, validation_part, used)
    _refuse(_part_findings("trained on", train, used), wet, False)
    if validates:
        _refuse(_part_findings("validated with", validation, used), wet, False)
    metadata = {
        "latency": _latency(found, delay),
        "checks": {"version": int(known.version[0]) if known else 0, "passed": not findings},
    }
    return Pair(train, validation, rate, metadata)


def training_data(pairs: Sequence[Pair], validation: Sequence[Pair] = ()) -> TrainingData:
    """Combine pairs into the data of a run. The pairs in ``validation`` are used whole for validation;
    without them, the end of each pair is.
    """
    targets = np.concatenate([pair.train[1] for pair in pairs])
    rms = float(np.sqrt(np.mean(targets.astype(np.float64) ** 2)))
    scale = 10.0 ** (_LEVEL_DBFS / 20.0) / rms
    lengths = [pair.train[0].size for pair in pairs]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    judged = [pair.train for pair in validation] or [pair.validation for pair in pairs]
    factor = np.float32(scale)
    return TrainingData(
        np.concatenate([pair.train[0] for pair in pairs]),
        targets * factor,
        [(int(start), length) for start, length in zip(starts, lengths, strict=True)],
        [(x, y * factor) for x, y in judged],
        scale,
        pairs[0].sample_rate,
        pairs[0].metadata,
    )


def _mono(path: PathLike, contents: bytes) -> tuple[Array, int]:
    audio, rate = read_audio(contents, name=os.fsdecode(path))
    if audio.shape[0] != 1:
        raise NamTrainingError(f"{os.fsdecode(path)}: has {audio.shape[0]} channels; training is mono")
    return np.ascontiguousarray(audio[0], np.float32), rate


def _refuse(findings: Sequence[Finding], path: PathLike, force: bool) -> None:
    for finding in findings:
        if force and finding.may_be_forced:
            continue
        hint = " (force trains anyway)" if finding.may_be_forced else ""
        raise NamTrainingError(f"{os.fsdecode(path)}: {finding.message}{hint}")


def _shape_findings(x: Array, x_rate: int, y: Array, y_rate: int, rate: int) -> list[Finding]:
    if x_rate != y_rate:
        return [Finding(f"has {y_rate} Hz, but the dry signal has {x_rate} Hz", may_be_forced=False)]
    if x_rate != rate:
        text = f"has {x_rate} Hz; most players expect {rate} Hz. Resample both, or set rate to {x_rate}"
        return [Finding(text, may_be_forced=False)]
    over = (y.size - x.size) / rate
    if over < 0.0 or over > _MOST_OVER_SECONDS:
        relation = "shorter" if over < 0 else "longer"
        text = f"is {abs(over):.2f} s {relation} than the dry signal; cut the longer one"
        return [Finding(text, may_be_forced=False)]
    return []


def _part_findings(use: str, part: tuple[Array, Array], delay: int) -> list[Finding]:
    """Check the part of a recording that is for one use. It must have frames and sound: an error relative to
    silence is not defined.
    """
    if part[1].size == 0:
        text = f"a delay of {delay} frames leaves no frames of the part that is {use}"
        return [Finding(text, may_be_forced=False)]
    if not np.any(part[1]):
        text = f"the part that is {use} is silent; use another recording, or a pair of its own for validation"
        return [Finding(text, may_be_forced=False)]
    return []


def _known_delay(known: KnownInput, y: Array) -> tuple[int | None, list[Finding]]:
    delay = blip_delay(known, y)
    if delay is None:
        text = "the clicks of the trainer's input file are not in the recording; set delay"
        return None, [Finding(text, may_be_forced=False)]
    if latency_warnings(delay)["matches_lookahead"]:
        text = f"there is sound {-delay} frames before the clicks of the trainer's input file; set delay"
        return delay - SAFETY, [Finding(text)]
    return delay - SAFETY, []


def _known_findings(known: KnownInput, y: Array, frames: int, delay: int) -> list[Finding]:
    """The trainer's own checks of a recording of its input files."""
    causes = ": noise, a noise gate, a time-based effect, or a setting that was changed"
    esr = replicate_esr(known, y, frames)
    if esr is not None and esr > MOST_REPLICATE_ESR:
        text = f"the validation signal, played twice, differs between its two plays by an ESR of {esr:.3f}"
        return [Finding(text + causes)]
    esr = blips_esr(known, y, delay)
    if esr is not None and esr >= MOST_REPLICATE_ESR:
        text = f"the clicks of the input file differ from each other by an ESR of {esr:.3f}"
        return [Finding(text + causes)]
    return []


def _latency(found: int | None, manual: int | None) -> Json:
    heard = None if found is None else found + SAFETY
    return {
        "manual": manual,
        "calibration": {
            "algorithm_version": 1,
            "delays": [] if heard is None else [heard],
            "safety_factor": SAFETY,
            "recommended": found,
            "warnings": latency_warnings(heard),
        },
    }


def _split(known: KnownInput | None, frames: int, rate: int, validates: bool) -> tuple[slice, slice]:
    if not validates:
        return slice(None), slice(0, 0)
    if known:
        return slice(*known.train), slice(*known.validation)
    kept = _VALIDATION_SECONDS * rate
    if frames < 2 * kept:
        seconds = frames / rate
        raise NamTrainingError(f"the recordings have {seconds:.1f} s; training needs {2 * kept // rate} s")
    return slice(None, frames - kept), slice(frames - kept, None)


def _cut(x: Array, y: Array, part: slice, delay: int) -> tuple[Array, Array]:
    """A part of the pair with the delay removed, by the trainer's rule."""
    x, y = x[part], y[part]
    if delay > 0:
        x, y = x[:-delay], y[delay:]
    elif delay < 0:
        x, y = x[-delay:], y[:delay]
    return np.ascontiguousarray(x), np.ascontiguousarray(y)
