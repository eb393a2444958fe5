"""The shipped geocoder tables, one country at a time. Owns their reading and indexes; not the choice of a place.

maps/geocoder/CC-postal.csv.gz: code, place, admin1, lon, lat [, level]. places.csv.gz: country, admin1, admin1_name,
name, ascii_name, alternatives (joined by |), lon, lat, population; sorted by country.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from territorymap.importers.folding import fold_city, fold_name, spell_umlauts

# Countries whose postal table names admin-1 areas as the places table does.
_SAME_ADMIN1 = frozenset({"US", "CA", "GB", "DE", "CH"})
_GERMAN = frozenset({"DE", "AT", "CH", "LI"})
_GERMAN_TAIL = re.compile(r" (?:am|an der|an dem|a d|a|im|in der|in|i d|i|ob der|o d|bei|b|vor der|v d|unter|auf) .*$")
_BRACKETS = re.compile(r"\s*\([^)]*\)?")
# English names of admin-1 areas that the table has in their own language, and capitals' short forms.
_STATE_NAMES = {
    "DE": {
        "bavaria": "BY", "saxony": "SN", "lower saxony": "NI", "thuringia": "TH", "hesse": "HE", "saxony anhalt": "ST",
        "north rhine westphalia": "NW", "nrw": "NW", "rhineland palatinate": "RP", "bw": "BW", "berlin": "BE",
        "mecklenburg western pomerania": "MV", "meck pomm": "MV", "baden wuerttemberg": "BW", "thueringen": "TH",
    },
    "US": {
        "washington dc": "DC", "d c": "DC", "puerto rico": "PR", "pr": "PR", "virgin islands": "VI", "vi": "VI",
        "us virgin islands": "VI", "guam": "GU", "gu": "GU", "american samoa": "AS", "as": "AS", "mp": "MP",
        "northern mariana islands": "MP",
    },
    "CA": {"pq": "QC", "newfoundland": "NL", "nf": "NL", "yukon territory": "YT", "pei": "PE"},
}  # fmt: skip


@dataclass(frozen=True)
class PostalRow:
    place: str
    admin1: str
    lon: float
    lat: float
    is_exact: bool  # False: the point of the code's town


@dataclass(frozen=True)
class Candidate:
    """A place that a name can mean. ``rank``: 0 by its own name, 1 by a postal table, 2 by another of its names."""

    rank: int
    population: float
    admin1: str  # "" = not told
    lon: float
    lat: float


@dataclass
class CountryTable:
    """Postal codes, places and states of one country."""

    country: str
    postal: dict[str, PostalRow] = field(default_factory=dict)
    places: dict[str, list[Candidate]] = field(default_factory=dict)  # folded name -> all that bear it
    states: dict[str, str] = field(default_factory=dict)  # folded name or code -> admin1

    @property
    def has_postal(self) -> bool:
        return bool(self.postal)


def load_country(folder: Path, country: str) -> CountryTable:
    """Return the tables of a country; empty where there are none."""
    table = CountryTable(country)
    path = folder / f"{country.casefold()}-postal.csv.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                is_exact = (row.get("level") or "") not in ("city", "prefix")
                point = PostalRow(row["place"], row["admin1"], float(row["lon"]), float(row["lat"]), is_exact)
                table.postal[row["code"].upper()] = point
    _add_places(table, folder)
    _add_postal_places(table)
    return table


def _country_lines(folder: Path, country: str) -> str:
    """Return head and lines of a country in the places table, which is sorted by it."""
    path = folder / "places.csv.gz"
    if not path.exists():
        return ""
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    head = text[: text.find("\n") + 1]
    start = text.find(f"\n{country},")
    if start < 0:
        return head
    end = text.find("\n", text.rfind(f"\n{country},") + 1)
    return head + text[start + 1 : end + 1 if end >= 0 else len(text)]


def _add_places(table: CountryTable, folder: Path) -> None:
    for row in csv.DictReader(io.StringIO(_country_lines(folder, table.country), newline="")):
        admin1 = row["admin1"]
        people = float(row["population"] or 0)
        own = Candidate(0, people, admin1, float(row["lon"]), float(row["lat"]))
        for name in name_forms(row["name"], table.country) | name_forms(row["ascii_name"], table.country):
            table.places.setdefault(name, []).append(own)
        other = Candidate(2, people, admin1, own.lon, own.lat)
        for name in filter(None, row["alternatives"].split("|")):
            table.places.setdefault(fold_city(name), []).append(other)
        if admin1:
            table.states[fold_name(admin1)] = admin1
            table.states[fold_name(row["admin1_name"])] = admin1
            table.states[fold_name(spell_umlauts(row["admin1_name"]))] = admin1
    table.states.update(_STATE_NAMES.get(table.country, {}))


def _add_postal_places(table: CountryTable) -> None:
    """Add the towns that only the postal table names, at the middle of their codes."""
    points: dict[tuple[str, str], list[PostalRow]] = {}
    has_admin1 = table.country in _SAME_ADMIN1
    for row in table.postal.values():
        if row.place:
            points.setdefault((row.place, row.admin1 if has_admin1 else ""), []).append(row)
    for (place, admin1), rows in points.items():
        middle = sorted(rows, key=lambda r: (r.lon, r.lat))[len(rows) // 2]
        candidate = Candidate(1, float(len(rows)), admin1, middle.lon, middle.lat)
        for name in name_forms(place, table.country):
            table.places.setdefault(name, []).append(candidate)
        if admin1:
            table.states.setdefault(fold_name(admin1), admin1)


def name_forms(name: str, country: str) -> set[str]:
    """Return the folded forms under which a place's own name is found: "Halle (Saale)" also as "halle"."""
    forms = {fold_city(name), fold_city(_BRACKETS.sub("", name))}
    if not name.isascii():
        forms.add(fold_city(spell_umlauts(name)))
    if country in _GERMAN:
        forms |= {_GERMAN_TAIL.sub("", form) for form in forms}
    if country == "US":
        forms |= {form.removesuffix(" city") for form in forms}
    return {form for form in forms if form}


def query_forms(text: str, country: str) -> list[str]:
    """Return the folded forms to look a typed city up by, the plainest first."""
    raw = [text, _BRACKETS.sub("", text)]
    for mark in ("/", ",", " - "):
        if mark in text:
            raw.append(text.split(mark)[0])
    forms = [fold_city(t) for t in raw]
    forms += [f.removeprefix(start) for f in forms[:1] for start in ("city of ", "town of ", "village of ", "stadt ")]
    forms += [re.sub(r"( \d+\w{0,3})?( cedex( \d+)?)?$", "", forms[0]), forms[0].removesuffix(" city")]
    if country in _GERMAN:
        forms += [_GERMAN_TAIL.sub("", form) for form in forms]
        forms += [fold_city(text.split("-")[0])] if "-" in text else []
    if country == "DE":
        forms.append(fold_city(text.split(" ")[0])) if len(text.split(" ")[0]) >= 4 and "-" not in text else None
    return list(dict.fromkeys(form for form in forms if form))
