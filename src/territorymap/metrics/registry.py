"""The list of metrics. Owns how a metric is declared and found; not any formula.

A metric is a function with a numpydoc docstring and the decorator :func:`metric`; a new one is one new file.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from territorymap.metrics.balance import Balance
    from territorymap.metrics.disruption import Disruption
    from territorymap.metrics.totals import Totals
    from territorymap.model.plan import Plan
    from territorymap.model.records import Measure

# What a metric is told of: one territory; one territory and one measure; the plan and one measure; the plan; one rep,
# or all of them, and one measure, against the baseline; what the planner assumes (explained where it is shown).
SCOPES = ("territory", "territory measure", "plan measure", "plan", "rep measure", "assumed")


@dataclass(frozen=True)
class Case:
    """What an explanation speaks of."""

    plan: Plan
    totals: Totals
    balance: Balance
    territory_ix: int = -1
    measure: Measure | None = None
    disruption: Disruption | None = None  # None = no baseline to compare with
    rep_at: int | None = None  # column of the disruption; None = the plan as a whole

    @property
    def row(self) -> int:
        """Row of the measure in the plan's and the totals' arrays."""
        return next(i for i, m in enumerate(self.plan.measures) if self.measure is not None and m is self.measure)

    @property
    def balance_row(self) -> int:
        """Row of the measure in the balance's arrays."""
        return list(self.balance.measure_ix).index(self.row)


Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class Metric:
    """One registered metric; texts are callables, so that they follow the language in use."""

    name: str
    scope: str
    label: Callable[[], str]
    unit: str  # "" = a count or ratio
    formula: Callable[[], str]
    meaning: Callable[[], str]
    lines: Callable[[Case], Lines]
    function: Callable[..., Any]

    @property
    def source(self) -> str:
        """Where the formula comes from, as the docstring says."""
        return docstring_section(self.function, "Source")


_METRICS: dict[str, Metric] = {}
_Function = TypeVar("_Function", bound=Callable[..., Any])


def metric(
    name: str,
    *,
    scope: str,
    label: Callable[[], str],
    formula: Callable[[], str],
    meaning: Callable[[], str],
    lines: Callable[[Case], Lines],
    unit: str = "",
) -> Callable[[_Function], _Function]:
    """Register the decorated function as a metric."""
    if scope not in SCOPES:
        raise ValueError(f"unknown scope {scope!r}")

    def register(function: _Function) -> _Function:
        if name in _METRICS:
            raise ValueError(f"two metrics are named {name!r}")
        _METRICS[name] = Metric(name, scope, label, unit, formula, meaning, lines, function)
        return function

    return register


def metrics() -> dict[str, Metric]:
    """Return all metrics by name; modules of this package are imported first, so a new file is found by itself."""
    package = importlib.import_module("territorymap.metrics")
    for module in sorted(info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")):
        importlib.import_module(module)
    return dict(sorted(_METRICS.items()))


def docstring_section(function: Callable[..., Any], title: str) -> str:
    """Return the text of a numpydoc section in one line, "" if there is none."""
    doc = inspect.getdoc(function) or ""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=\n\S[^\n]*\n-+\n|\Z)", doc, re.DOTALL | re.MULTILINE)
    return " ".join(found.group(1).split()) if found else ""
