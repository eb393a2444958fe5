"""The numbers that sizing assumes besides classes and rules: time of a person, potential, target. Owns the fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from territorymap.i18n import number, tr
from territorymap.metrics.capacity.assumed import Sizing
from territorymap.metrics.capacity.sized import Sized
from territorymap.model.plan import Plan
from territorymap.ui.capacity.inputs import Chooser, NumberBox, label_for
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import measure_label


class Form(QScrollArea):
    """Fields that tell the assumptions with one of them changed."""

    changed = Signal(object)  # Sizing

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._sizing = Sizing()
        holder = QWidget()
        self.body = QVBoxLayout(holder)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(ems(self, 1.5))
        self.grid.setVerticalSpacing(ems(self, 0.7))
        self.body.addLayout(self.grid)
        self.body.addStretch(1)
        self.setWidget(holder)
        self.boxes: dict[str, NumberBox] = {}

    def set_field(self, key: str, value: object) -> None:
        """Tell the assumptions with a field changed; "field_time.weeks" is one of a part."""
        part, _, name = key.rpartition(".")
        values: dict[str, Any] = {name: value}
        if part:
            values = {part: replace(getattr(self._sizing, part), **values)}
        self.changed.emit(replace(self._sizing, **values))

    def add_box(self, key: str, box: NumberBox, row: int, column: int) -> None:
        """Put a number into the grid."""
        self.boxes[key] = box
        box.when_changed(lambda value: self.set_field(key, value))
        self.grid.addWidget(box, row, column)

    def add_row(self, text: str, row: int, field: QWidget) -> None:
        self.grid.addWidget(label_for(text, field), row, 0)

    def show_boxes(self, *, can_write: bool) -> None:
        """Fill the numbers in."""
        for key, box in self.boxes.items():
            part, _, name = key.rpartition(".")
            holder = getattr(self._sizing, part) if part else self._sizing
            value = getattr(holder, name)
            if value is not None:
                box.show_amount(value)
            box.setEnabled(can_write)


class TimeForm(Form):
    """The year of a full-time person, in the field and inside, and how many may work part-time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for column, text in ((1, tr("In the field")), (2, tr("Inside"))):
            head = QLabel(text)
            head.setProperty("role", "muted")
            self.grid.addWidget(head, 0, column)
        rows: tuple[tuple[str, str, float, bool, str], ...] = (
            ("weeks", tr("&Weeks worked a year"), 53, False, tr("52 less holidays, illness and training")),
            ("hours_week", tr("&Hours a week"), 168, False, tr("Hours worked a week")),
            ("other_share", tr("&Other work"), 1, True, tr("Share of the time for meetings, reports, learning")),
            ("travel_share", tr("&Travel"), 1, True, tr("Share of the time on the road")),
        )
        for row, (key, text, high, is_share, tip) in enumerate(rows, start=1):
            for column, part in ((1, "field_time"), (2, "inside_time")):
                spoken = text.replace("&", "")
                box = NumberBox(spoken, 0, high, digits=0 if is_share else 1, is_share=is_share, tip=tip)
                self.add_box(f"{part}.{key}", box, row, column)
                if column == 1:
                    self.add_row(text, row, box)
        self.result = {"field": QLabel(), "inside": QLabel()}
        self.grid.addWidget(QLabel(tr("Hours for customers a year")), 5, 0)
        for column, label in ((1, self.result["field"]), (2, self.result["inside"])):
            label.setProperty("role", "strong")
            self.grid.addWidget(label, 5, column)
        self.travel = Chooser(tr("Travel is"), tr("Where the time on the road is taken from"))
        self.travel.when_changed(lambda word: self.set_field("travel", word))
        self.add_row(tr("Travel &is"), 6, self.travel)
        self.grid.addWidget(self.travel, 6, 1, 1, 2)
        part_time = NumberBox(tr("A part-timer works"), 0.05, 1.0, is_share=True, tip=tr("Of a full-time person"))
        most = NumberBox(tr("Part-timers at most"), 0.0, 1.0, is_share=True, tip=tr("Share of the people, 0 = nobody"))
        self.add_box("part_fte", part_time, 7, 1)
        self.add_row(tr("A &part-timer works"), 7, part_time)
        self.add_box("max_part_share", most, 8, 1)
        self.add_row(tr("Part-timers at &most"), 8, most)
        self.grid.setColumnStretch(3, 1)

    def show_sized(self, plan: Plan, sizing: Sizing, sized: Sized, *, can_write: bool) -> None:
        """Show the budget and what it leaves for customers."""
        self._sizing = sizing
        self.show_boxes(can_write=can_write)
        for label, hours in zip(self.result.values(), sized.selling_h, strict=True):
            label.setText(tr("{hours} h", hours=number(hours)))
        self.travel.show_choices(
            [
                (tr("a share of the time, as above"), "share"),
                (tr("the drives that the plan estimates, account by account"), "plan"),
            ],
            sizing.travel,
        )
        self.travel.setEnabled(can_write)
        for key in ("field_time.travel_share", "inside_time.travel_share"):
            self.boxes[key].setEnabled(can_write and sizing.travel == "share")


