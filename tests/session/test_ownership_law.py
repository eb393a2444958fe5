"""Who has an account, and what territories add up to: the same on the screen, in the command line, exports and SQL.

The plan is random: 4 x 3 squares, twenty accounts (some in no square, some without revenue), up to three alignments
with scopes, two scenarios, territories, overrides, all by commands and partly undone. SQL knows nothing of the program:
it is written from the rule alone, on the rows of the file.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from territorymap.cli.root import territorymap
from territorymap.errors import UserError
from territorymap.session import commands as c
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer

N_ACCOUNTS = 20
N_EXAMPLES = 8
# A scope, and the same in SQL; {revenue} and {kind} are names of columns, {field} and {text} keys of fields.
SCOPES = {
    "": "1",
    '{{"field":"{field}","from":50}}': "coalesce({revenue} >= 50, 0)",
    '{{"field":"{field}","above":20,"below":90}}': "coalesce({revenue} > 20 AND {revenue} < 90, 0)",
    '{{"not":{{"field":"{text}","in":["A","c"]}}}}': "coalesce({kind}, '') NOT IN ('A', 'C')",
    '{{"any":[{{"field":"{field}","empty":true}},{{"field":"{text}","in":["B"]}}]}}': (
        "({revenue} IS NULL OR coalesce({kind}, '') = 'B')"
    ),
    '{{"field":"protected","set":true}}': "coalesce(is_protected, 0)",
}
Edit = tuple[str, int, int]
KINDS = (
    *("territory", "territory", "assign", "assign", "assign", "override", "override", "clear", "alignment", "copy"),
    *("scope", "scope", "use", "scenario", "switch", "protect", "revenue", "delete", "undo", "undo", "redo"),
)
edits = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 60),
        st.integers(0, 60),
    ),
    min_size=4,
    max_size=24,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan with accounts and nothing else."""
    path = tmp_path_factory.mktemp("plan") / "plan.gpkg"
    rng = np.random.default_rng(7)

    def add_accounts(writer, plan) -> None:
        revenue = writer.add_measure("Revenue", "account").column_name
        kind = writer.add_segment("Kind").column_name
        rows = []
        for i in range(N_ACCOUNTS):
            unit = int(rng.integers(-2, 12))
            rows.append(
                {
                    "account_key": f"k{i:02}",
                    "account_name": f"Account {i}",
                    "unit_id": int(plan.units.unit_id[unit]) if unit >= 0 else None,
                    revenue: None if i % 7 == 3 else float(rng.integers(0, 100)),
                    kind: ("A", "B", "C", None)[i % 4],
                }
            )
        writer.insert("account", rows)

    with Session.create(path, grid_layer(4, 3), title="Random", author="Ada") as session:
        session.do(Command("Accounts", add_accounts))
    return path


def _keys(session: Session) -> dict[str, str]:
    (measure,) = [m for m in session.plan.measures if m.name == "Revenue"]
    (segment,) = session.plan.segments
    return {
        "field": f"measure:{measure.uuid}",
        "text": f"segment:{segment.uuid}",
        "revenue": measure.column_name,
        "kind": segment.column_name,
    }


def _territory(session: Session, n: int) -> int:
    if not session.plan.territories:
        raise UserError("none", "")
    return session.plan.territories[n % session.plan.n_territories].territory_id


def _revenue(session: Session, a: int, b: int) -> Command:
    account_id, column = int(session.plan.accounts.account_id[a % N_ACCOUNTS]), _keys(session)["revenue"]
    return Command("Revenue", lambda writer, plan: writer.update("account", {account_id: {column: float(b * 2)}}))


def _alignment(session: Session, n: int) -> int:
    return session.plan.alignments[n % len(session.plan.alignments)].alignment_id


def _scope(session: Session, n: int) -> str:
    return list(SCOPES)[n % len(SCOPES)].format(**_keys(session))


