"""The invariants of a long run: file = memory = screen.

Owns the second opinion: rows read by a connection of our own and laid over each other here, totals from scratch, texts
of the tables, colours of the map. An ``AssertionError`` says what differs.
"""

from __future__ import annotations

import gc
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QDialog

from territorymap.mapview.shading.registry import TERRITORY
from territorymap.metrics.balance import compute_balance
from territorymap.session.session import Session
from territorymap.ui.parts.windows import windows_shown
from territorymap.ui.parts.words import amount, index_text
from tests.support.window import LAND, Window, fill_on_land, is_same_color, wait_until

Scope = list[int]  # scenario_id of the scenario in use, its parent, its parent's parent ...
_N_PIXELS = 14
_ENOUGH = 0.75  # of the places looked at: names, homes and borders lie over some
_LEAST_PIXELS = 12  # across, of a unit whose colour is asked for


def look(window: Window, path: Path) -> None:
    """Compare what is cheap to compare: rows and memory, the history, what complained."""
    session = _session(window)
    with closing(_read(path)) as file:
        _compare_assignment(file, session)
        _compare_overrides(file, session)
        _compare_records(file, session)
        _compare_history(file, window, session)
    _compare_page(window, session)
    assert window.complaints == [], window.complaints
    stray = windows_shown(QDialog)
    assert not stray, f"dialogs are still open: {stray}"


def look_closely(window: Window, path: Path, rng: np.random.Generator) -> None:
    """Compare everything: also a second reading of the file, totals from scratch, texts and pixels."""
    look(window, path)
    session = _session(window)
    with closing(_read(path)) as file:
        assert file.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    assert session.document.check() == []
    _compare_totals(session)
    _compare_reading(session, path)
    _compare_table(window, session)
    _compare_pixels(window, session, rng)
    gc.collect()


# -- file and memory ---------------------------------------------------------------------------------------------------


def _read(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)


def _session(window: Window) -> Session:
    assert window.main.session is not None
    return window.main.session


def _chain(file: sqlite3.Connection, scenario_id: int) -> Scope:
    """Return the scenarios whose rows count, the one in use last: what it says stands over what they say."""
    parents = dict(file.execute("SELECT scenario_id, parent_scenario_id FROM scenario").fetchall())
    chain: Scope = []
    at: int | None = scenario_id
    while at is not None:
        chain.append(at)
        at = parents[at]
    return chain[::-1]


def _laid_over(file: sqlite3.Connection, session: Session, table: str, key: str) -> Iterator[tuple[int, int | None]]:
    alignment_id = session.plan.alignment.alignment_id
    sql = f"SELECT {key}, territory_id FROM {table} WHERE scenario_id = ? AND alignment_id = ?"  # noqa: S608
    for scenario_id in _chain(file, session.plan.scenario.scenario_id):
        yield from file.execute(sql, (scenario_id, alignment_id))


def _ids(session: Session, territory_ix: NDArray[np.int32]) -> list[int | None]:
    ids = [t.territory_id for t in session.plan.territories]
    return [ids[ix] if ix >= 0 else None for ix in territory_ix.tolist()]


def _compare_assignment(file: sqlite3.Connection, session: Session) -> None:
    rows = dict(_laid_over(file, session, "assignment", "unit_id"))
    told = [rows.get(int(unit_id)) for unit_id in session.plan.units.unit_id]
    here = _ids(session, session.plan.unit_territory)
    differ = [str(code) for code, a, b in zip(session.plan.units.code, told, here, strict=True) if a != b]
    assert not differ, f"file and memory give these units to others: {differ[:5]} ({len(differ)})"


def _compare_overrides(file: sqlite3.Connection, session: Session) -> None:
    rows = dict(_laid_over(file, session, "override", "account_id"))
    told = [rows.get(int(account_id)) for account_id in session.plan.accounts.account_id]
    here = _ids(session, session.plan.account_override)
    differ = [str(key) for key, a, b in zip(session.plan.accounts.key, told, here, strict=True) if a != b]
    assert not differ, f"file and memory give these accounts to others: {differ[:5]} ({len(differ)})"


def _compare_records(file: sqlite3.Connection, session: Session) -> None:
    plan = session.plan
    units = dict(file.execute("SELECT unit_id, unit_code FROM unit").fetchall())
    assert units == dict(zip(plan.units.unit_id.tolist(), map(str, plan.units.code), strict=True))
    reps = set(file.execute("SELECT rep_id, rep_name FROM rep").fetchall())
    assert reps == {(rep.rep_id, rep.name) for rep in plan.reps}
    scenarios = set(file.execute("SELECT scenario_id, scenario_name FROM scenario").fetchall())
    assert scenarios == {(s.scenario_id, s.name) for s in plan.scenarios}
    territories = set(
        file.execute(
            "SELECT territory_id FROM territory WHERE alignment_id = ?", (plan.alignment.alignment_id,)
        ).fetchall()
    )
    assert {t.territory_id for t in plan.territories} <= {i for (i,) in territories}
    places = dict(file.execute("SELECT account_id, unit_id FROM account").fetchall())
    unit_id = [int(plan.units.unit_id[ix]) if ix >= 0 else None for ix in plan.accounts.unit_ix.tolist()]
    assert places == dict(zip(plan.accounts.account_id.tolist(), unit_id, strict=True))


