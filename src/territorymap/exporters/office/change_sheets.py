"""Sheets of what changes against the baseline: rep by rep, every move, territories old and new.

Owns headings and number formats; the rows are who's and exporters.move_tables'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from territorymap.exporters.office.headings import Field, field_of
from territorymap.exporters.office.who import Part, parts_of
from territorymap.exporters.tables import Column
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.mapview.strings import measure_labels
from territorymap.model.units import strings


def rep_fields(view: ExportView) -> list[Field]:
    """Return a row a rep: what it has in the baseline, keeps, loses, gains and has now, of each amount."""
    if view.baseline is None:
        return []
    names = [rep.name for rep in view.plan.reps]
    fields = [field_of(Column("rep", strings(names)), tr("Rep"))]
    labels = measure_labels(view.plan)
    for part in parts_of(view.plan, view.baseline):
        fields += _part_fields(part, labels.get(part.name, part.name))
    return fields


def _part_fields(part: Part, label: str) -> list[Field]:
    columns = (
        ("base", part.base, tr("{measure}: baseline", measure=label)),
        ("kept", part.kept, tr("{measure}: kept", measure=label)),
        ("lost", part.lost, tr("{measure}: lost", measure=label)),
        ("gained", part.gained, tr("{measure}: gained", measure=label)),
        ("now", part.now, tr("{measure}: now", measure=label)),
    )
    return [field_of(Column(f"{part.name}_{name}", values[:-1]), title) for name, values, title in columns]


def dressed(view: ExportView, columns: list[Column]) -> list[Field]:
    """Return the columns of moves, or of territories old and new, with headings and words for people."""
    labels = measure_labels(view.plan)
    titles = _titles()
    words = _words()
    fields = []
    for column in columns:
        kind, title = _figure(column.name, labels)
        column = replace(column, kind=kind or column.kind)
        if column.name in ("kind", "change"):
            shown = [words.get(str(value), str(value)) for value in column.values]
            column = replace(column, values=strings(shown))
        fields.append(field_of(column, title or titles.get(column.name, column.name)))
    return fields


def _figure(name: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """Return how a column's numbers read and its heading, where it is a figure of a measure."""
    if name in ("kept_share",):
        return "percent", ""
    for measure, label in labels.items():
        hours = "hours" if measure == "workload_h" else ""
        found = {
            measure: (hours, label),
            f"{measure}_before": (hours, tr("{measure} before", measure=label)),
            f"{measure}_after": (hours, tr("{measure} after", measure=label)),
            f"{measure}_index_before": ("index", tr("Index before: {measure}", measure=label)),
            f"{measure}_index_after": ("index", tr("Index after: {measure}", measure=label)),
        }.get(name)
        if found is not None:
            return found
    return "", ""


def _titles() -> dict[str, str]:
    return {
        "kind": tr("Kind"),
        "key": tr("Key"),
        "name": tr("Name"),
        "change": tr("Change"),
        "from_territory": tr("From territory"),
        "to_territory": tr("To territory"),
        "from_rep": tr("From rep"),
        "to_rep": tr("To rep"),
        "unit_code": tr("Unit code"),
        "days_since_change": tr("Days since last change"),
        "territory_before": tr("Territory before"),
        "territory_after": tr("Territory after"),
        "rep_before": tr("Rep before"),
        "rep_after": tr("Rep after"),
        "kept_share": tr("Share kept"),
        "kept_accounts": tr("Accounts kept"),
        "kept_units": tr("Units kept"),
    }


def _words() -> dict[str, str]:
    return {
        "account": tr("account"),
        "unit": tr("unit"),
        "moved": tr("moved"),
        "assigned": tr("assigned"),
        "unassigned": tr("unassigned"),
        "rep": tr("other rep"),
        "created": tr("created"),
        "deleted": tr("deleted"),
        "kept": tr("kept"),
    }
