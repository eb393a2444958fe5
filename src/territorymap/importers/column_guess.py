"""Which column is which field. Owns the guess by headers, address groups and content; not measures and segments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from territorymap.importers.account_marks import mark_of
from territorymap.importers.code_lists import list_items, range_ends
from territorymap.importers.countries import parse_country
from territorymap.importers.fields import ADDRESS_FIELDS, fields_of
from territorymap.importers.header_words import GROUPS, HeaderMatch, header_tokens, match_header
from territorymap.importers.profile import Profile
from territorymap.importers.table import RawTable
from territorymap.importers.table_options import NO_HEADER

_US_STATES = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "  # noqa: SIM905
    "PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU AS MP AB BC MB NB NL NS NT NU ON PE QC SK YT".split()
)
_FIVE_DIGITS = re.compile(r"\d{5}(-\d{4})?$")
_NAME_OF_REP_FIELD = {
    "home_postal_code": "postal_code", "home_city": "city", "home_state": "state", "home_country": "country",
}  # fmt: skip

_WIDE_CODE = 4  # digits; amounts of fewer digits meet the codes of a plan by chance


@dataclass
class Guess:
    """A table under examination; profiles are made once."""

    table: RawTable
    kind: str
    unit_codes: frozenset[str]  # casefolded
    _profiles: dict[str, Profile] = field(default_factory=dict)

    def profile(self, header: str) -> Profile:
        if header not in self._profiles:
            at = self.table.column_ix(header)
            is_number_column = at in self.table.number_columns
            cells = self.table.column(header)
            self._profiles[header] = Profile.of(cells, self.table.decimal_of(header), is_number_column)
        return self._profiles[header]

    def unit_share(self, header: str) -> float:
        """Return the share of filled cells that are unit codes, lost zeros mended."""
        if not self.unit_codes:
            return 0.0
        lengths = {len(code) for code in self.unit_codes if code.isdecimal()}

        def is_code(text: str) -> bool:
            first = next(iter(list_items(text)), "").casefold()
            text = (range_ends(first) or (first,))[0]
            return text in self.unit_codes or any(text.zfill(n) in self.unit_codes for n in lengths if n > len(text))

        return self.profile(header).share(is_code)

    def looks_like_codes(self, header: str) -> bool:
        """Return True where the values alone tell unit codes; quantities that happen to be short codes do not."""
        values = self.profile(header).values
        if self.unit_share(header) < 0.8 or self.profile(header).n_distinct <= 3:
            return False
        if not all(text.isdecimal() for text in values):
            return True
        is_padded = any(text.startswith("0") and len(text) > 1 for text in values)
        return is_padded or min(map(len, values)) >= _WIDE_CODE


def guess_fields(guess: Guess) -> dict[str, str]:
    """Return field -> header for the fields that are found."""
    names = {spec.name for spec in fields_of(guess.kind)}
    matches = [(h, m) for h in guess.table.headers for m in match_header(h, guess.kind) if m.field in names]
    fields = _address(guess, matches)
    taken = set(fields.values())
    rest = [(h, m) for h, m in matches if _plain_field(m.field) not in ADDRESS_FIELDS and h not in taken]
    # The better the word, the earlier it is served; a column is one field only.
    for header, match in sorted(rest, key=lambda pair: (_bare(pair[1]), pair[1].rank)):
        if match.field not in fields and header not in taken and _fits(guess, match.field, header):
            fields[match.field] = header
            taken.add(header)
    _by_content(guess, fields)
    if guess.kind == "reps" and "rep_name" in fields:
        fields.pop("first_name", None)
        fields.pop("last_name", None)
    return {spec.name: fields[spec.name] for spec in fields_of(guess.kind) if spec.name in fields}


def _bare(match: HeaderMatch) -> int:
    return 1 if match.group else 0


def _plain_field(name: str) -> str:
    return _NAME_OF_REP_FIELD.get(name, name)


def _address(guess: Guess, matches: list[tuple[str, HeaderMatch]]) -> dict[str, str]:
    """Return the address fields of one address: the group of columns ("billing", "shipping", none) filled best."""
    if guess.kind in ("alignment", "assignment", "metrics", "deals"):
        return {}
    by_group: dict[str, dict[str, str]] = {}
    for header, match in sorted(matches, key=lambda pair: pair[1].rank):
        if _plain_field(match.field) in ADDRESS_FIELDS and _fits(guess, match.field, header):
            by_group.setdefault(match.group, {}).setdefault(match.field, header)
    if not by_group:
        return {}

    def worth(group: str) -> tuple[float, int]:
        filled = {_plain_field(name): guess.profile(header).filled for name, header in by_group[group].items()}
        place = max(filled.get("postal_code", 0.0), min(filled.get("lon", 0.0), filled.get("lat", 0.0)))
        total = 3 * place + filled.get("city", 0.0) + sum(filled.values()) / 10
        home = guess.kind == "reps" and group == "home"
        order = -1 if home else GROUPS.index(group) if group in GROUPS else 0
        return round(total, 1) + (1.0 if home else 0.0), -order

    best = max(by_group, key=worth)
    fields = dict(by_group[best])
    for name, header in by_group.get("", {}).items():
        if header not in fields.values():
            fields.setdefault(name, header)
    if ("lon" in fields) != ("lat" in fields):
        lonely = "lon" if "lon" in fields else "lat"
        others = {g: f for g, f in by_group.items() if "lon" in f and "lat" in f}
        fields.pop(lonely)
        fields.update({name: f[name] for f in list(others.values())[:1] for name in ("lon", "lat")})
    elif "lon" not in fields:
        for group in by_group.values():
            if "lon" in group and "lat" in group:
                fields.update(lon=group["lon"], lat=group["lat"])
                break
    return fields


def _fits(guess: Guess, name: str, header: str) -> bool:
    """Return True where the content of a column does not speak against a field."""
    profile = guess.profile(header)
    if not profile.values:
        # An empty column by its right name does no harm, except where it would hide a filled one.
        return name not in ("account_key", "account_name", "rep_name", "unit_code", "territory", "rep")
    match _plain_field(name):
        case "account_key":
            return profile.is_unique or guess.kind == "deals"  # several deals are on one account
        case "unit_code":
            return guess.unit_share(header) >= 0.3 if guess.unit_codes and guess.kind == "accounts" else True
        case "unit_code_to":
            return guess.unit_share(header) >= 0.3 or profile.postal >= 0.5
        case "lon":
            return profile.degrees(360) >= 0.5 and not _is_counter_like(profile, header)
        case "lat":
            return profile.degrees(360) >= 0.5 and not _is_counter_like(profile, header)
        case "postal_code":
            return profile.postal >= 0.5
        case "account_name" | "rep_name" | "city" | "state" | "country" | "first_name" | "last_name":
            return profile.numeric < 0.5 and profile.dates < 0.5
        case "visits" | "visit_min" | "speed_kmh" | "detour" | "stops_per_trip" | "capacity_h" | "fte":
            return profile.numeric >= 0.5
        case "satisfaction":
            return profile.numeric >= 0.9
        case "mark":
            return profile.share(lambda text: mark_of(text) is not None) >= 0.9
    return True


def _is_counter_like(profile: Profile, header: str) -> bool:
    """Return True for a column named "x" or "y" that holds no degrees with decimals."""
    return len("".join(header_tokens(header))) == 1 and (profile.is_whole or profile.degrees(180) < 0.9)


def _by_content(guess: Guess, fields: dict[str, str]) -> None:
    """Fill in what no header told: unit codes by the plan's, and a table without headers by its looks."""
    free = [header for header in guess.table.headers if header not in fields.values()]
    if guess.kind in ("metrics", "deals", "partners", "credentials", "partner_figures"):
        return
    if guess.kind == "alignment":
        _alignment_by_content(guess, fields)
        return
    if guess.kind == "accounts" and "unit_code" not in fields and len(guess.unit_codes) > 20:
        located = fields.get("postal_code")
        codes = [h for h in free if h != located and guess.looks_like_codes(h)]
        if codes and not guess.profile(codes[0]).is_counter:
            fields["unit_code"] = codes[0]
            free.remove(codes[0])
    prefix = "home_" if guess.kind == "reps" else ""
    if guess.table.options.header_row == NO_HEADER or not any(_plain_field(f) in ADDRESS_FIELDS for f in fields):
        _place_by_content(guess, fields, free, prefix)
    name = "rep_name" if guess.kind == "reps" else "account_name"
    if name not in fields and not {"first_name", "last_name"} & fields.keys():
        free = [header for header in guess.table.headers if header not in fields.values()]
        texts = [h for h in free if guess.profile(h).numeric < 0.2 and guess.profile(h).dates < 0.2]
        unique = [h for h in texts if guess.profile(h).is_unique]
        if guess.table.options.header_row == NO_HEADER or guess.kind == "reps":
            unique = unique or texts
        if unique:
            fields[name] = unique[0]