class TargetForm(Form):
    """Potential, what a person sells, and the target that the funnel works towards."""

    funnel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.measures: dict[str, Chooser] = {}
        self._heading(tr("By potential"), 0, 0)
        self._add_measure("potential_key", tr("&Potential is"), 1, 0)
        self._add("win_share", tr("Share to be &won"), 2, 0, 1.0, is_share=True, digits=1)
        self._add("field_sales", tr("A &field person sells a year"), 3, 0, 1e12)
        self._add("inside_sales", tr("An &inside person sells a year"), 4, 0, 1e12)
        leave = tr("Their successors have to be trained: so many more people are needed")
        self._add("turnover", tr("People who &leave a year"), 5, 0, 10.0, is_share=True, tip=leave)
        self._heading(tr("By funnel"), 0, 3)
        self._add_measure("revenue_key", tr("&Revenue is"), 1, 3)
        again = tr("Without being sold anew")
        self._add("retention", tr("Revenue that &comes again"), 2, 3, 1.0, is_share=True, tip=again)
        more = tr("The target is the revenue and so much more, unless an amount is given")
        self._add("growth", tr("&Growth"), 3, 3, 100.0, low=-1.0, is_share=True, tip=more)
        self.is_target = QCheckBox(tr("&Target as an amount"))
        self.is_target.clicked.connect(self._set_target)
        self._add("target", "", 4, 3, 1e15)
        self.grid.addWidget(self.is_target, 4, 3)
        self.rates = QPushButton(tr("Rates of the f&unnel…"))
        self.rates.setToolTip(tr("Open the page Funnel"))
        self.rates.clicked.connect(lambda: self.funnel_wanted.emit())
        self.grid.addWidget(self.rates, 5, 4)
        self.grid.setColumnMinimumWidth(2, ems(self, 2))
        self.grid.setColumnStretch(5, 1)
        self._total = 0.0

    def _heading(self, text: str, row: int, column: int) -> None:
        label = QLabel(text)
        label.setProperty("role", "strong")
        self.grid.addWidget(label, row, column, 1, 2)

    def _add_measure(self, key: str, text: str, row: int, column: int) -> None:
        chooser = Chooser(text.replace("&", ""), tr("A measure of one year"))
        chooser.when_changed(lambda uuid: self.set_field(key, uuid))
        self.measures[key] = chooser
        self.grid.addWidget(label_for(text, chooser), row, column)
        self.grid.addWidget(chooser, row, column + 1)

    def _add(
        self, key: str, text: str, row: int, column: int, high: float, *, low: float = 0.0, is_share: bool = False,
        digits: int = 0, tip: str = "",
    ) -> None:  # fmt: skip
        spoken = text.replace("&", "") or tr("Target")
        box = NumberBox(spoken, low, high, is_share=is_share, digits=digits, tip=tip, width_ems=16)
        self.add_box(key, box, row, column + 1)
        if text:
            self.grid.addWidget(label_for(text, box), row, column)

    def _set_target(self, is_amount: bool) -> None:
        self.set_field("target", round(self._total * (1 + self._sizing.growth), 0) if is_amount else None)

    def show_sized(self, plan: Plan, sizing: Sizing, sized: Sized, *, can_write: bool) -> None:
        """Show what is assumed."""
        from territorymap.metrics.capacity.groups import account_amount

        self._sizing = sizing
        amount = account_amount(plan, sizing.revenue_key)
        self._total = 0.0 if amount is None else float(amount[amount > 0].sum())
        self.show_boxes(can_write=can_write)
        told: Callable[[str], list[tuple[str, object]]] = lambda source: [  # noqa: E731
            (measure_label(m), m.uuid) for m in plan.measures if m.source != "builtin" and source in ("", m.source)
        ]
        nothing: list[tuple[str, object]] = [(tr("not told"), "")]
        gone = tr("a measure that is gone")
        self.measures["potential_key"].show_choices(nothing + told(""), sizing.potential_key, gone)
        self.measures["revenue_key"].show_choices(nothing + told("account"), sizing.revenue_key, gone)
        for chooser in self.measures.values():
            chooser.setEnabled(can_write)
        self.is_target.setChecked(sizing.target is not None)
        self.is_target.setEnabled(can_write)
        self.boxes["target"].setEnabled(can_write and sizing.target is not None)
        self.boxes["growth"].setEnabled(can_write and sizing.target is None)
        if sizing.target is None:
            self.boxes["target"].show_amount(self._total * (1 + sizing.growth))
