"""Adding, editing and deleting records of registers: deals, partners, figures ...

Owns what a value of a record may be; what several records mean together is checked by who builds on these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from territorymap.document import Writer
from territorymap.document.registers import columns_of_record
from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.model import coverage
from territorymap.model.coverage import TABLES, Record
from territorymap.model.period import parse_period
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import clean_day
from territorymap.session.session import Command

Values = Mapping[str, object]

# What a column may say, where that is a fixed list; "" besides.
_WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("role_rule", "rule"): coverage.ROLE_RULES,
    ("partner", "partner_type"): coverage.PARTNER_TYPES,
    ("partner", "status"): coverage.PARTNER_STATUSES,
    ("credential", "kind"): coverage.CREDENTIAL_KINDS,
    ("deal", "stage"): coverage.DEAL_STAGES,
    ("action", "kind"): coverage.ACTION_KINDS,
}
MAX_AMOUNT = 1e15


def add_records(kind: type[Record], rows: Sequence[Values], label: str, notes: tuple[str, ...] = ()) -> Command:
    """Add records; each row has the fields of the kind that it knows, without row_id and uuid.

    Raises
    ------
    UserError
        if a value cannot be; it names the field.
    """
    clean = [checked_row(kind, row) for row in rows]
    return Command(label, lambda writer, plan: _insert(writer, kind, clean), notes)


def edit_record(kind: type[Record], row_id: int, values: Values, label: str) -> Command:
    """Set fields of one record; UserError as for :func:`add_records`."""
    row = checked_row(kind, values)

    def run(writer: Writer, plan: Plan) -> None:
        _check_references(writer, [row])
        writer.update(TABLES[kind], {row_id: row})

    return Command(label, run)


def delete_records(kind: type[Record], row_ids: Sequence[int], label: str) -> Command:
    """Delete records; what hangs on them goes or forgets them."""
    ids = [int(row_id) for row_id in row_ids]
    return Command(label, lambda writer, plan: writer.delete(TABLES[kind], ids))


def _insert(writer: Writer, kind: type[Record], rows: Sequence[dict[str, object]]) -> None:
    _check_references(writer, rows)
    writer.insert(TABLES[kind], rows)


def checked_row(kind: type[Record], values: Values) -> dict[str, object]:
    """Return the row of checked values: types, fixed words, days; text is trimmed."""
    columns, table = columns_of_record(kind), TABLES[kind]
    row: dict[str, object] = {}
    for name, value in values.items():
        if name not in columns or name == "uuid":
            raise TypeError(f"{table} has no field {name}")
        row[name] = _checked(table, name, columns[name], value)
    return row


def _checked(table: str, name: str, wanted: str, value: object) -> object:
    if value is None and wanted.endswith("None"):
        return None
    kind = wanted.removesuffix(" | None")
    if kind == "str":
        text = str(value or "").strip()
        words = _WORDS.get((table, name))
        if words and text and text not in words:
            raise UserError(
                tr("{value} is not a value of {field}.", value=repr(text), field=name),
                tr("It can be: {values}.", values=listed(words)),
            )
        if name == "period" and text:
            return parse_period(text).text
        return clean_day(text) if name.endswith("_on") else text
    if kind == "int":
        return int(value)  # type: ignore[call-overload]
    amount = float(value)  # type: ignore[arg-type]
    if not math.isfinite(amount) or abs(amount) > MAX_AMOUNT:
        raise UserError(
            tr("{value} is not an amount for {field}.", value=str(value), field=name),
            tr("Give a number below {limit}.", limit=f"{MAX_AMOUNT:.0e}"),
        )
    if name == "probability" and not 0 <= amount <= 1:
        raise UserError(
            tr("A probability of {value} cannot be.", value=str(value)),
            tr("Give a number from 0 to 1, or a percentage."),
        )
    return amount


def _check_references(writer: Writer, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what points to a rep, territory, account ... that is not in the plan any more."""
    for column, sentence in _GONE.items():
        ids = {int(row[column]) for row in rows if row.get(column) is not None}
        if writer.missing(column.removesuffix("_id"), ids):
            raise UserError(sentence(), tr("Choose another one."))


_GONE: Mapping[str, Callable[[], str]] = {
    "rep_id": lambda: tr("This rep is not in the plan any more."),
    "account_id": lambda: tr("This account is not in the plan any more."),
    "territory_id": lambda: tr("This territory is not in the plan any more."),
    "alignment_id": lambda: tr("This alignment is not in the plan any more."),
    "tier_id": lambda: tr("This tier is not in the plan any more."),
}
