"""What an export reads: a plan and its figures, held still while a file is written.

Owns the copy; not the figures (metrics) and not where they come from (session).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.topology import Topology
from territorymap.mapview.replies import state
from territorymap.mapview.strings import measure_labels
from territorymap.metrics.balance import Balance
from territorymap.metrics.comparison import Comparison, compared
from territorymap.metrics.move_figures import Ages
from territorymap.metrics.partners.sheet import PartnerInputs
from territorymap.metrics.totals import Totals
from territorymap.metrics.workload import homes, workload_parts
from territorymap.model.cells import Cell
from territorymap.model.coverage import TABLES
from territorymap.model.covering import Coverage
from territorymap.model.plan import Plan
from territorymap.model.scene_view import read_scene_view
from territorymap.model.territory_figure import TerritoryFigure
from territorymap.model.units import strings
from territorymap.model.variant import Variant

R = TypeVar("R")
LogSource = Callable[[], tuple[list[str], list[list[Cell]]]]  # reads the change log: headings and rows


class ListsOfCoverage(Protocol):
    """What conflicts or is covered by nobody, and what passes from role to role: headings and rows of each."""

    @property
    def findings(self) -> tuple[list[str], list[list[Cell]]]: ...

    @property
    def handovers(self) -> tuple[list[str], list[list[Cell]]]: ...


class PlanView(Protocol):
    """What a session offers to an export."""

    @property
    def plan(self) -> Plan: ...

    @property
    def geometry(self) -> NDArray[np.object_]: ...

    @property
    def topology(self) -> Topology: ...

    @property
    def totals(self) -> Totals: ...

    @property
    def balance(self) -> Balance: ...

    @property
    def baseline(self) -> Variant | None: ...

    def variant(self, scenario_id: int, alignment_id: int | None = None) -> Variant: ...

    def ages_against(self, scenario_id: int) -> Ages: ...


@dataclass(frozen=True)
class ExportView:
    """A plan as it stood at one moment; edits made afterwards do not reach it."""

    plan: Plan
    geometry: NDArray[np.object_]  # (U,) MultiPolygon, EPSG:4326
    topology: Topology
    balance: Balance
    territory_total: NDArray[np.float64]  # (M, T)
    unit_total: NDArray[np.float64]  # (M, U) what each unit brings to its territory, without overridden accounts
    account_workload_h: NDArray[np.float64]  # (A,)
    n_units: NDArray[np.integer]  # (T,)
    n_accounts: NDArray[np.integer]  # (T,)
    pieces: NDArray[np.integer]  # (T,)
    cut_edges: NDArray[np.integer]  # (T,)
    polsby_popper: NDArray[np.float64]  # (T,)
    page_state: dict[str, Any]  # the message "state" of the map page
    baseline: Variant | None = None  # None where none is set, or it is the scenario in use
    variants: Mapping[str, Variant] = field(default_factory=dict)  # by uuid: the other scenarios that scenes show
    comparison: Comparison | None = None  # with the baseline, or what else is compared
    ages: Ages | None = None  # days since the last change of each unit and account
    coverages: tuple[Coverage, ...] = ()  # of the alignments beside the one in use
    lists: Callable[[], ListsOfCoverage] | None = None  # conflicts and hand-overs; None where anything is hidden
    log: LogSource | None = None  # who changed what, when and why; None where anything is hidden
    registers: Mapping[type, Mapping[int, Any]] = field(default_factory=dict)  # records by kind and integer key

    partners: PartnerInputs | None = None  # what sheets of partners are made of; None where there are none

    figures: tuple[TerritoryFigure, ...] = ()  # (T,) each: quotas, forecasts and what else registers tell

    def register(self, kind: type[R]) -> Mapping[int, R]:
        """Return the records of a kind, as ``Session.register`` does; none where they are hidden."""
        return self.registers.get(kind, {})

    @property
    def account_territory(self) -> NDArray[np.int32]:
        """(A,) territory_ix of each account, by override or by unit; -1 = none."""
        return self.plan.territory_of_accounts()

    def territory_names(self) -> NDArray[np.object_]:
        """(T + 1,) names; the last, also reached by -1, is "" for unassigned."""
        return strings([*(t.name for t in self.plan.territories), ""])

    def rep_names(self) -> NDArray[np.object_]:
        """(T + 1,) name of each territory's rep, "" for a vacancy and, at -1, for unassigned."""
        reps = [self.plan.rep_of(ix) for ix in range(self.plan.n_territories)]
        return strings([*(rep.name if rep else "" for rep in reps), ""])


