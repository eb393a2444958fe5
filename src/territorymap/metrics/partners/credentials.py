"""Which certifications and trainings hold on a day, which run out, which have run out. Owns these rules only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from territorymap.model.coverage import Credential


@dataclass(frozen=True)
class Held:
    """The credentials of one partner or rep on a day; of those with one title only the newest counts."""

    valid: tuple[Credential, ...]
    expiring: tuple[Credential, ...]  # of the valid: those that run out soon
    expired: tuple[Credential, ...]  # and were not renewed

    @property
    def n_certifications(self) -> int:
        """How many different certifications hold; trainings do not count."""
        return sum(credential.kind == "certification" for credential in self.valid)


def held(credentials: Iterable[Credential], day: date, soon_days: int = 60) -> Held:
    """Return what holds on a day, what of it runs out within ``soon_days``, and what has run out.

    Parameters
    ----------
    credentials : of one partner; days are ISO 8601 or "", then it holds from ever, or for ever
    day : the day that is asked about; the day of expiry still counts

    Examples
    --------
    On 2026-10-01, soon = 60 days: "Cloud" to 2026-11-15 holds and runs out soon (45 days). "Network" to 2026-09-30 has
    run out; had it been obtained again with expiry 2027-09-30, it would hold and not have run out. "Storage" obtained
    on 2026-12-01 does not count yet. "Basics" without expiry holds.
    """
    newest: dict[tuple[str, str], Credential] = {}
    for credential in credentials:
        if credential.obtained_on and date.fromisoformat(credential.obtained_on) > day:
            continue
        key = (credential.kind, credential.title.strip().casefold())
        if key not in newest or _expiry(credential) >= _expiry(newest[key]):
            newest[key] = credential
    valid = [c for c in newest.values() if _expiry(c) >= day]
    return Held(
        tuple(valid),
        tuple(c for c in valid if (_expiry(c) - day).days <= soon_days),
        tuple(c for c in newest.values() if _expiry(c) < day),
    )


def _expiry(credential: Credential) -> date:
    return date.fromisoformat(credential.expires_on) if credential.expires_on else date.max
