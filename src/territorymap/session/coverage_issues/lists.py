"""Conflicts and hand-overs as lists for an export, of a plan held still.

Owns the copy; what stands in a row is telling.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from territorymap.model.cells import Cell
from territorymap.session.coverage_issues.reading import CoverageWatch, Look, LookTask
from territorymap.session.coverage_issues.telling import (
    finding_headers,
    finding_rows,
    handover_cells,
    handover_headers,
)
from territorymap.session.coverages import Coverage


@dataclass(frozen=True)
class CoverageLists:
    """Headings and rows: what conflicts or is covered by nobody, and what passes from role to role."""

    findings: tuple[list[str], list[list[Cell]]]
    handovers: tuple[list[str], list[list[Cell]]]


def coverage_lists(watch: CoverageWatch) -> Callable[[], CoverageLists]:
    """Return what looks at the plan as it stands now; it may be called later, in another thread."""
    begun = watch.begin()
    task = begun if isinstance(begun, Look) else _still(begun)

    @cache  # each of its lists is a sheet
    def read() -> CoverageLists:
        look = task if isinstance(task, Look) else task.run()[0]
        findings = [finding for finding in look.judgement.findings if finding.kind != "handover"]
        return CoverageLists(
            (finding_headers(), list(finding_rows(look, findings))),
            (handover_headers(), [handover_cells(look, one) for one in look.judgement.handovers]),
        )

    return read


def _still(task: LookTask) -> LookTask:
    """Return the task over copies of what an edit changes in place."""
    plan = task.plan
    return replace(
        task,
        plan=replace(plan, territories=list(plan.territories), reps=list(plan.reps)),
        coverages=[_copy(coverage) for coverage in task.coverages],
    )


def _copy(coverage: Coverage) -> Coverage:
    variant = coverage.variant
    still = replace(
        variant,
        territories=list(variant.territories),
        unit_territory=variant.unit_territory.copy(),
        account_override=variant.account_override.copy(),
    )
    return replace(coverage, variant=still)
