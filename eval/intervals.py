"""How sure a mean is, and whether two runs differ: bootstrap and paired randomisation over questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Difference", "bootstrap_interval", "paired_difference", "randomisation_p"]

SAMPLES = 2_000
ROUNDS = 9_999
SEED = 20_120_630  # any fixed number: results repeat exactly


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much one run is better than another on the same questions."""

    mean: float
    low: float  # of the 95 % bootstrap interval of the mean difference
    high: float
    p: float  # two-sided, of the paired randomisation test
    better: int  # questions that score higher …
    worse: int  # … and lower; the others are equal


def bootstrap_interval(values: Sequence[float], *, samples: int = SAMPLES) -> tuple[float, float]:
    """The 95 % percentile interval of the mean over resampled questions; (0, 0) where there are none."""
    if not values:
        return 0.0, 0.0
    scores = np.asarray(values, dtype=np.float64)
    rows = np.random.default_rng(SEED).integers(0, len(scores), size=(samples, len(scores)))
    low, high = np.percentile(scores[rows].mean(axis=1), (2.5, 97.5))
    return float(low), float(high)


def randomisation_p(first: Sequence[float], second: Sequence[float], *, rounds: int = ROUNDS) -> float:
    """The two-sided p of the paired randomisation test on the difference of means (signs of the differences flipped).

    Smucker, Allan and Carterette, CIKM 2007, as SciPy has it: every arrangement where there are no more than `rounds`,
    else so many drawn at random and the observed one, so that p is never 0. 1 where nothing differs.
    """
    from scipy.stats import permutation_test

    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    if len(differences) < 2 or not differences.any():
        return 1.0
    test = permutation_test(
        (differences,), _mean, permutation_type="samples", vectorized=True, n_resamples=rounds, rng=SEED
    )
    return float(test.pvalue)


def _mean(values: npt.NDArray[np.float64], axis: int = -1) -> npt.NDArray[np.float64]:
    return np.asarray(values.mean(axis=axis))


def paired_difference(new: Sequence[float], old: Sequence[float]) -> Difference:
    """How much better `new` is than `old`, one value a question in the same order."""
    differences = [a - b for a, b in zip(new, old, strict=True)]
    low, high = bootstrap_interval(differences)
    return Difference(
        mean=sum(differences) / len(differences) if differences else 0.0,
        low=low,
        high=high,
        p=randomisation_p(new, old),
        better=sum(difference > 0 for difference in differences),
        worse=sum(difference < 0 for difference in differences),
    )
