"""The results of ``nam-core bench``, and their files: JSON, which can be read back, and CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from ..audio.safe_writing import write_file
from .machine import Machine

FORMAT = "nam_core bench"
FORMAT_VERSION = 1

Signal = Literal["sound", "silence"]

# A result whose quartiles are farther apart than this share of the median is labelled.
WIDE_SPREAD = 0.1


@dataclass(frozen=True)
class Settings:
    """The settings of a run. One repetition is ``seconds`` of audio; ``budget`` is as the user wrote it."""

    blocks: tuple[int, ...]
    dtype: str
    seconds: float
    signal: str
    budget: str | None


@dataclass(frozen=True)
class BlockTimes:
    """Percentiles of the time for one block, and the time that the block lasts (``deadline``), in
    microseconds.
    """

    p50: float
    p99: float
    p99_9: float
    max: float
    deadline: float


@dataclass(frozen=True)
class PartOfProfile:
    """The time of one part of a model: its share, 0 to 1, of the model's ``ns_per_sample``, and its calls per
    block.
    """

    part: str
    ns_per_sample: float
    share: float
    calls_per_block: float


@dataclass(frozen=True)
class Result:
    """One size of one model, in blocks of one length, on sound or on silence.

    ``quality`` lies in the middle of the size's range. ``ns_per_sample`` is the median of all repetitions,
    ``_low`` and ``_high`` are their quartiles. ``_min`` is the least time: the sum over blocks of each
    block's least time in all repetitions, which is the time on an undisturbed machine. ``cost`` is
    ``nam_core.cost`` of the size. ``silence_ratio`` is the time on silence divided by the time on sound
    (``measure.silence_ratio``); the results on both signals have it. ``macs_per_frame`` counts every weight
    that multiplies a signal once. ``executed_macs_per_frame`` counts the multiply-adds that the engine
    executes; the engine folds some weights together and leaves some out. Files of earlier versions have None
    for ``silence_ratio`` and ``executed_macs_per_frame``. ``profile`` is empty unless one was asked for.
    """

    model: str
    path: str | None
    architecture: str
    quality: float
    channels: tuple[int, ...]
    parameters: int
    macs_per_frame: int
    receptive_field: int
    sample_rate: float
    block: int
    isa: str
    dtype: str
    signal: Signal
    ns_per_sample: float
    ns_per_sample_min: float
    ns_per_sample_low: float
    ns_per_sample_high: float
    repetitions: int
    block_us: BlockTimes
    cost: dict[str, Any]
    silence_ratio: float | None = None
    executed_macs_per_frame: int | None = None
    profile: tuple[PartOfProfile, ...] = ()

    @property
    def core_share(self) -> float:
        """The share of one core that playing in real time takes."""
        return self.ns_per_sample * self.sample_rate / 1e9

    @property
    def least_core_share(self) -> float:
        """The share of one core that playing in real time takes, at the least time per sample."""
        return self.ns_per_sample_min * self.sample_rate / 1e9

    @property
    def times_real_time(self) -> float:
        """The number of streams of this model that one core can play in real time."""
        return 1.0 / self.core_share

    @property
    def spread(self) -> float:
        """The distance between the quartiles, as a share of the median."""
        return (self.ns_per_sample_high - self.ns_per_sample_low) / self.ns_per_sample

    def milliseconds(self, seconds: float, ns_per_sample: float | None = None) -> float:
        """Return the time that so many seconds of audio take, at the median or another time per sample."""
        ns = self.ns_per_sample if ns_per_sample is None else ns_per_sample
        return ns * self.sample_rate * seconds / 1e6

    def share_of_limit(self, fma_limit: float) -> float:
        """Nominal multiply-adds per ns (``macs_per_frame``), as a share of what the processor can do.

        The share is taken at the least time, because the limit is measured undisturbed too.
        """
        return self.macs_per_frame / self.ns_per_sample_min / fma_limit

    def executed_share_of_limit(self, fma_limit: float) -> float | None:
        """Executed multiply-adds per ns, as a share of what the processor can do; None if not known."""
        if self.executed_macs_per_frame is None:
            return None
        return self.executed_macs_per_frame / self.ns_per_sample_min / fma_limit


@dataclass(frozen=True)
class Survey:
    """All results of a run, with its settings and machine."""

    machine: Machine
    settings: Settings
    results: tuple[Result, ...] = field(repr=False)

    def of(self, signal: Signal) -> tuple[Result, ...]:
        """The results on this signal."""
        return tuple(result for result in self.results if result.signal == signal)

    def label(self, result: Result) -> str:
        """The model's name, with its channels where the survey has it in several sizes."""
        sizes = {other.quality for other in self.results if other.model == result.model}
        if len(sizes) == 1:
            return result.model
        size = ", ".join(map(str, result.channels)) + " ch" if result.channels else f"{result.quality:.2g}"
        return f"{result.model} ({size})"

    def to_dict(self) -> dict[str, Any]:
        """Return the survey as JSON values."""
        settings = {**asdict(self.settings), "blocks": list(self.settings.blocks)}
        machine = {**asdict(self.machine), "conditions": list(self.machine.conditions)}
        results = [_result_to_dict(result) for result in self.results]
        return {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "machine": machine,
            "settings": settings,
            "results": results,
        }

    @classmethod
    def from_dict(cls, found: Any) -> Survey:
        """Return the survey from the JSON values of ``to_dict``.

        Raises
        ------
        ValueError
            If the values are not those of a survey.
        """
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ValueError("this is not a file of nam-core bench --json")
        if found.get("format_version") != FORMAT_VERSION:
            raise ValueError(f"format_version is {found.get('format_version')}; this reads {FORMAT_VERSION}")
        try:
            machine = {**found["machine"], "conditions": tuple(found["machine"]["conditions"])}
            settings = {**found["settings"], "blocks": tuple(found["settings"]["blocks"])}
            results = tuple(_result_from_dict(result) for result in found["results"])
            survey = cls(Machine(**machine), Settings(**settings), results)
        except KeyError as error:
            raise ValueError(f"{error} is missing") from None
        except (TypeError, AttributeError) as error:
            raise ValueError(f"the results are damaged: {error}") from None
        if not results:
            raise ValueError("the file has no results")
        return survey


