"""A view of a plan in which nothing hidden is left: whatever a format reads of it may be shown to anybody.

Owns the figures of the view; names and the plan itself are model.veil's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from territorymap.exporters.choices import Choice
from territorymap.exporters.partners.veil import veiled_partners
from territorymap.exporters.view import ExportView
from territorymap.metrics.balance import shown_rows
from territorymap.metrics.comparison import Comparison, Side
from territorymap.model.coverage import Action, Assumption, Quota
from territorymap.model.plan import Plan
from territorymap.model.privacy import Privacy
from territorymap.model.veil import WORKLOAD, Veil, veiled


def redacted(view: ExportView, privacy: Privacy) -> ExportView:
    """Return the view without what is hidden.

    Hidden measures are no measures of it; reps and accounts have numbers for names, the same in every export of the
    plan; keys, addresses, homes and remarks are empty.
    """
    if not privacy.is_any:
        return view
    veil = Veil(view.plan, privacy)
    plan = veiled(veil)
    rows = veil.measure_rows
    workload_h = view.account_workload_h
    return replace(
        view,
        plan=plan,
        baseline=None if view.baseline is None else veil.variant(view.baseline),
        log=None,  # its words and names are not ours to veil
        lists=None,
        variants={uuid: veil.variant(variant) for uuid, variant in view.variants.items()},
        coverages=tuple(
            replace(one, alignment=veil.alignment(one.alignment), variant=veil.variant(one.variant))
            for one in view.coverages
        ),
        comparison=None if view.comparison is None else _comparison(view.comparison, plan, veil),
        balance=shown_rows(view.balance, rows, has_capacity=not privacy.hides_terms),
        territory_total=view.territory_total[rows],
        unit_total=view.unit_total[rows],
        account_workload_h=np.full_like(workload_h, np.nan) if privacy.hides(WORKLOAD) else workload_h,
        page_state=_page_state(view.page_state, plan, veil),
        registers=_registers(view, veil),
        figures=tuple(f for f in view.figures if not (privacy.hides_pay and f.spec.is_pay)),
        partners=None if view.partners is None else veiled_partners(view.partners, veil),
    )


def _registers(view: ExportView, veil: Veil) -> dict[type, dict[int, Any]]:
    """Return the records that may be shown: what is not vetted here stays out of every file in which things are hidden.

    Goals lose the names that are hidden, and are not told where numbers are: they may hold both. Quotas are pay.
    """

    def shown(text: str) -> str:
        return veil.free_text(text) if veil.privacy.columns else veil.text(text)

    out: dict[type, dict[int, Any]] = {Assumption: dict(view.register(Assumption))}
    out[Action] = {
        row_id: replace(action, title=shown(action.title), note="", root_cause="", owner=veil.text(action.owner))
        for row_id, action in view.register(Action).items()
    }
    if not veil.privacy.hides_terms:
        out[Quota] = {row_id: replace(quota, note="") for row_id, quota in view.register(Quota).items()}
    return out


def redacted_choices(
    view: ExportView, privacy: Privacy, choices: Sequence[Choice], chosen: Mapping[str, object]
) -> dict[str, object]:
    """Return what was chosen, in the names of the redacted view: a rep asked for by name is asked for by number."""
    if not privacy.is_any:
        return dict(chosen)
    veil = Veil(view.plan, privacy)
    plan = veiled(veil)
    territories = {t.name: v.name for t, v in zip(view.plan.territories, plan.territories, strict=True)}
    reps = {rep.name: shown.name for rep, shown in zip(view.plan.reps, plan.reps, strict=True)}
    kind = {choice.name: choice for choice in choices}

    def shown(name: str, value: object) -> object:
        choice = kind.get(name)
        if choice is not None and choice.kind == "text" and isinstance(value, str):
            return veil.text(value)
        if choice is not None and choice.kind == "names" and isinstance(value, tuple | list):
            known = {"reps": reps, "partners": reps, "territories": territories}.get(choice.names_of, {})
            return tuple(known.get(str(n), veil.text(str(n))) for n in value)
        return value

    return {name: shown(name, value) for name, value in chosen.items()}


def _comparison(comparison: Comparison, plan: Plan, veil: Veil) -> Comparison:
    """Return both sides with the units, accounts, reps and measures of the veiled plan."""
    return Comparison(_side(comparison.before, plan, veil), _side(comparison.after, plan, veil))


def _side(side: Side, plan: Plan, veil: Veil) -> Side:
    rows = veil.measure_rows
    shown = replace(
        plan,
        territories=veil.territories(side.plan.territories),
        unit_territory=side.plan.unit_territory,
        account_override=side.plan.account_override,
        overrides={},
        scenario=veil.scenario(side.plan.scenario),
    )
    workload_h = side.account_workload_h
    return replace(
        side,
        plan=shown,
        balance=shown_rows(side.balance, rows, has_capacity=not veil.privacy.hides_terms),
        total=side.total[rows],
        unit_total=side.unit_total[rows],
        account_workload_h=np.full_like(workload_h, np.nan) if veil.privacy.hides(WORKLOAD) else workload_h,
    )


def _page_state(state: dict[str, Any], plan: Plan, veil: Veil) -> dict[str, Any]:
    """Return the message "state" with the rows of the veiled plan."""
    rows = veil.measure_rows
    territories = []
    for row, territory in zip(state["territories"], plan.territories, strict=True):
        rep = plan.rep(territory.rep_id)
        shown = {"name": territory.name, "rep": rep.name if rep else "", "total": [row["total"][i] for i in rows]}
        home = None if veil.privacy.rep_names else row["home"]
        territories.append({**row, **shown, "home": home})
    measures = [state["measures"][i] for i in rows]
    return {**state, "title": plan.info.title, "measures": measures, "territories": territories}
