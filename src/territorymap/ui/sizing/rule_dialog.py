"""Asks for one rule: which accounts, and whether they are visited or called. Owns the fields."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.metrics.capacity.assumed import ChannelRule
from territorymap.model.plan import Plan
from territorymap.model.scope import EVERYTHING, Scope, scope_from_json
from territorymap.ui.alignments.scope_builder import ScopeBuilder
from territorymap.ui.capacity.inputs import Chooser, NumberBox, label_for
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.value_field import Counted, ValueField, count_values

_WIDE_EMS = 88


class RuleDialog(FormDialog):
    """A rule, new or as it is."""

    def __init__(
        self, plan: Plan, classes: list[Counted], rule: ChannelRule | None, parent: QWidget | None = None
    ) -> None:
        """``classes``: their names, and how many accounts each has."""
        super().__init__(tr("New rule") if rule is None else tr("Change the rule"), tr("&OK"), parent, width_ems=56)
        self._plan, self._classes = plan, classes
        first = rule or ChannelRule("location", "distance", "inside", above_km=150.0)
        self.form.addRow(muted(tr("Accounts that fit go here, unless a rule further up takes them.")))
        self.by = Chooser(tr("Accounts by"))
        self.by.show_choices(_ways(plan), (first.way, first.key), tr("a column that is gone"))
        self.by.when_changed(lambda _: self._show_way())
        self.form.addRow(label_for(tr("Accounts &by"), self.by), self.by)
        self.word = Chooser(tr("What this is about"), tr("Under which heading the reason is told"))
        self.word.show_choices(
            [(tr("Location"), "location"), (tr("Account size"), "size"), (tr("Product line"), "product_line"),
             (tr("Industry"), "industry"), (tr("Something else"), "other")],
            first.word,
        )  # fmt: skip
        self.form.addRow(label_for(tr("&What this is about"), self.word), self.word)
        self.values = ValueField(self._found)
        self.values.set_values(first.values)
        self._values_label = label_for(tr("&Values"), self.values)
        self.form.addRow(self._values_label, self.values)
        self.km = NumberBox(tr("Farther than"), 0, 20_000, suffix=tr(" km"), tip=tr("From the nearest home of any rep"))
        self.km.setValue(first.above_km)
        self._km_label = label_for(tr("&Farther than"), self.km)
        self.form.addRow(self._km_label, self.km)
        self._scope_area = QVBoxLayout()
        self.builder: ScopeBuilder | None = None
        self.form.addRow(self._scope_area)
        self._scope = scope_from_json(first.scope) if first.scope else EVERYTHING
        self.channel = Chooser(tr("They are"))
        self.channel.show_choices(
            [(tr("called by inside sales"), "inside"), (tr("visited in the field"), "field")], first.channel
        )
        self.form.addRow(label_for(tr("They a&re"), self.channel), self.channel)
        self._show_way()

    @property
    def _way(self) -> tuple[str, str]:
        data = self.by.currentData()
        return (str(data[0]), str(data[1])) if data else ("class", "")

    def _show_way(self) -> None:
        way, _ = self._way
        is_distance, is_scope = way == "distance", way == "scope"
        has_values = not is_distance and not is_scope
        if is_scope and self.builder is None:
            self.builder = ScopeBuilder(self._plan, self._scope)
            self._scope_area.addWidget(self.builder)
            self.setMinimumWidth(ems(self, _WIDE_EMS))  # a condition in one line
        if self.builder is not None:
            self.builder.setVisible(is_scope)
        for widget, is_shown in ((self.values, has_values), (self._values_label, has_values),
                                 (self.km, is_distance), (self._km_label, is_distance)):  # fmt: skip
            widget.setVisible(is_shown)
        usual = {"class": "size", "distance": "location", "country": "location", "state": "location"}.get(way)
        if usual is not None:
            self.word.setCurrentIndex(self.word.findData(usual))
        self.word.setEnabled(usual is None)
        if usual is None and self.word.currentData() in ("size", "location"):
            self.word.setCurrentIndex(self.word.findData("industry"))

    def _found(self) -> list[Counted]:
        """Return the values that the accounts have in the column chosen."""
        way, key = self._way
        accounts = self._plan.accounts
        if way == "class":
            return self._classes
        if way in ("country", "state"):
            return count_values(accounts.country if way == "country" else accounts.state)
        segment = next((s for s in self._plan.segments if s.uuid == key), None)
        return count_values(accounts.segments[segment.column_name]) if segment is not None else []

    def rule(self) -> ChannelRule:
        """Return what is asked for; UserError if it would fit nothing."""
        way, key = self._way
        word, channel = str(self.word.currentData()), str(self.channel.currentData())
        if way == "scope":
            return ChannelRule(word, way, channel, scope=self._built().to_json())
        values = () if way == "distance" else self.values.values
        if way != "distance" and not values:
            raise UserError(tr("The rule names no value."), tr("Choose at least one value of the column."))
        km = self.km.amount if way == "distance" else 0.0
        return ChannelRule(word, way, channel, key, values, km)

    def _built(self) -> Scope:
        """Return the conditions that were built; UserError while something is missing."""
        assert self.builder is not None
        scope = self.builder.scope
        if scope is None:
            raise self.builder.problem or UserError(tr("A condition is missing."), tr("Fill it in, or take it away."))
        return scope


def _ways(plan: Plan) -> list[tuple[str, object]]:
    entries: list[tuple[str, object]] = [
        (tr("class (size)"), ("class", "")),
        (tr("distance from the nearest rep's home"), ("distance", "")),
        (tr("country"), ("country", "")),
        (tr("state"), ("state", "")),
    ]
    entries += [(tr("column {name}", name=s.name), ("segment", s.uuid)) for s in plan.segments]
    return [*entries, (tr("conditions of your own (and, or, not)"), ("scope", ""))]
