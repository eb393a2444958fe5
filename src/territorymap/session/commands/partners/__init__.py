"""What a person can do to partners; each returns a Command for ``Session.do``.

Commands take the session besides, for the registers that they build on.
"""

from territorymap.session.commands.partners.dated import (
    add_actions,
    add_credential,
    delete_actions,
    delete_credentials,
    edit_action,
    edit_credential,
    set_figures,
    take_flags,
)
from territorymap.session.commands.partners.imports import import_partners
from territorymap.session.commands.partners.people import (
    add_partner,
    delete_partners,
    edit_partner,
    give_tiers,
    make_partner,
    set_status,
)
from territorymap.session.commands.partners.terms import set_market, set_recruitment, set_rules, set_tiers

__all__ = [
    "add_actions",
    "add_credential",
    "add_partner",
    "delete_actions",
    "delete_credentials",
    "delete_partners",
    "edit_action",
    "edit_credential",
    "edit_partner",
    "give_tiers",
    "import_partners",
    "make_partner",
    "set_figures",
    "set_market",
    "set_recruitment",
    "set_rules",
    "set_status",
    "set_tiers",
    "take_flags",
]
