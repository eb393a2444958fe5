"""One method of sizing as a card: people, territories, how that came about, and the button that builds so many.

Owns the card; the figures are metrics.capacity's.
"""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from territorymap.i18n import money, ntr, number, percent, tr
from territorymap.metrics.capacity.assumed import Sizing
from territorymap.metrics.capacity.sized import Method, Need
from territorymap.ui import icons
from territorymap.ui.parts.scale import ems, scaled


class MethodCard(QFrame):
    """Shows a method; ``build_wanted`` tells how many territories it makes."""

    build_wanted = Signal(int)
    explanation_wanted = Signal()
    mending_wanted = Signal()  # to where what is missing is filled in

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setObjectName(f"sizing_{name}")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.n_territories = 0
        self.title = QLabel(method_title(name))
        self.title.setProperty("role", "strong")
        self.title.setToolTip(method_tip(name))
        self.big = QLabel()
        self.big.setFont(scaled(self.font(), 1.5, bold=True))
        self.people = QLabel()
        self.split = QLabel()
        self.how = QLabel()
        self.how.setProperty("role", "muted")
        self.button = QPushButton()
        self.button.clicked.connect(self._press)
        self.explain = QToolButton()
        self.explain.setAutoRaise(True)
        self.explain.setIcon(icons.icon("panel-explain"))
        self.explain.setToolTip(tr("How is this computed?"))
        self.explain.setAccessibleName(self.explain.toolTip())
        self.explain.clicked.connect(lambda _checked=False: self.explanation_wanted.emit())
        policy = self.explain.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the titles of all cards stand in one line
        self.explain.setSizePolicy(policy)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.explain)
        layout = QVBoxLayout(self)
        layout.setSpacing(ems(self, 0.4))
        layout.addLayout(top)
        for label in (self.title, self.big, self.people, self.split, self.how):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for label in (self.big, self.people, self.split, self.how):
            layout.addWidget(label)
        layout.addStretch(1)
        layout.addWidget(self.button)

    def _press(self) -> None:
        if self.n_territories:
            self.build_wanted.emit(self.n_territories)
        else:
            self.mending_wanted.emit()

    def show_method(self, method: Method, role: str, sizing: Sizing, currency: str, *, can_build: bool) -> None:
        """Show the figures, or what stands in their way."""
        has_figures = not method.obstacle
        self.n_territories = method.heads(role) if has_figures else 0
        self.people.setVisible(has_figures)
        self.explain.setVisible(has_figures)
        self.split.setVisible(has_figures)
        n = self.n_territories
        if n:
            self.button.setText(ntr("Build {n} territory…", "Build {n} territories…", n))
            self.button.setToolTip(tr("Open Build with this number; everything else is asked there."))
        else:
            self.button.setText(tr("Fill it in…"))
            self.button.setToolTip(tr("Go to what this method assumes"))
        self.button.setEnabled(can_build)
        if not has_figures:
            self.big.setText(tr("Not known"))
            self.how.setText(method.obstacle)
        else:
            self.big.setText(ntr("{n} territory", "{n} territories", n))
            self.people.setText(people_sentence(method))
            self.split.setText(
                tr(
                    "Before rounding: {field} in the field, {inside} inside",
                    field=number(method.field.staff.fte, 2),
                    inside=number(method.inside.staff.fte, 2),
                )
            )
            self.how.setText("\n".join(how_sentences(method, sizing, currency)))
        self.setAccessibleName(f"{self.title.text()}: {self.big.text()}. {self.how.text()}")


def method_title(name: str) -> str:
    """Return what a method is called."""
    return {
        "workload": tr("By workload"),
        "potential": tr("By potential"),
        "funnel": tr("By funnel"),
    }[name]


def method_tip(name: str) -> str:
    """Return one sentence on what a method does."""
    return {
        "workload": tr("Accounts by class × contacts × time, over the hours that a person has for customers."),
        "potential": tr("The share of the potential to be won, over what a person sells a year."),
        "funnel": tr("The new business that the target needs, backwards through the funnel to hours."),
    }[name]


def people_sentence(method: Method) -> str:
    """Return how many people to hire, full-time and part-time."""
    full = method.field.staff.full_time + method.inside.staff.full_time
    part = method.field.staff.part_time + method.inside.staff.part_time
    if not part:
        return ntr("{n} person, full-time", "{n} people, full-time", full)
    return tr(
        "{full} full-time, {part} part-time ({share})",
        full=number(full),
        part=number(part),
        share=percent(method.field.staff.part_fte),
    )


def how_sentences(method: Method, sizing: Sizing, currency: str) -> list[str]:
    """Return how the figures came about, a line a channel that has something to do."""
    lines = []
    for need, is_inside in ((method.field, False), (method.inside, True)):
        if need.n_accounts or need.basis > 0:
            lines.append(_how(method.name, need, sizing, currency, is_inside=is_inside))
    return lines or [tr("No account is in the scope of this alignment.")]


def _how(name: str, need: Need, sizing: Sizing, currency: str, *, is_inside: bool) -> str:
    if name == "workload":
        values = {"hours": number(need.basis), "each": number(need.each)}
        if is_inside:
            return tr("Inside: {hours} h ÷ {each} h a person", **values)
        return tr("Field: {hours} h ÷ {each} h a person", **values)
    if name == "potential":
        values = {"amount": money(need.basis, currency), "each": money(need.each, currency)}
        values["turnover"] = percent(sizing.turnover)
        if is_inside:
            return tr("Inside: {amount} to win ÷ {each} a person, +{turnover} for leavers", **values)
        return tr("Field: {amount} to win ÷ {each} a person, +{turnover} for leavers", **values)
    hours = need.staff.fte * need.each
    values = {"amount": money(need.basis, currency), "each": number(need.each)}
    values["hours"] = number(hours) if math.isfinite(hours) else "–"
    if is_inside:
        return tr("Inside: {amount} new business = {hours} h ÷ {each} h a person", **values)
    return tr("Field: {amount} new business = {hours} h ÷ {each} h a person", **values)
