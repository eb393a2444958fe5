"""The questions of the page Partners: a profile, a credential, an action, figures of a period, a tier to give.

Owns which fields each has; commands check what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.metrics.partners import words
from territorymap.model.coverage import (
    CREDENTIAL_KINDS,
    PARTNER_STATUSES,
    PARTNER_TYPES,
    Action,
    Credential,
    Partner,
    Tier,
)
from territorymap.model.period import Period
from territorymap.session.commands import partners as commands
from territorymap.session.session import Command
from territorymap.ui.partners.forms import Entry, RecordForm

if TYPE_CHECKING:
    from territorymap.session.session import Session

Attempt = Callable[[Callable[[], Command]], UserError | None]
_ACTION_KINDS = ("agreed", "corrective", "onboarding", "goal")


def _ask(form: RecordForm, attempt: Attempt, build: Callable[[Mapping[str, object]], Command]) -> RecordForm:
    form.submit_with(lambda: attempt(lambda: build(form.values())))
    form.open()
    return form


def ask_partner(
    session: Session, attempt: Attempt, parent: QWidget, partner: Partner | None, name: str = ""
) -> RecordForm:
    """Ask for a new partner, or change the profile of one."""
    entries = [
        Entry("name", tr("Name")),
        Entry("partner_type", tr("Type"), "choice", [(t, words.type_word(t)) for t in PARTNER_TYPES]),
        Entry("contact", tr("Contact"), hint=tr("name, mail, telephone")),
        Entry("agreed_on", tr("Agreed on"), "day"),
        Entry("left_on", tr("Left on"), "day"),
        Entry("satisfaction", tr("Satisfaction"), "number", hint=tr("0 to 10, where no period tells it")),
        Entry("note", tr("Note"), "long"),
    ]
    values: dict[str, object] = {"name": name}
    if partner is None:
        statuses = [(s, words.status_word(s)) for s in PARTNER_STATUSES if s != "left"]
        entries.insert(2, Entry("status", tr("Status"), "choice", statuses))
        entries = [entry for entry in entries if entry.key not in ("left_on", "satisfaction")]
    else:
        values |= {entry.key: getattr(partner, entry.key) for entry in entries[1:]}
    title = tr("New partner") if partner is None else tr("Edit partner")
    form = RecordForm(title, tr("&Add") if partner is None else tr("&Save"), entries, values, parent)

    def build(told: Mapping[str, object]) -> Command:
        rest = {key: value for key, value in told.items() if key != "name"}
        if partner is None:
            return commands.add_partner(session, str(told["name"]), rest)
        return commands.edit_partner(session, partner.rep_id, rest, str(told["name"]))

    return _ask(form, attempt, build)


def ask_credential(
    session: Session, attempt: Attempt, parent: QWidget, rep_id: int, credential: Credential | None
) -> RecordForm:
    """Ask for a certification or training."""
    entries = [
        Entry("kind", tr("Kind"), "choice", [(k, words.credential_word(k)) for k in CREDENTIAL_KINDS]),
        Entry("title", tr("Title")),
        Entry("obtained_on", tr("Obtained on"), "day"),
        Entry("expires_on", tr("Expires on"), "day", hint=tr("empty: never")),
    ]
    values = {} if credential is None else {entry.key: getattr(credential, entry.key) for entry in entries}
    title = tr("Certification or training")
    form = RecordForm(title, tr("&Add") if credential is None else tr("&Save"), entries, values, parent)

    def build(told: Mapping[str, object]) -> Command:
        if credential is None:
            return commands.add_credential(session, rep_id, told)
        return commands.edit_credential(session, credential.row_id, told)

    return _ask(form, attempt, build)


def ask_action(
    session: Session, attempt: Attempt, parent: QWidget, rep_id: int, action: Action | None, kind: str = "agreed"
) -> RecordForm:
    """Ask for an action: what, why, who, until when."""
    entries = [
        Entry("kind", tr("Kind"), "choice", [(k, words.action_word(k)) for k in _ACTION_KINDS]),
        Entry("title", tr("What is to be done")),
        Entry("root_cause", tr("Root cause")),
        Entry("owner", tr("Owner")),
        Entry("due_on", tr("Due"), "day"),
        Entry("done_on", tr("Done on"), "day", hint=tr("empty: not done yet")),
        Entry("note", tr("Note"), "long"),
    ]
    values: dict[str, object] = {"kind": kind}
    if action is not None:
        values = {entry.key: getattr(action, entry.key) for entry in entries}
    form = RecordForm(tr("Action"), tr("&Add") if action is None else tr("&Save"), entries, values, parent)

    def build(told: Mapping[str, object]) -> Command:
        if action is None:
            return commands.add_actions(session, rep_id, [told])
        return commands.edit_action(session, action.row_id, told)

    return _ask(form, attempt, build)


def ask_figures(
    session: Session,
    attempt: Attempt,
    parent: QWidget,
    rep_id: int,
    period: Period,
    known: Callable[[str], Mapping[str, float | None]],
) -> RecordForm:
    """Ask for revenue, target and satisfaction of a period; ``known`` tells what stands there already."""
    entries = [
        Entry("period", tr("Period"), hint="2026-Q3"),
        Entry("revenue", tr("Revenue"), "number", hint=tr("empty: not known")),
        Entry("target", tr("Revenue target"), "number", hint=tr("empty: not known")),
        Entry("satisfaction", tr("Satisfaction"), "number", hint=tr("0 to 10, empty: not known")),
    ]
    note = tr("The target is the partner's quota of the period; it stands on the page Quota too.")
    if session.hides_pay:  # what is not seen is not written either
        entries = [entry for entry in entries if entry.key != "target"]
        note = tr("Targets are hidden now, with pay and quotas.")
    values = {"period": period.text, **known(period.text)}
    form = RecordForm(tr("Figures of a period"), tr("&Save"), entries, values, parent, note)

    def build(told: Mapping[str, object]) -> Command:
        amounts = {key: _number(told[key]) for key in ("revenue", "target", "satisfaction") if key in told}
        return commands.set_figures(session, rep_id, str(told["period"]), amounts)

    return _ask(form, attempt, build)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def ask_tier(
    session: Session, attempt: Attempt, parent: QWidget, rep_ids: Sequence[int], tiers: Sequence[Tier], now: int | None
) -> RecordForm:
    """Ask for the tier that partners get, since when and why."""
    none: list[tuple[object, str]] = [("", tr("none"))]
    choices = [*none, *((str(tier.row_id), tier.tier_name) for tier in tiers)]
    entries = [
        Entry("tier", tr("Tier"), "choice", [(str(key), text) for key, text in choices]),
        Entry("on", tr("Since"), "day"),
        Entry("reason", tr("Reason"), hint=tr("kept with the change")),
    ]
    values: dict[str, object] = {"tier": "" if now is None else str(now), "on": date.today().isoformat()}
    form = RecordForm(tr("Give a tier"), tr("&Give"), entries, values, parent)

    def build(told: Mapping[str, object]) -> Command:
        tier = int(str(told["tier"])) if told["tier"] else None
        on = date.fromisoformat(str(told["on"])) if told["on"] else date.today()
        return commands.give_tiers(session, dict.fromkeys(rep_ids, tier), on, str(told["reason"]))

    return _ask(form, attempt, build)
