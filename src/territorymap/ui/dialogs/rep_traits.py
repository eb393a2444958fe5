"""Role, seniority, languages and verticals of a rep as fields of a form, with what the plan knows to choose from.

Owns these fields; the dialog is rep's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit

from territorymap.i18n import tr
from territorymap.metrics.fit_settings import FitSettings, resolved
from territorymap.model.coverage import ROLES
from territorymap.model.languages import language_name
from territorymap.model.plan import Plan
from territorymap.model.records import Rep
from territorymap.model.role_words import role_label
from territorymap.model.scope import PlanFields
from territorymap.ui.parts.value_field import Counted, ValueField, count_values


@dataclass(frozen=True)
class KnownTraits:
    """What can be chosen for a rep besides what is typed."""

    seniorities: Sequence[str] = ()
    verticals: Sequence[Counted] = ()


def known_traits(plan: Plan) -> KnownTraits:
    """Return the seniorities of the plan's reps, and the verticals of its accounts and reps."""
    usual = (tr("Junior"), tr("Senior"))
    seniorities = dict.fromkeys([*usual, *(rep.seniority for rep in plan.reps if rep.seniority)])
    field = resolved(FitSettings(), plan).vertical_field
    verticals = count_values(PlanFields(plan).values(field)) if field else []
    known = {value.casefold() for value, _ in verticals}
    of_reps = dict.fromkeys(v for rep in plan.reps for v in rep.verticals if v.casefold() not in known)
    return KnownTraits(tuple(seniorities), (*verticals, *((value, 0) for value in of_reps)))


class TraitFields:
    """The four fields, put at the end of a form."""

    def __init__(self, form: QFormLayout, rep: Rep | None, known: KnownTraits) -> None:
        self.role = QComboBox(editable=True)
        self.role.addItems(["", *(role_label(role) for role in ROLES)])
        self.role.setCurrentText(role_label(rep.role) if rep else "")
        form.addRow(tr("&Role"), self.role)
        self.seniority = QComboBox(editable=True)
        self.seniority.addItems(["", *known.seniorities])
        self.seniority.setCurrentText(rep.seniority if rep else "")
        form.addRow(tr("S&eniority"), self.seniority)
        self.languages = QLineEdit("; ".join(language_name(code) for code in rep.languages) if rep else "")
        self.languages.setPlaceholderText(tr("For example: English; Chinese"))
        form.addRow(tr("&Languages"), self.languages)
        self.verticals = ValueField(lambda: known.verticals)
        self.verticals.line.setAccessibleName(tr("Verticals"))
        self.verticals.set_values(rep.verticals if rep else ())
        form.addRow(tr("&Verticals"), self.verticals)

    @property
    def values(self) -> dict[str, object]:
        """Values as the fields of :class:`Rep`; the command knows roles and languages by their names."""
        return {
            "role": self.role.currentText(),
            "seniority": self.seniority.currentText().strip(),
            "languages": self.languages.text(),
            "verticals": self.verticals.values,
        }
