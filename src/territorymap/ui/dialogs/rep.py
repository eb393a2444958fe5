"""A rep: name, home (found as it is typed), capacity and full-time share.

Owns the fields and the live lookup's display; the lookup itself is given, the command is the panel's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QObject, QThreadPool, QTimer, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.records import Rep
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.dialogs.rep_traits import KnownTraits, TraitFields
from territorymap.ui.parts.scale import ems


@dataclass(frozen=True)
class Found:
    """Where a home was found."""

    lon: float
    lat: float
    level: str  # one of LOCATION_LEVELS
    place: str  # as the tables call it
    postal_code: str = ""  # mended, e.g. a lost leading zero; "" = as typed


# postal code, city, state, country -> where; None = not found
Lookup = Callable[[str, str, str, str], Found | None]
FIELDS = ("home_postal_code", "home_city", "home_state", "home_country")


class _Mail(QObject):
    found = Signal(object, object)  # what was asked, Found or None


class RepDialog(FormDialog):
    """Asks for a rep's values; ``values`` are the fields of :class:`Rep`."""

    def __init__(
        self,
        rep: Rep | None = None,
        lookup: Lookup | None = None,
        default_country: str = "",
        parent: QWidget | None = None,
        traits: KnownTraits | None = None,
    ) -> None:
        """``traits``: seniorities and verticals that the plan knows, to choose from."""
        title = tr("Edit {name}", name=rep.name) if rep else tr("New rep")
        super().__init__(title, tr("&Save") if rep else tr("&Add"), parent, width_ems=54)
        self._rep, self._lookup = rep, lookup
        self._found: Found | None = None
        self._asked: tuple[str, ...] = ()  # what the running lookup looks for; () = none runs
        self.name = QLineEdit(rep.name if rep else "")
        self.form.addRow(tr("&Name"), self.name)
        self.home: dict[str, QLineEdit] = {}
        self._add_home(rep, default_country)
        self._add_capacity(rep)
        self.traits = TraitFields(self.form, rep, traits or KnownTraits())
        self._wait = QTimer(self, singleShot=True, interval=150)
        self._wait.timeout.connect(self.look_up)
        self._mail = _Mail()  # no child: a lookup may outlive the dialog
        self._mail.found.connect(self._show_found)
        self.name.textChanged.connect(self._enable)
        self.capacity.textChanged.connect(self._enable)
        for field in self.home.values():
            field.textChanged.connect(lambda: self._wait.start())
        self.look_up()
        self._enable()

    def _add_home(self, rep: Rep | None, default_country: str) -> None:
        labels = (tr("&Postal code"), tr("Cit&y"), tr("S&tate"), tr("&Country"))
        for name, label in zip(FIELDS, labels, strict=True):
            field = QLineEdit(getattr(rep, name) if rep else default_country if name == "home_country" else "")
            self.home[name] = field
            self.form.addRow(label, field)
        self.home["home_postal_code"].setPlaceholderText(tr("Home of the rep; postal code or city is enough"))
        self.home["home_country"].setPlaceholderText(tr("Two letters, e.g. US"))
        self.where = QLabel()
        self.where.setWordWrap(True)
        self.where.setMinimumHeight(self.fontMetrics().height() * 2)
        self.form.addRow("", self.where)

    def _add_capacity(self, rep: Rep | None) -> None:
        self.capacity = QLineEdit()
        self.capacity.setPlaceholderText(tr("not known"))
        self.capacity.setToolTip(tr("Hours a year the rep has for visits and driving. Leave empty if not known."))
        self.capacity.setFixedWidth(ems(self, 14))
        if rep is not None and rep.capacity_h is not None:
            self.capacity.setText(QLocale().toString(rep.capacity_h, "f", 0 if rep.capacity_h % 1 == 0 else 1))
        line = QHBoxLayout()
        line.setSpacing(ems(self, 1))
        line.addWidget(self.capacity)
        line.addWidget(muted(tr("hours a year")), 1)
        label = QLabel(tr("C&apacity"))
        label.setBuddy(self.capacity)
        self.form.addRow(label, line)
        self.fte = QDoubleSpinBox()
        self.fte.setRange(0, 10)
        self.fte.setDecimals(2)
        self.fte.setSingleStep(0.1)
        self.fte.setValue(rep.fte if rep else 1.0)
        self.fte.setToolTip(tr("Full-time equivalent: 1 is one full-time person, 0.5 half-time."))
        self.fte.setFixedWidth(ems(self, 14))
        self.form.addRow(tr("&FTE"), self.fte)

    # -- home ------------------------------------------------------------------------------------------------------

    @property
    def _typed(self) -> tuple[str, str, str, str]:
        code, city, state, country = (self.home[name].text().strip() for name in FIELDS)
        return code, city, state, country

    def look_up(self) -> None:
        """Look the home up and say what is found; in another thread, as the first time whole tables are read."""
        texts = self._typed
        self._found, self._asked = None, ()
        if not any(texts[:2]):
            self._say(tr("Without a home no driving from home is counted."), "muted")
            return
        if self._is_home_unchanged() and self._rep is not None and self._rep.has_home:
            self._say(tr("The home has a place on the map."), "good")
            return
        if self._lookup is None:
            self._say(tr("No table of places is at hand; the home will have no place on the map."), "warning")
            return
        self._say(tr("Looking it up…"), "muted")
        self._asked = texts
        lookup, mail = self._lookup, self._mail
        QThreadPool.globalInstance().start(lambda: mail.found.emit(texts, lookup(*texts)))

    def _show_found(self, asked: tuple[str, ...], found: Found | None) -> None:
        if asked != self._asked:
            return  # meanwhile something else was typed
        self._found, self._asked = found, ()
        if self._found is None:
            self._say(tr("This place was not found. Check the spelling, or give the country."), "warning")
        elif self._found.level == "postal_code":
            self._say(tr("Found by postal code: {place}", place=self._found.place), "good")
        else:
            self._say(tr("Found by city: {place}", place=self._found.place), "good")

    def _say(self, text: str, role: str) -> None:
        self.where.setText(text)
        self.where.setProperty("role", role)
        self.where.style().unpolish(self.where)
        self.where.style().polish(self.where)

    def _settle(self) -> None:
        """Have the lookup of what stands there now; OK can be pressed before it is done."""
        if self._wait.isActive():
            self._wait.stop()
            self.look_up()
        if self._asked and self._lookup is not None:
            self._show_found(self._asked, self._lookup(*self._typed))

    def _is_home_unchanged(self) -> bool:
        return self._rep is not None and all(
            self.home[name].text().strip() == getattr(self._rep, name) for name in FIELDS
        )

    # -- values ----------------------------------------------------------------------------------------------------

    @property
    def capacity_h(self) -> float | None:
        """The capacity typed; nan where it is no number."""
        text = self.capacity.text().strip()
        if not text:
            return None
        value, is_number = QLocale().toDouble(text)
        if not is_number:
            value, is_number = QLocale.c().toDouble(text)
        return value if is_number else float("nan")

    @property
    def values(self) -> dict[str, object]:
        """Values as the fields of :class:`Rep`; the position only where the home is another."""
        self._settle()
        values: dict[str, object] = {name: self.home[name].text().strip() for name in FIELDS}
        values |= {"name": self.name.text().strip(), "capacity_h": self.capacity_h, "fte": self.fte.value()}
        values |= self.traits.values
        if self._is_home_unchanged() and self._rep is not None and self._rep.has_home:
            return values
        found = self._found
        if found is not None and found.postal_code:
            values["home_postal_code"] = found.postal_code
        values |= {
            "lon": found.lon if found else None,
            "lat": found.lat if found else None,
            "location_level": found.level if found else "none",
        }
        return values

    def _enable(self) -> None:
        capacity = self.capacity_h
        is_number = capacity is None or capacity == capacity
        self.show_problem(
            None
            if is_number
            else UserError(
                tr("{text} is not a number.", text=self.capacity.text()), tr("Give the hours a year, for example 1600.")
            )
        )
        self.ok.setEnabled(bool(self.name.text().strip()) and is_number)
