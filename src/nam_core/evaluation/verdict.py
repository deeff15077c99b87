"""The result of an evaluation in a few sentences."""

from __future__ import annotations

from .results import Evaluation


def verdict(evaluation: Evaluation) -> list[str]:
    """The result in a few sentences."""
    best, *others = evaluation.ranking
    sentences = [f"{best.model} has an ESR of {best.esr:.3g} ({best.low:.2g} to {best.high:.2g})."]
    if others:
        equal = [rank.model for rank in others if rank.equal_by_noise and best.equal_by_noise]
        near = [rank.model for rank in others if not rank.is_apart_from_best and rank.model not in equal]
        if equal:
            sentences.append(
                "Equal to it, because their errors are below the noise between two takes: "
                f"{', '.join(equal)}."
            )
        if near:
            sentences.append(f"These recordings do not tell it apart from {', '.join(near)}.")
        front = [rank.model for rank in evaluation.ranking if rank.is_on_front]
        if front:
            sentences.append(f"No other model is both cheaper and better than these: {', '.join(front)}.")
    for target in evaluation.targets:
        if target.noise_floor is not None:
            sentences.append(f"Two takes of {target.name} differ by an ESR of {target.noise_floor:.3g}.")
    if evaluation.align:
        what = "delay and polarity" if evaluation.align == "delay" else "delay, polarity and level"
        sentences.append(
            f"The targets' {what} relative to each model were found and removed (Alignment, below)."
        )
    return sentences
