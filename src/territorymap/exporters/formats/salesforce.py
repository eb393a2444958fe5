"""Salesforce Enterprise Territory Management: CSV files for Data Loader, in the order in which they are loaded.

Owns the objects' fields (Territory2, UserTerritory2Association, ObjectTerritory2Association) and developer names.
Associations can only be inserted and deleted in Salesforce, so a move is both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from territorymap.errors import UserError
from territorymap.exporters.choices import Choice
from territorymap.exporters.crm.archive import CsvFile, write_archive
from territorymap.exporters.crm.changes import SCOPE, Told, told
from territorymap.exporters.crm.files import left_out_file, record_ids, unit_file
from territorymap.exporters.crm.id_list import folded, read_ids, read_rows, same_name
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.model.crm_ids import salesforce_id

NAME_LENGTH = 80
CAUSE = "Territory2Manual"  # rules set the other one themselves
_CSV = (".csv", ".txt")
_TERRITORY_NAMES = ("developername", "territory2developername", "name", "territory2name", "territoryname", "label")
_ACCOUNT_NAMES = ("accountnumber", "accountkey", "externalid", "accountname", "name")
_CHOICES = (
    SCOPE,
    Choice("model_id", lambda: tr("Territory model"), "text", hint=lambda: tr("Id of the Territory2Model: 0MA...")),
    Choice("type_id", lambda: tr("Territory type"), "text", hint=lambda: tr("Id of the Territory2Type: 0M5...")),
    Choice(
        "access", lambda: tr("Access to accounts"), "choice", "Edit",
        values=(
            ("Read", lambda: tr("read only")), ("Edit", lambda: tr("read and write")), ("All", lambda: tr("as owner")),
        ),
    ),
    Choice("role", lambda: tr("Role of the rep"), "text", hint=lambda: tr("RoleInTerritory2, e.g. Account Executive")),
    Choice(
        "territory_ids", lambda: tr("List of territories"), "file", suffixes=_CSV,
        hint=lambda: tr("CSV with Id and DeveloperName or Name: a report, or Data Loader's success file"),
    ),
    Choice("user_ids", lambda: tr("List of users"), "file", suffixes=_CSV, hint=lambda: tr("CSV with Id and Name")),
    Choice(
        "account_ids", lambda: tr("List of accounts"), "file", suffixes=_CSV,
        hint=lambda: tr("CSV with Id and AccountNumber or Name, where the plan's keys are no Ids"),
    ),
    Choice(
        "associations", lambda: tr("Present associations"), "file", suffixes=_CSV,
        hint=lambda: tr("CSV with Id, ObjectId, Territory2Id: what accounts leave is listed to be deleted"),
    ),
)  # fmt: skip


@exporter(
    "salesforce", label=lambda: tr("Salesforce territories (CSV for Data Loader)"), what=("all",), extension="zip",
    choices=_CHOICES, labels=lambda: {"all": tr("Territories, users and accounts")}, group="crm",
)  # fmt: skip
def write_salesforce(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the files and a readme that tells their order."""
    rows = told(view, options.text("scope"))
    known = _Known.read(options)
    tree = _Tree.of(view, known)
    accounts = record_ids(view, rows, salesforce_id, known.accounts)
    files = [
        *_territory_files(view, rows, options, tree),
        _user_file(view, rows, options, tree, known),
        _delete_file(view, options, accounts, tree.ids),
        _account_file(view, rows, tree, accounts),
        unit_file(view, rows),
        left_out_file(view, rows, accounts, tr("The account has no Salesforce Id.")),
    ]
    has_accounts = bool(accounts) or not len(rows.accounts)
    write_archive(path, view.plan.info.title, files, _notes(options, tree, has_accounts), options)


@dataclass(frozen=True)
class _Known:
    """Ids out of the reports that were given, by name."""

    territories: dict[str, str]
    users: dict[str, str]
    accounts: dict[str, str]

    @classmethod
    def read(cls, options: ExportOptions) -> _Known:
        territory_ids = ("id", "territory2id", "territoryid")
        return cls(
            read_ids(options.file("territory_ids"), _TERRITORY_NAMES, territory_ids),
            read_ids(options.file("user_ids"), ("name", "username", "email", "fullname"), ("id", "userid")),
            read_ids(options.file("account_ids"), _ACCOUNT_NAMES, ("id", "accountid", "accountid18")),
        )

    def territory(self, name: str, developer_name: str) -> str:
        found = self.territories.get(same_name(developer_name)) or self.territories.get(same_name(name))
        return salesforce_id(found or "")


