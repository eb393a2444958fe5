"""Rows of a table become partners, credentials, or figures of partners by period.

Owns which rows are used and why not; homes are located by reps, writing is session's.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from territorymap.errors import UserError
from territorymap.geo.locate import UnitLocator
from territorymap.i18n import listed, number, tr
from territorymap.importers.columns import ColumnMap
from territorymap.importers.days import is_day_first, parse_day
from territorymap.importers.geocode import Geocoder
from territorymap.importers.numbers import is_blank, parse_number
from territorymap.importers.rejects import Reject, counted
from territorymap.importers.reps import build_reps
from territorymap.importers.table import RawTable
from territorymap.model.change import Value
from territorymap.model.coverage import CREDENTIAL_KINDS, PARTNER_STATUSES, PARTNER_TYPES
from territorymap.model.period import parse_period

KINDS = ("partners", "credentials", "partner_figures")
BEST_SCORE = 10.0
MAX_AMOUNT = 1e15
_HOME = ("home_postal_code", "home_city", "home_state", "home_country", "lon", "lat")
_AMOUNTS = ("revenue", "target", "satisfaction")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "partner_type": {
        "reseller": "reseller var dealer wiederverkäufer wiederverkaeufer händler haendler 经销商 转售商",
        "distributor": "distributor wholesaler distribution großhändler grosshaendler 分销商 总代理",
        "referral": "referral referralpartner affiliate referrer vermittler 推荐 推荐伙伴 介绍人",
        "integrator": "integrator systemintegrator si msp systemhaus 集成商 系统集成商",
    },
    "status": {
        "candidate": "candidate prospect lead kandidat interessent 候选 候选人 潜在",
        "scored": "scored rated assessed evaluated bewertet 已评分 已评估",
        "agreed": "agreed signed onboarding contracted unterzeichnet vereinbart 已签约 签约",
        "active": "active live current aktiv 活跃 合作中 有效",
        "left": "left inactive terminated former churned ended ausgeschieden beendet 已离开 已终止 终止",
    },
    "kind": {
        "certification": "certification certificate cert zertifikat zertifizierung 认证 证书",
        "training": "training course schulung kurs 培训 课程",
    },
}
_ALLOWED = {"partner_type": PARTNER_TYPES, "status": PARTNER_STATUSES, "kind": CREDENTIAL_KINDS}


@dataclass(frozen=True)
class PartnerImport:
    """What a file says, row by row: of "partners" with their rep's values; names as the file writes them."""

    kind: str  # of KINDS
    records: list[dict[str, Value]]
    fields: frozenset[str]  # that the file has a column for
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.records)

    @property
    def read(self) -> int:
        return len(self.records) + len(self.rejects)

    def to_json(self) -> dict[str, object]:
        """Return what ``partner import --json`` prints; read = imported + rejected."""
        return counted(self.read, len(self), self.rejects)


class _Rows:
    """The cells of a table by field, and the first problem of each row."""

    def __init__(self, table: RawTable, columns: ColumnMap) -> None:
        self.table, self.columns = table, columns
        self.problems: dict[int, str] = {}
        if "partner" not in columns.fields:
            raise UserError(
                tr("No column of {name} holds the names of the partners.", name=table.name),
                tr("Say which one does: partner=COLUMN."),
            )
        self.names = [" ".join(name.split()) for name in table.column(columns.fields["partner"])]
        for i, name in enumerate(self.names):
            if not name:
                self.problem(i, tr("The row has no name."))

    def problem(self, i: int, reason: str) -> None:
        self.problems.setdefault(i, reason)

    def has(self, name: str) -> bool:
        return name in self.columns.fields

    def texts(self, name: str) -> list[str]:
        return [text.strip() for text in self.columns.texts_in(self.table, name)]

    def words(self, name: str) -> list[str]:
        """Return values of a fixed list by any of their spellings; "" where blank."""
        known = {w: value for value, words in _WORDS[name].items() for w in words.split()}
        found = []
        for i, text in enumerate(self.texts(name)):
            bare = "".join(c for c in text.casefold() if c.isalnum())
            if bare and bare not in known:
                allowed = listed(_ALLOWED[name])
                reason = tr("“{value}” is none of: {values}.", value=text[:40], values=allowed)
                self.problem(i, reason)
            found.append(known.get(bare, ""))
        return found

    def days(self, name: str) -> list[str]:
        found, texts = [], self.texts(name)
        day_first = is_day_first(texts)
        for i, text in enumerate(texts):
            day = parse_day(text, day_first)
            if day is None:
                column = self.columns.fields[name]
                reason = tr("{column}: “{value}” is no day; write 2026-10-05.", column=column, value=text[:40])
                self.problem(i, reason)
            found.append(day or "")
        return found

    def amounts(self, name: str, low: float, high: float) -> list[float]:
        """Return numbers, nan where blank or refused."""
        if not self.has(name):
            return [math.nan] * len(self.table)
        header = self.columns.fields[name]
        decimal = self.table.decimal_of(header)
        found = []
        for i, text in enumerate(self.texts(name)):
            value = parse_number(text, decimal)
            if value is None:
                self.problem(i, tr("{column}: “{value}” is not a number.", column=header, value=text[:40]))
            elif not math.isnan(value) and not low <= value <= high:
                self.problem(
                    i,
                    tr(
                        "{column}: {value} is not between {low} and {high}.",
                        column=header,
                        value=f"{value:g}",
                        low=number(low),
                        high=number(high),
                    ),
                )
            found.append(math.nan if value is None else value)
        return found

    def result(self, kind: str, records: Mapping[int, dict[str, Value]], notes: list[str]) -> PartnerImport:
        numbers = self.table.row_numbers
        rejects = [Reject(int(numbers[i]), reason) for i, reason in self.problems.items()]
        return PartnerImport(
            kind,
            [record for i, record in sorted(records.items()) if i not in self.problems],
            frozenset(self.columns.fields),
            sorted([*self.table.broken, *rejects], key=lambda reject: reject.row),
            [*self.table.notes, *notes],
        )


