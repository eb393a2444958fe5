"""Which language the command line speaks: its option, the environment, the choice made in the window, the system.

Owns the order of these; the catalogues are i18n's. Must be done before any command is imported.
"""

from __future__ import annotations

import configparser
import gettext
import os
from collections.abc import Sequence

from territorymap import i18n
from territorymap.document.state_folder import state_folder
from territorymap.resources import translations

OPTION = "--language"
_MOST_BYTES = 4_000_000  # of the window's settings; what is larger is damaged, and would take seconds to read


def set_language(words: Sequence[str]) -> str | None:
    """Use the language that is asked for; return the wish if we do not speak it, English being used then."""
    option = _option(words)
    wish = option or os.environ.get(i18n.LANGUAGE_VARIABLE) or _chosen_in_window()
    problem = None
    try:
        language = i18n.use_language(wish, translations())
    except ValueError:
        problem, language = wish, i18n.use_language("en", translations())
    if option and problem is None:
        os.environ[i18n.LANGUAGE_VARIABLE] = option  # for the window, and what it starts
    # click's own words go through gettext's global domain, and find their catalogue by this variable.
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(i18n.DOMAIN, str(translations()))
    gettext.textdomain(i18n.DOMAIN)
    return problem


def _option(words: Sequence[str]) -> str:
    """Return the value of the option; it stands before the command."""
    for i, word in enumerate(words):
        if word.startswith(f"{OPTION}="):
            return word.partition("=")[2]
        if word == OPTION:
            return words[i + 1] if i + 1 < len(words) else ""
        if not word.startswith("-"):
            break
    return ""


def _chosen_in_window() -> str:
    """Return the window's choice from its settings file, "" if there is none."""
    settings = configparser.RawConfigParser(strict=False)
    file = state_folder() / "settings.ini"
    try:
        if file.stat().st_size > _MOST_BYTES:
            return ""
        settings.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return ""  # the window makes the file anew; whatever ails it is no reason to refuse a command
    chosen = settings.get("choice", "language", fallback="")
    return chosen if chosen == i18n.AS_SYSTEM or i18n.find_language(chosen) is not None else ""