def take_view(source: PlanView | ExportView) -> ExportView:
    """Return the plan as it stands now. Call it where the plan is edited; the writing may go on elsewhere."""
    if isinstance(source, ExportView):
        return source
    plan, totals = source.plan, source.totals
    still = replace(
        plan,
        territories=list(plan.territories),
        reps=list(plan.reps),
        measures=list(plan.measures),
        unit_territory=plan.unit_territory.copy(),
        account_override=plan.account_override.copy(),
        overrides=dict(plan.overrides),
    )
    parts, home = workload_parts(still), homes(still)
    stem_h = parts.stem_h(np.arange(len(still.accounts)), *home[:, still.territory_of_accounts()])
    # Only a plan that stands in a file has a history, and other alignments beside the one that is seen.
    read_log, coverages = getattr(source, "change_log", None), getattr(source, "coverages", None)
    read_lists = getattr(source, "coverage_lists", None)
    baseline = None if plan.scenario.is_baseline else source.baseline
    return ExportView(
        plan=still,
        geometry=source.geometry,
        topology=source.topology,
        balance=source.balance,
        territory_total=totals.territory_total.copy(),
        unit_total=_unit_total(still, totals.unit_measure, stem_h),
        account_workload_h=parts.base_h + parts.hop_h + stem_h,
        n_units=totals.n_units.copy(),
        n_accounts=totals.n_accounts.copy(),
        pieces=totals.pieces.copy(),
        cut_edges=totals.cut_edges.copy(),
        polsby_popper=totals.polsby_popper.copy(),
        variants=_variants_of_scenes(source, still),
        baseline=baseline,
        comparison=None if baseline is None else compared(still, totals, baseline),
        ages=None if baseline is None else source.ages_against(baseline.scenario.scenario_id),
        coverages=() if coverages is None else tuple(c for c in coverages() if c.alignment.uuid != plan.alignment.uuid),
        log=None if read_log is None else read_log(),
        lists=None if read_lists is None else read_lists(),
        registers=_registers(source),
        figures=_figures(source),
        partners=_partners(source),
        page_state=state(still, totals, source.balance, measure_labels(still), rev=0, is_read_only=True),
    )


def _registers(source: PlanView) -> dict[type, dict[int, Any]]:
    """Return copies of all records: who covers what besides the ground. Only a plan that stands in a file has some."""
    register = getattr(source, "register", None)
    return {} if register is None else {kind: dict(register(kind)) for kind in TABLES}


def _figures(source: PlanView) -> tuple[TerritoryFigure, ...]:
    """Return quotas, forecasts and what else registers tell of territories; never what somebody is paid."""
    figures = getattr(source, "figures", None)
    if figures is None:
        return ()
    wanted = [spec.key for spec in figures.specs() if spec.is_listed]
    return tuple(figure for key in wanted if (figure := figures.find(key)) is not None)


def _partners(source: PlanView) -> PartnerInputs | None:
    read = getattr(source, "partner_inputs", None)
    inputs: PartnerInputs | None = None if read is None else read()
    return inputs


def _variants_of_scenes(source: PlanView, plan: Plan) -> dict[str, Variant]:
    """Return the scenarios and alignments, beside those in use, that scenes show."""
    scenarios = {s.uuid: s.scenario_id for s in plan.scenarios}
    alignments = {a.uuid: a.alignment_id for a in plan.alignments}
    found: dict[str, Variant] = {}
    for view in (read_scene_view(scene.content) for scene in plan.scenes):
        for scenario in (view.scenario, view.before):
            key = variant_key(plan, scenario, view.alignment)
            if not key or key in found or (scenario and scenario not in scenarios):
                continue
            scenario_id = scenarios.get(scenario, plan.scenario.scenario_id)
            if view.alignment in ("", plan.alignment.uuid) or view.alignment not in alignments:
                found[key] = source.variant(scenario_id)
            else:
                found[key] = source.variant(scenario_id, alignments[view.alignment])
    return found


def variant_key(plan: Plan, scenario: str, alignment: str) -> str:
    """Return under which key a view has a scenario and alignment that a scene shows; "" = the place in use."""
    is_elsewhere = alignment not in ("", plan.alignment.uuid) and alignment in {a.uuid for a in plan.alignments}
    if is_elsewhere:
        return f"{scenario or plan.scenario.uuid}|{alignment}"
    return "" if scenario in ("", plan.scenario.uuid) else scenario


def _unit_total(plan: Plan, unit_measure: NDArray[np.float64], stem_h: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each unit brings, the way from the rep's home included."""
    total = unit_measure.copy()
    row = next((i for i, m in enumerate(plan.measures) if m.is_workload), -1)
    if row >= 0:
        brought = np.flatnonzero((plan.accounts.unit_ix >= 0) & plan.goes_with_unit())
        total[row] += np.bincount(plan.accounts.unit_ix[brought], stem_h[brought], minlength=len(plan.units))
    return total
