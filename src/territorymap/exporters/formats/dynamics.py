"""Dynamics 365 Sales: the table Territory and the accounts' territory, as its import of CSV files takes them.

Owns Dynamics' columns: an update is known by the hidden three columns of an export for re-import.
"""

from __future__ import annotations

from pathlib import Path

from territorymap.exporters.choices import Choice
from territorymap.exporters.crm.archive import CsvFile, write_archive
from territorymap.exporters.crm.changes import SCOPE, told
from territorymap.exporters.crm.files import left_out_file, record_ids, unit_file
from territorymap.exporters.crm.id_list import read_ids, read_rows
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.model.crm_ids import dynamics_id

NAME_LENGTH = 200
GUID, CHECKSUM, MODIFIED = "(Do Not Modify) Account", "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On"
_GUIDS = ("donotmodifyaccount", "accountid", "account", "id")
_NAMES = ("accountnumber", "accountkey", "accountname", "name")
_CHOICES = (
    SCOPE,
    Choice("owner", lambda: tr("Make the rep the account's owner"), "flag", False),
    Choice(
        "export", lambda: tr("List of accounts"), "file", suffixes=(".csv", ".txt"),
        hint=lambda: tr("Accounts exported from Dynamics for re-import, as CSV"),
    ),
)  # fmt: skip


@exporter(
    "dynamics", label=lambda: tr("Dynamics 365 territories (CSV import)"), what=("all",), extension="zip",
    choices=_CHOICES, labels=lambda: {"all": tr("Territories and accounts")}, group="crm",
)  # fmt: skip
def write_dynamics(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write territories, accounts and a readme."""
    rows = told(view, options.text("scope"))
    exported = options.file("export")
    records = record_ids(view, rows, dynamics_id, read_ids(exported, _NAMES, _GUIDS))
    hidden = _hidden_columns(exported)
    reps, names, owner = view.rep_names(), view.territory_names(), view.account_territory
    territories = [
        (view.plan.territories[ix].name[:NAME_LENGTH], str(reps[ix]))
        for ix in (range(view.plan.n_territories) if rows.is_whole else rows.territories.tolist())
    ]
    accounts = []
    for a, record in records.items():
        checksum, modified = hidden.get(record, ("", ""))
        row = (record, checksum, modified, str(view.plan.accounts.name[a] or ""), str(names[owner[a]])[:NAME_LENGTH])
        accounts.append((*row, str(reps[owner[a]])) if options.flag("owner") else row)
    headers = (GUID, CHECKSUM, MODIFIED, "Account Name", "Territory", *(["Owner"] if options.flag("owner") else []))
    files = [
        CsvFile(
            "territories.csv",
            ("Territory Name", "Manager"),
            territories,
            tr("Import into the table Territory; those that are there already are duplicates, and stay."),
        ),
        CsvFile(
            "accounts.csv",
            headers,
            accounts,
            tr("Import into the table Account, after the territories: it updates the accounts by their GUID."),
            frozenset({GUID, CHECKSUM, MODIFIED}),
        ),
        unit_file(view, rows),
        left_out_file(view, rows, records, tr("The account has no GUID of Dynamics.")),
    ]
    notes = [tr("Managers and owners are found by their full name, and must be users of Dynamics.")]
    if exported is None:
        notes.append(
            tr(
                "Without an export for re-import, row checksum and modified date are empty. Dynamics compares them; if "
                "it refuses the file, export the accounts for re-import and give that file as export."
            )
        )
    write_archive(path, view.plan.info.title, files, notes, options)


def _hidden_columns(path: Path | None) -> dict[str, tuple[str, str]]:
    """Return GUID -> (row checksum, modified on), as Dynamics wrote them; only what no spreadsheet would run."""
    found = {}
    for row in read_rows(path) if path is not None else []:
        record = next((dynamics_id(row[name]) for name in _GUIDS if dynamics_id(row.get(name, ""))), "")
        checksum, modified = row.get("donotmodifyrowchecksum", ""), row.get("donotmodifymodifiedon", "")
        if record and not any(text.startswith(("=", "+", "-", "@")) for text in (checksum, modified)):
            found[record] = (checksum, modified)
    return found
