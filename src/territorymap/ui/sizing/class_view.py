"""Classes of accounts: by what they are told apart, how often and how long each is seen or called; edited in the table.

Owns the fields; what is told goes out through ``changed``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import ntr, number, tr
from territorymap.metrics.capacity.assumed import MAX_CLASSES, AccountClass, Sizing, usual_classes
from territorymap.metrics.capacity.groups import segment_of
from territorymap.metrics.capacity.sized import Sized
from territorymap.model.plan import Plan
from territorymap.ui.capacity.inputs import Chooser, NumberBox, label_for
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.value_field import count_values
from territorymap.ui.parts.words import measure_label

_CONTACTS = ("visits", "visit_min", "calls", "call_min")


class ClassView(QScrollArea):
    """A row a class."""

    changed = Signal(object)  # Sizing

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._plan: Plan | None = None
        self._sizing = Sizing()
        self.way = Chooser(tr("Classes by"), tr("By what accounts are put into classes"))
        self.way.when_changed(self._choose_way)
        self.add = QPushButton(tr("&Add a class"))
        self.add.clicked.connect(self._add)
        self.remove = QPushButton(tr("&Remove the last"))
        self.remove.clicked.connect(self._remove)
        top = QHBoxLayout()
        top.addWidget(label_for(tr("C&lasses by"), self.way))
        top.addWidget(self.way)
        top.addStretch(1)
        top.addWidget(self.add)
        top.addWidget(self.remove)
        holder = QWidget()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(ems(self, 1))
        layout = QVBoxLayout(holder)
        layout.addLayout(top)
        layout.addLayout(self._grid)
        layout.addStretch(1)
        self.setWidget(holder)
        self.boxes: dict[tuple[int, str], NumberBox] = {}
        self.names: list[QLineEdit] = []
        self._counts: list[QLabel] = []
        self._shape: tuple[object, ...] = ()

    def forget(self) -> None:
        """Let go of the plan, until one is shown."""
        self._plan = None

    def show_sized(self, plan: Plan, sizing: Sizing, sized: Sized, *, can_write: bool) -> None:
        """Show the classes, and how many accounts each has."""
        self._plan, self._sizing = plan, sizing
        self.way.show_choices(_ways(plan), (sizing.class_way, sizing.class_key), tr("a column that is gone"))
        shape = (sizing.class_way, len(sizing.classes), can_write)
        if shape != self._shape:
            self._shape = shape
            self._build(can_write)
        for at, one in enumerate(sizing.classes):
            if not (self.names[at].hasFocus() and self.names[at].isModified()):
                self.names[at].setText(one.name)
            for key in _CONTACTS:
                self.boxes[at, key].show_amount(getattr(one, key))
            if (at, "limit") in self.boxes and at < len(sizing.limits):
                self.boxes[at, "limit"].show_amount(sizing.limits[at])
        for label, line in zip(self._counts, sized.by_class(), strict=False):
            label.setText(
                ntr(
                    "{n} account, {hours} h",
                    "{n} accounts, {hours} h",
                    line.n_accounts,
                    hours=number(line.field_h + line.inside_h),
                )
            )
        self.way.setEnabled(can_write)
        has_more = sizing.class_way != "all"
        self.add.setEnabled(can_write and has_more and len(sizing.classes) < MAX_CLASSES)
        self.remove.setEnabled(can_write and has_more and len(sizing.classes) > 1)

    def _build(self, can_write: bool) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.boxes, self.names, self._counts = {}, [], []
        limit = {"abc": tr("Up to share of total"), "bands": tr("From amount")}.get(self._sizing.class_way, "")
        heads = (tr("Class"), limit, tr("Visits a year"), tr("Minutes a visit"), tr("Calls a year"),
                 tr("Minutes a call"), "")  # fmt: skip
        for column, text in enumerate(heads):
            head = QLabel(text)
            head.setProperty("role", "muted")
            self._grid.addWidget(head, 0, column)
        for at, one in enumerate(self._sizing.classes):
            self._add_row(at, one, can_write)
        self._grid.setColumnStretch(len(heads) - 1, 1)

    def _add_row(self, at: int, one: AccountClass, can_write: bool) -> None:
        name = QLineEdit(one.name)
        name.setAccessibleName(tr("Name of class {n}", n=number(at + 1)))
        name.setEnabled(can_write)
        name.setMaximumWidth(ems(self, 16))
        name.editingFinished.connect(lambda: self._rename(at, name))
        self.names.append(name)
        self._grid.addWidget(name, at + 1, 0)
        if at < len(self._sizing.classes) - 1 and self._sizing.class_way in ("abc", "bands"):
            is_share = self._sizing.class_way == "abc"
            box = NumberBox(
                tr("Limit of class {name}", name=one.name),
                0.0,
                1.0 if is_share else 1e12,
                is_share=is_share,
                width_ems=12,
            )
            self._wire(at, "limit", box, lambda value: self._set_limit(at, value), can_write, 1)
        texts = (
            tr("Visits of class {name}", name=one.name),
            tr("Minutes a visit of class {name}", name=one.name),
            tr("Calls of class {name}", name=one.name),
            tr("Minutes a call of class {name}", name=one.name),
        )
        for column, (key, text) in enumerate(zip(_CONTACTS, texts, strict=True), start=2):
            box = NumberBox(text, 0.0, 10_000.0, digits=1, width_ems=10)
            self._wire(at, key, box, self._setter(at, key), can_write, column)
        count = QLabel()
        count.setProperty("role", "muted")
        self._counts.append(count)
        self._grid.addWidget(count, at + 1, 6)

    def _wire(
        self, at: int, key: str, box: NumberBox, told: Callable[[float], object], can_write: bool, column: int
    ) -> None:
        box.setEnabled(can_write)
        box.when_changed(told)
        self.boxes[at, key] = box
        self._grid.addWidget(box, at + 1, column)

    # -- what is told --------------------------------------------------------------------------------------------------

    def _setter(self, at: int, key: str) -> Callable[[float], None]:
        def told(value: float) -> None:
            contacts: dict[str, Any] = {key: value}
            self._put(at, replace(self._sizing.classes[at], **contacts))

        return told

    def _put(self, at: int, one: AccountClass) -> None:
        classes = list(self._sizing.classes)
        classes[at] = one
        self.changed.emit(replace(self._sizing, classes=tuple(classes)))

    def _rename(self, at: int, field: QLineEdit) -> None:
        """Rename a class, and in the rules that go by it too."""
        before, name = self._sizing.classes[at].name, " ".join(field.text().split())
        taken = {c.name for i, c in enumerate(self._sizing.classes) if i != at}
        if not name or name == before or name in taken:
            field.setText(before)
            return
        rules = tuple(
            replace(rule, values=tuple(name if v == before else v for v in rule.values))
            if rule.way == "class"
            else rule
            for rule in self._sizing.rules
        )
        classes = list(self._sizing.classes)
        values = classes[at].values or ((before,) if self._sizing.class_way == "segment" else ())
        classes[at] = replace(classes[at], name=name, values=values)
        self.changed.emit(replace(self._sizing, classes=tuple(classes), rules=rules))

    def _set_limit(self, at: int, value: float) -> None:
        limits = list(self._sizing.limits) + [0.0] * len(self._sizing.classes)
        limits[at] = value
        self.changed.emit(replace(self._sizing, limits=tuple(limits[: len(self._sizing.classes) - 1])))

    def _choose_way(self, chosen: object) -> None:
        assert self._plan is not None
        assert isinstance(chosen, tuple)
        way, key = chosen
        self.changed.emit(with_way(self._plan, self._sizing, str(way), str(key)))

    def _add(self) -> None:
        sizing = self._sizing
        last = sizing.classes[-1]
        taken = {one.name for one in sizing.classes}
        name = next(n for n in (chr(ord("A") + i) for i in range(26)) if n not in taken)
        limits = (*sizing.limits[: len(sizing.classes) - 1], _next_limit(sizing))
        self.changed.emit(
            replace(sizing, classes=(*sizing.classes, replace(last, name=name, values=())), limits=limits)
        )

    def _remove(self) -> None:
        sizing = self._sizing
        classes = sizing.classes[:-1]
        self.changed.emit(replace(sizing, classes=classes, limits=sizing.limits[: len(classes) - 1]))


def _next_limit(sizing: Sizing) -> float:
    last = sizing.limits[len(sizing.classes) - 2] if len(sizing.classes) > 1 and sizing.limits else 0.0
    if sizing.class_way == "abc":
        return round(last + (1 - last) / 2, 3)
    return round(last / 2, 2)


def _ways(plan: Plan) -> list[tuple[str, object]]:
    entries: list[tuple[str, object]] = [(tr("no difference: one class"), ("all", ""))]
    amounts = [m for m in plan.measures if m.source == "account"]
    entries += [(tr("share of {measure} (ABC)", measure=measure_label(m)), ("abc", m.uuid)) for m in amounts]
    entries += [(tr("size of {measure}", measure=measure_label(m)), ("bands", m.uuid)) for m in amounts]
    entries += [(tr("column {name}", name=s.name), ("segment", s.uuid)) for s in plan.segments]
    return entries


def with_way(plan: Plan, sizing: Sizing, way: str, key: str) -> Sizing:
    """Return the assumptions with classes of another kind; contacts stay where there are as many classes."""
    if way == "all":
        names: tuple[str, ...] = (tr("All"),)
        limits: tuple[float, ...] = ()
    elif way == "segment":
        segment = segment_of(plan, key)
        found = count_values(plan.accounts.segments[segment.column_name]) if segment is not None else []
        names = tuple(value for value, _ in found[:MAX_CLASSES]) or (tr("All"),)
        limits = ()
    else:
        names = ("A", "B", "C")
        limits = (0.8, 0.95) if way == "abc" else _bands(plan, key)
    is_alike = len(sizing.classes) == len(names)
    before = sizing.classes if is_alike else usual_classes(plan.info.constants, names)
    classes = tuple(replace(one, name=name, values=()) for one, name in zip(before, names, strict=True))
    rules = tuple(r for r in sizing.rules if r.way != "class" or set(r.values) <= set(names))
    return replace(sizing, class_way=way, class_key=key, limits=limits, classes=classes, rules=rules)


def _bands(plan: Plan, key: str) -> tuple[float, ...]:
    """Return lower limits that part the accounts into a tenth, three tenths and the rest, made round."""
    import numpy as np

    from territorymap.metrics.capacity.groups import account_amount

    amount = account_amount(plan, key)
    told = amount[np.isfinite(amount)] if amount is not None else np.zeros(0)
    if not len(told):
        return (1000.0, 100.0)
    return tuple(float(f"{value:.2g}") for value in np.quantile(told, [0.9, 0.6]))
