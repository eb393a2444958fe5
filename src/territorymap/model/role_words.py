"""How sales roles are called on screen, and what a written role means. Owns the words; roles are coverage.ROLES."""

from __future__ import annotations

from territorymap.i18n import tr, tr_as
from territorymap.model.coverage import ROLES

_WRITTEN = {
    "outside": "field",
    "outside sales": "field",
    "field sales": "field",
    "aussendienst": "field",
    "außendienst": "field",
    "外勤": "field",
    "inside sales": "inside",
    "innendienst": "inside",
    "内勤": "inside",
    "account manager": "account_management",
    "account mgmt": "account_management",
    "key account management": "account_management",
    "key account manager": "account_management",
    "客户管理": "account_management",
    "hunter": "new_business",
    "business development": "new_business",
    "neukunden": "new_business",
    "新业务": "new_business",
    "channel": "partner",
    "partner channel": "partner",
    "渠道": "partner",
}


def role_label(role: str) -> str:
    """Return a role as it is called on screen: one that the planner made up is called as written."""
    return {
        "field": tr_as("sales role", "Field"),
        "inside": tr("Inside"),
        "hybrid": tr("Hybrid"),
        "account_management": tr("Account management"),
        "new_business": tr("New business"),
        "partner": tr("Partner channel"),
    }.get(role, role)


def role_of(text: str) -> str:
    """Return the role that a text names: one of ROLES by its key, its name or a usual word; else the text itself."""
    tidy = " ".join(text.split())
    small = tidy.casefold()
    key = small.replace(" ", "_").replace("-", "_")
    if key in ROLES:
        return key
    by_label = {role_label(role).casefold(): role for role in ROLES}
    return by_label.get(small) or _WRITTEN.get(small) or tidy
