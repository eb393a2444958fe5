"""Makes a part of a plan for a regional manager: a copy in which only some territories may be edited.

The copy keeps uuid and history, so that merging it back finds the common past. A bare part holds neither rows nor
history of the others' accounts and figures: the file is written anew, so nothing stays in its free pages.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from territorymap.document.connection import connected, copy_pages, transaction
from territorymap.document.coverage_tables import COVERAGE_TABLES
from territorymap.document.effective import Place
from territorymap.document.expected import differences, recorded_columns
from territorymap.document.files import claimed, replace_whole
from territorymap.document.geopackage import GEOMETRY_TABLES, refresh_extents
from territorymap.document.images import RowEvent, encode_bulk
from territorymap.document.journal import write_step
from territorymap.document.loading import load_plan
from territorymap.document.part import Part
from territorymap.document.problems import garbled, os_translated, translated
from territorymap.document.resting import seal
from territorymap.document.scenarios import chain_of, owners
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import quoted
from territorymap.document.table_making import columns_of
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.scope import EVERYTHING, All, Any, Not, OneOf, Scope, TextMatch, folded, scope_from_json
from territorymap.model.written import team_of

KIND = "extract"  # of the step that marks where a part begins
_PAGES = 2_000  # of a copy, between two looks at whether it is still wanted
_SHARE_OF_COPY = 0.7
_HOME = ("home_postal_code", "home_city", "home_state", "home_country", "lon", "lat", "location_level", "geom")
_PERSONAL = ("seniority", "career_level", "started_on", "languages", "verticals")

Watch = Callable[[float], None]  # gets the share that is done; may raise Cancelled


@dataclass(frozen=True)
class Wish:
    """What a part is to hold."""

    territory_ids: frozenset[int]  # that may be edited in it
    is_bare: bool = False
    author: str = ""
    label: str = ""  # of the step that marks where it begins


def extract_part(
    source: sqlite3.Connection, path: Path, target: Path, wish: Wish, watch: Watch = lambda _share: None
) -> Part:
    """Write a part of an open plan, which stands at ``path``, into a file of its own; the plan is not touched.

    Raises
    ------
    UserError
        if the target is the plan itself, open, or cannot be written; nothing is written then.
    Cancelled
        if ``watch`` raised it; nothing is written then.
    """
    target = Path(os.path.realpath(target))
    if target == path or (target.exists() and target.samefile(path)):
        raise UserError(tr("A part cannot take the place of the plan itself."), tr("Choose another name or folder."))
    made: list[Part] = []

    def build(half_made: Path) -> None:
        half_made.touch()
        with connected(half_made) as copy:
            _copy(source, copy, watch)
            copy.execute("PRAGMA journal_mode = DELETE")
            with transaction(copy):
                made.append(_make_part(copy, wish))
            watch(0.85)
            copy.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)  # it is written anew into one beside it
            copy.execute("VACUUM")
            with transaction(copy):
                refresh_extents(copy, GEOMETRY_TABLES)
            seal(copy, half_made)
            watch(1.0)

    with translated(target), os_translated(target), claimed(target):
        try:
            replace_whole(target, build)
        except sqlite3.IntegrityError as error:  # rows of the plan that point to nothing
            raise garbled(path, str(error)) from error
    return made[0]


def _copy(original: sqlite3.Connection, copy: sqlite3.Connection, watch: Watch) -> None:
    copy_pages(original, copy, _PAGES, lambda share: watch(_SHARE_OF_COPY * share))


def _make_part(copy: sqlite3.Connection, wish: Wish) -> Part:
    """Turn a copy of a plan into a part; the caller holds the transaction."""
    copy.execute("DELETE FROM plan_lock")
    plan_id, uuid, title, of, former = copy.execute(
        "SELECT plan_id, uuid, coalesce(title, ''), extract_of, extract_territories FROM plan"
    ).fetchone()
    ids = dict(copy.execute("SELECT territory_id, uuid FROM territory"))
    own = {ids[i] for i in wish.territory_ids if i in ids}
    part = Part(of or title, frozenset(own), frozenset(set(ids.values()) - own), wish.is_bare)
    if wish.is_bare:
        _strip(copy, {i for i, uuid_ in ids.items() if uuid_ not in own})
    old = {"extract_of": of, "extract_territories": former}
    new = {"extract_of": part.title, "extract_territories": part.to_json()}
    copy.execute("UPDATE plan SET extract_of = ?, extract_territories = ?", tuple(new.values()))
    (parent,) = copy.execute(
        "SELECT uuid FROM journal_step WHERE coalesce(merged_by, '') = '' ORDER BY step_id DESC LIMIT 1"
    ).fetchone()
    write_step(
        copy,
        kind=KIND,
        label=wish.label,
        author=wish.author,
        parent_uuid=parent,
        events=[RowEvent("plan", plan_id, uuid, old, new)],
    )
    return part


# -- leaving out what the others have ----------------------------------------------------------------------------------


def _strip(copy: sqlite3.Connection, others: Collection[int]) -> None:
    """Take out accounts and figures of the others' ground, wherever they stand."""
    kept_accounts, own_units = _what_stays(copy, others)
    gone = [(i,) for (i,) in copy.execute("SELECT account_id FROM account") if i not in kept_accounts]
    copy.executemany("DELETE FROM override WHERE account_id = ?", gone)
    copy.executemany("DELETE FROM account WHERE account_id = ?", gone)
    figures = [c for (c,) in copy.execute("SELECT column_name FROM measure WHERE source = 'unit'")]
    if figures:
        pairs = ", ".join(f"{quoted(column)} = NULL" for column in figures)
        foreign = [(i,) for (i,) in copy.execute("SELECT unit_id FROM unit") if i not in own_units]
        copy.executemany(f"UPDATE unit SET {pairs} WHERE unit_id = ?", foreign)  # noqa: S608
    own_reps, foreign_reps = _reps_of(copy, others)
    _strip_reps(copy, foreign_reps)
    _strip_registers(copy, others, own_reps, foreign_reps, kept_accounts)
    _strip_scopes(copy)
    for table in ("scene", "conflict"):
        copy.execute(f"DELETE FROM {table}")  # noqa: S608
    _strip_journal(copy)


