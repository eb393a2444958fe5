"""Plans with a past for repairs, damage done to them, and what must be true of what is saved."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from territorymap.document import Document
from territorymap.document.repairing import RepairReport
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import quoted
from territorymap.document.table_making import columns_of
from tests.document.plans import plan_with_content, raw

PAGE = 4096
Rows = dict[str, dict[int, dict[str, Any]]]


def plan_with_past(folder: Path, seed: int = 1, n_steps: int = 12, side: int = 5) -> Path:
    """Return a closed plan with random steps, some of them undone."""
    rng = random.Random(seed)
    document = plan_with_content(folder, side, side)
    plan = document.load()
    ids = plan.units.unit_id.tolist()
    for n in range(n_steps):
        act = rng.randrange(6)
        if act == 0 and document.undo_label != "Content":
            document.undo()
            continue
        if act == 1 and document.can_redo:
            document.redo()
            continue
        territories = [t.territory_id for t in document.load().territories]
        with document.step(f"Step {n}") as writer:
            if act in (2, 3):
                writer.assign(rng.sample(ids, rng.randint(1, 6)), rng.choice(territories))
            elif act == 4:
                writer.insert("territory", [{"territory_name": f"New {n}", "color": "#00aa11"}])
            else:
                row = {"account_name": f"Account {n}", "lon": 0.5, "lat": 0.5, "location_level": "coordinates"}
                writer.insert("account", [{**row, "unit_id": ids[0]}] * rng.randint(1, 5))
    document.close()
    return document.path


def rows_by_key(path: Path) -> Rows:
    """Return what stands in the tables of a plan at rest, without what is derived."""
    connection = raw(path)
    found: Rows = {}
    for table, facts in JOURNALED.items():
        columns = [c for c in columns_of(connection, table) if c not in facts.derived]
        listed = ", ".join(map(quoted, columns))
        rows = (dict(zip(columns, row, strict=True)) for row in connection.execute(f"SELECT {listed} FROM {table}"))
        found[table] = {row[facts.pk]: row for row in rows}
    connection.close()
    return found


def damage(path: Path, rng: random.Random) -> str:
    """Damage a file in one of the ways disks and cables do; return which."""
    content = bytearray(path.read_bytes())
    n_pages = len(content) // PAGE
    way = rng.choice(["bytes", "page of zeros", "page of noise", "truncated", "swapped pages", "several pages", "head"])
    if way == "bytes":
        for _ in range(rng.randint(1, 40)):
            content[rng.randrange(len(content))] = rng.randrange(256)
    elif way == "head":
        for _ in range(rng.randint(1, 30)):
            content[rng.randrange(100)] = rng.randrange(256)
    elif way == "truncated":
        del content[PAGE * rng.randint(1, n_pages - 1) + rng.choice([0, 0, 1, 777]) :]
    elif way == "swapped pages":
        one, other = (PAGE * rng.randrange(1, n_pages) for _ in range(2))
        first, second = content[one : one + PAGE], content[other : other + PAGE]
        content[one : one + PAGE], content[other : other + PAGE] = second, first
    else:
        for _ in range(rng.randint(2, max(2, n_pages // 6)) if way == "several pages" else 1):
            at = PAGE * rng.randrange(n_pages)
            content[at : at + PAGE] = bytes(PAGE) if way == "page of zeros" else rng.randbytes(PAGE)
    path.write_bytes(content)
    return way


def check_law(before: Rows, saved: Path, report: RepairReport) -> None:
    """What is kept and confirmed is as it was; kept and lost make up what there was; the saved plan is sound."""
    with Document.open(saved, author="Ada") as document:
        assert document.notices == []
        assert document.check() == []
        document.load()
        document.geometry()
    after = rows_by_key(saved)
    for table, rows in before.items():
        told = report.tables[table]
        kept = {key: row for key, row in after[table].items() if key in rows}
        differing = [k for k, row in kept.items() if not _same(row, rows[k]) and k not in told.doubtful]
        assert not differing, (table, "not told to be doubtful", [(kept[k], rows[k]) for k in differing][:2])
        missing = [k for k in rows if k not in after[table] and k not in told.lost_rows]
        assert not missing or told.may_miss_more, (table, "not told to be lost", missing, told)
        assert not [k for k in told.lost_rows if k in after[table]], (table, "told to be lost, but there", told)
        assert told.doubtful.keys() <= after[table].keys(), (table, "doubtful, but not there", told)
        assert told.n_kept == len(after[table]), (table, told, len(after[table]))


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(name) == value for name, value in other.items())