def _compare_history(file: sqlite3.Connection, window: Window, session: Session) -> None:
    steps = session.document.history()
    told = file.execute("SELECT step_id, uuid, kind, label, undone FROM journal_step ORDER BY step_id").fetchall()
    assert [row[:4] for row in told] == [(s.step_id, s.uuid, s.kind, s.label) for s in steps]
    line = session.timeline()
    standing = {row[1] for row in told if not row[4] and row[2] not in ("undo", "redo")}
    here = {s.uuid for s in line if not s.is_undone}
    assert here <= standing, "the history shows a step as done that the file says was taken back"
    panel = window.main.history_panel
    if panel.is_in_sight:
        wait_until(lambda: panel.model.rowCount() == len(session.timeline()), "the history panel shows every step")
        undo = window.main.commands["undo"]
        assert undo.isEnabled() == session.document.can_undo


# -- memory, from scratch and from another reading ---------------------------------------------------------------------


def _compare_totals(session: Session) -> None:
    fresh, live = session.totals_for(session.plan), session.totals
    for name in ("territory_total", "unassigned_total", "area_km2", "perimeter_km", "cut_km"):
        a, b = getattr(live, name), getattr(fresh, name)
        scale = max(1.0, float(np.abs(b).max(initial=0.0)))
        assert np.allclose(a, b, rtol=1e-9, atol=1e-9 * scale), f"{name} by deltas is not {name} from scratch"
    for name in ("n_units", "n_accounts", "pieces", "cut_edges"):
        assert np.array_equal(getattr(live, name), getattr(fresh, name)), name
    index = compute_balance(session.plan, fresh).index
    assert np.allclose(session.balance.index, index, rtol=1e-9, atol=1e-9, equal_nan=True)


def _compare_reading(session: Session, path: Path) -> None:
    """Another opening of the file, for reading, holds what this session holds."""
    with Session.open(path, author="eyes", read_only=True) as other:
        mine, theirs = session.plan, other.plan
        assert (mine.scenario.scenario_id, mine.alignment.alignment_id) == (
            theirs.scenario.scenario_id,
            theirs.alignment.alignment_id,
        )
        assert mine.territories == theirs.territories
        assert mine.reps == theirs.reps
        for name in ("unit_territory", "account_override", "in_scope"):
            assert np.array_equal(getattr(mine, name), getattr(theirs, name)), name
        assert np.array_equal(mine.units.code, theirs.units.code)
        assert np.array_equal(mine.units.locked, theirs.units.locked)
        assert [s.uuid for s in session.timeline()] == [s.uuid for s in other.timeline()]


# -- screen ------------------------------------------------------------------------------------------------------------


def _compare_page(window: Window, session: Session) -> None:
    """What the page draws from is what the session holds: every unit, every override, every territory's numbers."""
    wait_until(lambda: window.js("__tm.plan ? __tm.plan.rev : -1") == session.rev, "the page has the last revision")
    plan, totals = session.plan, session.totals
    given = np.flatnonzero(plan.account_override >= 0)
    # The page compares: PySide 6.11 never frees a text that runJavaScript answers with, and these are long.
    wanted = {
        "truth": plan.unit_territory.tolist(),
        "shown": plan.unit_territory.tolist(),  # else it shows a stroke that was never confirmed
        "unitLocked": plan.units.locked.astype(int).tolist(),
        "override": sorted(zip(given.tolist(), plan.account_override[given].tolist(), strict=True)),
    }
    other = window.js(
        f"(wanted => Object.keys(wanted).filter(name => JSON.stringify([...__tm.plan[name]].sort("
        f"(a, b) => name === 'override' ? a[0] - b[0] : 0)) !== JSON.stringify(wanted[name])))({json.dumps(wanted)})"
    )
    assert other == [], f"the page knows others: {other}"
    rows = [
        [t.territory_id, t.name, t.color, t.locked, int(totals.n_units[ix]), int(totals.n_accounts[ix])]
        for ix, t in enumerate(plan.territories)
    ]
    others = window.js(
        "((rows, totals) => __tm.plan.territories.map(t => [[t.id, t.name, t.color, t.locked, t.n_units, t.n_accounts],"
        " t.total]).filter(([row, total], ix) => JSON.stringify(row) !== JSON.stringify(rows[ix]) ||"
        " totals[ix].some((wanted, m) => !(Math.abs(total[m] - wanted) <= 1e-6 + 1e-9 * Math.abs(wanted)))))"
        f"({json.dumps(rows)}, {json.dumps(totals.territory_total.T.tolist())})"
    )
    assert others == [], f"the page has other numbers of territories: {others}, not {rows}"
    assert window.js("__tm.plan.territories.length") == plan.n_territories


