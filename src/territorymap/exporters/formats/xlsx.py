"""XLSX: the plan as a workbook with summary, tables, charts and definitions; or one table alone.

Owns what can be chosen of it; the sheets are office's.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from territorymap.exporters.choices import Choice
from territorymap.exporters.ranges import BRIDGE, ROWS
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.metrics.regions import region_lines

_RANGES = Choice("ranges", lambda: tr("With a sheet of ranges, such as 02101-02199"), "flag", what=("all",))
_LOG = Choice("log", lambda: tr("With the change log: who moved what, when and why"), "flag", what=("all",))
_COVERAGE = Choice(
    "coverage",
    lambda: tr("Sheets of conflicts, gaps and hand-overs"),
    "choice",
    values=(
        ("auto", lambda: tr("if the plan has several alignments")),
        ("yes", lambda: tr("with them")),
        ("no", lambda: tr("without them")),
    ),
    what=("all",),
)
_WHOLE = ("summary", "territories", "units", "accounts", "definitions")


@exporter(
    "xlsx",
    label=lambda: tr("Excel workbook"),
    what=(
        *("all", "territories", "units", "accounts", "regions", "ranges", "moves", "territory_changes"),
        *("scorecards", "rep_list", "teams", "metrics"),
    ),
    choices=(_RANGES, _LOG, _COVERAGE, ROWS, BRIDGE),
    labels=lambda: {"all": tr("Workbook with summary, charts and all tables")},
    group="office",
)
def write_xlsx(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the workbook; one content alone is one sheet."""
    from territorymap.exporters.office.workbook import write_workbook

    contents = list(_WHOLE) if what == "all" else [what]
    if what == "all" and region_lines(view.plan):
        contents.insert(contents.index("territories") + 1, "regions")
    if what == "all" and view.baseline is not None:
        contents.insert(-1, "reps")
    if what == "all" and view.comparison is not None:
        contents[-1:-1] = ["territory_changes", "moves"]
    if what == "all" and view.plan.conflicts:
        contents.insert(-1, "conflicts")
    if what == "all" and _tells_coverage(view, options.text("coverage")):
        contents[-1:-1] = ["coverage", "handovers"]
    if what == "all" and options.flag("ranges"):
        contents.insert(-1, "ranges")
    if what == "all" and options.flag("log") and view.log is not None:
        contents.insert(-1, "log")
    write_workbook(view, path, contents, options, date.today())


def _tells_coverage(view: ExportView, wanted: str) -> bool:
    return view.lists is not None and (wanted == "yes" or (wanted == "auto" and len(view.plan.alignments) > 1))
