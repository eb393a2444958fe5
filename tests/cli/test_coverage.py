"""The commands conflicts, handover, deals, roles and import deals, over a plan with field and partners."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.session.coverage_issues.channels import make_channels

Ask = Callable[..., dict[str, Any]]
Refused = Callable[..., tuple[str, str]]
DEALS = (
    "Account ID,Partner,Deal name,Amount,Stage,Registered,Expires\n"
    "K00003,Bob,Pumps,90,registered,2026-03-01,\n"
    "K00003,北京伙伴,Valves,100,registered,2026-04-01,\n"
    "K00000,Axis GmbH,Astray,5,registered,2026-04-01,2026-05-01\n"
    "K09999,Bob,Nobody,5,registered,2026-04-01,\n"
)


@pytest.fixture(scope="module")
def channels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "channels.gpkg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(path.parent))
        make_channels(path).close()
    return path


@pytest.fixture
def plan(channels: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(channels, tmp_path / "plan.gpkg"))


@pytest.fixture
def deals(run: Run, plan: Path, tmp_path: Path) -> Path:
    """The plan with three deals from a file of four."""
    (tmp_path / "deals.csv").write_text(DEALS, encoding="utf-8")
    told = run("import", "deals", plan, tmp_path / "deals.csv").stdout
    assert "4 rows read: 3 imported, 1 rejected." in told
    assert "row 5: The plan has no account K09999." in told
    return plan


def test_conflicts_are_listed_and_nothing_is_done(run: Run, ask: Ask, plan: Path) -> None:
    before = plan.read_bytes()
    found = ask("conflicts", plan, "--today", "2026-06-15")
    assert found["measure"] == "Revenue"
    assert [a["name"] for a in found["alignments"]] == ["Field", "Partners"]
    gaps = found["kinds"]["gap"]
    assert (gaps["findings"], gaps["accounts"], gaps["revenue"]) == (7, 10, 1136.0)
    (pair,) = found["kinds"]["multichannel"]["causes"]["indirect"]["list"]
    assert (pair["accounts"], pair["revenue"]) == (["K00003", "K00015", "K00021"], 339.0)
    assert [side["territory"] for side in pair["between"]] == ["South", "Beijing"]
    assert found["kinds"]["gap"]["causes"]["unassigned"]["mendings"][0]["name"] == "assign"
    text = run("conflicts", plan).stdout
    assert "West of Field has nobody in charge; it has 4 accounts. Nobody else covers them." in text
    assert "--mend leave: Leave to Partners what its scope covers" in text
    assert plan.read_bytes() == before


def test_one_cause_is_mended_and_taken_back(run: Run, ask: Ask, plan: Path) -> None:
    told = run("conflicts", plan, "--kind", "gap.unassigned", "--mend", "assign").stdout
    done, who, *changes = told.splitlines()[:4]
    assert done == "Done: Assign 4 units to their neighbours"
    assert who.startswith("  West (vacant, Field) gets 4 units")
    assert "  In an unassigned unit: 2 instead of 6" in changes
    text = run("conflicts", plan, "--kind", "overlap").stdout
    assert text == "Nothing of: overlap.exclusive.\n"  # not that there is nothing at all
    assert ask("conflicts", plan, "--kind", "gap")["total"]["findings"] == 3
    assert ask("history", plan)["steps"][-1]["label"] == "Assign 4 units to their neighbours"
    run("undo", plan)
    assert ask("conflicts", plan, "--kind", "gap")["total"]["findings"] == 7


def test_what_cannot_be_is_refused(refused: Refused, plan: Path) -> None:
    assert "no kind of conflict 'gab'" in refused("conflicts", plan, "--kind", "gab")[0]
    assert "needs one cause" in refused("conflicts", plan, "--kind", "gap", "--mend", "assign")[0]
    message, hint = refused("conflicts", plan, "--kind", "gap.vacant", "--mend", "burn")
    assert ("no mending 'burn'" in message, "fill" in hint) == (True, True)
    assert "nothing to mend" in refused("conflicts", plan, "--kind", "deal.second", "--mend", "close")[0]
    assert "no measure of accounts" in refused("conflicts", plan, "--measure", "units")[0]
    assert "is not a date" in refused("conflicts", plan, "--today", "soon")[0]
    assert "nothing to put into" in refused("conflicts", plan, "--as-scenario", "X")[0]
    assert "is not a rule" in refused("roles", plan, "--set", "field=share")[0]
    assert "no rule war" in refused("roles", plan, "--set", "field:inside=war")[0]
    assert "neither .csv nor .xlsx" in refused("conflicts", plan, "--out", plan.with_suffix(".txt"))[0]


def test_deals_are_imported_judged_and_listed(run: Run, ask: Ask, deals: Path, tmp_path: Path) -> None:
    found = ask("deals", deals, "--today", "2026-06-15")["deals"]
    assert [(deal["deal_name"], deal["conflicts"]) for deal in found] == [
        ("Pumps", ["vertical.price"]),
        ("Valves", ["deal.second", "vertical.price"]),
        ("Astray", ["deal.expired"]),
    ]
    again = run("import", "deals", deals, tmp_path / "deals.csv")
    assert "3 deals were registered already." in again.stderr
    assert len(ask("deals", deals)["deals"]) == 3
    run("conflicts", deals, "--today", "2026-06-15", "--kind", "deal.second", "--mend", "close")
    assert [deal["stage"] for deal in ask("deals", deals)["deals"]] == ["registered", "lost", "registered"]
    run("deals", deals, "--out", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["Deal", "Pumps", "Valves", "Astray"]


def test_rules_are_shown_set_and_forgotten(run: Run, ask: Ask, plan: Path) -> None:
    assert "must not share" in run("roles", plan).stdout
    told = ask("roles", plan, "--set", "Field:partner=share", "--set", "inside:field=handover")["rules"]
    by_pair = {tuple(rule["roles"]): (rule["rule"], rule["is_set"]) for rule in told}
    assert by_pair["field", "partner"] == ("share", True)
    assert by_pair["field", "inside"] == ("handover", True)
    assert ask("conflicts", plan, "--kind", "multichannel")["total"]["findings"] == 0
    run("roles", plan, "--set", "partner:field=default")
    assert ask("conflicts", plan, "--kind", "multichannel")["total"]["findings"] == 1


def test_hand_overs_are_listed_and_written(run: Run, ask: Ask, plan: Path, tmp_path: Path) -> None:
    assert "No account passes on" in run("handover", plan).stdout
    (tmp_path / "won.csv").write_text(
        "Account ID,Owner,Deal name,Amount,Stage,Closed on\nK00003,Bob,Pumps,90,won,2026-05-01\n", encoding="utf-8"
    )
    run("import", "deals", plan, tmp_path / "won.csv")
    run("roles", plan, "--set", "field:partner=handover")
    (one,) = ask("handover", plan)["handovers"]
    assert (one["state"], one["account"], one["day"]) == ("due", "K00003", "2026-05-01")
    assert (one["from"]["rep"], one["to"]["rep"]) == ("Bob", "北京伙伴")
    run("handover", plan, "--out", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][:3] == ["Due", "Account 3", "Bob"]
