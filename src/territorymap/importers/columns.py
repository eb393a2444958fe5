"""What each column of a table means. Owns ColumnMap and its guess by header and content; parsing is the builders'."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.importers.column_guess import Guess, guess_fields
from territorymap.importers.column_rest import is_measure, is_segment, is_segment_candidate
from territorymap.importers.fields import MEASURE, SEGMENT, SKIP, field_named, fields_of
from territorymap.importers.table import RawTable

_MOSTLY_NUMBERS = 0.5  # share of the filled cells


@dataclass(frozen=True)
class ColumnMap:
    """Field -> header, and the headers that become measures and segments; what is in none is not imported."""

    kind: str  # one of fields.KINDS
    fields: Mapping[str, str] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()

    def role_of(self, header: str) -> str:
        """Return the field a column stands for, "measure", "segment", or "" if it is not imported."""
        own = [name for name, column in self.fields.items() if column == header]
        if own:
            return own[-1]
        return MEASURE if header in self.measures else SEGMENT if header in self.segments else SKIP

    def texts_in(self, table: RawTable, name: str) -> list[str]:
        """Return the cells of a field, blank where no column holds it."""
        header = self.fields.get(name)
        return table.column(header) if header else [""] * len(table)

    def with_field(self, name: str, header: str | None) -> ColumnMap:
        """Return the map with a field at another column, or at none.

        The column leaves what it stood for before; only the account key may share its column ("the name is the key").
        """
        spec = field_named(self.kind, name)
        if spec is None:
            raise UserError(
                tr("There is no field named {name}.", name=name),
                tr("The fields are: {names}.", names=listed(f.name for f in fields_of(self.kind))),
            )
        fields = {f: c for f, c in self.fields.items() if f != spec.name}
        if header is None:
            return dataclasses.replace(self, fields=fields)
        if spec.name != "account_key":
            fields = {f: c for f, c in fields.items() if c != header or f == "account_key"}
        is_shared = spec.name == "account_key" and header in self.segments
        return dataclasses.replace(
            self,
            fields={**fields, spec.name: header},
            measures=tuple(h for h in self.measures if h != header),
            segments=self.segments if is_shared else tuple(h for h in self.segments if h != header),
        )

    def with_role(self, header: str, role: str) -> ColumnMap:
        """Return the map with a column as a field, "measure", "segment" or "" (not imported)."""
        bare = dataclasses.replace(
            self,
            fields={f: c for f, c in self.fields.items() if c != header},
            measures=tuple(h for h in self.measures if h != header),
            segments=tuple(h for h in self.segments if h != header),
        )
        if role == MEASURE:
            return dataclasses.replace(bare, measures=(*bare.measures, header))
        if role == SEGMENT:
            return dataclasses.replace(bare, segments=(*bare.segments, header))
        return bare.with_field(role, header) if role else bare

    def ordered(self, table: RawTable) -> ColumnMap:
        """Return the map with measures and segments in the order of the columns."""
        return dataclasses.replace(
            self,
            measures=tuple(h for h in table.headers if h in self.measures),
            segments=tuple(h for h in table.headers if h in self.segments),
        )


def guess_columns(table: RawTable, kind: str, unit_codes: Collection[str] = ()) -> ColumnMap:
    """Return what the columns of a table mean, by their headers, and by what stands in them.

    Parameters
    ----------
    kind : "accounts", "reps" or "alignment".
    unit_codes : the codes of the plan's units: a column of them is known by its values.
    """
    guess = Guess(table, kind, frozenset(str(code).casefold() for code in unit_codes))
    fields = guess_fields(guess)
    if kind == "metrics":
        return _metric_columns(guess, fields)
    if kind != "accounts":
        return ColumnMap(kind, fields)
    rest = [header for header in table.headers if header not in fields.values()]
    measures = tuple(header for header in rest if is_measure(guess, header))
    segments = tuple(header for header in rest if header not in measures and is_segment(guess, header))
    return ColumnMap(kind, fields, measures, segments)


def _metric_columns(guess: Guess, fields: dict[str, str]) -> ColumnMap:
    """Return a long table's columns, or those of a wide one: each other column of numbers is a metric."""
    if {"metric", "value"} <= fields.keys():
        return ColumnMap("metrics", fields)
    fields = {name: header for name, header in fields.items() if name not in ("metric", "value")}
    rest = [header for header in guess.table.headers if header not in fields.values()]
    return ColumnMap("metrics", fields, tuple(h for h in rest if guess.profile(h).numeric >= _MOSTLY_NUMBERS))


def segment_candidates(table: RawTable, columns: ColumnMap) -> list[str]:
    """Return every text column that can be a segment: those of ``columns`` and all others without a role."""
    guess = Guess(table, columns.kind, frozenset())
    return [
        header
        for header in table.headers
        if header in columns.segments or (columns.role_of(header) == SKIP and is_segment_candidate(guess, header))
    ]


def find_column(table: RawTable, text: str) -> str:
    """Return the header a person means: as it stands, else case and blanks aside, else by its number ("#3").

    Raises
    ------
    UserError
        if there is no such column; the hint names those there are.
    """
    if text in table.headers:
        return text
    wanted = " ".join(text.split()).casefold()
    same = [header for header in table.headers if header.casefold() == wanted]
    if same:
        return same[0]
    if wanted.startswith("#") and wanted[1:].isdecimal() and 1 <= int(wanted[1:]) <= len(table.headers):
        return table.headers[int(wanted[1:]) - 1]
    raise UserError(
        tr("{name} has no column named {column}.", name=table.name, column=text),
        tr("Its columns are: {names}.", names=listed(table.headers[:60])),
    )


def apply_choices(table: RawTable, columns: ColumnMap, choices: Iterable[str]) -> ColumnMap:
    """Return the map with choices such as "postal_code=PLZ" put in, as the command line has them.

    "measure=Umsatz" and "segment=Branche" add a column, "skip=Fax" leaves one out, "city=" takes a field away.
    """
    for choice in choices:
        name, is_told, column = choice.partition("=")
        if not is_told:
            raise UserError(
                tr("{choice} does not say which column a field is.", choice=choice),
                tr("Write FIELD=COLUMN, for example postal_code=Zip."),
            )
        role = name.strip().casefold()
        if not column.strip():
            columns = columns.with_field(name, None)
        elif role in (MEASURE, SEGMENT, "skip", "ignore"):
            columns = columns.with_role(find_column(table, column), role if role in (MEASURE, SEGMENT) else SKIP)
        else:
            columns = columns.with_field(name, find_column(table, column))
    return columns.ordered(table)