def _compare_table(window: Window, session: Session) -> None:
    """The rows of the table of territories say what the totals from scratch are."""
    model = window.main.territory_panel.model
    fresh = session.totals_for(session.plan)
    balance = compute_balance(session.plan, fresh)
    plan = session.plan
    assert model.rowCount() == plan.n_territories
    for row in range(model.rowCount()):
        ix = plan.territory_ix(model.territory_id(row))
        for at, column in enumerate(model.columns):
            told = model.index(row, at).data()
            if column.kind == "name":
                assert told == plan.territories[ix].name
            elif column.kind == "index":
                assert told == index_text(float(balance.index[column.measure_ix, ix])), (told, column.title)
            elif column.kind == "total":
                total = float(fresh.territory_total[column.measure_ix, ix])
                assert told in {amount(total, digits) for digits in (None, 0, 1, 2, 3)}, (told, total, column.title)
            elif column.kind == "pieces":
                assert told == amount(float(fresh.pieces[ix])), (told, column.title)


_PICTURE = Path(tempfile.gettempdir()) / "hard-long-eyes.png"  # what was seen when the colours were others

# Whether nothing stands over the map at these points. The mouse goes through a hint, so it is asked for its box.
_IS_FREE = """(points) => {
  const hints = [...document.querySelectorAll('.tm-hint')].filter((e) => getComputedStyle(e).opacity !== '0')
    .map((e) => e.getBoundingClientRect());
  return points.map(([x, y]) => {
    const e = document.elementFromPoint(x, y);
    return Boolean(e) && !e.closest('.leaflet-control, .tm-legend, .tm-inset, button')
      && !hints.some((r) => x >= r.left - 2 && x <= r.right + 2 && y >= r.top - 2 && y <= r.bottom + 2);
  });
}"""


def _compare_pixels(window: Window, session: Session, rng: np.random.Generator) -> None:
    """Units on the screen have the colour of the territory that has them."""
    main, plan = window.main, session.plan
    if main.map_view.shading.key != TERRITORY or main.map_view.compare.is_on or main.map_view.second.is_on:
        return
    if main.map_view.option("dark"):
        return
    inside = visible_units(window)
    # What is smaller lies under circles of accounts and words, and under its own borders.
    large = inside[np.sqrt(plan.units.area_km2[inside]) > _LEAST_PIXELS * _km_a_pixel(window)]
    if not len(large):
        return
    chosen = rng.permutation(large)[:_N_PIXELS]
    main.selection.clear("eyes")  # what is selected is tinted
    window.take_hand_away()
    wait_until(lambda: window.js("__tm.splits.units.length") == 0, "what came apart has ceased to flash")
    image = window.image()
    places = window.places_of([(float(plan.units.lon[ix]), float(plan.units.lat[ix])) for ix in chosen])
    is_free = window.js(f"({_IS_FREE})({json.dumps([(at.x(), at.y()) for at in places])})")
    seen = bad = 0
    wrong: list[str] = []
    for ix, place, free in zip(chosen.tolist(), places, is_free, strict=True):
        if not free:  # the legend, an inset, a hint, or the bars of a comparison stand over it
            continue
        if not QPoint(8, 8).x() < place.x() < window.map.width() - 8 or not 8 < place.y() < window.map.height() - 8:
            continue
        owner = int(plan.unit_territory[ix])
        wanted = fill_on_land(plan.territories[owner].color) if owner >= 0 else None
        seen += 1
        color = window.main_color(place, 3, image)
        fits = is_same_color(color, wanted, 12) if wanted is not None else is_same_color(color, LAND, 30)
        if not fits:
            bad += 1
            wrong.append(f"{plan.units.code[ix]}: {color} for {wanted}")
    if seen and bad > (1 - _ENOUGH) * seen + 2:
        shown = window.js("[__tm.shading.key, __tm.shading.form, __tm.plan.rev, __tm.map.getZoom()]")
        at = image.save(str(_PICTURE)) and _PICTURE
        raise AssertionError(
            f"the map shows other territories: {wrong} of {seen}; page {shown}, rev {session.rev}, {at}"
        )


def _km_a_pixel(window: Window) -> float:
    """Return the width of a pixel in the middle of the map."""
    bounds = window.main.map_view.bounds
    assert bounds is not None
    west, south, east, north = bounds
    return float((east - west) * 111.32 * np.cos(np.radians((south + north) / 2)) / window.map.width())


def visible_units(window: Window, margin: float = 0.2) -> NDArray[np.int64]:
    """Return unit_ix whose points lie on the screen, away from its rim."""
    bounds = window.main.map_view.bounds
    session = _session(window)
    if bounds is None:
        return np.empty(0, dtype=np.int64)
    west, south, east, north = bounds
    dx, dy = (east - west) * margin, (north - south) * margin
    units = session.plan.units
    inside = (units.lon > west + dx) & (units.lon < east - dx) & (units.lat > south + dy) & (units.lat < north - dy)
    return np.flatnonzero(inside)
