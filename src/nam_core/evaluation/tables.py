"""The figures of an evaluation as tables, for a terminal or a page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ..pages import Table
from .results import Evaluation, Match, Part

_SCORES = (
    ("pre-emph.\nESR", "pre_emphasised_esr", "{:.3g}"),
    ("A-weighted\nESR", "a_weighted_esr", "{:.3g}"),
    ("MRSTFT", "mrstft", "{:.3f}"),
    ("loudness\nLU", "loudness_difference", "{:+.2f}"),
    ("true peak\ndB", "true_peak_difference", "{:+.2f}"),
)


def ranking(evaluation: Evaluation) -> Table:
    """All models, best first; means over the pairs."""
    headings = (
        "model",
        "place",
        "ESR",
        "95 %\ninterval",
        "null\ndepth dB",
        *(heading for heading, _, _ in _SCORES),
        "parameters",
        "ns/\nsample",
        "% of\na core",
        "front",
    )
    rows = []
    for rank in evaluation.ranking:
        model = evaluation.model(rank.model)
        matches = [match for match in evaluation.matches if match.model == rank.model]
        place = f"{rank.place}{' =' if rank.equal_by_noise else ''}"
        rows.append(
            (
                rank.model,
                place,
                f"{rank.esr:.3g}",
                f"{rank.low:.2g} to {rank.high:.2g}",
                f"{10 * math.log10(rank.esr):.1f}" if rank.esr > 0.0 else "-",
                *(_mean(matches, name, form) for _, name, form in _SCORES),
                f"{model.parameters:,}",
                "-" if model.ns_per_sample is None else f"{model.ns_per_sample:.1f}",
                "-" if model.percent_of_core is None else f"{model.percent_of_core:.3g}",
                "yes" if rank.is_on_front else "no",
            )
        )
    several = "Means over the pairs. " if len(evaluation.targets) > 1 else ""
    costs = {model.cost_from for model in evaluation.models} - {""}
    cost = f" Cost {costs.pop()}, one core, blocks of 64 frames." if costs else ""
    note = (
        f"{several}ESR: the error's energy over the target's; below 0.01 is great, below 0.1 perhaps "
        "usable. The interval holds 95 % of a bootstrap over sections. =: below the noise floor between two "
        f"takes, and so equal. front: no other model is both cheaper and better.{cost}"
    )
    dispensable = ("true peak\ndB", "loudness\nLU", "parameters", "pre-emph.\nESR", "MRSTFT", "front")
    return Table("Ranking", headings, tuple(rows), note, dispensable)


def by_pair(evaluation: Evaluation) -> Table:
    """The ESR of every model on every pair; models in the order of the ranking."""
    pairs = [target.name for target in evaluation.targets]
    rows = [
        (rank.model, *(f"{evaluation.match(rank.model, pair).scores.esr:.3g}" for pair in pairs))
        for rank in evaluation.ranking
    ]
    floors = [target.noise_floor for target in evaluation.targets]
    if any(floor is not None for floor in floors):
        rows.append(("two takes", *("-" if floor is None else f"{floor:.3g}" for floor in floors)))
    note = "ESR. Two takes: the ESR of the second take against the first, which is the noise floor."
    return Table(
        "By pair", ("model", *pairs), tuple(rows), note if len(rows) > len(evaluation.ranking) else ""
    )


def alignments(evaluation: Evaluation) -> Table:
    """The alignments that were removed from the targets."""
    taken = "delay and polarity" if evaluation.align == "delay" else "delay, polarity and level"
    rows = [
        (
            match.model,
            match.pair,
            f"{match.alignment.delay:+.2f}",
            "as it is" if match.alignment.polarity > 0 else "inverted",
            f"{match.alignment.gain_db:+.2f}",
            f"{match.alignment.confidence:.4f}",
        )
        for match in evaluation.matches
        if match.alignment
    ]
    note = (
        f"Each target was aligned with each model's output: {taken} were removed. The delay is in frames. "
        "confidence: the correlation after alignment; below 0.5, the delay may be wrong."
    )
    headings = ("model", "pair", "delay", "polarity", "level dB", "confidence")
    return Table("Alignment", headings, tuple(rows), note)


def sections(evaluation: Evaluation, pair: str) -> Table:
    """The ESR of every model in every section of a pair."""
    return _parts(
        evaluation,
        pair,
        "By section",
        "seconds",
        lambda match: match.sections,
        lambda part: f"{part.low:.1f} to {part.high:.1f}",
        "ESR, in sections of time.",
    )


def by_loudness(evaluation: Evaluation, pair: str) -> Table:
    """The ESR of every model by loudness of playing."""
    return _parts(
        evaluation,
        pair,
        "By loudness of playing",
        "dB below\nthe loudest",
        lambda match: match.by_loudness,
        _below_loudest,
        "ESR, by the dry signal's level in moments of 0.05 s.",
    )


def _below_loudest(part: Part) -> str:
    from_top = abs(part.high)
    return f"{from_top:.0f} to {-part.low:.0f}" if math.isfinite(part.low) else f"more than {from_top:.0f}"


def bands(evaluation: Evaluation, pair: str) -> Table:
    """The error of every model by octave."""
    matches = _of(evaluation, pair)
    rows = []
    for index, band in enumerate(matches[0].bands):
        cells = []
        for match in matches:
            found = match.bands[index]
            ratio = "-" if found.esr is None else f"{found.esr:.2g}"
            cells += [ratio, f"{found.log_spectral_distance_db:.2f}"]
        rows.append((f"{band.low_hz:.0f} to {band.high_hz:.0f}", *cells))
    headings = ["Hz"]
    for match in matches:
        headings += [f"{match.model}\nESR", f"{match.model}\ndB"]
    note = "ESR, and the log-spectral distance in dB; below 1 dB is hard to hear."
    return Table(f"By frequency: {pair}", tuple(headings), tuple(rows), note)


def _parts(
    evaluation: Evaluation,
    pair: str,
    title: str,
    heading: str,
    parts: Callable[[Match], Sequence[Part]],
    label: Callable[[Part], str],
    note: str,
) -> Table:
    matches = _of(evaluation, pair)
    rows = []
    for index, part in enumerate(parts(matches[0])):
        ratios = [parts(match)[index].esr for match in matches]
        level = "-" if part.target_db is None else f"{part.target_db:.1f}"
        cells = ["-" if ratio is None else f"{ratio:.3g}" for ratio in ratios]
        rows.append((label(part), f"{part.seconds:.1f}", level, *cells))
    headings = (heading, "length s", "target\ndBFS", *(match.model for match in matches))
    return Table(f"{title}: {pair}", headings, tuple(rows), note)


def _of(evaluation: Evaluation, pair: str) -> list[Match]:
    return [evaluation.match(rank.model, pair) for rank in evaluation.ranking]


def _mean(matches: Sequence[Match], name: str, form: str) -> str:
    values = [getattr(match.scores, name) for match in matches]
    return "-" if None in values else form.format(float(np.mean(values)))
