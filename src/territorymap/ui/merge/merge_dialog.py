"""What a colleague's file would bring, before anything is written: counts, their steps, the conflicts; then Merge.

Owns the dialog; the comparison and the step are session.merging's.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import moment, ntr, number, tr
from territorymap.model.merging import MergeConflict, MergeReport
from territorymap.session.changelog.log import step_moment
from territorymap.session.merge_preview import TAKES, Fork, Incoming
from territorymap.ui.changes.model import ChangeModel
from territorymap.ui.dialogs.form import muted
from territorymap.ui.help.asking import add_help_button
from territorymap.ui.merge.conflict_model import who_and_when
from territorymap.ui.merge.work import Preview
from territorymap.ui.parts.scale import ems, scaled
from territorymap.ui.parts.tables import Table, dress_table

MINE, THEIRS = "mine", "theirs"


class MergeDialog(QDialog):
    """Shows a prepared merge; accepted, it is to be done."""

    def __init__(self, preview: Preview, plan_title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        report = preview.report
        self.preview = preview
        self.setWindowTitle(tr("Merge") if report.has_common_past else tr("Import from another plan"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(ems(self, 124), ems(self, 66))
        column = QVBoxLayout(self)
        margin = ems(self, 2)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(ems(self, 1.2))
        head = QLabel(tr("“{file}” into “{plan}”", file=preview.name, plan=plan_title))
        head.setFont(scaled(self.font(), 1.2, bold=True))
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        column.addWidget(head)
        column.addWidget(muted(_past_in_words(preview.fork, report)))
        column.addLayout(self._figures(report))
        self.tabs = QTabWidget()
        self._fill_tabs(preview)
        column.addWidget(self.tabs, 1)
        for note in report.notes:
            column.addWidget(muted(note))
        column.addWidget(self._choice(report))
        column.addWidget(self._buttons(report))

    @property
    def prefer(self) -> str:
        """Whose value an open conflict shows."""
        return THEIRS if self.show_theirs.isChecked() else MINE

    def _figures(self, report: MergeReport) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(ems(self, 1))
        alike = tr("changed alike by both") if report.has_common_past else tr("the same in both")
        texts = (
            (report.taken_theirs, tr("taken from the other copy"), tr("What only they changed.")),
            (report.taken_mine, tr("stay as you made them"), tr("What only you changed.")),
            (report.same, alike, tr("Nothing to decide: both have the same.")),
            (len(report.conflicts), tr("conflicts to decide"), tr("Both changed it, each in another way.")),
        )
        self.figures: list[QLabel] = []
        for n, text, tip in texts:
            box = QFrame()
            box.setFrameShape(QFrame.Shape.StyledPanel)
            box.setToolTip(tip)
            figure = QLabel(number(n))
            figure.setFont(scaled(self.font(), 1.8, bold=True))
            is_alarming = n > 0 and text == texts[-1][1]
            if is_alarming:
                figure.setProperty("role", "danger")
            lines = QVBoxLayout(box)
            lines.addWidget(figure)
            lines.addWidget(QLabel(text))
            self.figures.append(figure)
            row.addWidget(box, 1)
        return row

    def _fill_tabs(self, preview: Preview) -> None:
        report, fork = preview.report, preview.fork
        if report.conflicts:
            rows = [_conflict_row(conflict) for conflict in report.conflicts]
            titles = [tr("What"), tr("Field"), tr("Mine"), tr("Theirs"), tr("Before"), tr("Mine by"), tr("Theirs by")]
            self.tabs.addTab(_table(titles, rows), _counted(tr("Conflicts"), len(rows)))
        if report.has_common_past and fork.theirs:
            self.tabs.addTab(self._steps(fork), _counted(tr("What they did"), len(fork.theirs)))
        if preview.incoming:
            rows = [_incoming_row(line) for line in preview.incoming]
            titles = [tr("What"), tr("Name"), tr("Field"), tr("Now"), tr("Then")]
            self.tabs.addTab(_table(titles, rows), _counted(tr("What comes in"), len(rows)))
        titles = [tr("Kind"), tr("Taken from them"), tr("Stay mine"), tr("Alike"), tr("Conflicts")]
        rows = [[kind, *(number(n[take]) if n[take] else "" for take in TAKES)] for kind, n in preview.by_kind.items()]
        self.tabs.addTab(_table(titles, rows), tr("By kind"))

    def _steps(self, fork: Fork) -> Table:
        model = ChangeModel(self)
        model.show(fork.log, fork.theirs)
        view = Table()
        view.setModel(model)
        dress_table(view, tr("What they did"))
        header = view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return view

    def _choice(self, report: MergeReport) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        self.show_mine = QRadioButton(tr("&My values"))
        self.show_theirs = QRadioButton(tr("&Their values"))
        self.show_mine.setChecked(True)
        self._group = QButtonGroup(self)
        for button in (self.show_mine, self.show_theirs):
            self._group.addButton(button)
        grid.addWidget(QLabel(tr("Until a conflict is decided the plan shows")), 0, 0)
        grid.addWidget(self.show_mine, 0, 1)
        grid.addWidget(self.show_theirs, 0, 2)
        grid.setColumnStretch(3, 1)
        holder.setVisible(bool(report.conflicts))
        return holder

    def _buttons(self, report: MergeReport) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        text = tr("&Merge") if report.has_common_past else tr("&Import")
        self.merge: QPushButton = buttons.addButton(text, QDialogButtonBox.ButtonRole.AcceptRole)
        self.merge.setDefault(True)
        self.merge.setEnabled(not report.is_empty)
        self.merge.setToolTip(tr("One step; undo takes it back. The other file is not changed."))
        close = tr("Cancel") if not report.is_empty else tr("Close")
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        add_help_button(buttons, self)
        return buttons


def _past_in_words(fork: Fork, report: MergeReport) -> str:
    if not report.has_common_past:
        return tr(
            "These plans have no common past, so this is an import: things of the same name, code or key count as the "
            "same. Nothing is written before you press Import."
        )
    if report.is_empty:
        return tr("The file brings nothing that this plan has not. Nothing is to be done.")
    theirs = ntr("{n} step in the other copy", "{n} steps in the other copy", len(fork.theirs))
    mine = ntr("{n} step here", "{n} steps here", fork.n_mine)
    step = fork.last_common
    when = step_moment(step) if step is not None else None
    return tr(
        "Both have one history up to “{step}” of {time}. Since then: {theirs}, {mine}. Nothing is written before you "
        "press Merge.",
        step=step.label if step is not None else "",
        time=moment(when) if when is not None else "",
        theirs=theirs,
        mine=mine,
    )


def _conflict_row(conflict: MergeConflict) -> list[str]:
    mine = who_and_when(conflict.mine_author, conflict.mine_at)
    theirs = who_and_when(conflict.theirs_author, conflict.theirs_at)
    texts = [conflict.mine_text, conflict.theirs_text, conflict.base_text]
    return [conflict.title, conflict.field_text, *texts, mine, theirs]


def _incoming_row(line: Incoming) -> list[str]:
    return [line.what, line.name, line.field, line.before, line.after]


def _counted(title: str, n: int) -> str:
    return tr("{title} ({n})", title=title, n=number(n))


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> QTableWidget:
    table = QTableWidget(len(rows), len(titles))
    table.setHorizontalHeaderLabels(list(titles))
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(i, j, item)
    dress_table(table, titles[0])
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.resizeColumnsToContents()
    header.setStretchLastSection(True)
    return table
