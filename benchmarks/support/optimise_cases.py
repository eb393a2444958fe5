"""The cases of the optimiser's table, with what is wanted of each. Owns names, sizes and bars; not how they are run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Build:
    """Build from nothing on an instance."""

    instance: str
    n_territories: int
    tolerance: float
    seconds: float
    least_pp: float = 0.0  # mean Polsby-Popper
    bound_pct: float | None = None  # no plan has a worst territory below it
    most_over: int = 0  # territories beyond 5 %

    @property
    def name(self) -> str:
        return f"{self.instance} p={self.n_territories} {100 * self.tolerance:g}%"

    def bars(self, facts: Facts) -> dict[str, bool]:
        """Return what is wanted and whether an answer has it, by the independent scorer's figures."""
        met = {"all whole": facts["noncontig"] == 0 and facts["unassigned"] == 0}
        if self.bound_pct is None:
            met["none over"] = facts["adj_max_dev_pct"] <= 100 * self.tolerance
        else:
            met["worst = bound"] = facts["adj_max_dev_pct"] <= self.bound_pct + 0.01
            met[f"at most {self.most_over} over 5 %"] = facts["adj_over5"] <= self.most_over
        if self.least_pp:
            met[f"Polsby-Popper {self.least_pp:g}"] = facts["pp_mean"] >= self.least_pp
        return met


@dataclass(frozen=True)
class Rebalance:
    """Rebalance a plan whose workload drifted."""

    instance: str
    n_territories: int
    seconds: float
    most_of_flow: float
    tolerance: float = 0.05
    most_of_rebuild: float | None = None
    least_of_pp: float | None = None

    @property
    def name(self) -> str:
        return f"{self.instance} p={self.n_territories} rebalance"

    def bars(self, facts: Facts) -> dict[str, bool]:
        met = {
            "all whole": facts["noncontig"] == 0 and facts["unassigned"] == 0,
            "none over": facts["adj_max_dev_pct"] <= 100 * self.tolerance,
            f"moved at most {self.most_of_flow:g} x flow": facts["moved_pct"]
            <= self.most_of_flow * facts["flow_pct"] + 0.005,
        }
        if self.most_of_rebuild is not None and "rebuild_pct" in facts:
            met["at most half of a rebuild"] = facts["moved_pct"] <= self.most_of_rebuild * facts["rebuild_pct"]
        if self.least_of_pp is not None:
            met[f"Polsby-Popper {self.least_of_pp:g} of before"] = (
                facts["pp_mean"] >= self.least_of_pp * facts["pp_before"]
            )
        return met


@dataclass(frozen=True)
class Several:
    """Three measures at once on random points."""

    n_units: int
    n_territories: int
    seconds: float
    most_ratio: float  # largest diameter over that of the equal-area circle
    ratio_seconds: float = 60.0

    @property
    def name(self) -> str:
        return f"three measures n={self.n_units} p={self.n_territories}"

    def bars(self, facts: Facts) -> dict[str, bool]:
        met = {"all whole": facts["noncontig"] == 0}
        met["within 5 % in all three"] = facts["max_dev_pct"] <= 5.0
        if facts["shape"] == "diameter":
            met[f"largest diameter {self.most_ratio:g}"] = facts["diameter_ratio"] <= self.most_ratio
        else:
            met[f"in {self.seconds:g} s"] = facts.get("within_s") is not None and facts["within_s"] <= self.seconds
        return met


@dataclass(frozen=True)
class Timed:
    """A limit on one number: seconds, milliseconds or megabytes."""

    name: str
    figure: str
    most: float
    size: Mapping[str, int] = field(default_factory=dict)

    def bars(self, facts: Facts) -> dict[str, bool]:
        return {f"{self.figure} at most {self.most:g}": facts[self.figure] <= self.most}


Case = Build | Rebalance | Several | Timed

SUGGEST = Timed("next best move", "ms", 50.0, {"n_territories": 150})
MEMORY = Timed("memory", "peak_mb", 500.0, {"n_territories": 150})
FIRST_START = Timed("first start", "first_answer_s", 15.0, {"n_territories": 150})

CASES: tuple[Case, ...] = (
    Build("counties48", 10, 0.05, 2),
    Build("counties48", 10, 0.02, 10),
    Build("counties48", 40, 0.05, 2),
    Build("counties48", 40, 0.02, 10),
    Build("counties48", 50, 0.05, 5, bound_pct=10.34, most_over=1),
    Build("counties48", 150, 0.05, 5, bound_pct=27.14, most_over=8),
    Build("zips48", 200, 0.05, 5, least_pp=0.53),
    Build("zips48", 200, 0.02, 15, least_pp=0.50),
    Build("zips48", 200, 0.01, 20),
    Build("zips48", 50, 0.05, 10),
    Build("zips48", 50, 0.02, 20),
    Build("zips48", 500, 0.05, 10),
    Build("zips48", 500, 0.02, 20),
    Rebalance("counties48_drift", 40, 5, most_of_flow=1.5),
    Rebalance("zips48_drift", 200, 10, most_of_flow=1.05, most_of_rebuild=0.5, least_of_pp=0.85),
    Several(1_000, 10, 2, 1.18),
    Several(5_000, 50, 5, 1.22),
    Several(10_000, 100, 15, 1.28),
    SUGGEST,
    MEMORY,
    FIRST_START,
)


def chosen(only: str) -> Iterator[Case]:
    """Yield the cases whose name has one of the words of a comma-separated list in it; all where it is empty."""
    words = [re.escape(word.strip()) + r"(?!\d)" for word in only.split(",") if word.strip()]
    for case in CASES:
        if not words or any(re.search(word, case.name, re.IGNORECASE) for word in words):
            yield case
