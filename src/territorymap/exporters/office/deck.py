"""The deck of a plan: title, scenes, story. Owns the order and the progress; slides are story's and scenes'."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from territorymap.exporters.office.facts import facts_of
from territorymap.exporters.office.maps import Maps
from territorymap.exporters.office.scene_slides import tell_scenes
from territorymap.exporters.office.slides import Slides
from territorymap.exporters.office.story import Teller, tell_story, tell_title
from territorymap.exporters.registry import ExportOptions
from territorymap.exporters.stopping import check_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

ROWS_A_SLIDE = 18  # of a table that goes on, about


def write_deck(view: ExportView, path: Path, what: str, options: ExportOptions, today: date) -> None:
    """Write the deck: "all", "story" or "scenes"."""
    facts = facts_of(view, today)
    watch = _Watch(options, _expected_slides(view, what))
    watch.check()
    slides = Slides(options.file("template"), facts.place, watch.step)
    slides.set_properties(facts.title, facts.scenario, tr("Territory Map"), today)
    teller = Teller(slides, view, facts, Maps(view, slides.width, watch.check))
    tell_title(teller)
    if what != "story":
        tell_scenes(teller)
    if what != "scenes":
        tell_story(teller)
    watch.check()
    slides.save(path)
    watch.finish()


class _Watch:
    """Tells how far it is, and stops when asked to."""

    def __init__(self, options: ExportOptions, total: int) -> None:
        self._options = options
        self._done, self._total = 0, total
        self.check = check_of(options.is_cancelled)

    def step(self) -> None:
        """One more slide is begun."""
        self.check()
        self._options.progress(self._done, max(self._total, self._done + 1))
        self._done += 1

    def finish(self) -> None:
        total = max(self._total, self._done)
        self._options.progress(total, total)


def _expected_slides(view: ExportView, what: str) -> int:
    """Return about how many slides there will be."""
    n_scenes = len(view.plan.scenes) if what != "story" else 0
    n_tables = (view.plan.n_territories + len(view.plan.reps)) // ROWS_A_SLIDE
    return 1 + n_scenes + (0 if what == "scenes" else 7 + n_tables)