@dataclass(frozen=True)
class _Tree:
    """Territories and their regions, which are territories too in Salesforce: developer names and Ids, "" = none."""

    names: list[str]  # (T,)
    ids: list[str]  # (T,)
    region_names: dict[int, str]  # by region_id
    region_ids: dict[int, str]

    @classmethod
    def of(cls, view: ExportView, known: _Known) -> _Tree:
        territories, regions = view.plan.territories, view.plan.regions
        names = developer_names([*(t.name for t in territories), *(region.name for region in regions)])
        own, above = names[: len(territories)], names[len(territories) :]
        return cls(
            own,
            [known.territory(t.name, name) for t, name in zip(territories, own, strict=True)],
            {region.region_id: name for region, name in zip(regions, above, strict=True)},
            {r.region_id: known.territory(r.name, name) for r, name in zip(regions, above, strict=True)},
        )

    def parent(self, region_id: int | None) -> str:
        """Return the Id of the region above."""
        return self.region_ids.get(region_id, "") if region_id is not None else ""

    @property
    def is_whole(self) -> bool:
        return all(self.ids) and all(self.region_ids.values())


def developer_names(names: Sequence[str]) -> list[str]:
    """Return unique DeveloperNames: letters, digits and single underscores, beginning with a letter.

    >>> developer_names(["North & West", "north west", "2nd", "Ö"])
    ['North_West', 'north_west_2', 'T_2nd', 'O']
    """
    taken: set[str] = set()
    out = []
    for number, name in enumerate(names, 1):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^0-9A-Za-z]+", "_", plain).strip("_")
        if not stem:
            stem = f"Territory_{number}"
        elif not stem[0].isalpha():
            stem = f"T_{stem}"
        stem = stem[:NAME_LENGTH].rstrip("_")
        candidate, n = stem, 1
        while candidate.casefold() in taken:
            n += 1
            end = f"_{n}"
            candidate = stem[: NAME_LENGTH - len(end)].rstrip("_") + end
        taken.add(candidate.casefold())
        out.append(candidate)
    return out


_TERRITORY_FIELDS = (
    "Name", "DeveloperName", "Territory2ModelId", "Territory2TypeId", "ParentTerritory2Id", "AccountAccessLevel",
    "OpportunityAccessLevel", "CaseAccessLevel", "Description",
)  # fmt: skip
_EXACT = frozenset({"Id", "DeveloperName", "Territory2ModelId", "Territory2TypeId", "ParentTerritory2Id"})


def _territory_files(view: ExportView, rows: Told, options: ExportOptions, tree: _Tree) -> list[CsvFile]:
    """Return regions and territories that Salesforce does not know yet, and territories that it knows."""
    model, kind, access = _id_or_none(options, "model_id"), _id_or_none(options, "type_id"), options.text("access")
    levels = (access, "Edit" if access == "All" else access, "None")
    reps = view.rep_names()
    above = [
        (
            r.name[:NAME_LENGTH],
            tree.region_names[r.region_id],
            model,
            kind,
            tree.parent(r.parent_region_id),
            *levels,
            "",
        )
        for r in view.plan.regions
        if not tree.region_ids[r.region_id]
    ]
    new, known = [], []
    for ix in range(view.plan.n_territories) if rows.is_whole else rows.territories.tolist():
        territory, name = view.plan.territories[ix], tree.names[ix]
        label, parent = territory.name[:NAME_LENGTH], tree.parent(territory.region_id)
        about = tr("Rep: {name}", name=reps[ix]) if reps[ix] else ""
        if tree.ids[ix]:
            known.append((tree.ids[ix], label, name, parent, access, about))
        else:
            new.append((label, name, model, kind, parent, *levels, about))
    regions_first = tr("Data Loader: Insert into Territory2, first: regions, below which the territories are.")
    renamed = tr("Data Loader: Update Territory2. Only needed where names or regions have changed.")
    update = ("Id", "Name", "DeveloperName", "ParentTerritory2Id", "AccountAccessLevel", "Description")
    return [
        CsvFile("Territory2_regions_insert.csv", _TERRITORY_FIELDS, above, regions_first, _EXACT),
        CsvFile("Territory2_insert.csv", _TERRITORY_FIELDS, new, tr("Data Loader: Insert into Territory2."), _EXACT),
        CsvFile("Territory2_update.csv", update, known, renamed, _EXACT),
    ]


