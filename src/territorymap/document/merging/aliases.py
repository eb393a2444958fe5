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
        ("territory", lambda row: _folded(row["territory_name"])),
    )
    for table, name in by_name:
        _match(found, table, mine.rows(table).values(), theirs.rows(table).values(), name, _first)
    # The alignment and the first scenario of each are what the person means by the plan.
    for table, parent in (("alignment", ""), ("scenario", "parent_scenario_id")):
        ours, others = (_first_row(state, table, parent) for state in (mine, theirs))
        if ours and others:
            found[table, str(others["uuid"])] = str(ours["uuid"])
    return found


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