COMMANDS: dict[str, Callable[[Session, int, int], Command]] = {
    "territory": lambda s, a, b: c.create_territory(s.plan, f"T{a % 9}", unit_ix=np.unique([b % 12, (b * 5 + a) % 12])),
    "assign": lambda s, a, b: c.assign_units(
        s.plan, np.unique([a % 12, (a + b) % 12]), _territory(s, b) if b % 5 else None
    ),
    "override": lambda s, a, b: c.set_override(s.plan, np.array([a % N_ACCOUNTS]), _territory(s, b), "why"),
    "clear": lambda s, a, b: c.clear_overrides(s.plan, np.flatnonzero(s.plan.account_override >= 0)[:1]),
    "alignment": lambda s, a, b: c.new_alignment(s.plan, f"Alignment {a % 3}", scope=_scope(s, b)),
    "copy": lambda s, a, b: c.new_alignment(s.plan, f"Alignment {a % 3}", scope=_scope(s, b), copy_of=_alignment(s, a)),
    "scope": lambda s, a, b: c.set_scope(s.plan, _alignment(s, a), _scope(s, b)),
    "scenario": lambda s, a, b: c.new_scenario(s.plan, f"Scenario {a % 2}"),
    "protect": lambda s, a, b: c.protect_accounts(s.plan, np.array([a % N_ACCOUNTS]), bool(b % 2)),
    "revenue": _revenue,
    "delete": lambda s, a, b: c.delete_territories(s.plan, [_territory(s, a)]),
}


def play(session: Session, history: list[Edit]) -> None:
    n_before = len(session.timeline())
    for kind, a, b in history:
        try:
            if kind == "undo":
                if sum(not step.is_undone for step in session.timeline()) > n_before:
                    session.undo()
            elif kind == "redo":
                session.redo()
            elif kind == "use":
                session.switch_alignment(_alignment(session, a))
            elif kind == "switch":
                session.switch_scenario(session.plan.scenarios[a % len(session.plan.scenarios)].scenario_id)
            else:
                session.do(COMMANDS[kind](session, a, b))
        except UserError:
            continue
        session.coverages()  # so that they follow by deltas


# -- the four ways -----------------------------------------------------------------------------------------------------

Owners = dict[str, str]  # account key -> name of the territory, "" = nobody
Sums = dict[str, tuple[int, float]]  # territory -> accounts, revenue


def by_sql(path: Path, chain: list[int], alignment_id: int, condition: str, revenue: str) -> tuple[Owners, Sums]:
    """Owners and sums of an alignment in a scenario (with the one it stands on), from the rows of the file."""

    def chosen(table: str, thing: str) -> str:
        cases = " ".join(
            f"WHEN EXISTS (SELECT 1 FROM {table} c WHERE c.scenario_id = {i} AND c.alignment_id = :a AND {thing})"
            f" THEN (SELECT territory_id FROM {table} c WHERE c.scenario_id = {i} AND c.alignment_id = :a AND {thing})"
            for i in chain
        )
        return f"CASE {cases} END"

    names = ", ".join(f"(SELECT territory_name FROM territory_variant v WHERE v.scenario_id = {i} AND"
                      " v.territory_id = t.territory_id)" for i in chain)  # fmt: skip
    sql = f"""
        WITH owned AS (
            SELECT account_key, {revenue} AS revenue, coalesce(
                {chosen("override", "c.account_id = account.account_id")},
                CASE WHEN {condition} THEN {chosen("assignment", "c.unit_id = account.unit_id")} END
            ) AS territory_id FROM account)
        SELECT account_key, revenue, coalesce({names}, t.territory_name, '')
        FROM owned LEFT JOIN territory t USING (territory_id) ORDER BY account_key
    """
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        rows = connection.execute(sql, {"a": alignment_id}).fetchall()
    finally:
        connection.close()
    sums: Sums = {}
    for _, amount, name in rows:
        n, total = sums.get(name, (0, 0.0))
        sums[name] = (n + 1, total + (amount or 0.0))
    sums.pop("", None)
    return {key: name for key, _, name in rows}, sums


