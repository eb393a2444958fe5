"""What the columns of a file can mean, as choices for people, and what is missing.

Owns the wording; fields and guesses are importers/.
"""

from __future__ import annotations

from territorymap.i18n import tr
from territorymap.importers.columns import ColumnMap
from territorymap.importers.fields import MEASURE, SEGMENT, SKIP, fields_of

_PARTNER_KINDS = ("partners", "credentials", "partner_figures")
_PLACES = ("postal_code", "city", "lon", "unit_code")


def choices(kind: str) -> list[tuple[str, str]]:
    """Return (role, text) of everything a column can mean; an empty text is a line between groups."""
    entries = [(SKIP, tr("Not imported")), ("", "")]
    if kind == "accounts":
        entries += [(MEASURE, tr("Measure (summed)")), (SEGMENT, tr("Segment (text)")), ("", "")]
    if kind == "metrics":
        entries += [(MEASURE, tr("A metric of its own")), ("", "")]
    return entries + [(field.name, field.label()) for field in fields_of(kind)]


def problem(columns: ColumnMap) -> str:
    """Return what is missing before the file can be used, "" if nothing."""
    fields = columns.fields
    if columns.kind == "alignment":
        if "unit_code" not in fields:
            return tr("Say which column holds the unit code.")
        return "" if "territory" in fields else tr("Say which column holds the territory.")
    if columns.kind == "assignment":
        if "account_key" not in fields:
            return tr("Say which column holds the account's key.")
        return "" if "territory" in fields else tr("Say which column holds the territory.")
    if columns.kind == "metrics":
        if not {"rep", "territory"} & fields.keys():
            return tr("Say which column holds the rep or the territory.")
        if columns.measures or {"metric", "value"} <= fields.keys():
            return ""
        return tr("Say which columns are metrics, or which hold the name and the value of a metric.")
    if columns.kind == "deals":
        has_account = "account_key" in fields or "account_name" in fields
        return "" if has_account else tr("Say which column holds the account's key or name.")
    if columns.kind in _PARTNER_KINDS:
        return _partner_problem(columns)
    if columns.kind == "reps":
        has_name = "rep_name" in fields or "first_name" in fields or "last_name" in fields
        return "" if has_name else tr("Say which column holds the name of the rep.")
    if not {"account_key", "account_name", *_PLACES} & fields.keys():
        return tr("Say which column holds the name of the account, or its postal code.")
    return ""


def _partner_problem(columns: ColumnMap) -> str:
    fields = columns.fields
    if "partner" not in fields:
        return tr("Say which column holds the name of the partner.")
    if columns.kind == "credentials" and "title" not in fields:
        return tr("Say which column holds the title of the certification or training.")
    if columns.kind == "partner_figures" and "period" not in fields:
        return tr("Say which column holds the period.")
    if columns.kind == "partner_figures" and not {"revenue", "target", "satisfaction"} & fields.keys():
        return tr("Say which column holds revenue, target or satisfaction.")
    return ""


def warning(columns: ColumnMap) -> str:
    """Return what would be worth a second look, "" if nothing."""
    fields = columns.fields
    if columns.kind != "accounts":
        return ""
    if not set(_PLACES) & fields.keys():
        return tr("No column says where the accounts lie; they would come without a place on the map.")
    if ("lon" in fields) != ("lat" in fields):
        return tr("Coordinates need both a longitude and a latitude column.")
    return ""
