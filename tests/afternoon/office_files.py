"""The files a planner has on the desk that afternoon, and what is true of them; made with a fixed seed.

Owns the files and their truth by arithmetic of its own; reads the shipped geocoder table, uses no code of ours.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

GEOCODER = Path(__file__).parents[2] / "maps" / "geocoder" / "us-postal.csv.gz"
SEED = 20260731
N_ROWS = 20_000
N_PLACED = 19_500  # accounts in the territories of last year: an even share is 975
N_OVERLOADED = 1_365  # 1.40 x 975
NOWHERE = ("000", "213", "343", "429", "517")  # no ZIP code begins so
OVERLOADED = "Carolinas"
VACANT = "Islands"

STATES_BY_TERRITORY = {
    "New England": "CT ME MA NH RI VT",
    "New York": "NY",
    "Garden State": "NJ DE",
    "Pennsylvania": "PA",
    "Capital": "MD DC VA WV",
    "Carolinas": "NC SC",
    "Deep South": "GA AL MS",
    "Florida": "FL",
    "Ohio Valley": "OH KY",
    "Great Lakes": "MI WI",
    "Prairie": "IL IN",
    "Upper Midwest": "MN ND SD IA",
    "Central Plains": "MO KS NE OK",
    "Mid-South": "TN AR LA",
    "Texas": "TX",
    "Rockies": "CO WY UT MT ID",
    "Desert": "AZ NM NV",
    "California": "CA",
    "Pacific North": "WA OR AK",
    "Islands": "HI PR VI GU",
}
_FIRST = ["Müller", "Smith", "Núñez", "O’Brien", "Kraft", "Côté", "Weiß", "Baker", "Johansson", "Lefèvre"]
_TRADE = ["Präzision", "Dairy", "Logistics", "Pharma", "Tool & Die", "Médical", "Öl", "Foods", "Chemie", "Energy"]
_LEGAL = ["GmbH", "Inc.", "LLC", "& Söhne", "Corp.", "Ltd."]
_BRANCHES = ["Maschinenbau", "Gesundheit", "Chemie & Pharma", "Öffentliche Hand", "Lebensmittel"]
_STRANGE_NAMES = [
    'Smith; Sons "Best" Ltd',  # the delimiter and quotation marks inside a name
    "=HYPERLINK(0;0) Traders",  # would be run by a spreadsheet
    "<b>Bold</b> & Co",  # would be markup on a page
    "Zoë's Café – Ñandú",
]


@dataclass(frozen=True)
class Account:
    """One account as the CRM has it; amounts in cents, so that sums are exact."""

    key: str
    name: str
    zip_code: str  # five digits; "" = none that lies anywhere
    zip_text: str  # as the export writes it
    branch: str
    revenue_cents: int | None
    visits: int | None

    @property
    def unit(self) -> str:
        """The three-digit area that the account lies in, "" = none."""
        return self.zip_code[:3]


@dataclass(frozen=True)
class Crm:
    """An export of the CRM: what is in the file, and what has to come of it."""

    path: Path
    accounts: list[Account]  # to be imported, in the order of the file
    rejects: dict[int, str]  # row number of the file -> kind
    n_rows: int

    @property
    def n_without_place(self) -> int:
        return sum(not account.unit for account in self.accounts)

    def revenue_cents(self, units: Iterable[str]) -> int:
        wanted = set(units)
        return sum(a.revenue_cents or 0 for a in self.accounts if a.unit in wanted)

    def count(self, units: Iterable[str]) -> int:
        wanted = set(units)
        return sum(a.unit in wanted for a in self.accounts)


@dataclass(frozen=True)
class Office:
    """All files of the desk."""

    crm: Crm
    later: Crm  # the export of next week
    changed: list[str]  # keys whose row differs in the later export
    added: list[str]
    missing: list[str]
    alignment: Path
    alignment_rejects: dict[int, str]
    territory_by_unit: dict[str, str]
    reps: Path
    rep_rejects: dict[int, str]
    home_zip_by_rep: dict[str, str]
    rep_by_territory: dict[str, str]
    unassigned_units: list[str] = field(default_factory=list)

    def units_of(self, territory: str) -> list[str]:
        return [unit for unit, name in self.territory_by_unit.items() if name == territory]


def make_office(folder: Path, unit_states: dict[str, str]) -> Office:
    """Write the files; ``unit_states``: three-digit ZIP area -> name of its state, as the unit layer has them."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(SEED)
    zips_by_unit, state_codes = _read_zips(set(unit_states))
    territory_of_state = {code: name for name, codes in STATES_BY_TERRITORY.items() for code in codes.split()}
    # Units of states; a handful was forgotten in last year's list.
    by_unit = {unit: territory_of_state[state_codes[unit]] for unit in sorted(unit_states)}
    forgotten = ["203", "569", "821", "969"]
    forgotten = [unit for unit in forgotten if unit in by_unit]
    assigned = {unit: name for unit, name in by_unit.items() if unit not in forgotten}
    alignment, alignment_rejects = _write_alignment(folder / "Gebiete 2025.csv", assigned)
    reps, rep_rejects, homes, rep_by_territory = _write_reps(folder / "reps.csv", assigned, zips_by_unit, rng)
    accounts = _make_accounts(rng, assigned, forgotten, zips_by_unit)
    crm = _write_crm(folder / "CRM Export Dezember.csv", accounts, zips_by_unit, rng)
    later, changed, added, missing = _next_week(folder / "CRM Export Januar.csv", crm, zips_by_unit, rng)
    return Office(
        crm=crm,
        later=later,
        changed=changed,
        added=added,
        missing=missing,
        alignment=alignment,
        alignment_rejects=alignment_rejects,
        territory_by_unit=assigned,
        reps=reps,
        rep_rejects=rep_rejects,
        home_zip_by_rep=homes,
        rep_by_territory=rep_by_territory,
        unassigned_units=forgotten,
    )


