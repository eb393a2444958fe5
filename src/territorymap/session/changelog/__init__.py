"""The change log for people: who moved what, when and why, read from the journal."""

from territorymap.session.changelog.entries import Entry
from territorymap.session.changelog.log import ChangeLog, Wanted
from territorymap.session.changelog.words import Sentence

__all__ = ["ChangeLog", "Entry", "Sentence", "Wanted"]
