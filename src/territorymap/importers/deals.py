"""Rows of a table become registered deals. Owns which rows are used and why not; writing them is session's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import ntr, number, tr
from territorymap.importers.columns import ColumnMap
from territorymap.importers.days import is_day_first, parse_day
from territorymap.importers.header_words import header_tokens
from territorymap.importers.numbers import parse_number
from territorymap.importers.progress import IsCancelled, Progress, Ticker
from territorymap.importers.rejects import Reject, counted
from territorymap.importers.table import RawTable
from territorymap.model.change import Value
from territorymap.model.crm_ids import same_record
from territorymap.model.plan import Plan

_TELL_EVERY = 2000
_SHOWN = 60
_DAYS = ("registered_on", "expected_on", "expires_on", "closed_on")
_STAGES = {
    "registered": "registered register new open neu offen angemeldet prospecting lead created submitted approved "
    "discovery appointmentscheduled 已登记 登记 新建",
    "qualified": "qualified qualification qualifiziert needsanalysis valueproposition qualifiedtobuy iddecisionmakers "
    "develop demo 合格 已确认",
    "proposal": "proposal quote quotation offer angebot proposalpricequote presentationscheduled propose 报价 方案",
    "negotiation": "negotiation negotiationreview verhandlung perceptionanalysis decisionmakerboughtin contractsent "
    "contract commit 谈判",
    "won": "won closedwon win gewonnen booked ordered auftrag 赢单 成交",
    "lost": "lost closedlost verloren cancelled canceled rejected closed abgelehnt expired 丢单 输单 失败",
}
_STAGE_BY_WORD = {word: stage for stage, words in _STAGES.items() for word in words.split()}


@dataclass(frozen=True)
class DealImport:
    """Deals as the deal table has them; a record holds what the file has a column for."""

    records: list[dict[str, Value]]
    row_numbers: NDArray[np.int64]  # (n,)
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.records)

    @property
    def read(self) -> int:
        return len(self.records) + len(self.rejects)

    def to_json(self) -> dict[str, object]:
        """Return what ``import deals --json`` prints; read = imported + rejected."""
        return {
            **counted(self.read, len(self), self.rejects),
            "amount": math.fsum(float(record.get("amount") or 0.0) for record in self.records),
        }


@dataclass(frozen=True)
class Known:
    """Whom and what a deal can name."""

    account_by_key: Mapping[str, int]  # account_id
    accounts_by_name: Mapping[str, tuple[int, ...]]
    rep_by_name: Mapping[str, int]

    @classmethod
    def of(cls, plan: Plan) -> Known:
        by_key: dict[str, int] = {}
        by_name: dict[str, tuple[int, ...]] = {}
        accounts = plan.accounts
        for account_id, key, name in zip(accounts.account_id.tolist(), accounts.key, accounts.name, strict=True):
            if key:
                by_key.setdefault(same_record(str(key)), account_id)
            if name:
                folded = tidy(str(name))
                by_name[folded] = (*by_name.get(folded, ()), account_id)
        return cls(by_key, by_name, {tidy(rep.name): rep.rep_id for rep in plan.reps})


def tidy(name: str) -> str:
    """Return a name as it is compared: small, blanks tidied."""
    return " ".join(name.split()).casefold()


def build_deals(
    table: RawTable,
    columns: ColumnMap,
    known: Known,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
) -> DealImport:
    """Return the deals of a table, and the rows that cannot be used with the reason.

    The account is known by its key, else by its name where only one has it. A day of close of a deal that is still open
    is the day on which its close is expected, as CRM systems export it.

    Raises
    ------
    UserError
        if no column tells the account.
    """
    if not {"account_key", "account_name"} & columns.fields.keys():
        raise UserError(
            tr("No column of {name} says which account a deal is on.", name=table.name),
            tr("Say which one does: {field}=COLUMN.", field="account_key"),
        )
    reader = _Reader(table, columns, known)
    ticker = Ticker(progress, is_cancelled)
    records: list[dict[str, Value]] = []
    kept: list[int] = []
    rejects = list(table.broken)
    for i in range(len(table)):
        if i % _TELL_EVERY == 0:
            ticker.tell(i / max(len(table), 1))
        row = int(table.row_numbers[i])
        found = reader.read(i, row)
        if isinstance(found, str):
            rejects.append(Reject(row, found))
        else:
            records.append(found)
            kept.append(row)
    ticker.tell(1.0)
    notes = list(table.notes)
    if reader.n_by_name:
        notes.append(
            ntr(
                "{n} account was known by its name alone.",
                "{n} accounts were known by their names alone.",
                reader.n_by_name,
            )
        )
    rejects.sort(key=lambda reject: reject.row)
    return DealImport(records, np.array(kept, dtype=np.int64), rejects, notes)


class _Reader:
    """Reads one row at a time; a row is used whole or not at all."""

    def __init__(self, table: RawTable, columns: ColumnMap, known: Known) -> None:
        self._known = known
        self._headers = dict(columns.fields)
        self._cells: dict[str, Sequence[str]] = {name: table.column(h) for name, h in columns.fields.items()}
        self._decimal = {name: table.decimal_of(h) for name, h in columns.fields.items()}
        self._day_first = {name: is_day_first(self._cells[name]) for name in _DAYS if name in self._cells}
        self._is_percent = any(_above_one(text) for text in self._cells.get("probability", ()))
        self._rows: dict[tuple[object, ...], int] = {}
        self.n_by_name = 0

    def read(self, i: int, row: int) -> dict[str, Value] | str:
        """Return the record, or the reason why there is none."""
        record: dict[str, Value] = {}
        for part in (self._account, self._seller, self._amounts, self._days, self._stage, self._texts):
            problem = part(i, record)
            if problem:
                return problem
        problem = _settle(record)
        if problem:
            return problem
        name = tidy(str(record.get("deal_name") or ""))
        identity = (record["account_id"], record.get("rep_id"), name or record.get("registered_on") or "")
        first = self._rows.setdefault(identity, row)
        return record if first == row else tr("This deal stands in row {row} already.", row=number(first))

    def _cell(self, name: str, i: int) -> str:
        cells = self._cells.get(name)
        return " ".join(cells[i].split()) if cells is not None else ""

    def _account(self, i: int, record: dict[str, Value]) -> str:
        key, name = self._cell("account_key", i), self._cell("account_name", i)
        if not key and not name:
            return tr("The row names no account.")
        account_id = self._known.account_by_key.get(same_record(key)) if key else None
        if account_id is None and name:
            same = self._known.accounts_by_name.get(tidy(name), ())
            if len(same) > 1:
                return tr("{n} accounts are called {name}; give the key.", n=len(same), name=name[:_SHOWN])
            account_id = same[0] if same else None
            self.n_by_name += account_id is not None
        if account_id is None:
            return tr("The plan has no account {key}.", key=(key or name)[:_SHOWN])
        record["account_id"] = account_id
        return ""

    def _seller(self, i: int, record: dict[str, Value]) -> str:
        name = self._cell("rep", i)
        if not name:
            return ""
        rep_id = self._known.rep_by_name.get(tidy(name))
        if rep_id is None:
            return tr("The plan has no rep or partner {name}.", name=name[:_SHOWN])
        record["rep_id"] = rep_id
        return ""

    def _amounts(self, i: int, record: dict[str, Value]) -> str:
        if "amount" in self._cells:
            value = parse_number(self._cells["amount"][i], self._decimal["amount"])
            if value is None:
                return self._no("amount", i, tr("{column}: “{value}” is not a number."))
            if value < 0:
                return self._no("amount", i, tr("{column}: “{value}” is below 0."))
            record["amount"] = 0.0 if math.isnan(value) else value
        if "probability" in self._cells:
            text = self._cells["probability"][i]
            value = parse_number(text, self._decimal["probability"])
            if value is None:
                return self._no("probability", i, tr("{column}: “{value}” is not a number."))
            if not math.isnan(value):
                value = value / 100 if self._is_percent and "%" not in text else value
                if not 0 <= value <= 1:
                    return self._no("probability", i, tr("{column}: “{value}” is not a probability."))
                record["probability"] = value
        return ""

    def _days(self, i: int, record: dict[str, Value]) -> str:
        for name in _DAYS:
            if name not in self._cells:
                continue
            day = parse_day(self._cells[name][i], self._day_first[name])
            if day is None:
                return self._no(name, i, tr("{column}: “{value}” is not a date."))
            record[name] = day
        return ""

    def _stage(self, i: int, record: dict[str, Value]) -> str:
        text = self._cell("stage", i)
        if not text:
            return ""
        stage = _STAGE_BY_WORD.get(text) or _STAGE_BY_WORD.get("".join(header_tokens(text)))
        if stage is None:
            return self._no("stage", i, tr("{column}: “{value}” is no stage that is known."))
        record["stage"] = stage
        return ""

    def _texts(self, i: int, record: dict[str, Value]) -> str:
        for name in ("deal_name", "product", "note"):
            if name in self._cells:
                record[name] = self._cell(name, i)
        return ""

    def _no(self, name: str, i: int, sentence: str) -> str:
        return sentence.format(column=self._headers[name], value=self._cells[name][i].strip()[:_SHOWN])


def _settle(record: dict[str, Value]) -> str:
    """Make stage and days agree as CRM systems mean them; return what cannot be."""
    is_closed = record.get("stage") in ("won", "lost")
    if record.get("closed_on") and not is_closed:
        if not record.get("expected_on"):
            record["expected_on"] = record["closed_on"]
        record["closed_on"] = ""
    if is_closed and not record.get("closed_on") and record.get("expected_on"):
        record["closed_on"] = record["expected_on"]
    registered, expires = record.get("registered_on"), record.get("expires_on")
    if registered and expires and str(expires) < str(registered):
        return tr("It would expire on {expires}, before it is registered on {day}.", expires=expires, day=registered)
    return ""


def _above_one(text: str) -> bool:
    value = parse_number(text) if "%" not in text else None
    return value is not None and value > 1
