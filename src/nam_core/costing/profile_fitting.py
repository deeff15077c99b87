"""Fits a device profile to the results of ``nam-core bench --json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .counting import Cost
from .device_profile import DeviceProfile, HeldOutError
from .device_work import AMOUNTS, amounts
from .nonnegative import nonnegative_least_squares

BENCH_FORMAT = "nam_core bench"
FOLDS = 10
# With fewer models, some coefficients would be guesses.
FEWEST_MODELS = 2 * len(AMOUNTS)

Array = npt.NDArray[np.float64]


def fit(bench: Any, families: Mapping[str, str] | None = None) -> DeviceProfile:
    """Fit a profile to the least times per sample, by relative least squares with coefficients of at least 0.

    The least time is the time of the undisturbed machine. Medians of a busy machine would include the time of
    other programs.

    Parameters
    ----------
    bench : the JSON object that ``nam-core bench --json`` writes, with results on sound of one instruction
        set and precision. Best is a survey of the models of ``nam-core modelset`` at a few block lengths.
    families : the family of each model, by the model's name. With them, whole families are held out to find
        the error; the coefficients do not change.

    Raises
    ------
    ValueError
        If ``bench`` is something else, or has too few models.
    """
    results = _results(bench)
    isa, dtype = _engine(results)
    per_frame = [amounts(_cost(result), result["block"]) for result in results]
    # An amount that no model has gets no coefficient.
    names = [name for name in AMOUNTS if any(found[name] for found in per_frame)]
    times = np.array([result["ns_per_sample_min"] for result in results])
    # Each row is divided by its time, so that the residual is the relative error.
    relative = np.array([[found[name] for name in names] for found in per_frame]) / times[:, None]
    models = [result["model"] for result in results]
    coefficients = _solve(relative)
    return DeviceProfile(
        machine=bench["machine"],
        isa=isa,
        dtype=dtype,
        blocks=tuple(sorted({result["block"] for result in results})),
        coefficients=dict(zip(names, coefficients.tolist(), strict=True)),
        error=_held_out(relative, models, families),
    )


def _solve(relative: Array) -> Array:
    return nonnegative_least_squares(relative, np.ones(len(relative)))


def _held_out(relative: Array, models: list[str], families: Mapping[str, str] | None) -> HeldOutError:
    """Cross-validation over models: a model is predicted by a fit that has none of its results."""
    names = sorted(set(models))
    if families is None:
        order = np.random.default_rng(0).permutation(len(names))
        fold_of = {names[model]: index % FOLDS for index, model in enumerate(order)}
    else:
        numbers = {family: index for index, family in enumerate(sorted(set(families.values())))}
        # A model without a family is a family of its own.
        fold_of = {name: numbers.setdefault(families.get(name, name), len(numbers)) for name in names}
    fold = np.array([fold_of[model] for model in models])
    folds = sorted(set(fold.tolist()))
    predicted = np.zeros(len(models))
    for held in folds:
        predicted[fold == held] = relative[fold == held] @ _solve(relative[fold != held])
    errors = np.abs(predicted - 1.0)
    return HeldOutError(
        held_out="models" if families is None else "families",
        median=float(np.median(errors)),
        p90=float(np.quantile(errors, 0.9)),
        max=float(errors.max()),
        worst=models[int(np.argmax(errors))],
        folds=len(folds),
        models=len(names),
        results=len(models),
    )


def _results(bench: Any) -> list[dict[str, Any]]:
    """The results on sound, checked to have the fields that the fit needs."""
    if not isinstance(bench, dict) or bench.get("format") != BENCH_FORMAT:
        raise ValueError("this is not a file of nam-core bench --json")
    try:
        results = [result for result in bench["results"] if result["signal"] == "sound"]
        models = {result["model"] for result in results}
        for key in ("isa", "dtype", "block", "ns_per_sample_min", "cost"):
            for result in results:
                result[key]
        bench["machine"]
    except (KeyError, TypeError) as error:
        raise ValueError(f"the results are damaged: {error}") from None
    if len(models) < FEWEST_MODELS:
        found = f"found results of {len(models)} models"
        raise ValueError(f"{found}; a fit needs {FEWEST_MODELS} (nam-core modelset writes some)")
    return results


def _engine(results: list[dict[str, Any]]) -> tuple[str, str]:
    """The instruction set and precision, which all results must share."""
    found = {(result["isa"], result["dtype"]) for result in results}
    if len(found) > 1:
        mixed = ", ".join(" ".join(engine) for engine in sorted(found))
        raise ValueError(f"results must be of one instruction set and precision; found {mixed}")
    return found.pop()


def _cost(result: dict[str, Any]) -> Cost:
    try:
        cost = Cost.from_dict(result["cost"])
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"the cost of {result['model']} is damaged, or from an earlier version: {error}"
        ) from None
    if (cost.isa, cost.dtype) != (result["isa"], result["dtype"]):
        raise ValueError(f"the cost of {result['model']} is of another instruction set than its times")
    return cost
