"""Turning what the importer read into rows: partners, credentials, figures; each file one undoable step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from territorymap.document import Writer
from territorymap.i18n import ntr
from territorymap.model.change import Value
from territorymap.model.coverage import Credential, Partner, Tier
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import refuse_locked_territories
from territorymap.session.commands.partners.dated import FIGURES, Told, figure_writes
from territorymap.session.commands.partners.people import NEW
from territorymap.session.commands.registers import checked_row
from territorymap.session.session import Command

if TYPE_CHECKING:
    from territorymap.importers.partners import PartnerImport
    from territorymap.session.session import Session

_PROFILE = (
    "partner_type", "status", "contact", "agreed_on", "left_on", "satisfaction", "joint_plan", "note",
)  # fmt: skip


def import_partners(session: Session, imported: PartnerImport, today: str) -> Command:
    """Put a file of one of the three kinds into the plan.

    Partners are known by name: known ones are changed in what the file has a column for and a value in, a rep of that
    name becomes a partner, others are new. A tier that differs is a change of tier of ``today``; the first one is of
    the day of the agreement. Credentials are known by partner, kind, title and day; figures by partner, period and
    territory. A territory that a partner is told to have gets it as its rep.
    """
    if imported.kind == "credentials":
        return _credentials(session, imported)
    if imported.kind == "partner_figures":
        return _figures(session, imported)
    return _partners(session, imported, today)


def _partners(session: Session, imported: PartnerImport, today: str) -> Command:
    tiers = {tier.tier_name.casefold(): tier.row_id for tier in session.register(Tier).values()}
    profiles = {partner.rep_id: partner for partner in session.register(Partner).values()}
    rep_ids = {rep.name.casefold(): rep.rep_id for rep in session.plan.reps}
    n_become = sum(
        rep_ids.get(str(record["partner"]).casefold(), -1) not in {*profiles, -1} for record in imported.records
    )

    def run(writer: Writer, plan: Plan) -> None:
        for record in imported.records:
            told = {k: v for k, v in record.items() if v not in (None, "")}
            rep_id = _rep(writer, rep_ids, record, told)
            partner = profiles.get(rep_id)
            profile = checked_row(Partner, {k: told[k] for k in _PROFILE if k in told})
            if partner is None:
                (row_id,) = writer.insert("partner", [{**NEW, "status": _status(told), **profile, "rep_id": rep_id}])
            else:
                row_id = partner.row_id
                changed = {k: v for k, v in profile.items() if getattr(partner, k) != v}
                writer.update("partner", {row_id: changed} if changed else {})
            territory = plan.territory_named(str(told.get("territory", "")))
            if territory is not None and territory.rep_id != rep_id:
                refuse_locked_territories([territory], plan)
                writer.update("territory", {territory.territory_id: {"rep_id": rep_id}})
            tier = tiers.get(str(told.get("tier", "")).casefold())
            before = partner.tier_id if partner else None
            if tier is not None and tier != before:
                writer.update("partner", {row_id: {"tier_id": tier}})
                change: dict[str, object] = {"rep_id": rep_id, "tier_before": before, "tier_after": tier}
                # A tier that it has when it comes is no move of today: it has it since it agreed.
                since = str(told.get("agreed_on") or (partner.agreed_on if partner else ""))
                on = since if before is None and since and since <= today else today
                writer.insert("tier_change", [{**change, "changed_on": on}])

    note = ntr("{n} rep of the plan became a partner.", "{n} reps of the plan became partners.", n_become)
    n = len(imported)
    return Command(ntr("Import {n} partner", "Import {n} partners", n), run, (note,) if n_become else ())


def _status(told: Mapping[str, Value]) -> str:
    """Return the step of a new partner whose list does not tell it: its days do."""
    return "left" if told.get("left_on") else "active" if told.get("agreed_on") else NEW["status"]


def _rep(writer: Writer, known: dict[str, int], record: Mapping[str, Value], told: Mapping[str, Value]) -> int:
    """Return the rep of a record, made or changed."""
    name = str(record["partner"])
    has_home = any(told.get(k) for k in ("home_postal_code", "home_city", "lon"))
    home = {k: v for k, v in record.items() if k.startswith("home_") or k in ("lon", "lat", "location_level")}
    rep_id = known.get(name.casefold())
    if rep_id is None:
        row = {k: v for k, v in home.items() if v is not None}
        new: dict[str, object] = {"fte": 1.0, "kind": "partner", "role": "partner", "rep_name": name, **row}
        (rep_id,) = writer.insert("rep", [new])
        known[name.casefold()] = rep_id
    else:
        writer.update("rep", {rep_id: {"kind": "partner", **(home if has_home else {})}})
    return rep_id


def _credentials(session: Session, imported: PartnerImport) -> Command:
    rep_ids = {rep.name.casefold(): rep.rep_id for rep in session.plan.reps}
    known = {(c.rep_id, c.kind, c.title.casefold(), c.obtained_on): c for c in session.register(Credential).values()}
    rows: dict[tuple[int, str, str, str], dict[str, object]] = {}
    updates: dict[int, dict[str, object]] = {}
    for record in imported.records:
        row = {k: v for k, v in record.items() if k != "partner"}
        rep_id = rep_ids[str(record["partner"]).casefold()]
        key = (rep_id, str(row["kind"]), str(row["title"]).casefold(), str(row["obtained_on"]))
        if key not in known:
            rows[key] = checked_row(Credential, {**row, "rep_id": rep_id})
        elif known[key].expires_on != row["expires_on"]:
            updates[known[key].row_id] = {"expires_on": row["expires_on"]}

    def run(writer: Writer, plan: Plan) -> None:
        writer.update("credential", updates)
        writer.insert("credential", list(rows.values()))

    n = len(imported)
    label = ntr("Import {n} certification or training", "Import {n} certifications and trainings", n)
    return Command(label, run)


def _figures(session: Session, imported: PartnerImport) -> Command:
    rep_ids = {rep.name.casefold(): rep.rep_id for rep in session.plan.reps}
    territories = {t.name.casefold(): t.territory_id for t in session.plan.territories}
    told: list[Told] = [
        (
            rep_ids[str(record["partner"]).casefold()],
            str(record["period"]),
            territories.get(str(record["territory"]).casefold()),
            {name: float(str(record[name])) for name in FIGURES if record.get(name) is not None},
        )
        for record in imported.records
    ]
    writes = figure_writes(session, told)
    n = len(imported)
    return Command(ntr("Import figures of {n} row", "Import figures of {n} rows", n), writes.run)
