"""How well a candidate fits: criteria with weights, scored 0 to 10. Owns the formula; not the criteria themselves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BEST = 10.0


@dataclass(frozen=True)
class Criterion:
    """What a candidate is scored by. ``key`` stays when the name changes."""

    key: str
    name: str
    weight: float  # > 0; only their proportion matters


@dataclass(frozen=True)
class Recruitment:
    """A candidate's score and how much of it is known."""

    score: float  # 0..10, nan where nothing was scored
    known: float  # 0..1, share of the weights that was scored
    missing: tuple[str, ...]  # names of criteria that were not scored

    def passes(self, pass_mark: float) -> bool:
        """Whether all was scored, and well enough."""
        return not self.missing and self.score >= pass_mark


def recruitment_score(scores: Mapping[str, float], criteria: Sequence[Criterion]) -> Recruitment:
    """Weighted mean of a candidate's scores.

    Parameters
    ----------
    scores : criterion key -> 0..10; what is no criterion, or no number, does not count
    criteria : with weights > 0

    Returns
    -------
    Recruitment : score = sum(w x s) / sum(w) over the criteria that were scored; nan, 0 where there are none.

    Examples
    --------
    Reach weighs 3, skills 2, finances 1. Reach 8, skills 5, finances not scored: (3 x 8 + 2 x 5) / (3 + 2) = 34 / 5 =
    6.8, of 5/6 of the weights. With finances 2: (24 + 10 + 2) / 6 = 6.0.

    Source
    ------
    Weighted scoring model (simple additive weighting), Hwang & Yoon 1981.
    """
    told = [c for c in criteria if math.isfinite(scores.get(c.key, math.nan))]
    missing = tuple(c.name for c in criteria if c not in told)
    weight, total = math.fsum(c.weight for c in told), math.fsum(c.weight for c in criteria)
    if not weight:
        return Recruitment(math.nan, 0.0, missing)
    score = math.fsum(c.weight * min(max(scores[c.key], 0.0), BEST) for c in told) / weight
    return Recruitment(score, weight / total, missing)
