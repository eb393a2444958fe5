"""Which topic belongs to what has the focus: every panel, dialog, planning page, wizard page and map tool.

Owns the table; a test walks all of them. A widget may name its own topic by the property ``help_topic``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QFileDialog, QMessageBox, QStackedWidget, QWidget

from territorymap.ui.help.library import FIRST

PROPERTY = "help_topic"
FILES = "help_topic_of_files"  # of a window, while it asks for a file, see files_about()

# By class name; a class without a line of its own takes that of the class it is made from.
BY_CLASS = {
    # the window
    "StartPage": "welcome",
    "OpeningView": "plan-file",
    "StatusBar": "window",
    "FindBar": "map",
    "NoteBar": "changes",
    "ToolBar": "painting",
    "SelectionBar": "selecting",
    "AlignmentTabs": "alignments",
    "AlignmentCommands": "alignments",
    "SolvingBar": "build",
    "NoticeBar": "plan-file",
    # panels
    "TerritoryPanel": "territories",
    "HistoryPanel": "history",
    "AccountPanel": "accounts",
    "RepPanel": "reps",
    "ListsPanel": "to-do",
    "ComparePanel": "compare",
    "ScenarioPanel": "scenarios",
    "ScenarioCommands": "scenarios",
    "DisruptionPanel": "disruption",
    "ChangesPanel": "changes",
    "ScenesPanel": "presenting",
    "MovesPanel": "next-moves",
    "CoveragePanel": "conflicts",
    "ConflictPanel": "merging",
    "ProposalsPanel": "proposals",
    # planning pages
    "PlanningWindow": "planning",
    "PlanningPage": "planning",
    "MoneyPage": "quota",
    "AlignmentsPage": "alignments",
    "TeamsPage": "teams",
    "RegionsPage": "regions",
    "RulesPage": "role-rules",
    "DealsPage": "deals",
    "HandoverPage": "deals",
    "PartnersPage": "partners",
    "PartnerDeeds": "partners",
    "SizingPage": "sizing",
    "FunnelPage": "funnel",
    "MarketPage": "market",
    "ScorecardPage": "scorecard",
    "RoleMetricsPage": "role-metrics",
    "QuotaPage": "quota",
    "ForecastPage": "forecast",
    "PayPage": "pay",
    "TurnoverPage": "turnover",
    # a new plan, and what comes into it
    "NewPlanDialog": "new-plan",
    "StartChoicePage": "new-plan",
    "UnitsPage": "units",
    "FilePage": "import-accounts",
    "ListPage": "import-lists",
    "RelayerDialog": "relayer",
    "ImportDialog": "import-accounts",
    "AccountImportDialog": "import-accounts",
    "RepImportDialog": "import-lists",
    "AlignmentImportDialog": "import-lists",
    "AssignmentImportDialog": "import-lists",
    "DealImportDialog": "deals",
    "MetricImportDialog": "role-metrics",
    "PartnerImportDialog": "partners",
    # dialogs
    "ExportDialog": "export",
    "SentDialog": "sending",
    "PartDialog": "sending",
    "MergeDialog": "merging",
    "PlanPropertiesDialog": "plan-file",
    "ProgramSettingsDialog": "settings",
    "SettingsDialog": "balance",
    "ConstantsDialog": "workload",
    "ExplainDialog": "metrics",
    "NewTerritoryDialog": "territories",
    "ColorDialog": "territories",
    "ChooseDialog": "territories",
    "OverrideDialog": "overrides",
    "RepDialog": "reps",
    "ScenarioDialog": "scenarios",
    "TakeOverDialog": "scenarios",
    "CapsDialog": "disruption",
    "TakeAsScenarioDialog": "proposals",
    "KeepDialog": "presenting",
    "SolvingDialog": "build",
    "BuildDialog": "build",
    "RebalanceDialog": "rebalance",
    "AlterDialog": "altering",
    "AlignmentDialog": "alignments",
    "RegionDialog": "regions",
    "TeamDialog": "teams",
    "FitDialog": "teams",
    "DealDialog": "deals",
    "TierDialog": "partners",
    "TermsDialog": "partners",
    "RecordForm": "partners",
    "SatisfactionDialog": "accounts",
    "KeyDialog": "funnel",
    "RuleDialog": "sizing",
    "CriterionDialog": "market",
    "GoalDialog": "scorecard",
    "PayPlanDialog": "pay",
    "_EndDialog": "turnover",
    "ValueList": "alignments",
    "CrashDialog": "troubleshooting",
    "BackupDialog": "damage",
    "ReportDialog": "damage",
    "AboutDialog": "welcome",
    "ShortcutSheet": "keyboard",
    "Task": "plan-file",
    "PresenterWindow": "presenting",
}

BY_TOOL = {
    "pan": "map",
    "pick": "selecting",
    "accounts": "selecting",
    "brush": "painting",
    "lasso": "painting",
    "rectangle": "painting",
    "fill": "fill",
    "border": "border",
    "draw": "draw",
    "cut": "cut",
}


def topic_of(widget: QWidget | None, tool: str) -> str:
    """Return the topic of a widget: its own, else that of what it stands in; the map goes by its tool."""
    last = FIRST  # where nothing on the way up has a topic
    while widget is not None:
        found = _own_topic(widget, tool)
        if found:
            return found
        if isinstance(widget, QMessageBox):
            last = "troubleshooting"
        above = widget.parentWidget()
        if isinstance(widget, QFileDialog):
            last = str((above.property(FILES) if above is not None else None) or "plan-file")
        widget = above
    return last


@contextmanager
def files_about(window: QWidget, topic: str) -> Iterator[None]:
    """Let F1 in the file dialog of a whole window be about this; in one of a panel or dialog it is about that."""
    window.setProperty(FILES, topic)
    try:
        yield
    finally:
        window.setProperty(FILES, None)


def _own_topic(widget: QWidget, tool: str) -> str:
    stated = widget.property(PROPERTY)
    if stated:
        return str(stated)
    names = [kind.__name__ for kind in type(widget).__mro__]
    if "MapView" in names:
        return BY_TOOL[tool]
    if names[0] in ("NewPlanDialog", "PlanningWindow"):  # the focus is on its own buttons or list: what is shown counts
        stack = widget.findChild(QStackedWidget)
        page = stack.currentWidget() if stack is not None else None
        inner = _own_topic(page, tool) if page is not None else ""
        if inner:
            return inner
    return next((BY_CLASS[name] for name in names if name in BY_CLASS), "")
