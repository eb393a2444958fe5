"""HubSpot: companies with their owner and territory property, as its import takes them, and the property's options.

Owns HubSpot's columns; blank cells leave a property as it is there.
"""

from __future__ import annotations

from pathlib import Path

from territorymap.errors import UserError
from territorymap.exporters.choices import Choice
from territorymap.exporters.crm.archive import CsvFile, write_archive
from territorymap.exporters.crm.changes import SCOPE, told
from territorymap.exporters.crm.files import left_out_file, record_ids, unit_file
from territorymap.exporters.crm.id_list import read_ids, same_name
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.model.crm_ids import hubspot_id

_CSV = (".csv", ".txt")
_COMPANY_NAMES = ("companyname", "name", "accountkey", "externalid")
_CHOICES = (
    SCOPE,
    Choice(
        "property", lambda: tr("Property"), "text", "Territory",
        hint=lambda: tr("Label of the company property that holds the territory"),
    ),
    Choice("owner", lambda: tr("Make the rep the company's owner"), "flag", True),
    Choice(
        "user_emails", lambda: tr("List of users"), "file", suffixes=_CSV,
        hint=lambda: tr("CSV with Name and Email, where names alone do not tell"),
    ),
    Choice(
        "record_ids", lambda: tr("List of companies"), "file", suffixes=_CSV,
        hint=lambda: tr("CSV with Record ID and Company name, where the plan's keys are no record IDs"),
    ),
)  # fmt: skip


@exporter(
    "hubspot", label=lambda: tr("HubSpot companies (CSV import)"), what=("all",), extension="zip", choices=_CHOICES,
    labels=lambda: {"all": tr("Companies with owner and territory")}, group="crm",
)  # fmt: skip
def write_hubspot(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the companies, the options of the property, and a readme."""
    name = options.text("property").strip()
    if not name or name.casefold() in ("record id", "company owner"):
        raise UserError(
            tr("{name} cannot be the territory's property.", name=repr(name)),
            tr("Give the label of a company property of HubSpot, e.g. Territory."),
        )
    rows = told(view, options.text("scope"))
    known = read_ids(options.file("record_ids"), _COMPANY_NAMES, ("recordid", "id"))
    emails = read_ids(options.file("user_emails"), ("name", "fullname"), ("email",))
    records = record_ids(view, rows, hubspot_id, known)
    owner, names, reps = view.account_territory, view.territory_names(), view.rep_names()
    companies: list[tuple[str, ...]] = []
    without: list[tuple[str, ...]] = []
    for a, record in records.items():
        rep = str(reps[owner[a]])
        row = (record, str(names[owner[a]]), emails.get(same_name(rep), rep))
        (companies if owner[a] >= 0 else without).append(row if options.flag("owner") else row[:2])
    headers = ("Record ID", name, "Company owner") if options.flag("owner") else ("Record ID", name)
    exact = frozenset({"Record ID"})
    files = [
        CsvFile(
            "territory_options.csv",
            ("Label", "Internal name"),
            [(t.name, t.name) for t in view.plan.territories],
            tr("Options of the property {name}, if it is a drop-down: add those that are missing.", name=name),
        ),
        CsvFile("companies.csv", headers, companies, tr("Import > Companies > Update existing records."), exact),
        CsvFile(
            "companies_without_territory.csv",
            headers,
            without,
            tr("An import cannot empty a property: clear it in HubSpot for these (filter by Record ID, edit, clear)."),
            exact,
        ),
        unit_file(view, rows),
        left_out_file(view, rows, records, tr("The account has no HubSpot record ID.")),
    ]
    notes = [
        tr("Owners are matched by name or email, and must be active users of HubSpot."),
        tr("In HubSpot, Record ID is the unique identifier of the import."),
    ]
    write_archive(path, view.plan.info.title, files, notes, options)
