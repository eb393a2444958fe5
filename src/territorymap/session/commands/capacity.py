"""Assumptions of sizing, markets and funnels, the rates of funnels, and goals and synergies of territories.

Owns that there is one record of a topic and of a role, market and seniority; values are checked as registers check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.metrics.capacity.assumed import (
    MARKET,
    SIZING,
    SIZING_INSIDE,
    Market,
    Sizing,
    rates_json,
    read_market,
    read_rates,
    read_sizing,
)
from territorymap.metrics.capacity.funnel import Rates
from territorymap.metrics.capacity.outlook import OUTLOOK, OutlookAssumed, read_outlook
from territorymap.metrics.capacity.scorecard import GOAL, SYNERGY
from territorymap.metrics.capacity.usual import usual_market, usual_sizing
from territorymap.model.coverage import TABLES, Action, Assumption, Funnel
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import find_territory
from territorymap.session.commands.registers import add_records, checked_row, delete_records, edit_record
from territorymap.session.session import Command

MAX_TEXT = 200


def assume(records: Mapping[int, Assumption], topic: str, content: str, label: str) -> Command:
    """Set the content of a topic; there is one record of each, and others that a merge left go."""
    row = checked_row(Assumption, {"topic": topic, "content": content})
    held = [row_id for row_id, record in records.items() if record.topic == topic]

    def run(writer: Writer, plan: Plan) -> None:
        if held:
            writer.update(TABLES[Assumption], {held[0]: row})
            if held[1:]:
                writer.delete(TABLES[Assumption], held[1:])
            return
        add_records(Assumption, [row], label).run(writer, plan)

    return Command(label, run)


def assume_sizing(records: Mapping[int, Assumption], sizing: Sizing, topic: str = SIZING) -> Command:
    """Change what sizing assumes; ``topic``: of which roles. UserError if a number is out of its range."""
    content = sizing.to_json()
    read_sizing(content)
    return assume(records, topic, content, tr("Change the assumptions of sizing"))


def assume_market(records: Mapping[int, Assumption], market: Market) -> Command:
    """Change criteria and weights of markets; UserError if a number is out of its range."""
    content = market.to_json()
    read_market(content)
    return assume(records, MARKET, content, tr("Change the criteria of markets"))


def assume_outlook(records: Mapping[int, Assumption], outlook: OutlookAssumed) -> Command:
    """Change what is assumed of territories' funnels; UserError if a number is out of its range."""
    content = outlook.to_json()
    read_outlook(content)
    return assume(records, OUTLOOK, content, tr("Change the assumptions of the funnel"))


def mend_unreadable(plan: Plan, assumptions: Mapping[int, Assumption], funnels: Mapping[int, Funnel]) -> Command:
    """Put usual values where assumptions cannot be read, and delete funnels that cannot; the rest stays."""
    usual = usual_sizing(plan).to_json()
    readers: dict[str, tuple[Callable[[str], object], str]] = {
        SIZING: (read_sizing, usual),
        SIZING_INSIDE: (read_sizing, usual),
        MARKET: (read_market, usual_market(plan).to_json()),
        OUTLOOK: (read_outlook, OutlookAssumed().to_json()),
    }
    rows = {
        record.row_id: {"content": readers[record.topic][1]}
        for record in assumptions.values()
        if record.topic in readers and not _is_readable(readers[record.topic][0], record.content)
    }
    gone = [funnel.row_id for funnel in funnels.values() if not _is_readable(read_rates, funnel.content)]

    def run(writer: Writer, plan: Plan) -> None:
        writer.update(TABLES[Assumption], rows)
        writer.delete(TABLES[Funnel], gone)

    return Command(tr("Begin with the usual assumptions"), run)


def _is_readable(read: Callable[[str], object], content: str) -> bool:
    try:
        read(content)
    except UserError:
        return False
    return True


def set_rates(
    records: Mapping[int, Funnel], role: str, market: str, seniority: str, rates: Rates, row_id: int | None = None
) -> Command:
    """Set the rates of a role, in a market, at a seniority ("" = any); ``row_id``: the funnel that becomes this one.

    Raises
    ------
    UserError
        if there is another funnel of the same role, market and seniority, or a number is out of its range.
    """
    content = rates_json(rates)
    read_rates(content)
    key = tuple(" ".join(text.split())[:MAX_TEXT] for text in (role, market, seniority))
    same = next((r for r in records.values() if _folded(r.role, r.market, r.seniority) == _folded(*key)), None)
    if row_id is None and same is not None:
        row_id = same.row_id
    if same is not None and same.row_id != row_id:
        raise UserError(
            tr("There is already a funnel of this role, market and seniority."), tr("Change that one, or another word.")
        )
    values = {"role": key[0], "market": key[1], "seniority": key[2], "content": content}
    label = tr("Change the funnel {name}", name=funnel_name(*key))
    if row_id is not None:
        return edit_record(Funnel, row_id, values, label)
    return add_records(Funnel, [values], tr("Add the funnel {name}", name=funnel_name(*key)))


def delete_funnels(records: Mapping[int, Funnel], row_ids: Sequence[int]) -> Command:
    """Delete funnels."""
    names = [funnel_name(r.role, r.market, r.seniority) for i in row_ids if (r := records.get(i)) is not None]
    label = ntr("Delete the funnel {name}", "Delete {n} funnels", len(names), name=names[0] if names else "")
    return delete_records(Funnel, list(row_ids), label)


def funnel_name(role: str, market: str, seniority: str) -> str:
    """Return how a funnel is called: what it is of, from the general to the special."""
    parts = [part for part in (role, market, seniority) if part]
    return " / ".join(parts) if parts else tr("for all")


def add_goal(
    plan: Plan, territory_id: int, kind: str, title: str, *, owner: str = "", due_on: str = "", note: str = ""
) -> Command:
    """Add a goal or synergy of a territory; UserError if it says nothing or the territory is gone."""
    assert kind in (GOAL, SYNERGY), kind
    territory = find_territory(plan, territory_id)
    row = {"kind": kind, "territory_id": territory_id, "title": _title(title), "owner": owner, "due_on": due_on}
    label = (
        tr("Add a goal of {name}", name=territory.name)
        if kind == GOAL
        else tr("Add a synergy of {name}", name=territory.name)
    )
    return add_records(Action, [{**row, "note": note}], label)


def edit_goal(action: Action, **values: str) -> Command:
    """Change a goal or synergy; UserError if it says nothing any more."""
    if "title" in values:
        values["title"] = _title(values["title"])
    return edit_record(Action, action.row_id, values, tr("Change {title}", title=action.title))


def tick_off(actions: Sequence[Action], day: str) -> Command:
    """Mark goals and synergies as done on a day, in one step."""
    row = checked_row(Action, {"done_on": day})
    title = actions[0].title if actions else ""
    label = ntr("Tick off {title}", "Tick off {n} goals", len(actions), title=title)
    ids = [action.row_id for action in actions]
    return Command(label, lambda writer, plan: writer.update(TABLES[Action], dict.fromkeys(ids, row)))


def delete_goals(actions: Sequence[Action]) -> Command:
    """Delete goals and synergies."""
    label = ntr("Delete {title}", "Delete {n} goals", len(actions), title=actions[0].title if actions else "")
    return delete_records(Action, [action.row_id for action in actions], label)


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title:
        raise UserError(tr("A goal cannot be empty."), tr("Say in a few words what is to be reached."))
    return title[:MAX_TEXT]


def _folded(*texts: str) -> tuple[str, ...]:
    return tuple(" ".join(text.split()).casefold() for text in texts)
