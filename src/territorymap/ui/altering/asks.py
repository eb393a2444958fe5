"""What each of the four asks for: parts, into which, whom, for whom and where. Owns the fields; jobs are session's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Territory
from territorymap.session.commands.checks import enumerate_names
from territorymap.session.session import Session
from territorymap.ui.dialogs.choose import rep_choices
from territorymap.ui.dialogs.form import muted
from territorymap.ui.dialogs.territory import free_name
from territorymap.ui.parts.scale import ems
from territorymap.ui.selection import Selection

if TYPE_CHECKING:
    from territorymap.session.solving.aims import Aim
    from territorymap.session.solving.jobs import Job
    from territorymap.session.solving.still import Still

MakeJob = Callable[["Still", "tuple[Aim, ...]"], "Job"]
_MOST_PARTS = 99


class Ask(QWidget):
    """Fields of one question; :meth:`maker` gives what makes the job of what is asked, in any thread."""

    changed = Signal()

    def __init__(self, session: Session, territory_ids: Sequence[int]) -> None:
        super().__init__()
        self.session, self.ids = session, tuple(territory_ids)
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(ems(self, 1.4))
        self.form.setVerticalSpacing(ems(self, 0.9))

    @property
    def plan(self) -> Plan:
        return self.session.plan

    @property
    def territories(self) -> list[Territory]:
        """What it is about, as it is now."""
        return [t for t in self.plan.territories if t.territory_id in self.ids]

    @property
    def is_there(self) -> bool:
        """Whether all that it is about is still in the plan."""
        return len(self.territories) == len(self.ids)

    @property
    def names(self) -> str:
        return enumerate_names([t.name for t in self.territories])

    @property
    def title(self) -> str:
        raise NotImplementedError

    def maker(self) -> MakeJob | None:
        """Return what makes the job; None = something must be filled in first."""
        raise NotImplementedError

    def follow(self, selection: Selection) -> None:
        """Take over what was selected on the map, where that is asked for."""


class AskSplit(Ask):
    """Into how many."""

    def __init__(self, session: Session, territory_ids: Sequence[int]) -> None:
        super().__init__(session, territory_ids)
        n_units = int((self.plan.unit_territory == self.plan.territory_ix(self.ids[0])).sum())
        self.n_parts = QSpinBox()
        self.n_parts.setRange(2, max(2, min(_MOST_PARTS, n_units)))
        self.n_parts.setSuffix(tr(" parts"))
        self.n_parts.setAccessibleName(tr("Number of parts"))
        self.form.addRow(tr("Split &into"), self.n_parts)
        self.n_parts.valueChanged.connect(self.changed)
        self.setFocusProxy(self.n_parts)

    @property
    def title(self) -> str:
        return tr("Split {name}", name=self.names)

    def maker(self) -> MakeJob | None:
        (territory_id,), n, geometry = self.ids, self.n_parts.value(), self.session.geometry

        def make(still: Still, aims: tuple[Aim, ...]) -> Job:
            from territorymap.session.solving.altering import SplitJob

            return SplitJob(still, territory_id, n, aims, geometry)

        return make


class AskMerge(Ask):
    """Into which one."""

    def __init__(self, session: Session, territory_ids: Sequence[int]) -> None:
        super().__init__(session, territory_ids)
        self.into = QComboBox()
        self.into.setAccessibleName(tr("Territory that keeps its name"))
        for territory, shared in self._others():
            text = territory.name if shared else tr("{name} (does not touch it)", name=territory.name)
            self.into.addItem(text, territory.territory_id)
        self.form.addRow(tr("Merge &into"), self.into)
        self.form.addRow("", muted(tr("It keeps its name, colour and rep. Those with the longest border come first.")))
        self.into.currentIndexChanged.connect(self.changed)
        self.setFocusProxy(self.into)

    def _others(self) -> list[tuple[Territory, int]]:
        """Return the territories that it may go to and how many borders they share, the most first."""
        shared: dict[int, int] = {}
        for territory_id in self.ids:
            ix = self.plan.territory_ix(territory_id)
            for other, n in self.session.totals.cut_edges_by_other(ix).items():
                shared[other] = shared.get(other, 0) + n
        rest = [(t, shared.get(ix, 0)) for ix, t in enumerate(self.plan.territories)]
        rest = [(t, n) for t, n in rest if t.territory_id not in self.ids and not t.locked]
        return sorted(rest, key=lambda pair: (-pair[1], pair[0].name.casefold()))

    @property
    def title(self) -> str:
        return tr("Merge {name}", name=self.names)

    def maker(self) -> MakeJob | None:
        into, ids = self.into.currentData(), self.ids
        if into is None:
            return None

        def make(still: Still, aims: tuple[Aim, ...]) -> Job:
            from territorymap.session.solving.altering import JoinJob

            return JoinJob(still, ids, into, aims)

        return make


class AskDissolve(Ask):
    """Nothing but whom."""

    def __init__(self, session: Session, territory_ids: Sequence[int]) -> None:
        super().__init__(session, territory_ids)
        self.form.addRow(
            muted(
                ntr(
                    "Its ground goes to those around it, as evenly as can be; nobody else's customers move.",
                    "Their ground goes to those around them, as evenly as can be; nobody else's customers move.",
                    len(self.ids),
                )
            )
        )

    @property
    def title(self) -> str:
        return tr("Dissolve {name}", name=self.names)

    def maker(self) -> MakeJob | None:
        ids = self.ids

        def make(still: Still, aims: tuple[Aim, ...]) -> Job:
            from territorymap.session.solving.altering import DissolveJob

            return DissolveJob(still, ids, aims)

        return make


class AskAdd(Ask):
    """For whom, and where it begins."""

    def __init__(self, session: Session, selection: Selection, unit_ix: int = -1) -> None:
        super().__init__(session, ())
        self.name = QLineEdit(free_name(self.plan))
        self.name.setMaxLength(200)
        self.form.addRow(tr("&Name"), self.name)
        self.rep = QComboBox()
        for choice in rep_choices(self.plan):
            self.rep.addItem(choice.text, choice.key)
        self.form.addRow(tr("&Rep"), self.rep)
        self.home = QLineEdit()
        self.home.setPlaceholderText(tr("Code of a unit, or a postal code; or select a unit on the map"))
        self.form.addRow(tr("&Home"), self.home)
        selected = unit_ix if unit_ix >= 0 else int(selection.units[0]) if len(selection.units) == 1 else -1
        if selected >= 0:
            self.home.setText(str(self.plan.units.code[selected]))
        self.name.textEdited.connect(self.changed)
        self.home.textEdited.connect(self.changed)
        self.rep.currentIndexChanged.connect(self._rep_chosen)
        self.setFocusProxy(self.name if self.home.text() else self.home)

    @property
    def title(self) -> str:
        return tr("Add a territory for a rep")

    @property
    def rep_id(self) -> int | None:
        value = self.rep.currentData()
        return None if value is None else int(value)

    def _rep_chosen(self) -> None:
        rep = self.plan.rep(self.rep_id)
        if rep is not None and rep.has_home:
            self.home.setPlaceholderText(tr("The home of {name}", name=rep.name))
            self.home.clear()
        self.changed.emit()

    def follow(self, selection: Selection) -> None:
        if len(selection.units) == 1:
            code = str(self.plan.units.code[int(np.asarray(selection.units)[0])])
            if code != self.home.text():
                self.home.setText(code)
                self.changed.emit()

    def maker(self) -> MakeJob | None:
        name, code, rep_id, geometry = self.name.text(), self.home.text().strip(), self.rep_id, self.session.geometry
        rep = self.plan.rep(rep_id)
        if not code and (rep is None or not rep.has_home):
            return None

        def make(still: Still, aims: tuple[Aim, ...]) -> Job:
            from territorymap.session.solving.altering import AddJob
            from territorymap.session.solving.home import home_of_rep, unit_of_home

            home = home_of_rep(still.plan, geometry, rep) if not code and rep is not None else None
            return AddJob(still, name, home or unit_of_home(still.plan, geometry, code), aims, rep_id)

        return make
