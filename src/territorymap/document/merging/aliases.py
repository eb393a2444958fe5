"""Rows that both sides made anew for the same thing: an account imported twice, a measure of one name.

Owns who is who; which values such a row then has is compared like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from territorymap.document.merging.states import Row, State

Found = dict[tuple[str, str], str]  # (table, uuid) -> uuid that both go by


def _folded(value: object) -> str:
    return str(value or "").strip().casefold()


def shared_aliases(mine: State, theirs: State, new_accounts: tuple[Mapping[int, Row], Mapping[int, Row]]) -> Found:
    """Return the aliases of two files with a common past; the lesser uuid stands, whichever file is the first.

    ``new_accounts``: the accounts that each side made since.
    """
    found: Found = {}
    for table, name in (("measure", _measure_name), ("segment", _segment_name)):
        _match(found, table, mine.rows(table).values(), theirs.rows(table).values(), name, min)
    ours, others = new_accounts
    _match(found, "account", ours.values(), others.values(), _account_key, min)
    _match_registers(found, mine, theirs, min)
    return found


def import_aliases(mine: State, theirs: State) -> Found:
    """Return the aliases of two files with no common past: rows go by their names, and mine keep their uuids."""
    found: Found = {}
    by_name: tuple[tuple[str, Callable[[Row], str]], ...] = (
        ("measure", _measure_name),
        ("segment", _segment_name),
        ("account", _account_key),
        ("rep", lambda row: _folded(row["rep_name"])),
        ("region", lambda row: _folded(row["region_name"])),
        ("alignment", lambda row: _folded(row["alignment_name"])),
    )
    for table, name in by_name:
        _match(found, table, mine.rows(table).values(), theirs.rows(table).values(), name, _first)
    # The first scenario of each is what the person means by the plan; and so is the only alignment of each.
    alone = all(len(state.rows("alignment")) == 1 for state in (mine, theirs))
    for table, parent in (("alignment", ""), ("scenario", "parent_scenario_id")):
        ours, others = (_first_row(state, table, parent) for state in (mine, theirs))
        if ours and others and (alone or table == "scenario" or not any(kind == table for kind, _ in found)):
            found[table, str(others["uuid"])] = str(ours["uuid"])
    _match_each(found, "territory", mine, theirs, _territory_name, _first)
    _match_registers(found, mine, theirs, _first)
    return found


Name = Callable[[Row, "Keys"], str]


class Keys:
    """The outside keys of what rows of one file point to, aliases put in."""

    def __init__(self, state: State, found: Mapping[tuple[str, str], str]) -> None:
        self._state = state
        self._found = dict(found)
        self._known: dict[str, dict[int, str]] = {}

    def of(self, table: str, row_id: object) -> str:
        """Return the key of a row; "" for none."""
        if row_id is None:
            return ""
        if table not in self._known:
            rows = self._state.rows(table)
            uuids = {i: str(row.get("uuid") or "") for i, row in rows.items()}
            self._known[table] = {i: self._found.get((table, uuid), uuid) for i, uuid in uuids.items()}
        return self._known[table].get(int(str(row_id)), "")


def _match_each(
    found: Found, table: str, mine: State, theirs: State, name: Name, choose: Callable[[str, str], str]
) -> None:
    """Note rows of one name, where a name is made of what the rows point to."""
    names: dict[str, str] = {}
    for state in (theirs, mine):
        keys = Keys(state, found)
        names.update((str(row["uuid"]), name(row, keys)) for row in state.rows(table).values())
    rows = mine.rows(table).values(), theirs.rows(table).values()
    _match(found, table, *rows, lambda row: names[str(row["uuid"])], choose)


def _territory_name(row: Row, keys: Keys) -> str:
    return f"{keys.of('alignment', row['alignment_id'])}|{_folded(row['territory_name'])}"


def _texts(*columns: str) -> Name:
    return lambda row, _keys: "|".join(_folded(row[column]) for column in columns)


def _of_period(*columns: str) -> Name:
    """What a number is of: a metric or target of a period, for a rep, a territory or an alignment."""
    pointers = ("rep", "territory", "alignment")
    return lambda row, keys: "|".join(
        [*(_folded(row[c]) for c in columns), *(keys.of(t, row.get(f"{t}_id")) for t in pointers)]
    )


# By what a row of a register is the same as one that the other side made for itself.
_REGISTERS: tuple[tuple[str, Name], ...] = (
    ("role_rule", lambda row, _keys: "|".join(sorted((_folded(row["role_a"]), _folded(row["role_b"]))))),
    ("tier", _texts("tier_name")),
    ("partner", lambda row, keys: keys.of("rep", row["rep_id"])),
    ("figure", _of_period("metric", "period")),
    ("quota", _of_period("period")),
    ("pay_plan", _texts("plan_name")),
    ("funnel", _texts("role", "market", "seniority")),
    ("assumption", _texts("topic")),
)


def _match_registers(found: Found, mine: State, theirs: State, choose: Callable[[str, str], str]) -> None:
    for table, name in _REGISTERS:
        _match_each(found, table, mine, theirs, name, choose)


def _first(one: str, _other: str) -> str:
    return one


def _first_row(state: State, table: str, parent: str) -> Row | None:
    rows = state.rows(table)
    roots = [row_id for row_id, row in rows.items() if not parent or row.get(parent) is None]
    return rows[min(roots)] if roots else None


def _measure_name(row: Row) -> str:
    return f"{row['source']!r}|{_folded(row['measure_name'])}"


def _segment_name(row: Row) -> str:
    return _folded(row["segment_name"])


def _account_key(row: Row) -> str:
    return str(row.get("account_key") or "").strip()


def _match(
    found: Found,
    table: str,
    mine: Iterable[Row],
    theirs: Iterable[Row],
    name: Callable[[Row], str],
    choose: Callable[[str, str], str],
) -> None:
    """Note rows of one name of which each side has only its own; a name that occurs twice tells nothing."""
    mine, theirs = list(mine), list(theirs)
    ours, others = _by_name(mine, theirs, name), _by_name(theirs, mine, name)
    for text, uuid in ours.items():
        other = others.get(text, "")
        if uuid and other:
            found[table, uuid] = found[table, other] = choose(uuid, other)


def _by_name(rows: list[Row], other_rows: list[Row], name: Callable[[Row], str]) -> dict[str, str]:
    known = {row.get("uuid") for row in other_rows}
    found: dict[str, str] = {}
    for row in rows:
        text = name(row)
        if text and row.get("uuid") not in known:
            found[text] = "" if text in found else str(row["uuid"])
    return found
