"""How a number is computed: formula, this territory's own numbers, source.

Owns the showing; the explanation comes from metrics.explain.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from territorymap.i18n import tr
from territorymap.metrics.explain import Explanation
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.scale import ems, lines, scaled, tabular


class ExplainDialog(QDialog):
    """Shows one explanation; Copy puts it on the clipboard as text."""

    def __init__(self, explanation: Explanation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.explanation = explanation
        self.setWindowTitle(tr("How is this computed?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        margin = ems(self, 2)
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(ems(self, 1.4))
        heading = _text(explanation.title)
        heading.setFont(scaled(self.font(), 1.2, bold=True))
        layout.addWidget(heading)
        if explanation.meaning:
            layout.addWidget(_text(explanation.meaning))
        layout.addWidget(self._formula_box())
        layout.addWidget(self._numbers(), 1)
        if explanation.source:
            layout.addWidget(muted(explanation.source))
        buttons = QDialogButtonBox()
        copy = buttons.addButton(tr("&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.as_text()))
        close = buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        close.setFocus()
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        width = ems(self, 62)
        self.setMinimumWidth(width)
        # Wrapped text makes a layout taller than its size hint says.
        self.resize(width, layout.totalHeightForWidth(width))

    def as_text(self) -> str:
        """Return the whole explanation as plain text."""
        numbers = [tr("{label}: {value}", label=label, value=value) for label, value in self.explanation.lines]
        e = self.explanation
        parts = [e.title, e.meaning, e.formula, "\n".join(numbers), e.source]
        return "\n\n".join(part for part in parts if part)

    def _formula_box(self) -> QWidget:
        frame = QFrame()
        frame.setFrameShape(QFrame.Shape.StyledPanel)
        frame.setAutoFillBackground(True)
        frame.setBackgroundRole(self.palette().ColorRole.Base)
        formula = _text(self.explanation.formula)
        formula.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        formula.setAccessibleName(tr("Formula"))
        inner = QVBoxLayout(frame)
        pad = ems(self, 1.2)
        inner.setContentsMargins(pad, pad, pad, pad)
        inner.addWidget(formula)
        return frame

    def _numbers(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, ems(self, 1), 0)
        grid.setHorizontalSpacing(ems(self, 3))
        grid.setVerticalSpacing(ems(self, 0.6))
        for row, (label, value) in enumerate(self.explanation.lines):
            number = _text(value)
            number.setFont(tabular(self.font()))
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_text(label), row, 0)
            grid.addWidget(number, row, 1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(len(self.explanation.lines), 1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(holder)
        scroll.setMinimumHeight(min(holder.sizeHint().height() + ems(self, 1.5), lines(self, 24)))
        return scroll


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
