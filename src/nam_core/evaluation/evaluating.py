"""``evaluate``: compares models with recordings of the amplifiers that they model."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..audio.dry_signal import dry_signal
from ..errors import NamAudioError
from ..format.limits import DEFAULT_MAX_BYTES
from ..format.nam_file import Source
from . import details
from .pairs import Pair, check_pair, check_rate, pair_of_files
from .ranking import FEW_SECTIONS, Sections, rank
from .results import AlignWhat, Contender, Evaluation, Match, Materials, Target
from .running import Run, noise_floor, run_pair

if TYPE_CHECKING:
    from ..costing.device_profile import DeviceProfile
    from ..survey.subjects import Subject

Costs = Literal["measure", "none"]

_BLOCK = 64
_COST_SECONDS = 0.5
_COST_REPETITIONS = 8
# Below this correlation, the delay that was found is meaningless.
_SURE = 0.5


def evaluate(
    models: Source | Sequence[Source | tuple[Source, str]],
    pairs: Pair | Sequence[Pair] | None = None,
    *,
    dry: str | os.PathLike[str] | None = None,
    wet: str | os.PathLike[str] | None = None,
    align: AlignWhat | None = None,
    section_seconds: float = 10.0,
    cost: Costs | DeviceProfile = "measure",
    max_bytes: int = DEFAULT_MAX_BYTES,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Evaluation:
    """Evaluate every size of models against recordings of the amplifier.

    Memory hardly grows with the recordings: a few numbers are kept for each 0.05 s.

    Parameters
    ----------
    models : one model or several, each as ``nam_core.load`` takes it, or as (model, name). The name
        identifies it in the results; a file without one is identified by its file name.
    pairs : dry recordings and targets (``nam_core.evaluation.pair_of_files``, ``pairs_in``,
        ``pair_with_model``). Without them, ``dry`` and ``wet`` name the two files.
    align : None aligns nothing. "delay" finds the delay and polarity of each target relative to each model's
        output, and removes them; "gain" removes the level difference as well. If a target is shifted, only
        the overlap is compared.
    section_seconds : length of the sections that results are given for, and that the ranking's bootstrap
        draws.
    cost : "measure" times half a second of guitar a few times; a profile of ``nam-core cost --fit`` predicts
        the cost; "none" leaves it out.
    max_bytes : as ``nam_core.load``.
    progress : called with the work done and the total work, both in frames times models.

    Returns
    -------
    The typed result; ``to_dict`` gives it as JSON values.

    Raises
    ------
    OSError, NamError
        If a file cannot be read or is of the wrong kind, rates or lengths differ, or a recording is silent.
    ValueError
        If an option's value is not allowed.
    """
    if pairs is None:
        if dry is None or wet is None:
            raise ValueError("say what to compare with: pairs, or dry and wet")
        pairs = pair_of_files(dry, wet)
    elif dry is not None or wet is not None:
        raise ValueError("give pairs, or dry and wet, not both")
    if align not in (None, "delay", "gain"):
        raise ValueError(f'align must be None, "delay" or "gain"; found {align!r}')
    if not section_seconds > 0.0:
        raise ValueError(f"section_seconds must be above 0; found {section_seconds}")
    compared = [pairs] if isinstance(pairs, Pair) else list(pairs)
    subjects = _subjects(models, max_bytes)
    entries = [(pair, subjects) for pair in compared]
    return _evaluated(entries, align, section_seconds, cost, progress)


def evaluate_captures(
    captures: Sequence[tuple[Pair, Sequence[tuple[Source, str]]]],
    *,
    section_seconds: float = 10.0,
    cost: Costs | DeviceProfile = "measure",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Evaluation:
    """As ``evaluate``, but each pair has its own captures: the same architectures, trained on that pair's
    amplifier.

    The ranking is of architectures. The error of an architecture is the mean over its captures, each measured
    on its own pair.

    Parameters
    ----------
    captures : each pair with its captures as (model, name). The names are those of the architectures; all
        pairs have the same names, in the same order. Costs are measured on the captures of the first pair.
    section_seconds, cost, progress : as in ``evaluate``.

    Raises
    ------
    OSError, NamError, ValueError : as ``evaluate``; or the names differ from pair to pair.
    """
    entries = [(pair, _subjects(models, DEFAULT_MAX_BYTES)) for pair, models in captures]
    if len({tuple(subject.name for subject in subjects) for _, subjects in entries}) > 1:
        raise ValueError("every pair needs captures of the same names and sizes, in the same order")
    return _evaluated(entries, None, section_seconds, cost, progress)


def _evaluated(
    entries: Sequence[tuple[Pair, Sequence[Subject]]],
    align: AlignWhat | None,
    section_seconds: float,
    cost: Costs | DeviceProfile,
    progress: Callable[[int, int], None],
) -> Evaluation:
    from ..survey.machine import processor

    if not entries or not entries[0][1]:
        raise ValueError("there is nothing to compare")
    _check_names([pair.name for pair, _ in entries], "pairs")
    loudness = []
    for pair, subjects in entries:
        for subject in subjects:
            check_rate(pair.dry, subject.model.sample_rate, subject.name)
        loudness.append(check_pair(pair, align is not None))
    contenders = _contenders(entries[0][1], cost)
    total = sum(pair.dry.frames for pair, _ in entries) * len(contenders)
    done = 0

    def advance(frames: int) -> None:
        nonlocal done
        done += frames
        progress(done, total)

    targets, matches, notes = [], [], []
    sections: dict[tuple[str, str], Sections] = {}
    for (pair, subjects), energies in zip(entries, loudness, strict=True):
        targets.append(_target(pair, noise_floor(pair, energies, align)))
        for run in run_pair(pair, subjects, energies, align, advance):
            matches.append(_match(pair, run, section_seconds))
            errors, powers, _ = details.section_sums(run.target, run.tally, section_seconds)
            sections[run.name, pair.name] = errors, powers
        notes += _doubts(pair, matches[-len(subjects) :])
    counts = [len(errors) for errors, _ in sections.values()]
    if min(counts) < FEW_SECTIONS:
        notes.append(
            f"There {'is' if min(counts) == 1 else 'are'} only {min(counts)} "
            f"section{'' if min(counts) == 1 else 's'} of {section_seconds:g} s to draw from, so the "
            "intervals are rough. Longer recordings or shorter sections (--section) make them better."
        )
    floors = {target.name: target.noise_floor for target in targets}
    return Evaluation(
        targets=tuple(targets),
        models=tuple(contenders),
        matches=tuple(matches),
        ranking=rank(contenders, sections, floors),
        align=align,
        section_seconds=section_seconds,
        machine=processor(),
        notes=tuple(notes),
        materials=Materials(tuple(entries)),
    )


def _subjects(models: Source | Sequence[Source | tuple[Source, str]], max_bytes: int) -> list[Subject]:
    """Every size of every model, each with a unique name."""
    from ..survey.subjects import subjects

    several: Sequence[Any] = models if isinstance(models, (list, tuple)) else [models]
    found: list[Subject] = []
    for index, entry in enumerate(several):
        source, name = entry if isinstance(entry, tuple) else (entry, _name(entry, index))
        path = os.fspath(source) if isinstance(source, (str, os.PathLike)) else None
        sizes = subjects(source, name, path, max_bytes=max_bytes)
        for subject in sizes:
            if (subject.model.input_channels, subject.model.output_channels) != (1, 1):
                raise NamAudioError(f"{name}: only models of one input and one output are evaluated")
        found += sizes if len(sizes) == 1 else [replace(size, name=_sized(size)) for size in sizes]
    _check_names([subject.name for subject in found], "models")
    return found


def _name(source: Any, index: int) -> str:
    return Path(source).stem if isinstance(source, (str, os.PathLike)) else f"model {index + 1}"


def _sized(subject: Subject) -> str:
    channels = ", ".join(map(str, subject.size.channels))
    return f"{subject.name} ({channels} ch)" if channels else f"{subject.name} ({subject.quality:.2g})"


def _check_names(names: Sequence[str], what: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two {what} are called {twice[0]}: give each a name of its own")


def _contenders(subjects: Sequence[Subject], cost: Costs | DeviceProfile) -> list[Contender]:
    times: list[float | None] = [None] * len(subjects)
    origin = ""
    if cost == "measure":
        from ..survey.measure import measure
        from ..survey.results import Settings

        settings = Settings((_BLOCK,), "float32", _COST_SECONDS, "synthesised guitar", None)
        found = measure(subjects, settings, dry_signal, _COST_REPETITIONS)
        times, origin = [result.ns_per_sample for result in found.of("sound")], "measured"
    elif cost != "none":
        from ..costing import cost as count

        profile, origin = cost, "predicted"
        times = []
        for subject in subjects:
            counted = count(subject.source, subject.quality, isa=profile.isa, dtype=profile.dtype)
            times.append(profile.predict(counted, _BLOCK))
    return [
        Contender(
            name=subject.name,
            path=subject.path,
            architecture=subject.model.architecture,
            quality=subject.quality,
            channels=subject.size.channels,
            parameters=subject.size.parameters,
            macs_per_frame=subject.size.macs_per_frame,
            ns_per_sample=ns,
            percent_of_core=None if ns is None else ns * subject.model.sample_rate / 1e7,
            cost_from=origin,
        )
        for subject, ns in zip(subjects, times, strict=True)
    ]


def _target(pair: Pair, floor: float | None) -> Target:
    seconds = pair.dry.frames / pair.dry.sample_rate
    return Target(pair.name, pair.dry.name, pair.wet.name, seconds, pair.dry.sample_rate, floor)


def _match(pair: Pair, run: Run, section_seconds: float) -> Match:
    return Match(
        pair=pair.name,
        model=run.name,
        alignment=run.alignment,
        scores=run.tally.scores(run.target.meter),
        sections=details.sections(run.target, run.tally, section_seconds),
        by_loudness=details.by_loudness(run.target, run.tally),
        bands=details.bands(run.tally.bands),
        moments=details.moments(run.target, run.tally),
        curves=details.curves(run.target, run.tally, run.tally.bands),
    )


def _doubts(pair: Pair, matches: Sequence[Match]) -> list[str]:
    """A sentence that names the models for which the delay that was found may be wrong."""
    strange = [
        f"{match.model} ({match.alignment.confidence:.2f})"
        for match in matches
        if match.alignment and match.alignment.confidence < _SURE
    ]
    if not strange:
        return []
    return [
        f"{pair.name} has little in common with {', '.join(strange)}: the figure is the correlation after "
        "alignment, and the delays that were removed may be wrong."
    ]
