"""A small real plan with channels: field, inside, partners, new business and account management on one grid."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from territorymap.document import Writer
from territorymap.model.coverage import Deal
from territorymap.model.plan import Plan
from territorymap.session import commands
from territorymap.session.commands.alignments import new_alignment
from territorymap.session.commands.registers import add_records
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.session import Command, Session
from tests.ui.panels.plans import columns, give, make_session, territory_id

TODAY = date(2026, 6, 15)
PARTNERS = ("Axis GmbH", "北京伙伴")


def make_channels(path: Path, n_accounts: int = 24) -> Session:
    """The plan of make_session as "Field", and a second alignment of partners over its middle.

    ::

        field     N N S S W .     N Ann, S Bob, W vacant, . unassigned; every account
        partner   . A A B . .     A Axis GmbH, B 北京伙伴; accounts of the line Retail

    Accounts 9 and 19 lie in no unit; account i has revenue 100 + i and the line Retail where i % 3 = 0.
    """
    session = make_session(path, n_accounts=n_accounts)
    for name in PARTNERS:
        session.do(commands.add_rep(session.plan, name=name))
    ids = [rep_id(session, name) for name in PARTNERS]
    session.do(Command("kind", lambda writer, plan: writer.update("rep", {i: {"kind": "partner"} for i in ids})))
    own = session.plan.alignment.alignment_id
    session.do(Command("name", lambda writer, plan: writer.update("alignment", {own: {"alignment_name": "Field"}})))
    retail = scope(session, {"in": ["Retail"]})
    session.do(new_alignment(session.plan, "Partners", role="partner", scope=retail))
    use(session, "Partners")
    session.do(commands.create_territories(session.plan, ["Axis", "Beijing"]))
    give(session, "Axis", columns(session, 2, 3, width=6))
    give(session, "Beijing", columns(session, 4, width=6))
    for name, key in zip(("Axis", "Beijing"), ids, strict=True):
        session.do(commands.set_territory_rep(session.plan, territory_id(session, name), key))
    use(session, "Field")
    return session


def scope(session: Session, condition: Mapping[str, object]) -> str:
    """Return a condition on the segment Line as JSON."""
    (segment,) = session.plan.segments
    return json.dumps({"field": f"segment:{segment.uuid}", **condition})


def use(session: Session, name: str) -> None:
    session.switch_alignment(next(a.alignment_id for a in session.plan.alignments if a.name == name))


def rep_id(session: Session, name: str) -> int:
    return next(rep.rep_id for rep in session.plan.reps if rep.name == name)


def register(session: Session, *rows: Mapping[str, object]) -> None:
    """Register deals; "account" is a position, "rep" a name."""

    def row(said: Mapping[str, object]) -> dict[str, object]:
        values = {name: value for name, value in said.items() if name not in ("account", "rep")}
        if "account" in said:
            values["account_id"] = int(session.plan.accounts.account_id[said["account"]])
        if "rep" in said:
            values["rep_id"] = rep_id(session, str(said["rep"]))
        return {"stage": "registered", "amount": 0.0, **values}

    session.do(add_records(Deal, [row(said) for said in rows], "Register"))


def set_scope(session: Session, name: str, text: str) -> None:
    key = next(a.alignment_id for a in session.plan.alignments if a.name == name)

    def run(writer: Writer, plan: Plan) -> None:
        writer.update("alignment", {key: {"scope": text}})

    session.do(Command("scope", run))


def look(session: Session) -> Look:
    return session.coverage_watch.look(today=TODAY)
