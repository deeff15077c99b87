"""An evaluation as one HTML page: ranking, plots, tables, and the worst moments as sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..pages import Table, render_page, svg
from . import plots, tables
from .clips import Clip, clips
from .results import Evaluation, Match, check_evaluation
from .verdict import verdict

_TEMPLATE = Path(__file__).with_name("templates") / "evaluation.html"
# With more models than this, the page has no sound: the moments of one model take 1 to 2 MB.
_HEARD_MODELS = 3


@dataclass(frozen=True)
class _Heard:
    """The worst moments of one model."""

    match: Match
    clips: list[Clip]


def page(evaluation: Evaluation) -> str:
    """The page as text: HTML that contains its pictures and sounds.

    It plays the five worst moments of the three best models, each on the pair where that model is worst.

    Raises
    ------
    ImportError : matplotlib or Jinja is missing. OSError, NamAudioError : a recording cannot be read again.
    TypeError : it is no evaluation.
    """
    check_evaluation(evaluation)
    front = None
    if any(model.ns_per_sample is not None for model in evaluation.models):
        figure, tooltips = plots.cost_and_accuracy(evaluation)
        shows = "Error against cost of every model, with the front of best choices"
        front = svg(figure, "front", shows, "The ranking has every figure.", tooltips)
    several = len(evaluation.targets) > 1
    has_floor = any(target.noise_floor is not None for target in evaluation.targets)
    overall = [tables.ranking(evaluation)]
    if several or has_floor:
        overall.append(tables.by_pair(evaluation))
    if evaluation.align:
        overall.append(tables.alignments(evaluation))
    best = evaluation.ranking[0]
    return render_page(
        _TEMPLATE,
        title=f"{best.model} is nearest" if len(evaluation.models) > 1 else f"How near {best.model} is",
        subtitle=_subtitle(evaluation),
        evaluation=evaluation,
        verdict=verdict(evaluation),
        front=front,
        overall=overall,
        pairs=[_pair(evaluation, index) for index in range(len(evaluation.targets))],
        heard=_heard(evaluation),
        facts=_facts(evaluation),
    )


def _subtitle(evaluation: Evaluation) -> str:
    models, targets = len(evaluation.models), len(evaluation.targets)
    seconds = sum(target.seconds for target in evaluation.targets)
    counts = [
        f"{models} model size{'s' if models > 1 else ''}",
        f"{targets} pair{'s' if targets > 1 else ''}",
    ]
    return f"{counts[0]} against {counts[1]} of recordings, {seconds:.0f} s."


def _pair(evaluation: Evaluation, index: int) -> dict[str, Any]:
    name = evaluation.targets[index].name
    about = "One line per model, in the order of the ranking. Tables have the figures by band and section."
    shown: list[Table] = [
        make(evaluation, name) for make in (tables.bands, tables.by_loudness, tables.sections)
    ]
    return {
        "name": name,
        "residual": svg(
            plots.residual(evaluation, name), f"residual-{index}", f"Spectra of errors, {name}", about
        ),
        "transfer": svg(
            plots.transfer(evaluation, name), f"transfer-{index}", f"Level in and out, {name}", about
        ),
        "tables": shown,
    }


def _heard(evaluation: Evaluation) -> list[_Heard]:
    materials = evaluation.materials
    if materials is None:
        return []
    played = {
        (pair.name, subject.name): (pair, subject)
        for pair, subjects in materials.entries
        for subject in subjects
    }
    found = []
    for rank in evaluation.ranking[:_HEARD_MODELS]:
        matches = [match for match in evaluation.matches if match.model == rank.model and match.moments]
        if matches:
            worst = max(matches, key=lambda match: match.scores.esr)
            made = clips(*played[worst.pair, rank.model], worst, evaluation.align)
            found.append(_Heard(worst, made))
    return found


def _facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    facts = [("machine", evaluation.machine)]
    for target in evaluation.targets:
        facts.append(
            (
                target.name,
                f"dry {target.dry}, wet {target.wet}, {target.seconds:.1f} s, {target.sample_rate:g} Hz",
            )
        )
    return facts
