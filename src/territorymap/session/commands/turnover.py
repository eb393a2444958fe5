"""Covering for a rep who leaves, and giving back when that ends: each one undoable step in all alignments.

Owns the rows, and what is noted of a cover so that it can end; who covers is session.turnover's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.coverage import TABLES, Assumption
from territorymap.model.plan import Plan
from territorymap.model.records import Rep
from territorymap.model.tenure import first_day
from territorymap.model.written import team_text
from territorymap.session.commands.checks import refuse_locked_territories
from territorymap.session.coverages import Coverage
from territorymap.session.session import Command, Session
from territorymap.session.turnover.cover import Cover, Turnover

TOPIC = "turnover"


@dataclass(frozen=True)
class NotedTerritory:
    """A territory that is covered, as noted in the plan: by uuids and unit codes."""

    alignment: str
    territory: str
    main: str  # uuid of the rep who is in charge meanwhile, "" = nobody
    units: Mapping[str, Sequence[str]]  # uuid of the territory that has them meanwhile -> unit codes


@dataclass(frozen=True)
class NotedCover:
    """A cover that has not ended."""

    rep: str  # uuid of who left
    name: str
    since: str
    until: str  # "" = not told
    scenario: str  # uuid
    territories: tuple[NotedTerritory, ...]

    def is_overdue(self, today: date) -> bool:
        return bool(self.until) and date.fromisoformat(self.until) < today


def noted_covers(records: Mapping[int, Assumption]) -> list[NotedCover]:
    """Return the covers that have not ended; what cannot be read is none."""
    record = _record(records)
    if record is None:
        return []
    try:
        told = json.loads(record.content)["covers"]
        return [
            NotedCover(
                str(one["rep"]),
                str(one["name"]),
                first_day(str(one["since"])),
                first_day(str(one["until"])),
                str(one["scenario"]),
                tuple(
                    NotedTerritory(
                        str(t["alignment"]),
                        str(t["territory"]),
                        str(t["main"]),
                        {str(k): [str(code) for code in codes] for k, codes in t["units"].items()},
                    )
                    for t in one["territories"]
                ),
            )
            for one in told
        ]
    except (ValueError, KeyError, TypeError, AttributeError, UserError) as error:
        raise UserError(
            tr("What the plan notes of covers cannot be read."),
            tr("Undo the step that changed it, or open a backup."),
        ) from error


def cover_rep(session: Session, turnover: Turnover, option: int, since: str = "", until: str = "") -> Command:
    """Let others cover for a rep: who is in charge, which units go where, since when and until when.

    Raises
    ------
    UserError
        if a day is none, or it would end before it begins; when it is done, if a territory that takes part is locked.
    """
    cover, rep = turnover.options[option], turnover.rep
    begins, ends = first_day(since) or date.today().isoformat(), first_day(until)
    if ends and ends < begins:
        raise UserError(
            tr("The cover would end on {until}, before it begins on {since}.", until=ends, since=begins),
            tr("Correct one of the days."),
        )
    records = session.register(Assumption)
    kept = [one for one in noted_covers(records) if one.rep != rep.uuid]
    noted = _noted(session.plan, cover, rep, begins, ends)
    before = next((one for one in noted_covers(records) if one.rep == rep.uuid), None)
    if before is not None:  # covered before in another alignment: both end together
        noted = NotedCover(noted.rep, noted.name, noted.since, noted.until, noted.scenario,
                           (*before.territories, *noted.territories))  # fmt: skip

    def run(writer: Writer, plan: Plan) -> None:
        for one in cover.covered:
            refuse_locked_territories([one.territory, *(heir.territory for heir in one.heirs)], plan)
            with writer.within(alignment_id=one.alignment.alignment_id):
                for heir in one.heirs[1:]:
                    writer.assign(plan.units.unit_id[heir.unit_ix], heir.territory.territory_id)
                team = [member for member in one.territory.team if member.rep_uuid != rep.uuid]
                row: dict[str, object] = {"vacant_since": begins, "team": team_text(tuple(team))}
                row["rep_id"] = one.heirs[0].rep.rep_id if one.heirs else None
                writer.update("territory", {one.territory.territory_id: row})
        for alignment, territory in turnover.teams:
            team = [member for member in territory.team if member.rep_uuid != rep.uuid]
            with writer.within(alignment_id=alignment.alignment_id):
                writer.update("territory", {territory.territory_id: {"team": team_text(tuple(team))}})
        _note(writer, records, [*kept, noted])

    return Command(tr("Cover for {name}", name=rep.name), run)


def _noted(plan: Plan, cover: Cover, rep: Rep, since: str, until: str) -> NotedCover:
    territories = tuple(
        NotedTerritory(
            one.alignment.uuid,
            one.territory.uuid,
            one.heirs[0].rep.uuid if one.heirs else "",
            {heir.territory.uuid: [str(code) for code in plan.units.code[heir.unit_ix]] for heir in one.heirs[1:]},
        )
        for one in cover.covered
    )
    return NotedCover(rep.uuid, rep.name, since, until, plan.scenario.uuid, territories)


def end_cover(session: Session, rep_uuid: str, successor_id: int | None = None) -> Command:
    """Give back what is covered: to a successor, or to the rep who was away.

    Units that were given somewhere else meanwhile stay there.

    Raises
    ------
    UserError
        if nobody covers for that rep, or neither a successor nor the rep is in the plan.
    """
    records = session.register(Assumption)
    covers = noted_covers(records)
    cover = next((one for one in covers if one.rep == rep_uuid), None)
    if cover is None:
        raise UserError(tr("Nobody covers for this rep."), tr("The list of covers: territorymap turnover PLAN."))
    if cover.scenario != session.plan.scenario.uuid:
        name = next((s.name for s in session.plan.scenarios if s.uuid == cover.scenario), "")
        raise UserError(
            tr("This cover was made in the scenario {name}.", name=name or tr("that is gone")),
            tr("Switch to that scenario, and end it there."),
        )
    reps = {rep.uuid: rep for rep in session.plan.reps}
    successor = session.plan.rep(successor_id) if successor_id is not None else reps.get(rep_uuid)
    if successor is None:
        raise UserError(
            tr("{name} is not in the plan any more.", name=cover.name), tr("Name a successor, who gets all back.")
        )
    coverages = {coverage.alignment.uuid: coverage for coverage in session.coverages()}
    rep_id = successor.rep_id

    def run(writer: Writer, plan: Plan) -> None:
        unit_of_code = {str(code): ix for ix, code in enumerate(plan.units.code)}
        for one in cover.territories:
            coverage = coverages.get(one.alignment)
            if coverage is not None:
                _give_back(writer, plan, coverage, one, unit_of_code, rep_id)
        _note(writer, records, [other for other in covers if other.rep != rep_uuid])

    return Command(tr("End the cover for {name}", name=cover.name), run)


def _give_back(
    writer: Writer, plan: Plan, coverage: Coverage, one: NotedTerritory, unit_of_code: Mapping[str, int], rep_id: int
) -> None:
    at = {territory.uuid: ix for ix, territory in enumerate(coverage.territories)}
    if one.territory not in at:
        return  # it was deleted meanwhile
    own = coverage.territories[at[one.territory]]
    returning: list[int] = []
    touched = [own]
    for uuid, codes in one.units.items():
        holder = at.get(uuid)
        units = [unit_of_code[code] for code in codes if code in unit_of_code]
        if holder is None:
            continue
        held = [u for u in units if int(coverage.unit_territory[u]) == holder]
        if held:
            touched.append(coverage.territories[holder])
        returning += held
    refuse_locked_territories(touched, plan)
    with writer.within(alignment_id=coverage.alignment.alignment_id):
        if returning:
            writer.assign(plan.units.unit_id[np.array(sorted(returning), dtype=np.int64)], own.territory_id)
        row: dict[str, object] = {"rep_id": rep_id, "vacant_since": ""}
        writer.update("territory", {own.territory_id: row})


def _record(records: Mapping[int, Assumption]) -> Assumption | None:
    return next((record for record in records.values() if record.topic == TOPIC), None)


def _note(writer: Writer, records: Mapping[int, Assumption], covers: Sequence[NotedCover]) -> None:
    content = json.dumps({"covers": [asdict(one) for one in covers]}, ensure_ascii=False)
    record = _record(records)
    if record is None:
        writer.insert(TABLES[Assumption], [{"topic": TOPIC, "content": content}])
    else:
        writer.update(TABLES[Assumption], {record.row_id: {"content": content}})
