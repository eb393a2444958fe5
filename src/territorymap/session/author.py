"""Who works here, as the steps of a plan name a person who has not said otherwise. Owns this one question."""

from __future__ import annotations

import getpass

from territorymap.i18n import tr


def current_author() -> str:
    """Return the name that steps carry: the user's login."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return tr("unknown")
