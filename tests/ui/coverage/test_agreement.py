"""On a random plan the panel, the command line, the exported list and plain SQL agree on conflicts and totals."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.cli.root import territorymap
from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.ui.coverage.kind_list import KindList
from tests.session.coverage_issues.channels import look, use
from tests.ui.panels.plans import territory_id

# Who has each account: override, else scope and the unit's territory. Field covers all, Partners the line Retail.
OWNED = """
CREATE TEMP VIEW owned AS
SELECT a.account_id, l.alignment_id, l.alignment_name AS alignment, a.{revenue} AS revenue,
       coalesce(o.territory_id, CASE WHEN l.alignment_name = 'Field' OR a.{line} = 'Retail' THEN s.territory_id END)
           AS territory_id,
       o.territory_id IS NOT NULL AS by_name,
       l.alignment_name = 'Field' OR a.{line} = 'Retail' AS in_scope
FROM account a CROSS JOIN alignment l
LEFT JOIN override o ON o.account_id = a.account_id AND o.alignment_id = l.alignment_id
LEFT JOIN assignment s ON s.unit_id = a.unit_id AND s.alignment_id = l.alignment_id
"""
STAFFED = """EXISTS (
    SELECT 1 FROM owned x JOIN territory y USING (territory_id) WHERE x.account_id = w.account_id AND y.rep_id)"""
SQL = {
    "gap.unassigned": f"""
        SELECT count(DISTINCT account_id), coalesce(sum(revenue), 0) FROM (
            SELECT DISTINCT account_id, revenue FROM owned w
            WHERE in_scope AND territory_id IS NULL AND (alignment = 'Field' OR NOT {STAFFED}))""",
    "gap.vacant": """
        SELECT count(*), coalesce(sum(revenue), 0) FROM (
            SELECT DISTINCT account_id, revenue FROM owned JOIN territory USING (territory_id) WHERE rep_id IS NULL)""",
    "both": """
        SELECT count(*), coalesce(sum(f.revenue), 0) FROM owned f JOIN owned p USING (account_id)
        JOIN territory tf ON tf.territory_id = f.territory_id JOIN territory tp ON tp.territory_id = p.territory_id
        WHERE f.alignment = 'Field' AND p.alignment = 'Partners' AND coalesce(tf.rep_id <> tp.rep_id, 1)""",
}


def asked(path: Path, columns: dict[str, str]) -> dict[str, tuple[int, float]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(OWNED.format(**columns))
        return {name: tuple(connection.execute(sql).fetchone()) for name, sql in SQL.items()}


pieces = st.lists(
    st.tuples(st.sampled_from(["Field", "Partners"]), st.integers(0, 23), st.integers(-1, 2), st.booleans()), max_size=6
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=pieces, is_vacant=st.booleans())
def test_screen_command_line_export_and_sql_agree(
    channels_file: Path, tmp_path: Path, qapp: object, edits: list[tuple[str, int, int, bool]], is_vacant: bool
) -> None:
    path = Path(shutil.copy(channels_file, tmp_path / "plan.gpkg"))
    with Session.open(path, author="Ada") as session:
        for name, at, which, is_account in edits:
            use(session, name)
            ids = [t.territory_id for t in session.plan.territories]
            target = ids[which % len(ids)] if which >= 0 else None
            if is_account and target is not None:
                session.do(commands.set_override(session.plan, np.array([at]), target, "random"))
            elif not is_account:
                session.do(commands.assign_units(session.plan, np.array([at]), target))
        if is_vacant:
            use(session, "Partners")
            session.do(commands.set_territory_rep(session.plan, territory_id(session, "Axis"), None))
        found = look(session).judgement
        kinds = KindList()
        kinds.show_look(look(session))
        shown = {kinds.topLevelItem(i).text(0): kinds.topLevelItem(i).text(1) for i in range(7)}
        kinds.deleteLater()
        columns = {"revenue": session.plan.measures[3].column_name, "line": session.plan.segments[0].column_name}
    both = found.total([*found.of_kind("multichannel"), *found.by_cause["vertical", "rep"], *found.of_kind("overlap")])
    totals = {
        "gap.unassigned": found.total(found.by_cause["gap", "unassigned"]),
        "gap.vacant": found.total(found.by_cause["gap", "vacant"]),
        "both": both,
    }
    assert asked(path, columns) == {name: (t.accounts, t.revenue) for name, t in totals.items()}
    out = tmp_path / "out.csv"
    told = CliRunner().invoke(territorymap, ["conflicts", str(path), "--json", "--out", str(out)]).stdout
    kinds_told = json.loads(told)["kinds"]
    assert kinds_told["gap"]["causes"]["vacant"]["accounts"] == totals["gap.vacant"].accounts
    assert kinds_told["gap"]["causes"]["unassigned"]["revenue"] == totals["gap.unassigned"].revenue
    assert [shown[name] for name in ("Gaps", "Multi-channel")] == [
        str(kinds_told[kind]["findings"]) for kind in ("gap", "multichannel")
    ]
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == json.loads(told)["total"]["findings"] == len(found.findings)
    causes = ("Direct against indirect", "Own rep and partner at work on one account")
    pairs = [row for row in rows if row["Cause"] in causes]
    assert sum(float(row["Revenue"]) for row in pairs) == pytest.approx(totals["both"].revenue)
