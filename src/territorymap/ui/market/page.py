"""The page Market: criteria with weights, the ranking that follows them live, and the map coloured by it.

Owns the order of the page and the way of a change to the plan; each part shows itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.mapview.shading.market import KEY
from territorymap.metrics.capacity.assumed import MARKET_LEVELS, Market
from territorymap.model.coverage import Assumption
from territorymap.session.capacity import market_of, rank_session
from territorymap.session.commands.capacity import assume_market
from territorymap.session.session import PlanChange
from territorymap.ui import icons
from territorymap.ui.capacity.how import explain_score
from territorymap.ui.capacity.inputs import Chooser, label_for
from territorymap.ui.capacity.problem import Problem
from territorymap.ui.dialogs.explain import ExplainDialog
from territorymap.ui.market.criterion_dialog import CriterionDialog
from territorymap.ui.market.rank_table import RankTable, Row, rows_of
from territorymap.ui.market.weights import Weights
from territorymap.ui.market.words import level_words
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection

ORIGIN = "market_page"
_TABLES = ("assumption", "account", "unit", "measure", "segment", "plan", "alignment")
_FOLLOW_MS = 40  # between two rankings while a slider is drawn
MAX_CRITERIA = 12


class MarketPage(PlanningPage):
    """Which markets to go for first."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.level = Chooser(tr("Rank"), tr("What is ranked"))
        self.level.when_changed(lambda word: self._assume(replace(self._market, level=str(word))))
        self.add = self._button(tr("&Add a criterion…"), tr("Add a criterion"), lambda: self._ask(None))
        self.color = self._button(
            tr("Show on the &map"), tr("Colour the map by this ranking"), lambda: self.color_wanted.emit(KEY)
        )
        self.weights = Weights()
        self.weights.weighed.connect(self._follow)
        self.weights.changed.connect(self._assume)
        self.weights.change_wanted.connect(self._ask)
        self.weights.remove_wanted.connect(self._remove)
        self.told = QLabel()
        self.told.setProperty("role", "muted")
        self.told.setWordWrap(True)
        self.table = RankTable(())
        self._names: tuple[str, ...] = ()
        self._market = Market()
        self._later = QTimer(self, singleShot=True, interval=_FOLLOW_MS)
        self._later.timeout.connect(lambda: self._rank(self.weights.market))
        content = QWidget()
        row = QHBoxLayout()
        row.setSpacing(ems(self, 0.8))
        row.addWidget(label_for(tr("&Rank"), self.level))
        row.addWidget(self.level)
        row.addStretch(1)
        row.addWidget(self.add)
        row.addWidget(self.color)
        self._layout = QVBoxLayout(content)
        self._layout.addLayout(row)
        self._layout.addWidget(self.weights)
        self._layout.addWidget(self.table, 1)
        self._layout.addWidget(self.told)
        self.explain = QAction(icons.icon("panel-explain"), tr("&How is this computed?"), self)
        self.explain.triggered.connect(lambda _checked=False: self._explain())
        self._stack = QStackedLayout(self)
        self.problem = Problem(self, "warning", self._stack)
        self._stack.addWidget(content)
        self._wire_table()

    def _button(self, text: str, tip: str, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: run())
        return button

    def _wire_table(self) -> None:
        self.table.opened.connect(self._show_place)
        self.table.offer([self.explain])

    def concerns(self, change: PlanChange) -> bool:
        return change.delta.is_full or change.touches(*_TABLES)

    # -- showing -------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Rank anew and show it."""
        session = self.session
        if session is None:
            return
        if self.weights.is_weighing:
            return  # it is told, and shown, once the hand rests
        try:
            market = market_of(session)
        except UserError as error:
            self.problem.refuse(error)
            return
        self.problem.clear()
        self._market = market
        self.level.show_choices([(level_words(level), level) for level in MARKET_LEVELS], market.level)
        self.level.setEnabled(self.can_write)
        self.add.setEnabled(self.can_write and len(market.criteria) < MAX_CRITERIA)
        self.weights.show_market(session.plan, market, can_write=self.can_write)
        names = tuple(criterion.name for criterion in market.criteria)
        if names != self._names:
            self._names = names
            table = RankTable(names)
            self._layout.replaceWidget(self.table, table)
            self.table.deleteLater()
            self.table = table
            self._wire_table()
        self._rank(market)

    def _follow(self, market: Market) -> None:
        """Rank by weights that are still being set; many moves of the hand are looked at once."""
        if not self._later.isActive():
            self._later.start()

    def _rank(self, market: Market) -> None:
        session = self.session
        if session is None or len(market.criteria) != len(self._names):
            return
        ranked = rank_session(session, market)
        self.table.show_records(rows_of(ranked))
        n_ranked, n_rest = int((ranked.rank > 0).sum()), int((ranked.rank == 0).sum())
        told = ntr("{n} market ranked.", "{n} markets ranked.", n_ranked)
        if n_rest:
            missing = ntr(
                "{n} has no value of any criterion.", "{n} have no value of any criterion.", n_rest
            )  # fmt: skip
            told = tr("{ranked} {missing}", ranked=told, missing=missing)
        self.told.setText(told)
        self.told.setAlignment(Qt.AlignmentFlag.AlignRight)

    def _show_place(self, row: Row) -> None:
        units = np.flatnonzero(row.ranked.places.of_unit == row.at).astype(np.int32)
        self.selection.set_units(units, ORIGIN)
        self.zoom_to_units(units)

    def _explain(self) -> None:
        for row in self.table.selected[:1]:
            ExplainDialog(explain_score(row.ranked, row.at), self).open()

    # -- writing -------------------------------------------------------------------------------------------------------

    def _assume(self, market: Market) -> None:
        session = self.session
        if session is None or market == market_of(session):
            return
        self.do(lambda plan: assume_market(session.register(Assumption), market))
        self.refresh_now()

    def _ask(self, at: int | None) -> None:
        session = self.session
        if session is None:
            return
        criteria = self._market.criteria
        dialog = CriterionDialog(session.plan, None if at is None else criteria[at], self)

        def submit() -> UserError | None:
            try:
                found = dialog.criterion({c.name for i, c in enumerate(criteria) if i != at})
            except UserError as error:
                return error
            listed = list(criteria)
            if at is None:
                listed.append(found)
            else:
                listed[at] = found
            self._assume(replace(self._market, criteria=tuple(listed)))
            return None

        dialog.submit_with(submit)
        dialog.open()

    def _remove(self, at: int) -> None:
        criteria = tuple(c for i, c in enumerate(self._market.criteria) if i != at)
        self._assume(replace(self._market, criteria=criteria))

    def hideEvent(self, event: QHideEvent) -> None:
        """A weight that was just set is not lost."""
        if self.weights.is_weighing:
            self.weights.flush()
        super().hideEvent(event)
