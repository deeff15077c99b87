"""Statistics of listening tests, from scipy (the extra ``listen``)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SIGNIFICANCE = 0.05
# The power of an ABX test is stated for a listener who is right in this share of the trials.
HEARING = 0.7
_RESAMPLES = 10_000
_FEW_VALUES = 13


def require_scipy() -> Any:
    """The module ``scipy.stats``. Raises ImportError, which names the extra, if it is missing."""
    try:
        import scipy.stats
    except ImportError as error:
        raise ImportError(
            f"the scores of listening tests need scipy: pip install nam_core[listen] ({error})"
        ) from error
    return scipy.stats


@lru_cache(maxsize=4096)
def binomial_p(right: int, trials: int) -> float:
    """The probability of at least ``right`` right answers by guessing between two."""
    return float(require_scipy().binomtest(right, trials, 0.5, alternative="greater").pvalue)


@lru_cache(maxsize=4096)
def binomial_interval(right: int, trials: int) -> tuple[float, float]:
    """The 95 % interval (Wilson's) of the share of right answers."""
    interval = require_scipy().binomtest(right, trials).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


@lru_cache(maxsize=4096)
def power(trials: int, comparisons: int = 1, share: float = HEARING) -> float:
    """The probability that a test detects a listener who is right in this share of the trials.

    For several comparisons this is the least power under Holm's correction, which is that of the comparison
    with the lowest p.
    """
    binom = require_scipy().binom
    # The smallest number of right answers that guessing reaches with at most the corrected probability.
    fewest = int(binom.isf(SIGNIFICANCE / comparisons, trials, 0.5)) + 1
    return float(binom.sf(fewest - 1, trials, share))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p values corrected for their number (S. Holm, Scandinavian Journal of Statistics 6, 1979)."""
    order = np.argsort(p_values, kind="stable")
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order.tolist()):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = highest
    return corrected


def bootstrap_interval(values: Array, seed: int = 0) -> tuple[float, float]:
    """The bootstrapped 95 % interval of the mean of ``(units,)``; NaN for a single unit."""
    if values.size < 2:
        return math.nan, math.nan
    drawn = np.random.default_rng(seed).integers(0, values.size, (_RESAMPLES, values.size))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def friedman_p(ratings: Array) -> float:
    """p of Friedman's test that the systems differ at all, from ratings ``(listeners, systems)``.

    The test needs at least three systems and two listeners; with fewer, the result is NaN.
    """
    if ratings.shape[0] < 2 or ratings.shape[1] < 3 or np.all(ratings == ratings[:, :1]):
        return math.nan
    return float(require_scipy().friedmanchisquare(*ratings.T).pvalue)


def least_signed_rank_p(listeners: int) -> float:
    """The least p that Wilcoxon's test can give for so many listeners; all of them prefer the same system."""
    return float(0.5 ** (listeners - 1))


def signed_rank_p(first: Array, second: Array) -> float:
    """p of Wilcoxon's test that two systems differ, from ratings ``(listeners,)`` each; 1 if they never
    differ.
    """
    if np.all(first == second):
        return 1.0
    # With ties, scipy's "auto" would try all permutations of a few values, which takes a second.
    method = "exact" if first.size <= _FEW_VALUES else "auto"
    return float(require_scipy().wilcoxon(first, second, method=method).pvalue)