def build_partners(
    table: RawTable,
    columns: ColumnMap,
    tiers: Collection[str],
    geocoder: Geocoder | None = None,
    locator: UnitLocator | None = None,
    *,
    territories: Collection[str] = (),
    default_country: str = "",
) -> PartnerImport:
    """Return the partners of a table with their homes located, and the rows that cannot be used.

    A row is rejected without a name, with a value that cannot be read or is none of the list, with a tier or territory
    that the plan does not have, and where its name stands in an earlier row.

    Parameters
    ----------
    tiers, territories : names of the plan's; territories of the alignment in use
    """
    rows = _Rows(table, columns)
    first: dict[str, int] = {}
    for i, name in enumerate(rows.names):
        if name and first.setdefault(name.casefold(), i) != i:
            row = table.row_numbers[first[name.casefold()]]
            rows.problem(i, tr("The partner {name} stands in row {row} already.", name=name, row=number(row)))
    types, statuses = rows.words("partner_type"), rows.words("status")
    agreed, left = rows.days("agreed_on"), rows.days("left_on")
    satisfaction = rows.amounts("satisfaction", 0.0, BEST_SCORE)
    tier = rows.texts("tier")
    known = {name.strip().casefold(): name for name in tiers}
    for i, name in enumerate(tier):
        if not is_blank(name) and name.casefold() not in known:
            rows.problem(
                i, tr("There is no tier {name}; there are: {names}.", name=name[:40], names=listed(tiers) or "-")
            )
    territory, named = rows.texts("territory"), {name.strip().casefold(): name for name in territories}
    for i, name in enumerate(territory):
        if not is_blank(name) and name.casefold() not in named:
            rows.problem(i, tr("There is no territory {name}.", name=name[:60]))
    texts = {name: rows.texts(name) for name in ("contact", "joint_plan", "note")}
    homes, notes = _homes(rows, geocoder, locator, default_country)
    records: dict[int, dict[str, Value]] = {}
    for i, name in enumerate(rows.names):
        record: dict[str, Value] = {"partner": name, "partner_type": types[i], "status": statuses[i]}
        record |= {"agreed_on": agreed[i], "left_on": left[i], "tier": known.get(tier[i].casefold(), "")}
        record["territory"] = named.get(territory[i].casefold(), "")
        record["satisfaction"] = None if math.isnan(satisfaction[i]) else satisfaction[i]
        record |= {key: values[i] for key, values in texts.items()}
        has = {key: value for key, value in record.items() if rows.has(key)}
        records[i] = {**has, **homes.get(int(table.row_numbers[i]), {})}
    return rows.result("partners", records, notes)


