"""The criteria with their weights as sliders. Owns the rows; what is told goes out through signals.

``weighed`` follows the hand; ``changed`` comes once it rests.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from territorymap.i18n import percent, tr
from territorymap.metrics.capacity.assumed import Criterion, Market
from territorymap.model.plan import Plan
from territorymap.ui import icons
from territorymap.ui.capacity.inputs import Slider
from territorymap.ui.market.words import criterion_sentence
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.scale import ems, lines

_REST_MS = 500  # after the last move of a slider by keys or wheel


class Weights(QScrollArea):
    """A row a criterion."""

    weighed = Signal(object)  # Market
    changed = Signal(object)  # Market
    change_wanted = Signal(int)  # position of the criterion
    remove_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        holder = QWidget()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(ems(self, 1))
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._grid)
        layout.addStretch(1)
        self.setWidget(holder)
        self.market = Market()
        self.sliders: list[Slider] = []
        self._shares: list[QLabel] = []
        self._shape: tuple[object, ...] = ()
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.flush)

    def show_market(self, plan: Plan, market: Market, *, can_write: bool) -> None:
        """Show the criteria; a weight that is just being set stays."""
        if self._rest.isActive() or any(slider.isSliderDown() for slider in self.sliders):
            return
        self.market = market
        shape = (can_write, *((c.name, criterion_sentence(plan, c)) for c in market.criteria))
        if shape != self._shape:
            self._shape = shape
            self._build(plan, can_write)
        most = max([100.0, *(c.weight for c in market.criteria)])
        for slider, criterion in zip(self.sliders, market.criteria, strict=True):
            slider.blockSignals(True)
            slider.setMaximum(round(most))
            slider.setValue(round(criterion.weight))
            slider.blockSignals(False)
        self._show_shares()

    def _build(self, plan: Plan, can_write: bool) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.sliders, self._shares = [], []
        for at, criterion in enumerate(self.market.criteria):
            self._add_row(plan, at, criterion, can_write)
        self._grid.setColumnStretch(1, 2)
        self._grid.setColumnStretch(2, 3)
        n_rows = min(len(self.market.criteria), 5)
        self.setFixedHeight(max(lines(self, 2), lines(self, 2.1) * n_rows))

    def _add_row(self, plan: Plan, at: int, criterion: Criterion, can_write: bool) -> None:
        name = QLabel(criterion.name)
        name.setProperty("role", "strong")
        what = ElidedLabel()
        what.setText(criterion_sentence(plan, criterion))
        what.setProperty("role", "muted")
        slider = Slider(tr("Weight of {name}", name=criterion.name))
        slider.setEnabled(can_write)
        slider.valueChanged.connect(lambda value: self._weigh(at, value))
        slider.sliderReleased.connect(self.flush)
        share = QLabel()
        share.setMinimumWidth(ems(self, 5))
        self.sliders.append(slider)
        self._shares.append(share)
        for column, widget in enumerate((name, what, slider, share)):
            self._grid.addWidget(widget, at, column)
        edit = self._tool("panel-edit", tr("Change {name}", name=criterion.name), can_write)
        edit.clicked.connect(lambda: self.change_wanted.emit(at))
        remove = self._tool("panel-delete", tr("Remove {name}", name=criterion.name), can_write)
        remove.clicked.connect(lambda: self.remove_wanted.emit(at))
        self._grid.addWidget(edit, at, 4)
        self._grid.addWidget(remove, at, 5)

    def _tool(self, icon: str, tip: str, can_write: bool) -> QToolButton:
        button = QToolButton()
        button.setIcon(icons.icon(icon))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        button.setEnabled(can_write)
        return button

    def _weigh(self, at: int, value: int) -> None:
        criteria = list(self.market.criteria)
        criteria[at] = replace(criteria[at], weight=float(value))
        self.market = replace(self.market, criteria=tuple(criteria))
        self._show_shares()
        self.weighed.emit(self.market)
        if not self.sliders[at].isSliderDown():
            self._rest.start()

    def flush(self) -> None:
        """Tell the weights as they are now, once."""
        self._rest.stop()
        self.changed.emit(self.market)

    @property
    def is_weighing(self) -> bool:
        """Whether the planner has moved a slider and it is not told yet."""
        return self._rest.isActive()

    def _show_shares(self) -> None:
        total = sum(criterion.weight for criterion in self.market.criteria)
        for label, criterion in zip(self._shares, self.market.criteria, strict=True):
            label.setText(percent(criterion.weight / total) if total > 0 else "–")
            label.setToolTip(tr("Share of the score"))
