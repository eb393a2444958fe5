"""Asks for one criterion of a market's priority. Owns the fields."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.metrics.capacity.assumed import Criterion
from territorymap.metrics.capacity.groups import measure_of, segment_of
from territorymap.model.plan import Plan
from territorymap.ui.capacity.inputs import Chooser, label_for
from territorymap.ui.dialogs.form import FormDialog
from territorymap.ui.parts.value_field import Counted, ValueField, count_values
from territorymap.ui.parts.words import measure_label


class CriterionDialog(FormDialog):
    """A criterion, new or as it is."""

    def __init__(self, plan: Plan, criterion: Criterion | None, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("New criterion") if criterion is None else tr("Change the criterion"), tr("&OK"), parent, width_ems=56
        )
        self._plan = plan
        measures: list[tuple[str, object]] = [(measure_label(m), m.uuid) for m in plan.measures]
        usual = next((m.uuid for m in plan.measures if m.source != "builtin"), plan.measures[0].uuid)
        self._first = criterion or Criterion("", "sum", usual, weight=30.0)
        self.source = Chooser(tr("It counts"))
        self.source.show_choices(_sources(plan), self._first.source)
        self.source.when_changed(lambda _: self._show_source())
        self.form.addRow(label_for(tr("It &counts"), self.source), self.source)
        is_share = self._first.source == "share"
        gone = tr("a column that is gone")
        self.key = Chooser(tr("Measure"))
        self.key.show_choices(measures, usual if is_share else self._first.key, gone)
        self.other = Chooser(tr("Second measure"))
        self.other.show_choices(measures, self._first.other or usual, gone)
        self.segment = Chooser(tr("Column"))
        columns: list[tuple[str, object]] = [(s.name, s.uuid) for s in plan.segments]
        first_column = columns[0][1] if columns else ""
        self.segment.show_choices(columns, self._first.key if is_share else first_column, gone)
        self.values = ValueField(self._found)
        self.values.set_values(self._first.values)
        self._rows = {}
        for name, text, field in (
            ("key", tr("&Measure"), self.key), ("other", tr("&Second measure"), self.other),
            ("segment", tr("C&olumn"), self.segment), ("values", tr("&Values"), self.values),
        ):  # fmt: skip
            self._rows[name] = (label_for(text, field), field)
            self.form.addRow(*self._rows[name])
        self.name = QLineEdit(self._first.name)
        self.name.setPlaceholderText(tr("As the measure is called"))
        self.form.addRow(label_for(tr("&Name"), self.name), self.name)
        self.role = Chooser(tr("It stands for"), tr("Where the scorecard of a territory shows it"))
        self.role.show_choices(
            [(tr("potential"), "potential"), (tr("existing revenue"), "revenue"), (tr("competition"), "competition"),
             (tr("fit"), "fit"), (tr("something else"), "")],
            self._first.role,
        )  # fmt: skip
        self.form.addRow(label_for(tr("It stands &for"), self.role), self.role)
        self.less = QCheckBox(tr("&Less is better, as of competition"))
        self.less.setChecked(self._first.is_less_better)
        self.form.addRow("", self.less)
        self.rank = QCheckBox(tr("Compare by &rank, not by amount"))
        self.rank.setToolTip(tr("So that a few giants do not press all others down"))
        self.rank.setChecked(self._first.scale == "rank")
        self.form.addRow("", self.rank)
        self._show_source()

    def _show_source(self) -> None:
        source = self.source.currentData()
        shown = {
            "key": source != "share",
            "other": source in ("ratio", "difference"),
            "segment": source == "share",
            "values": source == "share",
        }
        for name, is_shown in shown.items():
            for widget in self._rows[name]:
                widget.setVisible(is_shown)

    def _found(self) -> list[Counted]:
        segment = segment_of(self._plan, str(self.segment.currentData()))
        return count_values(self._plan.accounts.segments[segment.column_name]) if segment is not None else []

    def criterion(self, taken: set[str]) -> Criterion:
        """Return what is asked for, with the weight that it had.

        Raises
        ------
        UserError
            if it counts nothing, or another criterion has its name.
        """
        source = str(self.source.currentData())
        key = str((self.segment if source == "share" else self.key).currentData() or "")
        values = self.values.values if source == "share" else ()
        if source == "share" and not values:
            raise UserError(tr("The share counts no value."), tr("Choose at least one value of the column."))
        name = " ".join(self.name.text().split()) or self._usual_name(source, key)
        if name.casefold() in {text.casefold() for text in taken}:
            raise UserError(tr("There is already a criterion named {name}.", name=name), tr("Choose another name."))
        return replace(
            self._first,
            name=name,
            source=source,
            key=key,
            other=str(self.other.currentData()) if source in ("ratio", "difference") else "",
            values=values,
            is_less_better=self.less.isChecked(),
            scale="rank" if self.rank.isChecked() else "range",
            role=str(self.role.currentData()),
        )

    def _usual_name(self, source: str, key: str) -> str:
        if source == "share":
            segment = segment_of(self._plan, key)
            return segment.name if segment is not None else tr("Share")
        measure = measure_of(self._plan, key)
        return measure_label(measure) if measure is not None else tr("Criterion")


def _sources(plan: Plan) -> list[tuple[str, object]]:
    entries: list[tuple[str, object]] = [
        (tr("the sum of a measure"), "sum"),
        (tr("a measure per account or unit that tells it"), "mean"),
        (tr("one measure over another, such as revenue ÷ potential"), "ratio"),
        (tr("one measure less another, such as potential less revenue"), "difference"),
    ]
    if plan.segments:
        entries.append((tr("the share of accounts with certain values, such as an industry"), "share"))
    return entries