def read_json(path: Path) -> Survey:
    """Read what ``write_json`` wrote.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the file is not of this kind; the message names the file.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: this is not a file of nam-core bench --json: {error}") from None
    try:
        return Survey.from_dict(found)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def write_json(survey: Survey, path: Path) -> None:
    """Write the whole survey as one JSON object. Raises OSError."""
    write_file(path, json.dumps(survey.to_dict(), indent=1, allow_nan=False) + "\n")


def write_csv(survey: Survey, path: Path) -> None:
    """Write one line per result: the fields of ``Result``, figures computed from them, and the machine.

    Raises OSError.
    """
    text = io.StringIO(newline="")
    lines = [_flat(survey, result) for result in survey.results]
    writer = csv.DictWriter(text, fieldnames=list(lines[0]) if lines else [])
    writer.writeheader()
    writer.writerows(lines)
    write_file(path, text.getvalue())


def _flat(survey: Survey, result: Result) -> dict[str, Any]:
    kept = [f.name for f in fields(Result) if f.name not in ("channels", "block_us", "cost", "profile")]
    times = {f"block_us_{name}": value for name, value in _block_to_dict(result.block_us).items()}
    return {
        **{name: getattr(result, name) for name in kept},
        "channels": " ".join(map(str, result.channels)),
        **times,
        "spread": result.spread,
        "seconds": survey.settings.seconds,
        "ms": result.milliseconds(survey.settings.seconds),
        "times_real_time": result.times_real_time,
        "percent_of_core": 100 * result.core_share,
        "ns_per_mac": result.ns_per_sample / max(result.macs_per_frame, 1),
        "share_of_fma_limit": result.share_of_limit(survey.machine.fma_limit),
        "executed_share_of_fma_limit": result.executed_share_of_limit(survey.machine.fma_limit),
        "processor": survey.machine.processor,
        "nam_core": survey.machine.nam_core,
        "conditions": " ".join(survey.machine.conditions),
    }


def _block_to_dict(times: BlockTimes) -> dict[str, float]:
    return {name.replace("_", "."): value for name, value in asdict(times).items()}


def _result_to_dict(result: Result) -> dict[str, Any]:
    plain = {**asdict(result), "channels": list(result.channels), "block_us": _block_to_dict(result.block_us)}
    parts = plain.pop("profile")
    return {**plain, "profile": list(parts)} if parts else plain


def _result_from_dict(found: dict[str, Any]) -> Result:
    times = {name.replace(".", "_"): value for name, value in found["block_us"].items()}
    parts = tuple(PartOfProfile(**part) for part in found.get("profile", ()))
    changed = {"channels": tuple(found["channels"]), "block_us": BlockTimes(**times), "profile": parts}
    return Result(**{**found, **changed})
