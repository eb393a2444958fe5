"""The columns of a boundary file that are used: those asked for, else guesses. Owns the choice; not its use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.importers.countries import parse_country
from territorymap.importers.unit_columns import ColumnFacts, guess_parent_columns, rank_code_columns, rank_name_columns


@dataclass(frozen=True)
class UnitChoice:
    code: ColumnFacts | None
    name: ColumnFacts | None
    parent_code: ColumnFacts | None
    parent_name: ColumnFacts | None
    country: ColumnFacts | None
    measures: list[ColumnFacts]


def find_column(columns: Sequence[ColumnFacts], header: str, file: str) -> ColumnFacts:
    """Return a column by its header, in any case.

    Raises
    ------
    UserError
        if there is none.
    """
    exact = [c for c in columns if c.header == header]
    same = exact or [c for c in columns if c.header.casefold() == header.strip().casefold()]
    if not same:
        raise UserError(
            tr("{name} has no column named {column}.", name=file, column=header),
            tr("Its columns are: {names}.", names=listed(c.header for c in columns) or tr("none")),
        )
    return same[0]


def choose_columns(
    columns: Sequence[ColumnFacts],
    code: str | None,
    name: str | None,
    parent: str | None,
    measures: Sequence[str],
    file: str,
) -> UnitChoice:
    """Return the columns asked for, and guesses for the others.

    Raises
    ------
    UserError
        if a column asked for is not there, or a measure holds no numbers.
    """
    by_header = {column.header: column for column in columns}

    def find(header: str) -> ColumnFacts:
        return find_column(columns, header, file)

    codes = rank_code_columns(columns)
    chosen_code = find(code) if code else by_header[codes[0]] if codes and code is None else None
    names = rank_name_columns(columns, chosen_code.header if chosen_code else "")
    chosen_name = find(name) if name else by_header[names[0]] if names and name is None else None
    used = [column.header for column in (chosen_code, chosen_name) if column is not None]
    guessed = guess_parent_columns(columns, used) if parent is None else (parent, parent)
    chosen = [find(header) for header in measures]
    for column in chosen:
        if column.numeric < 0.5:
            raise UserError(tr("The column {column} holds no numbers.", column=column.header))
    return UnitChoice(
        chosen_code,
        chosen_name,
        find(guessed[0]) if guessed[0] else None,
        find(guessed[1]) if guessed[1] else None,
        next((c for c in columns if _is_country(c)), None),
        chosen,
    )


def _is_country(column: ColumnFacts) -> bool:
    words = ("country", "countrycode", "isocountry", "cntrcode", "isoa2", "iso", "adm0a3", "land", "staat", "admin")
    filled = [text for text in column.texts if text]
    return (
        column.word in words and bool(filled) and sum(1 for text in filled if parse_country(text)) > 0.9 * len(filled)
    )