def _read_zips(units: set[str]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return three-digit area -> its ZIP codes, and -> the state most of them lie in."""
    zips: dict[str, list[str]] = {}
    states: dict[str, Counter[str]] = {}
    with gzip.open(GEOCODER, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            area = row["code"][:3]
            if area in units:
                zips.setdefault(area, []).append(row["code"])
                states.setdefault(area, Counter())[row["admin1"]] += 1
    return zips, {area: counts.most_common(1)[0][0] for area, counts in states.items()}


# -- last year's alignment and the reps ----------------------------------------------------------------------------


def _write_alignment(path: Path, assigned: dict[str, str]) -> tuple[Path, dict[int, str]]:
    """Write unit -> territory as Excel leaves it: lost zeros, one range, unknown codes, two contradictions."""
    new_york = [unit for unit in assigned if "100" <= unit <= "104"]
    rows = [["ZIP3", "Territory"], ["100-104", "New York"]]
    rows += [[str(int(unit)), name] for unit, name in assigned.items() if unit not in new_york]
    rejects: dict[int, str] = {}
    for code in ("000", "1000", "ABC"):
        rows.append([code, "Florida"])
        rejects[len(rows)] = "unknown"
    rows.append(["100", "New York"])  # again, with the same territory: no contradiction
    for code in ("606", "900"):
        rows.append([code, "Florida"])
        rejects[len(rows)] = "contradiction"
    _write_rows(path, rows, ";", "cp1252")
    return path, rejects


def _write_reps(
    path: Path, assigned: dict[str, str], zips: dict[str, list[str]], rng: random.Random
) -> tuple[Path, dict[int, str], dict[str, str], dict[str, str]]:
    rows = [["Name", "Home ZIP", "Capacity (h/year)", "FTE", "Territory"]]
    rejects: dict[int, str] = {}
    homes: dict[str, str] = {}
    reps: dict[str, str] = {}
    surnames = [
        *("Ångström", "Brandt", "Castillo", "Dubois", "Eriksen", "Fischer", "Gómez", "Huang", "Iversen", "Jacobs"),
        *("Klein", "López", "Meyer", "Nguyen", "Ortiz", "Petit", "Quinn", "Rossi", "Schäfer"),
    ]
    names = iter(f"{first} {last}" for first, last in zip("ABCDEFGHIJKLMNOPQRS", surnames, strict=True))
    for territory in STATES_BY_TERRITORY:
        if territory == VACANT:
            continue
        units = [unit for unit, name in assigned.items() if name == territory]
        name, home = next(names), rng.choice(zips[units[len(units) // 2]])
        rows.append([name, str(int(home)), str(rng.choice([1500, 1600, 1650])), "1", territory])
        homes[name], reps[territory] = home, name
    rows.append(["T Unlesbar", "10001", "voll", "1", ""])
    rejects[len(rows)] = "number"
    _write_rows(path, rows, ",", "utf-8")
    return path, rejects, homes, reps


# -- accounts --------------------------------------------------------------------------------------------------------


def _make_accounts(
    rng: random.Random, assigned: dict[str, str], forgotten: list[str], zips: dict[str, list[str]]
) -> list[Account]:
    """Return the sound accounts: 1.40 of an even share in one territory, even shares of the rest in the others."""
    names = list(STATES_BY_TERRITORY)
    others = [name for name in names if name != OVERLOADED]
    rest = N_PLACED - N_OVERLOADED
    shares = {name: rest // len(others) + (i < rest % len(others)) for i, name in enumerate(others)}
    shares[OVERLOADED] = N_OVERLOADED
    codes = {name: [code for unit, owner in assigned.items() if owner == name for code in zips[unit]] for name in names}
    drawn = [rng.choice(codes[name]) for name in names for _ in range(shares[name])]
    drawn += [code for unit in forgotten for code in zips[unit][:3]]
    # No table has these, and their first three digits are no area: they lie nowhere.
    drawn += [f"{rng.choice(NOWHERE)}{rng.randrange(100):02d}" for _ in range(60)]
    drawn += [""] * 50
    rng.shuffle(drawn)
    return [_account(rng, i, code) for i, code in enumerate(drawn)]


def _account(rng: random.Random, number: int, code: str) -> Account:
    name = f"{rng.choice(_FIRST)} {rng.choice(_TRADE)} {rng.choice(_LEGAL)} {number}"
    if number < len(_STRANGE_NAMES):
        name = _STRANGE_NAMES[number]
    is_known = bool(code) and code[:3] not in NOWHERE
    return Account(
        key=f"K-{100000 + number}",
        name=name,
        zip_code=code if is_known else "",
        zip_text=_zip_text(code, rng),
        branch=rng.choice(_BRANCHES),
        revenue_cents=None if rng.random() < 0.02 else int(rng.lognormvariate(10.5, 1.1) * 100),
        visits=rng.choice([None, 4, 6, 12, 24]),
    )


def _write_crm(path: Path, accounts: list[Account], zips: dict[str, list[str]], rng: random.Random) -> Crm:
    """Write the export: a title line, a blank one, headers, then sound and broken rows in a mixed order."""
    n_broken = N_ROWS - len(accounts)
    sound: list[tuple[list[str], Account | str]] = [(_cells(account, rng), account) for account in accounts]
    rows = sound + list(_broken_rows(n_broken - 1, accounts, zips, rng))
    rng.shuffle(rows)
    # A key counts where it stands first; the doubles come after.
    doubles = [row for row in rows if row[1] == "double"]
    rows = [row for row in rows if row[1] != "double"] + doubles
    rows.append((["Summe", "", "", "", "123.456.789,00", ""], "total"))
    return _write_export(path, rows)


def _broken_rows(
    n: int, accounts: list[Account], zips: dict[str, list[str]], rng: random.Random
) -> Iterator[tuple[list[str], str]]:
    kinds = ["double"] * 90 + ["wide"] * 60 + ["empty"] * 20 + ["quote"] * 5 + ["visits"] * 15
    kinds += ["number"] * (n - len(kinds))
    unreadable = ["zwölf", "#REF!", "12,5,0", "1.2.3", "ca. 5000?", "siehe Notiz"]
    some_zips = [code for codes in zips.values() for code in codes]
    for i, kind in enumerate(kinds):
        account = _account(rng, 50_000 + i, rng.choice(some_zips))
        cells = _cells(account, rng)
        if kind == "number":
            cells[4] = rng.choice(unreadable)
        elif kind == "visits":
            cells[5] = "-3"
        elif kind == "double":
            cells[0] = rng.choice(accounts).key
        elif kind == "wide":
            cells[1:2] = [cells[1], "Filiale Süd"]
        elif kind == "empty":
            cells = ["", "", " ", "", "", ""]
        yield cells, kind


def _cells(account: Account, rng: random.Random) -> list[str]:
    """Return the row as the export writes it."""
    visits = "" if account.visits is None else str(account.visits)
    return [account.key, account.name, account.zip_text, account.branch, _euro(account.revenue_cents, rng), visits]


def _zip_text(code: str, rng: random.Random) -> str:
    """Return a ZIP as spreadsheets leave it: as a number it lost its zeros; some have four digits more."""
    if not code:
        return rng.choice(["", "n/a", "siehe Notiz"])
    return f"{code}-{rng.randrange(1000, 9999)}" if rng.random() < 0.05 else str(int(code))


def _euro(cents: int | None, rng: random.Random) -> str:
    if cents is None:
        return ""
    whole = f"{cents // 100:,}".replace(",", ".") if rng.random() < 0.5 else str(cents // 100)
    return f"{whole},{cents % 100:02d}"


def _write_export(path: Path, rows: list[tuple[list[str], Account | str]]) -> Crm:
    header = ["Account-Nr.", "Firma", "ZIP", "Branche", "Umsatz EUR", "Besuche/Jahr"]
    lines = ['"CRM-Auswertung Müller & Söhne, Stand 31.12.2025"\r\n', "\r\n", ";".join(header) + "\r\n"]
    accounts: list[Account] = []
    rejects: dict[int, str] = {}
    for cells, what in rows:
        line = ";".join(_quoted(cell) for cell in cells)
        if what == "quote":
            line = line.replace(";", ';"', 1)  # opened before the name and never closed
        lines.append(line + "\r\n")
        if isinstance(what, Account):
            accounts.append(what)
        else:
            rejects[len(lines)] = what
    path.write_bytes("".join(lines).encode("cp1252"))
    return Crm(path, accounts, rejects, len(rows))


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ';"\n') else cell


def _next_week(
    path: Path, crm: Crm, zips: dict[str, list[str]], rng: random.Random
) -> tuple[Crm, list[str], list[str], list[str]]:
    """Write a later export: 41 with another revenue, 10 moved house, 37 gone, 25 new; no broken rows."""
    placed = [a for a in crm.accounts if a.unit]
    chosen = rng.sample(placed, 88)
    gone, dearer, moved = chosen[:37], chosen[37:78], chosen[78:]
    other = {a.key: replace(a, revenue_cents=(a.revenue_cents or 0) + 1_234_56) for a in dearer}
    codes = sorted(code for unit in ("100", "606", "900") for code in zips[unit])
    other |= {a.key: _moved(a, rng.choice([c for c in codes if c[:3] != a.unit])) for a in moved}
    left = {a.key for a in gone}
    kept = [other.get(a.key, a) for a in crm.accounts if a.key not in left]
    new = [_account(rng, 70_000 + i, rng.choice(codes)) for i in range(25)]
    rows: list[tuple[list[str], Account | str]] = [(_cells(a, rng), a) for a in [*kept, *new]]
    later = _write_export(path, rows)
    return later, [a.key for a in [*dearer, *moved]], [a.key for a in new], [a.key for a in gone]


def _moved(account: Account, code: str) -> Account:
    return replace(account, zip_code=code, zip_text=code)


def _write_rows(path: Path, rows: list[list[str]], delimiter: str, encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
