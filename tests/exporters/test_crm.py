"""Files for Salesforce, HubSpot and Dynamics: what each system takes, and the way back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.exporters.formats.salesforce import developer_names
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.view import ExportView
from territorymap.importers.alignment import build_alignment
from territorymap.importers.assignment import build_assignment
from territorymap.importers.columns import guess_columns
from territorymap.importers.table import read_table
from territorymap.model.crm_ids import salesforce_id
from territorymap.model.plan import Plan
from territorymap.model.records import Region
from territorymap.session.commands import import_alignment, import_assignment
from territorymap.session.session import Command, Session
from tests.exporters.small_plan import small_view, with_baseline
from tests.support.grid import grid_layer

# In the plan account 0 is West's (Ada), 1 and 2 East's (vacant), 3 and 4 nobody's.
SALESFORCE = ["001A0000006Vm9r", "001A0000006Vm9s", "001A0000006Vm9tIAC", "001A0000006Vm9u", "=HYPERLINK(1)"]
HUBSPOT = ["101", "102", "103", "104", "-5+1"]
GUIDS = [f"0f8fad5b-d9cb-469f-a165-70867728950{n}" for n in range(4)] + ["@guid"]
TERRITORY_ID = "0MIA0000000AbCd"


def with_keys(view: ExportView, keys: list[str]) -> ExportView:
    accounts = replace(view.plan.accounts, key=np.array(keys, dtype=object))
    return replace(view, plan=replace(view.plan, accounts=accounts))


def files(path: Path) -> dict[str, list[list[str]]]:
    """Return the rows of each CSV file, headers first."""
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist()[0] == "readme.txt"
        return {
            name: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8"), newline="")))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def read_me(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("readme.txt").decode("utf-8-sig")


def written(tmp_path: Path, name: str, view: ExportView, **chosen: object) -> dict[str, list[list[str]]]:
    return files(export(view, tmp_path / f"{name}.zip", options=ExportOptions(chosen), name=name))


# -- Salesforce -------------------------------------------------------------------------------------------------------


def test_salesforce_gets_its_own_field_names_and_ids_of_18_letters(tmp_path: Path) -> None:
    found = written(tmp_path, "salesforce", with_keys(small_view(), SALESFORCE), model_id="0MA5f000000XyZ1")
    headers, west, east, empty = found["Territory2_insert.csv"]
    assert headers[:5] == ["Name", "DeveloperName", "Territory2ModelId", "Territory2TypeId", "ParentTerritory2Id"]
    assert headers[5:] == ["AccountAccessLevel", "OpportunityAccessLevel", "CaseAccessLevel", "Description"]
    assert west == ["West", "West", "0MA5f000000XyZ1GAK", "", "", "Edit", "Edit", "None", "Rep: Ada"]
    assert [east[0], empty[0]] == ["East", "Empty"]
    headers, *rows = found["ObjectTerritory2Association_insert.csv"]
    assert headers[:3] == ["ObjectId", "Territory2Id", "AssociationCause"]
    assert [row[0] for row in rows] == [salesforce_id(key) for key in SALESFORCE[:3]]
    assert {row[2] for row in rows} == {"Territory2Manual"}
    assert [row[3] for row in rows] == ["West", "East", "East"]
    assert found["UserTerritory2Association_insert.csv"][0][:3] == ["UserId", "Territory2Id", "RoleInTerritory2"]
    assert [row[3] for row in found["UserTerritory2Association_insert.csv"][1:]] == ["Ada", "Bo"]
    assert [row[0] for row in found["not_loaded.csv"][1:]] == ["'=HYPERLINK(1)"]


def test_salesforce_ids_of_territories_users_and_associations_come_from_its_reports(tmp_path: Path) -> None:
    (tmp_path / "territories.csv").write_text(f'"ID","NAME","DEVELOPERNAME"\n"{TERRITORY_ID}","West (old)","West"\n')
    (tmp_path / "users.csv").write_text("Id;Name\n0055f000000AbCd;ada\n", encoding="utf-8-sig")
    west = salesforce_id(TERRITORY_ID)
    (tmp_path / "now.csv").write_text(
        "Id,ObjectId,Territory2Id,AssociationCause\n"
        f"0TaA0000000AbC1,{SALESFORCE[0]},{west},Territory2Manual\n"  # is where it should be
        f"0TaA0000000AbC2,{SALESFORCE[1]},{west},Territory2Manual\n"  # is East's now
        f"0TaA0000000AbC3,{SALESFORCE[2]},{west},Territory2AssignmentRule\n"  # rules see to themselves
    )
    view = with_keys(small_view(), SALESFORCE)
    chosen = {
        "territory_ids": tmp_path / "territories.csv",
        "user_ids": tmp_path / "users.csv",
        "associations": tmp_path / "now.csv",
    }
    found = written(tmp_path, "salesforce", view, **chosen)
    assert found["Territory2_update.csv"][1][:3] == [west, "West", "West"]
    assert [row[0] for row in found["Territory2_insert.csv"][1:]] == ["East", "Empty"]
    assert found["UserTerritory2Association_insert.csv"][1][:2] == [salesforce_id("0055f000000AbCd"), west]
    assert found["ObjectTerritory2Association_insert.csv"][1][1] == west
    assert [row[0] for row in found["ObjectTerritory2Association_delete.csv"][1:]] == [salesforce_id("0TaA0000000AbC2")]
    order = re.findall(r"^\d+\. (\S+)", read_me(tmp_path / "salesforce.zip"), re.MULTILINE)
    assert order.index("ObjectTerritory2Association_delete.csv") < order.index("ObjectTerritory2Association_insert.csv")
    assert order[0] == "Territory2_insert.csv"


def test_regions_are_territories_above_the_others(tmp_path: Path) -> None:
    """West is in Coast, which Salesforce knows already; Coast is in America, which it does not."""
    (tmp_path / "territories.csv").write_text(f"Id,Name\n{TERRITORY_ID},Coast\n")
    view = with_keys(small_view(), SALESFORCE)
    regions = [Region(1, "a", "America"), Region(2, "c", "Coast", parent_region_id=1)]
    territories = [replace(view.plan.territories[0], region_id=2), *view.plan.territories[1:]]
    view = replace(view, plan=replace(view.plan, regions=regions, territories=territories))
    found = written(tmp_path, "salesforce", view, territory_ids=tmp_path / "territories.csv")
    assert [row[:2] for row in found["Territory2_regions_insert.csv"][1:]] == [["America", "America"]]
    west, east, _ = (
        dict(zip(found["Territory2_insert.csv"][0], row, strict=True)) for row in found["Territory2_insert.csv"][1:]
    )
    assert (west["ParentTerritory2Id"], east["ParentTerritory2Id"]) == (salesforce_id(TERRITORY_ID), "")


def test_accounts_are_found_by_number_where_keys_are_no_ids(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text(f"Id,AccountNumber,Name\n{SALESFORCE[0]},k0,Someone\n")
    found = written(tmp_path, "salesforce", small_view(), account_ids=tmp_path / "accounts.csv")
    assert [row[0] for row in found["ObjectTerritory2Association_insert.csv"][1:]] == [salesforce_id(SALESFORCE[0])]
    assert "No account has a Salesforce Id" not in read_me(tmp_path / "salesforce.zip")


def test_a_report_without_ids_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Town,Mayor\nA,B\n")
    with pytest.raises(UserError, match="no columns that tell an Id"):
        written(tmp_path, "salesforce", small_view(), user_ids=tmp_path / "x.csv")
    with pytest.raises(UserError, match="no Salesforce Id"):
        written(tmp_path, "salesforce", small_view(), type_id="=1+1")
    assert not (tmp_path / "salesforce.zip").exists()


@given(st.lists(st.text(max_size=120), max_size=12))
def test_developer_names_are_as_salesforce_wants_them(names: list[str]) -> None:
    found = developer_names(names)
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert re.fullmatch(r"[A-Za-z][0-9A-Za-z]*(?:_[0-9A-Za-z]+)*", name)
        assert len(name) <= 80


# -- HubSpot and Dynamics ---------------------------------------------------------------------------------------------


def test_hubspot_gets_record_ids_owner_and_property(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("Name,Email\nADA,ada@example.com\n")
    view = with_keys(small_view(), HUBSPOT)
    found = written(tmp_path, "hubspot", view, property="Sales area", user_emails=tmp_path / "users.csv")
    assert found["companies.csv"] == [
        ["Record ID", "Sales area", "Company owner"],
        ["101", "West", "ada@example.com"],
        ["102", "East", ""],
        ["103", "East", ""],
    ]
    assert [row[0] for row in found["companies_without_territory.csv"][1:]] == ["104"]
    assert [row[0] for row in found["not_loaded.csv"][1:]] == ["'-5+1"]
    assert [row[0] for row in found["territory_options.csv"][1:]] == ["West", "East", "Empty"]


def test_dynamics_gets_the_hidden_columns_of_its_own_export(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(
        "(Do Not Modify) Account,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Account Name\n"
        f"{GUIDS[0].upper()},abc/def==,1/2/2027 3:04,Müller\n",
        encoding="utf-8",
    )
    view = with_keys(small_view(), GUIDS)
    found = written(tmp_path, "dynamics", view, export=tmp_path / "export.csv", owner=True)
    assert found["accounts.csv"][0][:3] == [
        "(Do Not Modify) Account", "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On",
    ]  # fmt: skip
    assert found["accounts.csv"][1] == [GUIDS[0], "abc/def==", "1/2/2027 3:04", "Müller & Söhne", "West", "Ada"]
    assert found["accounts.csv"][2][:5] == [GUIDS[1], "", "", "'+49 30 Ltd", "East"]
    assert found["territories.csv"] == [["Territory Name", "Manager"], ["West", "Ada"], ["East", ""], ["Empty", "Bo"]]


# -- what holds for all -----------------------------------------------------------------------------------------------

EACH = pytest.mark.parametrize(
    ("name", "keys", "file"),
    [
        ("salesforce", SALESFORCE, "ObjectTerritory2Association_insert.csv"),
        ("hubspot", HUBSPOT, "companies.csv"),
        ("dynamics", GUIDS, "accounts.csv"),
    ],
)


@EACH
def test_only_changes_are_what_differs_from_the_baseline(tmp_path: Path, name: str, keys: list[str], file: str) -> None:
    """Account 1 left West for East, account 3 lay in A4, which was East's and is nobody's now."""
    found = written(tmp_path, name, with_baseline(with_keys(small_view(), keys)), scope="changes")
    expected = [salesforce_id(keys[1]) if name == "salesforce" else keys[1]]
    expected += [keys[3]] if name == "dynamics" else []
    assert [row[0] for row in found[file][1:]] == expected
    assert [row[0] for row in found["units.csv"][1:]] == ["A4"]
    assert "Territory2_insert.csv" not in found


@EACH
def test_changes_without_a_baseline_are_refused(tmp_path: Path, name: str, keys: list[str], file: str) -> None:
    with pytest.raises(UserError, match="no baseline"):
        written(tmp_path, name, with_keys(small_view(), keys), scope="changes")


@EACH
def test_no_cell_is_a_formula_whatever_the_names(tmp_path: Path, name: str, keys: list[str], file: str) -> None:
    hostile = "=cmd|' /C calc'!A0\n\x07<script>" + "ع" * 250
    view = with_keys(small_view(west_name=hostile), keys)
    reps = [replace(rep, name=f"@{rep.name}") for rep in view.plan.reps]
    view = replace(view, plan=replace(view.plan, reps=reps))
    for rows in written(tmp_path, name, view).values():
        for row in rows:
            for cell in row:
                assert not re.match(r"[=+\-@\t\r\n]", cell), cell


@pytest.mark.parametrize(
    ("name", "file", "header"),
    [
        ("salesforce", "ObjectTerritory2Association_insert.csv", "ObjectId"),
        ("hubspot", "companies.csv", "Record ID"),
        ("dynamics", "accounts.csv", "(Do Not Modify) Account"),
    ],
)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    owner=st.lists(st.integers(-1, 2), min_size=16, max_size=16).filter(lambda owner: max(owner) >= 0),
    given_to=st.lists(st.integers(-1, 2), min_size=16, max_size=16),
)
def test_out_and_in_again_is_the_same_alignment(
    tmp_path: Path, name: str, file: str, header: str, owner: list[int], given_to: list[int]
) -> None:
    """Who has each unit and each account of a plan is the same in a fresh plan that took both lists over."""
    plan_path = tmp_path / "fresh.gpkg"
    plan_path.unlink(missing_ok=True)
    with Session.create(plan_path, grid_layer(4, 4), title="Grid") as session:
        session.do(Command("accounts", lambda writer, plan: _add_accounts(writer, plan, name)))
        names = ["West", "=East", "Empty"]
        view = _viewed(session, names, owner, given_to)
        path = export(view, tmp_path / "out.zip", name=name)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path)
            if file not in archive.namelist():
                return  # nobody has an account
        _take_over(session, tmp_path, file, header)
        plan = session.plan
        has = [plan.territories[ix].name if ix >= 0 else "" for ix in plan.unit_territory]
        assert has == [names[ix] if ix >= 0 else "" for ix in owner]
        accounts = [plan.territories[ix].name if ix >= 0 else "" for ix in plan.territory_of_accounts()]
        expected = [given if given >= 0 else own for own, given in zip(owner, given_to, strict=True)]
        assert accounts == [names[ix] if ix >= 0 else "" for ix in expected]


def _add_accounts(writer: Writer, plan: Plan, name: str) -> None:
    keys = {
        "salesforce": [f"001A00000000{chr(65 + n)}bC" for n in range(16)],  # of 15 letters; the way out has 18
        "hubspot": [str(9_000_000 + n) for n in range(16)],
        "dynamics": [f"{{0F8FAD5B-D9CB-469F-A165-7086772895{n:02X}}}" for n in range(16)],
    }[name]
    rows: list[dict[str, Any]] = [
        {
            "account_key": key,
            "account_name": f"+Account {n}",
            "lon": float(plan.units.lon[n]),
            "lat": float(plan.units.lat[n]),
            "location_level": "coordinates",
            "unit_id": int(plan.units.unit_id[n]),
        }
        for n, key in enumerate(keys)
    ]
    writer.insert("account", rows)


def _viewed(session: Session, names: list[str], owner: list[int], given_to: list[int]) -> ExportView:
    """Return the view of the plan with these territories, without touching the file."""
    other = small_view()
    plan = session.plan
    territories = [replace(t, name=name) for t, name in zip(other.plan.territories, names, strict=True)]
    still = replace(
        plan,
        territories=territories,
        reps=other.plan.reps,
        unit_territory=np.array(owner, np.int32),
        account_override=np.array(given_to, np.int32),
    )
    return replace(other, plan=still)


def _take_over(session: Session, folder: Path, file: str, header: str) -> None:
    plan = session.plan
    table = read_table(folder / "units.csv")
    columns = guess_columns(table, "alignment", plan.units.code)
    units = build_alignment(table, columns, plan.units.code, plan.units.name)
    assert not units.rejects
    session.do(import_alignment(plan, units, session.adjacency))
    table = read_table(folder / file)
    columns = guess_columns(table, "assignment")
    assert columns.fields["account_key"] == header
    assert columns.fields["territory"] == "Territory"
    accounts = build_assignment(table, columns, plan.accounts.key)
    assert not accounts.rejects
    session.do(import_assignment(session.plan, accounts))
