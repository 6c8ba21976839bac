"""How sure a mean is, and whether two runs differ: bootstrap and paired randomisation over questions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["bootstrap_interval", "randomisation_p"]

SAMPLES = 2_000
ROUNDS = 10_000
SEED = 20_120_630  # any fixed number: results repeat exactly


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

    Smucker, Allan and Carterette, CIKM 2007; the observed arrangement counts as one round, so p is never 0.
    """
    difference = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    if not len(difference):
        return 1.0
    signs = np.random.default_rng(SEED).choice((-1.0, 1.0), size=(rounds, len(difference)))
    at_least = np.abs(signs @ difference) >= abs(difference.sum()) - 1e-9
    return float((at_least.sum() + 1) / (rounds + 1))
