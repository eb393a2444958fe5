"""The columns of the page Turnover: ways to cover, who covers what, how full they get, covers that have not ended.

Owns titles and texts; not the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from territorymap.i18n import ntr, number, percent, tr
from territorymap.model.period import parse_period
from territorymap.session.commands.turnover import NotedCover
from territorymap.session.turnover.cover import Cover, Covered, Heir, Load
from territorymap.ui.parts.record_table import RecordColumn
from territorymap.ui.parts.words import NOTHING


@dataclass(frozen=True)
class OptionRow:
    """One way to cover."""

    at: int
    cover: Cover
    is_proposed: bool


@dataclass(frozen=True)
class PartRow:
    """What one neighbour takes of one territory."""

    covered: Covered
    heir: Heir


def option_columns() -> list[RecordColumn[OptionRow]]:
    return [
        RecordColumn(
            "owners",
            tr("Way"),
            tr("How many people the accounts get to know."),
            lambda row: ntr("{n} new owner", "{n} new owners", row.cover.n_owners),
            lambda row: row.cover.n_owners,
            priority=0,
        ),
        RecordColumn(
            "overload",
            tr("Hours too much"),
            tr("Hours a year that come on top of what they can do."),
            lambda row: number(row.cover.overload_h),
            lambda row: row.cover.overload_h,
            is_number=True,
            ink=lambda row: "warning" if row.cover.overload_h > 0.5 else "",
            priority=1,
        ),
        RecordColumn(
            "worst",
            tr("Fullest"),
            tr("Load of the fullest of them, ways from home included."),
            lambda row: _share(row.cover.worst),
            lambda row: row.cover.worst,
            is_number=True,
            priority=2,
        ),
        RecordColumn(
            "accounts",
            tr("Accounts"),
            tr("Accounts that are covered, in all alignments."),
            lambda row: number(row.cover.n_accounts),
            lambda row: row.cover.n_accounts,
            is_number=True,
            priority=3,
        ),
        RecordColumn(
            "proposed",
            tr("Proposed"),
            tr("The fewest new owners that bear it, or as few as do much for the overload."),
            lambda row: tr("proposed") if row.is_proposed else "",
            priority=1,
        ),
    ]


def part_columns() -> list[RecordColumn[PartRow]]:
    return [
        RecordColumn(
            "alignment", tr("Alignment"), tr("Whose territories."), lambda row: row.covered.alignment.name, priority=2
        ),
        RecordColumn(
            "territory",
            tr("Territory"),
            tr("The territory of who leaves."),
            lambda row: row.covered.territory.name,
            priority=0,
        ),
        RecordColumn(
            "rep", tr("Covered by"), tr("Who takes it over meanwhile."), lambda r: r.heir.rep.name, priority=0
        ),
        RecordColumn("how", tr("How"), tr("In charge of the territory, or with units of it."), _how, priority=3),
        RecordColumn(
            "units",
            tr("Units"),
            tr("Units that the neighbour covers."),
            lambda row: number(len(row.heir.unit_ix)),
            lambda row: len(row.heir.unit_ix),
            is_number=True,
            priority=4,
        ),
        RecordColumn(
            "accounts",
            tr("Accounts"),
            tr("Accounts that get to know this neighbour."),
            lambda row: number(row.heir.n_accounts),
            lambda row: row.heir.n_accounts,
            is_number=True,
            priority=1,
        ),
    ]


def load_columns() -> list[RecordColumn[Load]]:
    return [
        RecordColumn("rep", tr("Rep"), tr("Who takes something over."), lambda load: load.rep.name, priority=0),
        RecordColumn(
            "before",
            tr("Hours now"),
            tr("Workload in all alignments, hours a year."),
            lambda load: number(load.before_h),
            lambda load: load.before_h,
            is_number=True,
        ),
        RecordColumn(
            "after",
            tr("Then"),
            tr("Workload while covering, ways from the rep's own home included."),
            lambda load: number(load.after_h),
            lambda load: load.after_h,
            is_number=True,
        ),
        RecordColumn(
            "capacity",
            tr("Capacity h"),
            tr("Hours a year; in brackets where not told, but assumed."),
            lambda load: number(load.capacity_h) if load.is_told else tr("({hours})", hours=number(load.capacity_h)),
            lambda load: load.capacity_h,
            is_number=True,
        ),
        RecordColumn(
            "load",
            tr("Load"),
            tr("Workload then, as a share of the capacity."),
            lambda load: _share(load.after),
            lambda load: load.after,
            is_number=True,
            ink=lambda load: "warning" if load.after > 1 else "",
            priority=1,
        ),
    ]


def noted_columns(today: date) -> list[RecordColumn[NotedCover]]:
    return [
        RecordColumn("name", tr("Covered for"), tr("Who left or is away."), lambda one: one.name, priority=0),
        RecordColumn("since", tr("Since"), tr("First day of the cover."), lambda one: _day(one.since), priority=1),
        RecordColumn(
            "until",
            tr("Until"),
            tr("Last day, as far as it is known."),
            lambda one: _day(one.until),
            ink=lambda one: "warning" if one.is_overdue(today) else "",
            tip_of=lambda one: tr("This day is past.") if one.is_overdue(today) else _day(one.until),
            priority=1,
        ),
        RecordColumn(
            "territories",
            tr("Territories"),
            tr("Territories that are covered, in all alignments."),
            lambda one: number(len(one.territories)),
            lambda one: len(one.territories),
            is_number=True,
            priority=2,
        ),
    ]


def _how(row: PartRow) -> str:
    return (
        tr("in charge of it") if row.heir.is_main else tr("units go to {territory}", territory=row.heir.territory.name)
    )


def _share(value: float) -> str:
    return percent(value) if value == value else NOTHING


def _day(text: str) -> str:
    return parse_period(text).label if text else NOTHING