def _what_stays(copy: sqlite3.Connection, others: Collection[int]) -> tuple[set[int], set[int]]:
    """Return the accounts, and the units, that stay in the part.

    They are those that one of the part's territories has in some scenario, whatever the alignment, and those that in
    some scenario no other has in any alignment. An account that nobody has because no scope covers it stays with the
    unit it lies in.
    """
    accounts: set[int] = set()
    units: set[int] = set()
    unit_of = dict(copy.execute("SELECT account_id, unit_id FROM account").fetchall())
    every_unit = [i for (i,) in copy.execute("SELECT unit_id FROM unit")]
    beyond = _out_of_scope(copy)
    for (scenario_id,) in copy.execute("SELECT scenario_id FROM scenario").fetchall():
        chain = chain_of(copy, scenario_id)
        of_units: dict[int, set[int]] = {i: set() for i in every_unit}
        of_accounts: dict[int, set[int]] = {i: set() for i in unit_of}
        for alignment_id, out_of_scope in beyond.items():
            by_unit = owners(copy, "assignment", chain, alignment_id)
            by_name = owners(copy, "override", chain, alignment_id)
            for unit_id, owner in by_unit.items():
                if owner is not None and unit_id in of_units:
                    of_units[unit_id].add(owner)
            for account_id, unit_id in unit_of.items():
                owner = by_name.get(account_id)
                if owner is None and unit_id is not None and account_id not in out_of_scope:
                    owner = by_unit.get(unit_id)
                if owner is not None:
                    of_accounts[account_id].add(owner)
        units_here = {i for i, found in of_units.items() if not found or not found <= set(others)}
        units |= units_here
        accounts |= {
            i
            for i, found in of_accounts.items()
            if (not found <= set(others) if found else unit_of[i] is None or unit_of[i] in units_here)
        }
    return accounts, units


def _out_of_scope(copy: sqlite3.Connection) -> dict[int, set[int]]:
    """Return the accounts that each alignment does not cover."""
    found: dict[int, set[int]] = {}
    (scenario_id,) = copy.execute("SELECT min(scenario_id) FROM scenario").fetchone()
    for alignment_id, scope in copy.execute("SELECT alignment_id, scope FROM alignment").fetchall():
        found[alignment_id] = set()
        if scope:
            plan = load_plan(copy, Place(chain_of(copy, scenario_id), alignment_id))
            found[alignment_id] = set(plan.accounts.account_id[~plan.in_scope].tolist())
    return found


def _reps_of(copy: sqlite3.Connection, others: Collection[int]) -> tuple[set[int], set[int]]:
    """Return the reps who cover one of the part's territories in some scenario, and those who cover others' only.

    As lead or in a team; a rep or partner who covers nothing, such as a candidate, is neither.
    """
    id_of = {uuid: i for i, uuid in copy.execute("SELECT rep_id, uuid FROM rep")}
    own: set[int] = set()
    foreign: set[int] = set()
    for table in ("territory", "territory_variant"):
        for territory_id, rep_id, team in copy.execute(f"SELECT territory_id, rep_id, team FROM {table}"):  # noqa: S608
            found = {id_of[member.rep_uuid] for member in team_of(team) if member.rep_uuid in id_of}
            found |= set() if rep_id is None else {rep_id}
            own, foreign = (own, foreign | found) if territory_id in others else (own | found, foreign)
    return own, foreign - own


