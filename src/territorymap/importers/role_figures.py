"""Numbers of reps and territories by period: calls, meetings, retention ... Owns which rows are used and why not.

Two shapes are read: long (a row for each number: who, period, metric, value) and wide (a column for each metric).
Writing the figures is session's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.importers.columns import ColumnMap
from territorymap.importers.numbers import is_blank, parse_number
from territorymap.importers.progress import IsCancelled, Progress, Ticker
from territorymap.importers.rejects import Reject, counted
from territorymap.importers.table import RawTable
from territorymap.model.period import Period, parse_period
from territorymap.model.role_metrics import is_ratio, metric_key, metric_label

MAX_NAME = 80  # letters of the name of a metric
_TELL_EVERY = 2000
_WHOLE_PERCENT_FROM = 2.0  # a ratio above this is written in whole percent: 95 for 95 %
_SHOWN = 40


@dataclass(frozen=True)
class FigureRow:
    """One number as it is to stand in the plan."""

    metric: str
    period: str
    rep_id: int | None
    territory_id: int | None
    amount: float

    @property
    def key(self) -> tuple[str, str, int | None, int | None]:
        """What tells it from other figures: of one key there is one number."""
        return self.metric, self.period, self.rep_id, self.territory_id


@dataclass(frozen=True)
class Names:
    """Who may be meant: the plan's reps and territories by their names, small and with tidy blanks."""

    reps: Mapping[str, int]
    territories: Mapping[str, int]


@dataclass(frozen=True)
class FigureImport:
    """The numbers of a file, each key once."""

    figures: list[FigureRow]
    row_numbers: NDArray[np.int64]  # (n,) of each figure
    n_rows: int  # rows of the file that were used
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.figures)

    @property
    def read(self) -> int:
        return self.n_rows + len(self.rejects)

    @property
    def metrics(self) -> list[str]:
        """Return the metrics in the order of the file."""
        return list(dict.fromkeys(figure.metric for figure in self.figures))

    @property
    def periods(self) -> list[str]:
        """Return the periods, the first one first."""
        found = {figure.period: parse_period(figure.period) for figure in self.figures}
        return sorted(found, key=lambda text: found[text])

    def to_json(self) -> dict[str, object]:
        """Return what ``metrics import --json`` prints; read = imported + rejected, in rows."""
        return {
            **counted(self.read, self.n_rows, self.rejects),
            "figures": len(self),
            "metrics": self.metrics,
            "periods": self.periods,
        }


def tidy(name: str) -> str:
    """Return a name as it is compared: small, blanks tidied."""
    return " ".join(name.split()).casefold()


def build_figures(
    table: RawTable,
    columns: ColumnMap,
    names: Names,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
    *,
    default_period: str = "",
) -> FigureImport:
    """Return the numbers of a table and the rows that cannot be used.

    Parameters
    ----------
    default_period : of rows without one, "" = such rows are rejected

    Raises
    ------
    UserError
        if no column says who is meant, none holds a period and none is given, or there is no number to read.
    """
    reader = _Reader(table, columns, names, default_period)
    ticker = Ticker(progress, is_cancelled)
    for i in range(len(table)):
        if i % _TELL_EVERY == 0:
            ticker.tell(i / max(len(table), 1))
        reader.take(i)
    ticker.tell(1.0)
    return reader.result()


