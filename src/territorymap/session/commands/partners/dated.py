"""What partners get in the course of time: credentials, actions, figures of a period, and actions made of flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, tr
from territorymap.metrics.partners.sheet import REVENUE, SATISFACTION, PartnerSheet
from territorymap.metrics.partners.words import action_title, cause_sentence
from territorymap.model.coverage import Action, Credential, Figure, Quota
from territorymap.model.period import parse_period
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import find_rep
from territorymap.session.commands.registers import add_records, checked_row, delete_records, edit_record
from territorymap.session.session import Command

if TYPE_CHECKING:
    from territorymap.session.session import Session

Values = Mapping[str, object]
TARGET = "target"
FIGURES = (REVENUE, TARGET, SATISFACTION)


def add_credential(session: Session, rep_id: int, values: Values) -> Command:
    """Add a certification or training of a partner."""
    name = find_rep(session.plan, rep_id).name
    row = {"kind": "certification", **values, "rep_id": rep_id}
    _check_credential(row)
    return add_records(Credential, [row], tr("Add {title} of {name}", title=row["title"], name=name))


def edit_credential(session: Session, row_id: int, values: Values) -> Command:
    """Change a certification or training."""
    found = session.register(Credential).get(row_id)
    if found is None:
        raise UserError(tr("This certification is no longer in the plan."), tr("Choose another one."))
    _check_credential(
        {"title": found.title, "obtained_on": found.obtained_on, "expires_on": found.expires_on, **values}
    )
    return edit_record(Credential, row_id, values, tr("Edit {title}", title=found.title))


def delete_credentials(session: Session, row_ids: Sequence[int]) -> Command:
    """Delete certifications and trainings."""
    n = len(row_ids)
    return delete_records(
        Credential,
        row_ids,
        ntr("Delete {n} certification or training", "Delete {n} certifications and trainings", n),
    )


def _check_credential(values: Values) -> None:
    if not str(values.get("title") or "").strip():
        raise UserError(tr("A certification or training needs a title."), tr("Type its title."))
    row = checked_row(Credential, {k: values[k] for k in ("obtained_on", "expires_on") if k in values})
    first, last = str(row.get("obtained_on") or ""), str(row.get("expires_on") or "")
    if first and last and last < first:
        raise UserError(tr("It runs out on {last}, before it begins.", last=last), tr("Correct one of the two days."))


def add_actions(session: Session, rep_id: int, rows: Sequence[Values]) -> Command:
    """Add actions of a partner: what was agreed, a goal, an onboarding step."""
    name = find_rep(session.plan, rep_id).name
    complete = [{"kind": "agreed", **row, "rep_id": rep_id} for row in rows]
    for row in complete:
        _check_title(row)
    title = str(complete[0]["title"]) if len(complete) == 1 else ""
    label = tr("Add “{title}” for {name}", title=title, name=name) if title else tr("Add actions for {name}", name=name)
    return add_records(Action, complete, label)


def edit_action(session: Session, row_id: int, values: Values) -> Command:
    """Change an action; a day in ``done_on`` says that it was done."""
    found = session.register(Action).get(row_id)
    if found is None:
        raise UserError(tr("This action is no longer in the plan."), tr("Choose another one."))
    _check_title({"title": found.title, **values})
    done = set(values) == {"done_on"}
    if done:
        text = (
            tr("Done: {title}", title=found.title) if values["done_on"] else tr("Not done: {title}", title=found.title)
        )
        return edit_record(Action, row_id, values, text)
    return edit_record(Action, row_id, values, tr("Edit {title}", title=found.title))


def delete_actions(session: Session, row_ids: Sequence[int]) -> Command:
    """Delete actions."""
    return delete_records(Action, row_ids, ntr("Delete {n} action", "Delete {n} actions", len(row_ids)))


def _check_title(values: Values) -> None:
    if not str(values.get("title") or "").strip():
        raise UserError(tr("An action needs a title."), tr("Say what is to be done."))


def take_flags(sheets: Iterable[PartnerSheet], currency: str, owner: str = "", rules: Iterable[str] = ()) -> Command:
    """Make a corrective action of each flag that has none yet, with root cause, owner and due date.

    ``rules`` limits it to some; () = all. UserError if there is nothing to make.
    """
    only = set(rules)
    rows: list[Values] = [
        {
            "kind": "corrective",
            "rep_id": sheet.partner.rep_id,
            "title": action_title(flag),
            "root_cause": cause_sentence(flag.cause, currency),
            "owner": flag.owner or owner,
            "due_on": flag.due_on,
            "flagged_by": flag.rule,
            "period": sheet.period.text,
        }
        for sheet in sheets
        for flag in sheet.flags
        if flag.action_id is None and (not only or flag.rule in only)
    ]
    if not rows:
        raise UserError(
            tr("There is nothing to put right that is not seen to already."),
            tr("The rules are on the page Partners, under Terms."),
        )
    return add_records(Action, rows, ntr("Take up {n} corrective action", "Take up {n} corrective actions", len(rows)))


def set_figures(
    session: Session, rep_id: int, period: str, amounts: Mapping[str, float | None], territory_id: int | None = None
) -> Command:
    """Set revenue, target and satisfaction of a period; None takes one away, what is not named stays.

    The target is the partner's quota of that period.
    """
    name, text = find_rep(session.plan, rep_id).name, parse_period(period).text
    writes = figure_writes(session, [(rep_id, text, territory_id, amounts)])
    return Command(tr("Figures of {name} for {period}", name=name, period=parse_period(text).label), writes.run)


class FigureWrites:
    """Rows to insert, update and delete so that figures and quotas are as told."""

    def __init__(self) -> None:
        self.inserts: dict[str, list[dict[str, object]]] = {"figure": [], "quota": []}
        self.updates: dict[str, dict[int, dict[str, object]]] = {"figure": {}, "quota": {}}
        self.deletes: dict[str, list[int]] = {"figure": [], "quota": []}

    def run(self, writer: Writer, plan: Plan) -> None:
        for table in ("figure", "quota"):
            writer.delete(table, self.deletes[table])
            writer.update(table, self.updates[table])
            writer.insert(table, self.inserts[table])


Told = tuple[int, str, int | None, Mapping[str, float | None]]  # rep_id, period, territory_id, amounts


def figure_writes(session: Session, told: Iterable[Told]) -> FigureWrites:
    """Return what must be written for figures of partners to be as told; UserError if an amount cannot be."""
    figures = {(f.metric, f.rep_id, f.period, f.territory_id): f for f in session.register(Figure).values()}
    quotas = {
        (q.rep_id, q.period, q.territory_id): q for q in session.register(Quota).values() if q.alignment_id is None
    }
    writes = FigureWrites()
    for rep_id, period, territory_id, amounts in told:
        for metric, amount in amounts.items():
            _check_amount(metric, amount)
            base: dict[str, object] = {"rep_id": rep_id, "territory_id": territory_id, "period": period}
            if metric == TARGET:
                known: Figure | Quota | None = quotas.get((rep_id, period, territory_id))
                table = "quota"
            else:
                known = figures.get((metric, rep_id, period, territory_id))
                table, base = "figure", {**base, "metric": metric}
            if known is not None and amount is None:
                writes.deletes[table].append(known.row_id)
            elif known is not None and known.amount != amount:
                writes.updates[table][known.row_id] = {"amount": amount}
            elif known is None and amount is not None:
                writes.inserts[table].append({**base, "amount": amount})
    return writes


def _check_amount(metric: str, amount: float | None) -> None:
    if metric not in FIGURES:
        raise UserError(
            tr("There is no figure {name}.", name=repr(metric)), tr("There is: {names}.", names=listed(FIGURES))
        )
    if amount is None:
        return
    checked_row(Figure, {"amount": amount})
    if metric == SATISFACTION and not 0 <= amount <= 10:
        raise UserError(tr("A score of {value} cannot be.", value=f"{amount:g}"), tr("Give a number from 0 to 10."))
    if metric == TARGET and amount < 0:
        raise UserError(tr("A target cannot be below 0."), tr("Give the revenue that the partner is to make."))
