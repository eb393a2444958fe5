"""What a rep table tells besides home and hours: role, career, languages, verticals. Owns how they are read."""

from __future__ import annotations

from territorymap.i18n import tr
from territorymap.importers.columns import ColumnMap
from territorymap.importers.numbers import is_blank
from territorymap.importers.table import RawTable
from territorymap.model.languages import language_code
from territorymap.model.role_words import role_of
from territorymap.model.tenure import first_day, knows_day
from territorymap.model.written import words_of, words_text

TRAITS = ("role", "seniority", "career_level", "languages", "verticals", "started_on")
_LONGEST = 200


def read_traits(table: RawTable, columns: ColumnMap) -> dict[str, list[str]]:
    """Return the traits that the table has a column for, as they are stored, a text for each row.

    A role and a language are known by their usual words: "Outside Sales" is "field", "Deutsch; EN" is "de; en".
    """
    found: dict[str, list[str]] = {}
    for name in TRAITS:
        header = columns.fields.get(name)
        if header is not None:
            found[name] = [_read(name, text) for text in table.column(header)]
    return found


def first_day_problems(table: RawTable, columns: ColumnMap) -> dict[int, str]:
    """Return why rows cannot be used: a first day that is none, by position."""
    header = columns.fields.get("started_on")
    texts = table.column(header) if header is not None else []
    return {
        i: tr("{column}: “{value}” is not a date.", column=header, value=text[:40])
        for i, text in enumerate(texts)
        if not is_blank(text) and not knows_day(text)
    }


def _read(name: str, text: str) -> str:
    tidy = " ".join(text.split())[:_LONGEST]
    if name == "started_on":
        return first_day(tidy) if knows_day(tidy) else ""
    if name == "role":
        return role_of(tidy)
    if name == "languages":
        return words_text(dict.fromkeys(language_code(word) for word in words_of(tidy.replace("/", ";"))))
    return words_text(words_of(tidy)) if name == "verticals" else tidy