def _strip_registers(
    copy: sqlite3.Connection,
    others: Collection[int],
    own_reps: Collection[int],
    foreign_reps: Collection[int],
    accounts: Collection[int],
) -> None:
    """Take out deals, figures, quotas ... of the others, and what says how the whole plan is sized and paid.

    What is told of a rep or partner stays if they cover one of the part's territories: candidates are the whole plan's.
    """
    for table in ("pay_plan", "assumption", "funnel"):
        copy.execute(f"DELETE FROM {table}")  # noqa: S608
    for table, facts in COVERAGE_TABLES.items():
        columns = [column for column in facts.pointers if column in ("rep_id", "territory_id", "account_id")]
        if not columns:
            continue
        gone = []
        for row_id, *values in copy.execute(f"SELECT {table}_id, {', '.join(columns)} FROM {table}"):  # noqa: S608
            row = dict(zip(columns, values, strict=True))
            rep_id = row.get("rep_id")
            if table == "deal":  # an account stays without who else sells to it
                own = [rep_id not in foreign_reps] if rep_id is not None else []
                own += [row["account_id"] in accounts] if row["account_id"] is not None else []
                is_own = bool(own) and all(own)
            elif row.get("territory_id") is not None:  # of a territory of the others, whoever of the part works there
                is_own = row["territory_id"] not in others
            else:  # a number of the whole company is not the part's
                is_own = rep_id in own_reps
            if not is_own:
                gone.append((row_id,))
        copy.executemany(f"DELETE FROM {table} WHERE {table}_id = ?", gone)  # noqa: S608


def _strip_scopes(copy: sqlite3.Connection) -> None:
    """Let rules that list accounts by name or key name only accounts that are still there; they cover the same."""
    known = {
        field: {folded(text or "") for (text,) in copy.execute(f"SELECT account_{field} FROM account")}  # noqa: S608
        for field in ("name", "key")
    }
    for alignment_id, text in copy.execute("SELECT alignment_id, scope FROM alignment WHERE scope <> ''").fetchall():
        try:
            told = _naming_only(scope_from_json(text), known)
        except UserError:  # no rule: it covers every account, with its words or without
            told = EVERYTHING
        copy.execute("UPDATE alignment SET scope = ? WHERE alignment_id = ?", (told.to_json(), alignment_id))


def _naming_only(rule: Scope, known: Mapping[str, Collection[str]]) -> Scope:
    match rule:
        case All(parts=parts) | Any(parts=parts):
            return type(rule)(tuple(_naming_only(part, known) for part in parts))
        case Not(part=part):
            return Not(_naming_only(part, known))
        case OneOf(field=field, values=values) if field in known:
            values = tuple(value for value in values if folded(value) in known[field])
            return OneOf(field, values) if values else Any()
        case TextMatch(field=field, way=way, values=values) if field in known:
            meets = str.startswith if way == "begins" else str.__contains__
            values = tuple(v for v in values if any(meets(text, folded(v)) for text in known[field]))
            return TextMatch(field, way, values) if values else Any()
    return rule


def _strip_reps(copy: sqlite3.Connection, foreign_reps: Collection[int]) -> None:
    """Leave of these reps only the name, the kind and the role."""
    foreign = [(rep_id,) for rep_id in foreign_reps]
    columns = [*(c for c in _HOME if c != "location_level"), "capacity_h", "fte", *_PERSONAL]
    pairs = ", ".join(f"{quoted(column)} = NULL" for column in columns)
    copy.executemany(f"UPDATE rep SET {pairs}, location_level = 'none', fte = 1 WHERE rep_id = ?", foreign)  # noqa: S608


def _strip_journal(copy: sqlite3.Connection) -> None:
    """Let the history say that steps were, not what they did; the first one brings what is there now."""
    copy.execute("DELETE FROM journal_row")
    copy.execute("DELETE FROM journal_bulk")
    words = tr("Before this part was made")
    copy.execute("UPDATE journal_step SET label = ?, note = NULL WHERE kind <> 'create'", (words,))
    (first,) = copy.execute("SELECT min(step_id) FROM journal_step WHERE kind = 'create'").fetchone()
    columns = recorded_columns({table: columns_of(copy, table) for table in JOURNALED})
    events = differences(copy, {table: {} for table in JOURNALED}, columns)
    copy.executemany(
        "INSERT INTO journal_bulk (step_id, table_name, n_rows, rows) VALUES (?, ?, ?, ?)",
        ((first, table, n_rows, rows) for table, n_rows, rows in encode_bulk(events)),
    )
