"""The whole look at the coverage of a plan. Owns the order, and sums by kind and cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from territorymap.metrics.coverage.clashes import find_clashes
from territorymap.metrics.coverage.findings import CAUSES, HANDOVER, Finding
from territorymap.metrics.coverage.gaps import find_gaps
from territorymap.metrics.coverage.handover import HandOver, as_findings, find_handovers
from territorymap.metrics.coverage.registrations import find_deal_conflicts
from territorymap.metrics.coverage.situation import Ix, Situation


@dataclass(frozen=True)
class Sum:
    """How much findings come to; an account that several of them name counts once."""

    findings: int
    accounts: int
    units: int
    deals: int
    revenue: float
    amount: float  # of the deals at issue


@dataclass(frozen=True)
class Judgement:
    """What was found, in the order of kinds and causes, the most revenue first."""

    now: Situation
    findings: list[Finding]
    handovers: list[HandOver]  # those that are done, too

    @cached_property
    def by_cause(self) -> dict[tuple[str, str], list[Finding]]:
        """Findings by kind and cause; each that can be is there."""
        found: dict[tuple[str, str], list[Finding]] = {(k, c): [] for k, causes in CAUSES.items() for c in causes}
        for finding in self.findings:
            found[finding.kind, finding.cause].append(finding)
        return found

    def of_kind(self, kind: str) -> list[Finding]:
        return [finding for cause in CAUSES[kind] for finding in self.by_cause[kind, cause]]

    @cached_property
    def sums(self) -> dict[tuple[str, str], Sum]:
        """What findings come to, by kind and cause; by kind and ""; by "" and "" all but hand-overs."""
        found = {key: self.total(findings) for key, findings in self.by_cause.items()}
        found |= {(kind, ""): self.total(self.of_kind(kind)) for kind in CAUSES}
        found["", ""] = self.total([finding for finding in self.findings if finding.kind != HANDOVER])
        return found

    def total(self, findings: Sequence[Finding]) -> Sum:
        """Return what some of the findings come to."""
        accounts, units = joined([f.accounts for f in findings]), joined([f.units for f in findings])
        at_issue = {finding.deals[-1] for finding in findings if finding.deals}
        amount = float(np.nan_to_num(self.now.deals.amount[sorted(at_issue)]).sum()) if at_issue else 0.0
        money = float(self.now.money[accounts].sum())
        return Sum(len(findings), len(accounts), len(units), len(at_issue), money, amount)


def judge(now: Situation) -> Judgement:
    """Return every conflict and gap of a plan."""
    handovers = find_handovers(now)
    found = [*find_gaps(now), *find_clashes(now), *find_deal_conflicts(now), *as_findings(now, handovers)]
    rank = {(k, c): i for i, (k, c) in enumerate((k, c) for k, causes in CAUSES.items() for c in causes)}

    def order(f: Finding) -> tuple[object, ...]:
        n_units = 0 if f.ground is None else len(f.ground)
        return rank[f.kind, f.cause], f.day or "9999", -f.revenue, -len(f.accounts), -n_units

    found.sort(key=order)
    return Judgement(now, found, handovers)


def joined(parts: Sequence[Ix]) -> Ix:
    """Return all positions once, ascending."""
    if not parts:
        return np.empty(0, dtype=np.int64)
    every = np.concatenate(parts)
    is_in = np.zeros(int(every.max(initial=-1)) + 1, dtype=np.bool_)  # ten times as fast as sorting them
    is_in[every] = True
    return np.flatnonzero(is_in)
