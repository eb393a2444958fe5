"""What does not fit between teams and accounts of an open plan, in the alignment in use. Owns when it is found anew."""

from __future__ import annotations

from collections.abc import Sequence

from territorymap.metrics.fit import FitFinder, FitWarning
from territorymap.metrics.fit_settings import TOPIC, FitSettings, resolved, settings_from_json
from territorymap.model.coverage import Assumption
from territorymap.session.session import Session


class FitReport:
    """Warnings of one session; what the accounts ask is read once, owners are looked up at each revision."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._finder: FitFinder | None = None
        self._made: tuple[int, Sequence[FitWarning]] | None = None

    @property
    def record(self) -> Assumption | None:
        """The settings as the plan holds them; None = the usual ones."""
        records = self._session.register(Assumption).values()
        return next((record for record in records if record.topic == TOPIC), None)

    @property
    def settings(self) -> FitSettings:
        record = self.record
        return settings_from_json(record.content) if record is not None else FitSettings()

    def warnings(self) -> Sequence[FitWarning]:
        """Return what does not fit now."""
        session = self._session
        if self._made is None or self._made[0] != session.rev:
            plan, settings = session.plan, resolved(self.settings, session.plan)
            if self._finder is None or not self._finder.is_of(plan, settings):
                self._finder = FitFinder(plan, settings)
            self._made = session.rev, self._finder.find(plan, plan.territory_of_accounts())
        return self._made[1]