def _place_by_content(guess: Guess, fields: dict[str, str], free: list[str], prefix: str) -> None:
    def take(name: str, header: str) -> None:
        fields[name] = header
        free.remove(header)

    postal = [
        h for h in free if guess.profile(h).share(_FIVE_DIGITS.match) >= 0.9 and not guess.profile(h).is_number_column
    ]
    if prefix + "postal_code" not in fields and postal:
        take(prefix + "postal_code", postal[0])
    for name, test in (("state", _US_STATES.__contains__), ("country", parse_country)):
        good = [h for h in free if guess.profile(h).share(test) >= 0.9 and guess.profile(h).numeric == 0]
        if prefix + name not in fields and good:
            take(prefix + name, good[0])
    if "lon" not in fields and "lat" not in fields:
        degrees = [h for h in free if guess.profile(h).degrees(180) == 1.0 and not guess.profile(h).is_whole]
        pairs = [(a, b) for a, b in pairwise(degrees) if _are_neighbours(guess.table, a, b)]
        for first, second in pairs[:1]:
            # Latitude first, as phones and map sites write it, unless it cannot be one.
            lat, lon = (first, second) if guess.profile(first).degrees(90) == 1.0 else (second, first)
            if guess.profile(lat).degrees(90) == 1.0:
                take("lat", lat)
                take("lon", lon)


def _are_neighbours(table: RawTable, a: str, b: str) -> bool:
    return abs(table.column_ix(a) - table.column_ix(b)) == 1


def _alignment_by_content(guess: Guess, fields: dict[str, str]) -> None:
    headers = guess.table.headers
    if guess.unit_codes:
        best = max(headers, key=lambda h: (guess.unit_share(h), -headers.index(h)))
        told = fields.get("unit_code")
        # The ends of a range need be no units.
        is_range = told is not None and ("unit_code_to" in fields or guess.profile(told).share(range_ends) > 0)
        told_share = 1.0 if is_range else guess.unit_share(told) if told is not None else 0.0
        if guess.unit_share(best) >= 0.3 and (told is None or told_share < guess.unit_share(best) - 0.2):
            fields = _move(fields, "unit_code", best)
    free = [header for header in headers if header not in fields.values()]
    if "unit_code" not in fields and free and len(headers) == 2:
        fields["unit_code"] = free.pop(0)
    if "territory" not in fields and free:
        fields["territory"] = free[0]


def _move(fields: dict[str, str], name: str, header: str) -> dict[str, str]:
    for other in [f for f, h in fields.items() if h == header]:
        del fields[other]
    fields[name] = header
    return fields
