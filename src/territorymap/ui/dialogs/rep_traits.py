"""Role, career, languages and verticals of a rep as fields of a form, with what the plan knows to choose from.

Owns these fields; the dialog is rep's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    career_levels: Sequence[str] = ()
    verticals: Sequence[Counted] = ()


def known_traits(plan: Plan) -> KnownTraits:
    """Return the seniorities of the plan's reps, and the verticals of its accounts and reps."""
    levels = dict.fromkeys(rep.career_level for rep in plan.reps if rep.career_level)
    field = resolved(FitSettings(), plan).vertical_field
    verticals = count_values(PlanFields(plan).values(field)) if field else []
    known = {value.casefold() for value, _ in verticals}
    of_reps = dict.fromkeys(v for rep in plan.reps for v in rep.verticals if v.casefold() not in known)
    return KnownTraits(seniorities_of(plan.reps), tuple(levels), (*verticals, *((value, 0) for value in of_reps)))


def seniorities_of(reps: Iterable[Rep]) -> tuple[str, ...]:
    """Return the usual words and those of the reps, each once, as the plan spells it."""
    own = dict.fromkeys(rep.seniority for rep in reps if rep.seniority)
    spelt = {seniority.casefold() for seniority in own}
    return (*(usual for usual in (tr("Junior"), tr("Senior")) if usual.casefold() not in spelt), *own)


class TraitFields:
    """The six fields, put at the end of a form."""

    def __init__(self, form: QFormLayout, rep: Rep | None, known: KnownTraits) -> None:
        self.role = QComboBox(editable=True)
        self.role.addItems(["", *(role_label(role) for role in ROLES)])
        self.role.setCurrentText(role_label(rep.role) if rep else "")
        form.addRow(tr("&Role"), self.role)
        self.seniority = QComboBox(editable=True)
        self.seniority.addItems(["", *known.seniorities])
        self.seniority.setCurrentText(rep.seniority if rep else "")
        form.addRow(tr("S&eniority"), self.seniority)
        self.career_level = QComboBox(editable=True)
        self.career_level.addItems(["", *known.career_levels])
        self.career_level.setCurrentText(rep.career_level if rep else "")
        self.career_level.setToolTip(tr("The step of the career ladder, in the company's own words"))
        form.addRow(tr("Career le&vel"), self.career_level)
        self.started_on = QLineEdit(rep.started_on if rep else "")
        self.started_on.setPlaceholderText(tr("For example: 2021-04-01"))
        self.started_on.setToolTip(tr("Tenure counts from this day; a month or a year alone will do"))
        form.addRow(tr("&First day at work"), self.started_on)
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
            "career_level": self.career_level.currentText().strip(),
            "started_on": self.started_on.text().strip(),
            "languages": self.languages.text(),
            "verticals": self.verticals.values,
        }