def _user_file(view: ExportView, rows: Told, options: ExportOptions, tree: _Tree, known: _Known) -> CsvFile:
    reps, role = view.rep_names(), options.text("role")
    out = []
    for ix in rows.territories.tolist():
        if reps[ix]:
            user = salesforce_id(known.users.get(same_name(str(reps[ix])), ""))
            out.append((user, tree.ids[ix], role, str(reps[ix]), view.plan.territories[ix].name, tree.names[ix]))
    return CsvFile(
        "UserTerritory2Association_insert.csv",
        ("UserId", "Territory2Id", "RoleInTerritory2", "Rep", "Territory", "DeveloperName"),
        out,
        tr("Data Loader: Insert into UserTerritory2Association. Map UserId, Territory2Id, RoleInTerritory2 only."),
        frozenset({"UserId", "Territory2Id", "DeveloperName"}),
    )


def _account_file(view: ExportView, rows: Told, tree: _Tree, accounts: dict[int, str]) -> CsvFile:
    owner = view.account_territory
    out = [
        (accounts[a], tree.ids[owner[a]], CAUSE, view.plan.territories[owner[a]].name, tree.names[owner[a]])
        for a in rows.accounts.tolist()
        if a in accounts and owner[a] >= 0
    ]
    return CsvFile(
        "ObjectTerritory2Association_insert.csv",
        ("ObjectId", "Territory2Id", "AssociationCause", "Territory", "DeveloperName"),
        out,
        tr("Data Loader: Insert into ObjectTerritory2Association. Map ObjectId, Territory2Id, AssociationCause only."),
        frozenset({"ObjectId", "Territory2Id", "DeveloperName"}),
    )


def _delete_file(view: ExportView, options: ExportOptions, accounts: dict[int, str], ids: Sequence[str]) -> CsvFile:
    """Return the present associations of the accounts told that are with another territory than the plan says."""
    path = options.file("associations")
    owner = view.account_territory
    wanted = {record: ids[owner[a]] if owner[a] >= 0 else "" for a, record in accounts.items()}
    out = []
    for row in read_rows(path) if path is not None else []:
        association = salesforce_id(row.get("id", ""))
        record = salesforce_id(row.get("objectid", "") or row.get("accountid", ""))
        now = salesforce_id(row.get("territory2id", "") or row.get("territoryid", ""))
        cause = row.get(folded("AssociationCause"), CAUSE)
        if association and record in wanted and now != wanted[record] and cause in ("", CAUSE):
            out.append((association, record, now))
    return CsvFile(
        "ObjectTerritory2Association_delete.csv",
        ("Id", "ObjectId", "Territory2Id"),
        out,
        tr("Data Loader: Delete from ObjectTerritory2Association, by Id: what accounts leave. Before the next file."),
        frozenset({"Id", "ObjectId", "Territory2Id"}),
    )


def _id_or_none(options: ExportOptions, name: str) -> str:
    text = options.text(name)
    if text and not salesforce_id(text):
        raise UserError(
            tr("{value} is no Salesforce Id.", value=repr(text)),
            tr("An Id has 15 or 18 letters and digits: copy it out of the address of the record."),
        )
    return salesforce_id(text)


def _notes(options: ExportOptions, tree: _Tree, has_accounts: bool) -> list[str]:
    notes = [
        tr("Columns that hold no Id (Rep, Territory, DeveloperName) are for reading: leave them unmapped."),
        tr("The territory model must be in the state Planning, or be activated again after loading."),
    ]
    if not has_accounts:
        notes.append(
            tr(
                "No account has a Salesforce Id for its key. Export SELECT Id, AccountNumber, Name FROM Account and "
                "give it as account_ids: accounts are then found by number or name."
            )
        )
    if not tree.is_whole:
        notes.append(
            tr(
                "Some territories or regions have no Id yet, so columns with it are empty. Load Territory2 first, then "
                "export again with Data Loader's success file as territory_ids: the Ids will be filled in."
            )
        )
    if not options.text("model_id") or not options.text("type_id"):
        notes.append(tr("Territory2ModelId, Territory2TypeId: give model_id and type_id, or fill in what is empty."))
    if options.file("associations") is None:
        notes.append(
            tr(
                "Accounts that leave a territory keep it until its association is deleted. Export "
                "SELECT Id, ObjectId, Territory2Id, AssociationCause FROM ObjectTerritory2Association and give it as "
                "associations: then there is a file of what to delete."
            )
        )
    return notes