class _Reader:
    """Goes through the rows once; a row is used whole or not at all."""

    def __init__(self, table: RawTable, columns: ColumnMap, names: Names, default_period: str) -> None:
        self._table, self._names = table, names
        self._default = parse_period(default_period) if default_period.strip() else None
        fields = columns.fields
        if not {"rep", "territory"} & fields.keys():
            raise UserError(
                tr("No column of {name} says whose the numbers are.", name=table.name),
                tr("Say which one does: rep=COLUMN or territory=COLUMN."),
            )
        if "period" not in fields and self._default is None:
            raise UserError(
                tr("No column of {name} holds the period of the numbers.", name=table.name),
                tr("Say which one does (period=COLUMN), or give one period for the whole file."),
            )
        self._who = {name: table.column(fields[name]) for name in ("rep", "territory") if name in fields}
        self._periods = table.column(fields["period"]) if "period" in fields else None
        self._values = self._value_columns(columns)
        self._found: dict[tuple[str, str, int | None, int | None], tuple[FigureRow, int]] = {}
        self._rejects: list[Reject] = list(table.broken)
        self._n_rows = self._n_again = 0

    def _value_columns(self, columns: ColumnMap) -> list[tuple[str | None, str, list[str], str]]:
        """Return for each column of numbers: its metric (None = told by the row), header, cells, decimal mark."""
        table, fields = self._table, columns.fields
        if "metric" in fields and "value" in fields:
            self._metrics = table.column(fields["metric"])
            headers: list[tuple[str | None, str]] = [(None, fields["value"])]
        elif columns.measures:
            self._metrics = []
            headers = [(metric_key(header)[:MAX_NAME], header) for header in columns.measures]
        else:
            raise UserError(
                tr("{name} holds no numbers that can be read as metrics.", name=table.name),
                tr("Name a column for each metric (measure=COLUMN), or two: metric=COLUMN and value=COLUMN."),
            )
        keys = {name: metric_key(name)[:MAX_NAME] for name in set(self._metrics)}
        self._metrics = [keys[name] for name in self._metrics]
        self._percent: set[str] = set()
        found = [(metric, header, table.column(header), table.decimal_of(header)) for metric, header in headers]
        for metric, _, cells, decimal in found:
            for i, text in enumerate(cells):
                key = metric or self._metrics[i]
                if is_ratio(key) and "%" not in text:
                    value = parse_number(text, decimal)
                    if value is not None and abs(value) > _WHOLE_PERCENT_FROM:
                        self._percent.add(key)
        return found

    def take(self, i: int) -> None:
        row = int(self._table.row_numbers[i])
        try:
            figures = self._figures(i)
        except _BrokenRow as broken:
            self._rejects.append(Reject(row, str(broken)))
            return
        for figure in figures:
            known = self._found.get(figure.key)
            if known is not None and known[0].amount != figure.amount:
                self._rejects.append(Reject(row, _clash(figure, known[1], known[0].amount)))
                return
        self._n_rows += 1
        for figure in figures:
            if figure.key in self._found:
                self._n_again += 1
            else:
                self._found[figure.key] = (figure, row)

    def _figures(self, i: int) -> list[FigureRow]:
        ids = {name: self._id(name, cells[i]) for name, cells in self._who.items()}
        if not any(value is not None for value in ids.values()):
            raise _BrokenRow(tr("The row names neither a rep nor a territory."))
        period = self._period(i)
        figures = []
        for metric, header, cells, decimal in self._values:
            amount = _amount(cells[i], header, decimal)
            if math.isnan(amount):
                continue
            key = metric if metric is not None else self._metrics[i]
            if not key:
                raise _BrokenRow(tr("The row names no metric."))
            if key in self._percent and "%" not in cells[i]:
                amount = float(f"{amount / 100:.15g}")
            figures.append(FigureRow(key, period.text, ids.get("rep"), ids.get("territory"), amount))
        if not figures:
            raise _BrokenRow(tr("The row holds no number."))
        return figures

    def _id(self, kind: str, cell: str) -> int | None:
        if is_blank(cell):
            return None
        known = self._names.reps if kind == "rep" else self._names.territories
        found = known.get(tidy(cell))
        if found is None:
            shown = cell.strip()[:_SHOWN]
            raise _BrokenRow(
                tr("The plan has no rep named {name}.", name=shown)
                if kind == "rep"
                else tr("The plan has no territory named {name}.", name=shown)
            )
        return found

    def _period(self, i: int) -> Period:
        text = self._periods[i] if self._periods is not None else ""
        if is_blank(text):
            if self._default is None:
                raise _BrokenRow(tr("The row has no period."))
            return self._default
        try:
            return parse_period(text)
        except UserError as error:
            raise _BrokenRow(error.message) from error

    def result(self) -> FigureImport:
        notes = list(self._table.notes)
        if self._n_again:
            notes.append(
                ntr(
                    "One number stands twice in the file.",
                    "{n} numbers stand more than once in the file.",
                    self._n_again,
                )
            )
        notes += [tr("{metric} is read as whole percent.", metric=metric_label(key)) for key in sorted(self._percent)]
        return FigureImport(
            figures=[figure for figure, _ in self._found.values()],
            row_numbers=np.array([row for _, row in self._found.values()], dtype=np.int64),
            n_rows=self._n_rows,
            rejects=sorted(self._rejects, key=lambda reject: reject.row),
            notes=notes,
        )


class _BrokenRow(Exception):  # noqa: N818 - it is a row, and its reason is told
    """A row that cannot be used, with the sentence why."""


def _amount(text: str, header: str, decimal: str) -> float:
    value = parse_number(text, decimal)
    if value is None:
        raise _BrokenRow(tr("{column}: “{value}” is not a number.", column=header, value=text[:_SHOWN]))
    return float(f"{value:.15g}")  # 95 % is 0.95, not the hair more that 95 x 0.01 makes of it


def _clash(figure: FigureRow, row: int, amount: float) -> str:
    return tr(
        "{metric} of {period} is {first} by row {row}, and {second} by this one.",
        metric=metric_label(figure.metric),
        period=parse_period(figure.period).label,
        first=f"{amount:g}",
        row=row,
        second=f"{figure.amount:g}",
    )
