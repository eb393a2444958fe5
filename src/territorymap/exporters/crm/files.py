"""Files that every CRM export brings along: who has each unit, and which accounts were left out and why.

Owns these two; the system's own files are in formats/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from territorymap.exporters.crm.archive import CsvFile
from territorymap.exporters.crm.changes import Told
from territorymap.exporters.crm.id_list import same_name
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.model.crm_ids import same_record

UNITS = "units.csv"
LEFT_OUT = "not_loaded.csv"


def record_ids(view: ExportView, told: Told, check: Callable[[str], str], known: Mapping[str, str]) -> dict[int, str]:
    """Return account_ix -> the system's own Id of each account that is told and has one.

    ``known``: Ids out of a report, by account key or name; else the account's key must be an Id itself.
    """
    accounts = view.plan.accounts
    found = {}
    for a in told.accounts.tolist():
        key, name = str(accounts.key[a] or ""), str(accounts.name[a] or "")
        listed = known.get(same_name(key)) or known.get(same_name(same_record(key))) if key else None
        by_name = known.get(same_name(name)) if name and not listed and not check(key) else None
        record = check(listed or key or "") or check(by_name or "")
        if record:
            found[a] = record
    return found


def unit_file(view: ExportView, told: Told) -> CsvFile:
    """Return who has each unit, for rules by postal code and to be imported as an alignment."""
    units, names, reps = view.plan.units, view.territory_names(), view.rep_names()
    owner = view.plan.unit_territory
    rows = [
        (str(units.code[u]), str(units.name[u] or ""), str(names[owner[u]]), str(reps[owner[u]]))
        for u in told.units.tolist()
    ]
    what = tr("Not to be loaded as it is: who has each unit, for rules by postal code. Territory Map imports it again.")
    return CsvFile(UNITS, ("unit_code", "unit_name", "territory", "rep"), rows, what)


def left_out_file(view: ExportView, told: Told, found: Mapping[int, str], why: str) -> CsvFile:
    """Return the accounts that the system cannot know, because they have no Id of it."""
    accounts, names = view.plan.accounts, view.territory_names()
    owner = view.account_territory
    rows = [
        (str(accounts.key[a] or ""), str(accounts.name[a] or ""), str(names[owner[a]]), why)
        for a in told.accounts.tolist()
        if a not in found
    ]
    what = tr("Not to be loaded: accounts that were left out, and why.")
    return CsvFile(LEFT_OUT, ("account_key", "account_name", "territory", "reason"), rows, what)
