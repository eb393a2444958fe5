"""Why the chosen lines are conflicts, what can be done, for these or all of their cause, and what would happen.

Owns the box; mendings are session.coverage_issues'.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from territorymap.i18n import ntr, tr
from territorymap.metrics.coverage.findings import Finding
from territorymap.session.coverage_issues.kind_words import cause_label, cause_meaning, kind_label
from territorymap.session.coverage_issues.mending import Mending, mendings
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.coverage_issues.reasons import why
from territorymap.session.session import Session
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import plain_tip

_CHOSEN, _ALL = "chosen", "all"


class MendBox(QWidget):
    """Follows the lines that are chosen."""

    wanted = Signal(object)  # Mending

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._look: Look | None = None
        self._chosen: Sequence[Finding] = ()
        self._all: Sequence[Finding] = ()
        self._meant: Sequence[Finding] = ()  # of these two
        self._can_write = False
        self._ways: list[Mending] = []
        self._wants_all = False  # by hand
        self._wanted_way = ""  # by hand
        self._build()

    def _build(self) -> None:
        self.heading, self.why, self.effect = _label(), _label(), _label()
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.why.setAccessibleName(tr("Why this is a conflict"))
        self.effect.setAccessibleName(tr("What would happen"))
        self.effect.setProperty("role", "muted")
        self.whom = QComboBox()
        self.whom.setAccessibleName(tr("For which"))
        self.whom.activated.connect(self._whom_chosen)
        self.way = QComboBox()
        self.way.setAccessibleName(tr("Mending"))
        self.way.activated.connect(self._way_chosen)
        for box in (self.whom, self.way):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
        self.mend = QPushButton(tr("&Mend"))
        self.mend.setToolTip(tr("Do what stands here as one step, which Undo takes back"))
        self.mend.clicked.connect(self._do)
        row = QHBoxLayout()
        row.addWidget(self.whom, 1)
        row.addWidget(self.way, 2)
        row.addWidget(self.mend)
        self.bar = QWidget()
        pad = ems(self, 1)
        row.setContentsMargins(pad, ems(self, 0.6), pad, ems(self, 0.6))
        self.bar.setLayout(row)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(ems(self, 0.8))
        for widget in (self.heading, self.why, self.effect):
            column.addWidget(widget)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.bar)  # always in reach, however long the reasons are

    def show_findings(
        self,
        session: Session | None,
        look: Look | None,
        chosen: Sequence[Finding],
        every: Sequence[Finding],
        *,
        can_write: bool,
    ) -> None:
        """Show why the chosen ones are found; ``every``: all of the same cause, where there is one cause."""
        self._session, self._look, self._can_write = session, look, can_write
        self._chosen = chosen if len({(f.kind, f.cause) for f in chosen}) <= 1 else ()
        self._all = every if len({(f.kind, f.cause) for f in every}) == 1 else ()
        first = next(iter(chosen), next(iter(self._all), None))
        self.heading.setVisible(first is not None)
        if first is not None:
            kind, cause = kind_label(first.kind), cause_label(first.kind, first.cause)
            self.heading.setText(tr("{kind}: {cause}", kind=kind, cause=cause))
        if look is not None and len(chosen) == 1:
            self.why.setText(why(look, chosen[0]))
        elif first is not None:
            self.why.setText(cause_meaning(first.kind, first.cause))
        else:
            self.why.setText("")
        self._fill_whom()

    def _fill_whom(self) -> None:
        self.whom.clear()
        if self._chosen:
            self.whom.addItem(ntr("the chosen one", "the {n} chosen", len(self._chosen)), _CHOSEN)
        if len(self._all) > 1 or (self._all and not self._chosen):
            self.whom.addItem(ntr("the one there is", "all {n} of this cause", len(self._all)), _ALL)
        self.whom.setCurrentIndex(max(0, self.whom.findData(_ALL if self._wants_all else _CHOSEN)))
        self._offer()

    def _whom_chosen(self) -> None:
        self._wants_all = self.whom.currentData() == _ALL
        self._offer()

    def _offer(self) -> None:
        """List what can be done about those that are meant."""
        self._meant = self._all if self.whom.currentData() == _ALL else self._chosen
        self._ways = []
        if self._session is not None and self._look is not None and self._can_write:
            self._ways = mendings(self._session, self._look, self._meant)
        self.way.clear()
        for mending in self._ways:
            self.way.addItem(mending.label, mending.name)
            self.way.setItemData(self.way.count() - 1, mending.label, Qt.ItemDataRole.ToolTipRole)
        self.way.setCurrentIndex(max(0, self.way.findData(self._wanted_way)))
        self._say_effect()

    def _way_chosen(self) -> None:
        self._wanted_way = str(self.way.currentData())
        self._say_effect()

    def _say_effect(self) -> None:
        at = self.way.currentIndex()
        has_way = 0 <= at < len(self._ways)
        self.bar.setVisible(has_way)
        self.mend.setEnabled(has_way)
        if has_way:
            self.effect.setText("\n".join(self._ways[at].effect))
            self.mend.setToolTip(plain_tip(self.effect.text()))
            self.way.setToolTip(self._ways[at].label)
        elif not self._can_write:
            self.effect.setText(tr("The plan is open for reading only.") if self._chosen or self._all else "")
        elif len(self._meant) > 1:
            self.effect.setText(tr("No one mending fits all of these. Choose a line: each may have its own."))
        elif self._chosen or self._all:
            self.effect.setText(
                tr("The program has no mending for this. The accounts and units are shown on the map; edit them there.")
            )
        else:
            self.effect.setText("")

    def _do(self) -> None:
        at = self.way.currentIndex()
        if 0 <= at < len(self._ways):
            self.wanted.emit(self._ways[at])


def _label() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