def _homes(
    rows: _Rows, geocoder: Geocoder | None, locator: UnitLocator | None, default_country: str
) -> tuple[dict[int, dict[str, Value]], list[str]]:
    """Return home and position by row number, where the file tells one; what cannot be read is a problem of its row."""
    fields = {name: header for name, header in rows.columns.fields.items() if name in _HOME}
    if not fields:
        return {}, []
    told = ColumnMap("reps", {"rep_name": rows.columns.fields["partner"], **fields})
    quiet = replace(rows.table, broken=[], notes=[])
    found = build_reps(quiet, told, geocoder, locator, default_country=default_country)
    at = {int(number): i for i, number in enumerate(rows.table.row_numbers)}
    for reject in found.rejects:
        rows.problem(at[reject.row], reject.reason)
    numbers = found.row_numbers.tolist()
    homes = {
        row: {k: v for k, v in record.items() if k != "rep_name"}
        for row, record in zip(numbers, found.records, strict=True)
    }
    return homes, found.notes


def build_credentials(table: RawTable, columns: ColumnMap, known: Collection[str]) -> PartnerImport:
    """Return certifications and trainings, and the rows that cannot be used.

    Parameters
    ----------
    known : names of the plan's partners and reps, who may have any
    """
    rows = _Rows(table, columns)
    if not rows.has("title"):
        raise UserError(
            tr("No column of {name} holds the titles.", name=table.name), tr("Say which one does: title=COLUMN.")
        )
    _refuse_unknown(rows, known)
    titles, kinds = rows.texts("title"), rows.words("kind")
    obtained, expires = rows.days("obtained_on"), rows.days("expires_on")
    records: dict[int, dict[str, Value]] = {}
    for i, title in enumerate(titles):
        if not title:
            rows.problem(i, tr("The row has no title."))
        elif obtained[i] and expires[i] and expires[i] < obtained[i]:
            rows.problem(i, tr("It runs out on {last}, before it begins.", last=expires[i]))
        records[i] = {
            "partner": rows.names[i],
            "kind": kinds[i] or CREDENTIAL_KINDS[0],
            "title": title,
            "obtained_on": obtained[i],
            "expires_on": expires[i],
        }
    return rows.result("credentials", records, [])


def build_partner_figures(
    table: RawTable, columns: ColumnMap, known: Collection[str], territories: Collection[str]
) -> PartnerImport:
    """Return revenue, target and satisfaction by period, and the rows that cannot be used.

    A row is rejected with an unknown partner, territory or period, with none of the numbers, and where an earlier row
    tells the same period of the same partner and territory.
    """
    rows = _Rows(table, columns)
    if not rows.has("period"):
        raise UserError(
            tr("No column of {name} holds the periods.", name=table.name), tr("Say which one does: period=COLUMN.")
        )
    if not any(map(rows.has, _AMOUNTS)):
        raise UserError(
            tr("No column of {name} holds revenue, target or satisfaction.", name=table.name),
            tr("Say which one does, e.g. revenue=COLUMN."),
        )
    _refuse_unknown(rows, known)
    amounts = {
        "revenue": rows.amounts("revenue", -MAX_AMOUNT, MAX_AMOUNT),
        "target": rows.amounts("target", 0.0, MAX_AMOUNT),
        "satisfaction": rows.amounts("satisfaction", 0.0, BEST_SCORE),
    }
    territory, named = rows.texts("territory"), {name.strip().casefold(): name for name in territories}
    first: dict[tuple[str, str, str], int] = {}
    records: dict[int, dict[str, Value]] = {}
    for i, text in enumerate(rows.texts("period")):
        period = _period(rows, i, text)
        where = territory[i].casefold()
        if where and where not in named:
            rows.problem(i, tr("There is no territory {name}.", name=territory[i][:60]))
        told = {name: values[i] for name, values in amounts.items() if not math.isnan(values[i])}
        if not told:
            rows.problem(i, tr("The row has no number."))
        if i in rows.problems:
            continue
        before = first.setdefault((rows.names[i].casefold(), period, where), i)
        if before != i:
            rows.problem(
                i,
                tr(
                    "Row {row} tells {period} of {name} already.",
                    row=table.row_numbers[before],
                    period=period,
                    name=rows.names[i],
                ),
            )
        records[i] = {"partner": rows.names[i], "period": period, "territory": named.get(where, ""), **told}
    return rows.result("partner_figures", records, [])


def _period(rows: _Rows, i: int, text: str) -> str:
    try:
        return parse_period(text).text
    except UserError as error:
        rows.problem(i, error.message)
        return ""


def _refuse_unknown(rows: _Rows, known: Collection[str]) -> None:
    names = {name.strip().casefold() for name in known}
    for i, name in enumerate(rows.names):
        if name and name.casefold() not in names:
            rows.problem(i, tr("The plan has no partner {name}.", name=name[:60]))