def by_command_line(path: Path, scenario: str, alignment: str) -> tuple[Owners, Sums]:
    """Owners from the exported table, sums from the balance."""
    place = ["--scenario", scenario, "--alignment", alignment]
    with TemporaryDirectory() as folder:
        out = Path(folder) / "accounts.csv"
        run("export", path, out, "--what", "accounts", *place)
        rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    found = json.loads(run("balance", path, "--json", *place))
    sums = {t["name"]: (t["n_accounts"], t["totals"]["Revenue"]) for t in found["territories"] if t["n_accounts"]}
    return {row["account_key"]: row["territory"] for row in rows}, sums


def run(*arguments: object) -> str:
    done = CliRunner().invoke(territorymap, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def on_screen(session: Session) -> tuple[Owners, Sums]:
    """What the window shows of the alignment in use: kept up to date by deltas."""
    plan, totals = session.plan, session.totals
    names = [*(t.name for t in plan.territories), ""]
    owners = {str(k): names[ix] for k, ix in zip(plan.accounts.key, plan.territory_of_accounts(), strict=True)}
    row = next(i for i, m in enumerate(plan.measures) if m.name == "Revenue")
    sums = {
        names[t]: (int(totals.n_accounts[t]), float(totals.territory_total[row, t]))
        for t in range(plan.n_territories)
        if totals.n_accounts[t]
    }
    return owners, sums


def assert_same(found: tuple[Owners, Sums], expected: tuple[Owners, Sums]) -> None:
    assert found[0] == expected[0]
    assert {name: n for name, (n, _) in found[1].items()} == {name: n for name, (n, _) in expected[1].items()}
    for name, (_, total) in expected[1].items():
        assert found[1][name][1] == pytest.approx(total, rel=1e-9, abs=1e-9)


@given(history=edits)
@settings(
    max_examples=N_EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_screen_command_line_export_and_sql_agree_on_who_has_what(empty: Path, history: list[Edit]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(shutil.copy(empty, Path(folder) / "plan.gpkg"))
        shown = {}
        with Session.open(path, author="Ada") as session:
            play(session, history)
            parents = {s.scenario_id: s.parent_id for s in session.plan.scenarios}
            in_use, keys = session.plan.scenario, _keys(session)
            conditions = {rule.format(**keys): sql.format(**keys) for rule, sql in SCOPES.items()}
            places = {}
            for coverage in session.coverages():
                names = [*(t.name for t in coverage.territories), ""]
                owners = {
                    str(key): names[ix] for key, ix in zip(session.plan.accounts.key, coverage.owner, strict=True)
                }
                alignment = coverage.alignment
                places[alignment.name] = alignment.alignment_id, _condition(alignment.scope, conditions)
                shown[alignment.name] = owners
            screen = session.plan.alignment.name, on_screen(session)
            for name, (alignment_id, _) in places.items():
                session.switch_alignment(alignment_id)
                assert on_screen(session)[0] == shown[name]
        chain = [in_use.scenario_id]
        while (parent := parents[chain[-1]]) is not None:
            chain.append(parent)
        for name, (alignment_id, condition) in places.items():
            expected = by_sql(path, chain, alignment_id, condition, keys["revenue"])
            assert shown[name] == expected[0]
            assert_same(by_command_line(path, in_use.name, name), expected)
            if name == screen[0]:
                assert_same(screen[1], expected)
        assert run("check", path)


def _condition(scope: str, conditions: dict[str, str]) -> str:
    """The SQL of a scope: numbers are written as JSON has them, so rules are compared as what they say."""
    wanted = json.loads(scope) if scope else None
    return next(sql for rule, sql in conditions.items() if (json.loads(rule) if rule else None) == wanted)
