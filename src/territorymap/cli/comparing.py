"""The command scenario compare: what changes rep, by rep, caps, and every move. Owns its tables and JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint, find_scenario
from territorymap.cli.output import print_facts, print_json, print_table
from territorymap.cli.plans import json_option, plan_argument, reading
from territorymap.errors import UserError
from territorymap.i18n import ntr, number, percent, tr

if TYPE_CHECKING:
    from territorymap.metrics.disruption import Disruption
    from territorymap.model.plan import Plan
    from territorymap.model.records import Scenario
    from territorymap.session.session import Session


@click.command(
    "compare",
    help=tr(
        "Compare a scenario with the baseline, or with another one.\n\n"
        "What changes rep, in all and by rep; the caps of the plan; every unit and account that moves (in --json, with "
        "days since its last change)."
    ),
)
@plan_argument
@click.argument("name", required=False)
@click.argument("against", required=False)
@json_option
def compare(plan: Path, name: str | None, against: str | None, as_json: bool) -> None:
    """Compare a scenario with the baseline, or with another one."""
    from territorymap.metrics.comparison_json import comparison_json
    from territorymap.metrics.disruption import Disruption

    with reading(plan) as session:
        after = find_scenario(session.plan, name) if name is not None else session.plan.scenario
        before = find_scenario(session.plan, against) if against is not None else _baseline_of(session.plan)
        if after.scenario_id == before.scenario_id:
            raise UserError(
                tr("{name} would be compared with itself.", name=after.name),
                choices_hint("", [s.name for s in session.plan.scenarios if s is not after])
                or tr("Make another one: territorymap scenario new PLAN NAME."),
            )
        session.switch_scenario(after.scenario_id)
        disruption = Disruption(session.plan, session.totals, session.variant(before.scenario_id))
        if as_json:
            comparison = session.comparer.compare(before.scenario_id, after.scenario_id)
            ages = session.comparer.ages(before.scenario_id, after.scenario_id)
            figures = comparison_json(comparison, ages)
            print_json({**figures, "disruption": disruption_json(session.plan, disruption)})
        else:
            _print_comparison(session, before, after, disruption)


def _baseline_of(plan: Plan) -> Scenario:
    if plan.baseline is not None:
        return plan.baseline
    raise UserError(
        tr("The plan has no baseline to compare with."),
        tr("Name the other scenario, or say: territorymap scenario baseline PLAN NAME."),
    )


def disruption_json(plan: Plan, disruption: Disruption) -> dict[str, Any]:
    """Return what changes rep as plain values: in all, by rep, and the caps."""
    from territorymap.metrics.caps import breach_text, displaced_accounts, find_breaches

    names = [m.name for m in plan.measures]

    def by_measure(rows: Any) -> dict[str, float]:
        return dict(zip(names, rows.tolist(), strict=True))

    return {
        "measures": {
            name: {"changed": moved, "held": held, "share": share}
            for name, moved, held, share in zip(
                names, disruption.moved.tolist(), disruption.held.tolist(), disruption.share.tolist(), strict=True
            )
        },
        "reps": [
            {
                "rep": disruption.name_of(at) if at < disruption.n_reps else None,
                **{key: by_measure(getattr(disruption, key)[:, at]) for key in ("base", "kept", "lost", "gained")},
            }
            for at in range(disruption.n_reps + 1)
        ],
        "caps_exceeded": [breach_text(plan, disruption, breach) for breach in find_breaches(plan, disruption)],
        "protected_displaced": [
            str(plan.accounts.key[a] or plan.accounts.name[a]) for a in displaced_accounts(plan, disruption)
        ],
    }


def _print_comparison(session: Session, before: Scenario, after: Scenario, d: Disruption) -> None:
    from territorymap.metrics.caps import breach_text, displaced_accounts, find_breaches
    from territorymap.session.differences import find_differences

    plan = session.plan
    found = find_differences(session.variant(after.scenario_id), session.variant(before.scenario_id))
    click.echo(tr("{after} against {before}", after=after.name, before=before.name))
    print_facts(
        {
            tr("Units in another territory"): number(len(found.unit_ix)),
            tr("Overrides that differ"): number(len(found.account_ix)),
            tr("Territories that differ"): number(len(found.territories)),
        }
    )
    click.echo("")
    headers = [tr("Measure"), tr("Changes rep"), tr("Share")]
    rows = [
        [m.name, _amount(moved), "-" if share != share else percent(share, 1)]
        for m, moved, share in zip(plan.measures, d.moved.tolist(), d.share.tolist(), strict=True)
    ]
    print_table(headers, rows, numeric=(1, 2))
    click.echo("")
    _print_reps(plan, d)
    for breach in find_breaches(plan, d):
        click.echo(tr("Cap exceeded: {text}", text=breach_text(plan, d, breach)))
    n_displaced = len(displaced_accounts(plan, d))
    if n_displaced:
        click.echo(
            ntr("{n} protected account has another rep.", "{n} protected accounts have another rep.", n_displaced)
        )


def _print_reps(plan: Plan, d: Disruption) -> None:
    """Accounts, and the first number of accounts that was brought, by rep; those with the largest loss first."""
    row = next((i for i, m in enumerate(plan.measures) if m.source == "account"), 0)
    headers = [tr("Rep"), *(tr("accounts {what}", what=w) for w in (tr("kept"), tr("lost"), tr("gained")))]
    headers += [f"{plan.measures[row].name} {what}" for what in (tr("kept"), tr("lost"), tr("gained"))]
    kept = d.n_base[1] - d.n_lost[1]
    order = sorted(range(d.n_reps + 1), key=lambda at: (at == d.n_reps, -d.lost[row, at]))
    cells = [
        [
            d.name_of(at),
            *(number(int(n[at])) for n in (kept, d.n_lost[1], d.n_gained[1])),
            *(_amount(float(values[row, at])) for values in (d.kept, d.lost, d.gained)),
        ]
        for at in order
        if d.n_base[:, at].any() or d.n_gained[:, at].any()
    ]
    if cells:
        print_table(headers, cells, numeric=range(1, 7))


def _amount(value: float) -> str:
    return number(value, 0 if abs(value) >= 1000 or value == round(value) else 1)
