"""The typed result of an evaluation; ``to_dict`` gives it as JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ..audio.json_files import json_values
from .alignment import Alignment
from .tallies import Scores

if TYPE_CHECKING:
    from ..survey.subjects import Subject
    from .pairs import Pair

FORMAT = "nam_core evaluation"
FORMAT_VERSION = 1

AlignWhat = Literal["delay", "gain"]


@dataclass(frozen=True)
class Part:
    """The error in a part of a pair: a section of time, or all moments of one loudness of playing.

    ``low`` and ``high`` are its limits: seconds from the start, or dB below the loudest playing. ``seconds``
    is its length, ``target_db`` the level of the target in dBFS (RMS, None for silence). ``esr`` is None if
    the target is silent.
    """

    low: float
    high: float
    seconds: float
    target_db: float | None
    esr: float | None


@dataclass(frozen=True)
class BandScore:
    """The error between two frequencies in Hz: ESR (None if the target has no energy there) and log-spectral
    distance in dB.
    """

    low_hz: float
    high_hz: float
    esr: float | None
    log_spectral_distance_db: float


@dataclass(frozen=True)
class Moment:
    """A moment with a large error: seconds from the start, length in seconds, and ESR."""

    start: float
    seconds: float
    esr: float


@dataclass(frozen=True)
class Curves:
    """The curves that plots show.

    ``hertz``, ``target_db``, ``error_db``: mean spectra in bands of a sixth of an octave; 0 dB is a
    full-scale sine. ``in_db``, ``out_db``, ``target_out_db``: input level, and median output level of the
    model and of the target, dBFS.
    """

    hertz: tuple[float, ...]
    target_db: tuple[float, ...]
    error_db: tuple[float, ...]
    in_db: tuple[float, ...]
    out_db: tuple[float, ...]
    target_out_db: tuple[float, ...]


@dataclass(frozen=True)
class Match:
    """The result of one size of a model on one pair; ``alignment`` was applied to the target, or is None."""

    pair: str
    model: str
    alignment: Alignment | None
    scores: Scores
    sections: tuple[Part, ...]
    by_loudness: tuple[Part, ...]
    bands: tuple[BandScore, ...]
    moments: tuple[Moment, ...]
    curves: Curves


@dataclass(frozen=True)
class Target:
    """A pair: the names of its files, its length in seconds, its rate in Hz, and its noise floor.

    ``noise_floor`` is the ESR of the second take relative to the first; None without a second take.
    """

    name: str
    dry: str
    wet: str
    seconds: float
    sample_rate: float
    noise_floor: float | None


@dataclass(frozen=True)
class Contender:
    """One size of a model, and its cost on one core in blocks of 64 frames.

    ``name`` is the name of the model, with its channels if it has several sizes. ``cost_from`` is the source
    of ``ns_per_sample``: "measured", "predicted", or "" for none.
    """

    name: str
    path: str | None
    architecture: str
    quality: float
    channels: tuple[int, ...]
    parameters: int
    macs_per_frame: int
    ns_per_sample: float | None
    percent_of_core: float | None
    cost_from: str


@dataclass(frozen=True)
class Rank:
    """A model's place in the ranking by mean ESR over the pairs.

    ``low`` and ``high`` bound 95 % of the bootstrap's means. ``place`` counts from 1; all models whose error
    is below the noise floor of every pair share place 1 and have ``equal_by_noise``. ``is_apart_from_best`` :
    whether 97.5 % of the bootstrap's means are worse than that of the best model. ``is_on_front`` : no other
    model is both cheaper and better.
    """

    model: str
    place: int
    esr: float
    low: float
    high: float
    equal_by_noise: bool
    is_apart_from_best: bool
    is_on_front: bool


@dataclass(frozen=True)
class Materials:
    """The pairs, each with its models. The page plays their worst moments again."""

    entries: tuple[tuple[Pair, Sequence[Subject]], ...]


@dataclass(frozen=True)
class Evaluation:
    """The result of ``evaluate``. ``ranking`` starts with the best model; ``notes`` are sentences on how far
    to trust the result.

    ``align`` names what was removed from the targets: "delay" (with polarity), "gain" (both, and the level),
    or None.
    """

    targets: tuple[Target, ...]
    models: tuple[Contender, ...]
    matches: tuple[Match, ...]
    ranking: tuple[Rank, ...]
    align: AlignWhat | None
    section_seconds: float
    machine: str
    notes: tuple[str, ...]
    materials: Materials | None = field(default=None, repr=False, compare=False)

    def model(self, name: str) -> Contender:
        """The model of this name. Raises KeyError."""
        return {model.name: model for model in self.models}[name]

    def match(self, model: str, pair: str) -> Match:
        """The result of this model on this pair. Raises KeyError."""
        return {(match.model, match.pair): match for match in self.matches}[model, pair]

    def to_dict(self) -> dict[str, Any]:
        """Everything except the materials as JSON values; infinite and undefined values are None."""
        names = ("targets", "models", "matches", "ranking")
        lists = {name: [asdict(each) for each in getattr(self, name)] for name in names}
        found: dict[str, Any] = json_values(
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "align": self.align,
                "section_seconds": self.section_seconds,
                "machine": self.machine,
                "notes": list(self.notes),
                **lists,
            }
        )
        return found


def check_evaluation(found: object) -> None:
    """Raise TypeError, with a message that says what to do, if ``found`` is not an ``Evaluation``."""
    if not isinstance(found, Evaluation):
        raise TypeError(
            f"evaluation must be an Evaluation; found {type(found).__name__}: "
            "nam_core.evaluate(...) makes one"
        )
