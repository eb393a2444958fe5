"""Keys of records as CRM systems have them: which are real, and when two spellings mean the same record.

Owns the forms of the keys; not the files that hold them.
"""

from __future__ import annotations

import re

_SALESFORCE = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_HUBSPOT = re.compile(r"[0-9]{1,19}")
_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def salesforce_id(text: str) -> str:
    """Return the 18 letters of a Salesforce Id written with 15 or 18, "" if it is none.

    The last three tell the case of the others, five at a time, so that the Id survives where case does not count.
    """
    key = text.strip()
    if not _SALESFORCE.fullmatch(key) or key.isdecimal():
        return ""
    whole = key[:15] + "".join(_suffix(key[at : at + 5]) for at in (0, 5, 10))
    return whole if len(key) == 15 or key[15:].upper() == whole[15:] else ""


def _suffix(letters: str) -> str:
    return _SUFFIX[sum(1 << bit for bit, letter in enumerate(letters) if letter.isascii() and letter.isupper())]


def hubspot_id(text: str) -> str:
    """Return a HubSpot record ID, "" if it is none."""
    return text.strip() if _HUBSPOT.fullmatch(text.strip()) else ""


def dynamics_id(text: str) -> str:
    """Return a GUID without braces, in small letters, "" if it is none."""
    match = _GUID.fullmatch(text.strip())
    return match[1].lower() if match else ""


def same_record(text: str) -> str:
    """Return what two spellings of one record's key have in common; any other key as it is, but for outer blanks."""
    key = text.strip()
    if len(key) == 18 and (whole := salesforce_id(key)):
        return whole[:15]
    return dynamics_id(key) or key
