"""The pictures of the help and of the tour; called by make_pictures.py."""

from __future__ import annotations

from pathlib import Path

from support.window import Window, spin

PAGE = (1180, 760)


def pictures_of_the_help(plan: Path, folder: Path) -> None:
    """Write help.png, a search with its hits, and tour.png, the second step, of a plan that is there for this."""
    window = Window(plan, 1400, 880)
    main = window.main
    shown = main.help.show("border")
    shown.resize(*PAGE)
    shown.field.setText("border")
    shown.open_topic("border", ["border"])
    spin(600)
    assert shown.grab().save(str(folder / "help.png"))
    shown.close()
    main.help.start_tour()
    tour = main.help.tour
    assert tour is not None
    tour.go(1)
    spin(2500)
    assert main.grab().save(str(folder / "tour.png"))
    main.help.end_tour()
    window.close()
