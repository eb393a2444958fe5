"""What the map is coloured by: the choice of the person, and telling the page when its copy is void.

Owns the choice of the open plan; not the colours (mapview.shading) and not the menu (colour_menu).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from territorymap.mapview.replies import Reply
from territorymap.mapview.shading.registry import TERRITORY, Case, Choice, Classing, Family, families, find_choice
from territorymap.mapview.strings import measure_labels
from territorymap.model.variant import Variant
from territorymap.session.session import PlanChange, Session


class ShadingLink(QObject):
    """Colours the map by one choice of the registry."""

    changed = Signal()  # another choice, or other classes
    sent = Signal(object)  # Shades that the page was told

    def __init__(self, send: Callable[[Reply], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self.key, self.classing = TERRITORY, Classing()
        self.compared: Variant | None = None  # with what the plan is compared on the map

    def set_session(self, session: Session | None) -> None:
        """Follow another plan, coloured by territory until something else is chosen."""
        if self._stop is not None:
            self._stop()
        self._session = session
        self._stop = session.listen(self._plan_changed) if session is not None else None
        self.key = TERRITORY
        self.changed.emit()

    def choices(self) -> list[tuple[str, list[Choice]]]:
        """Return what can be chosen, in groups with their headings ("" = none)."""
        if self._session is None:
            return []
        case = self.case(self._session)
        groups = [(family.heading(), family.choices(case)) for family in families().values()]
        return [(heading, choices) for heading, choices in groups if choices]

    @property
    def choice(self) -> Choice | None:
        """What the map is coloured by; None with no plan."""
        if self._session is None:
            return None
        found = find_choice(self.case(self._session), self.key)
        return found[1] if found is not None else None

    def choose(self, key: str, classing: Classing | None = None) -> None:
        """Colour by another choice; one that this plan does not offer means by territory."""
        self.classing = classing or self.classing
        self.key = key
        self.send()
        self.changed.emit()

    def send(self) -> None:
        """Tell the page, whatever it knows."""
        session = self._session
        if session is None:
            return
        case = self.case(session)
        found = find_choice(case, self.key)
        if found is None:
            self.key = TERRITORY
            found = find_choice(case, TERRITORY)
            assert found is not None
        family, choice = found
        shades = family.shade(case, choice.key, self.classing)
        self._send(shades.message(choice))
        self.sent.emit(shades)

    def _plan_changed(self, change: PlanChange) -> None:
        """Heard after the bridge has told the page of the change itself."""
        assert self._session is not None
        before = self.key
        found = find_choice(self.case(self._session), self.key)
        if (
            found is None
            or change.delta.is_full
            or found[0].is_changed_by(change.delta)
            or _stands_on(found[0], change)
        ):
            self.send()
        if self.key != before or change.delta.is_full or change.delta.is_settings_changed:
            self.changed.emit()

    def case(self, session: Session) -> Case:
        """Return what is to be coloured, and against what a change is told: what is compared, else the baseline."""
        before = self.compared or session.baseline
        if before is not None and before.scenario.scenario_id == session.plan.scenario.scenario_id:
            before = None
        register = getattr(session, "register", None)  # a view that is veiled shows none
        figures = getattr(session, "figures", None)
        return Case(session.plan, session.totals, measure_labels(session.plan), before, register, figures)


def _stands_on(family: Family, change: PlanChange) -> bool:
    """Tell whether a step changed records that the colours come from."""
    tables: tuple[str, ...] = getattr(family, "tables", ())
    return bool(tables) and change.touches(*tables)
