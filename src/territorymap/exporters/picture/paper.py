"""Sheets of paper: their sizes, which way round they lie, and how large type is on them.

Owns sizes in inches; draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from territorymap.i18n import locale_name, tr

MM = 1 / 25.4
_A4_AREA = 210 * MM * 297 * MM
# A wall map is read from further off than a page, but has room for more: type grows with the area's fourth root.
TYPE_GROWTH = 0.29

PAPERS: dict[str, tuple[float, float]] = {
    "a4": (210 * MM, 297 * MM),
    "a3": (297 * MM, 420 * MM),
    "a2": (420 * MM, 594 * MM),
    "a1": (594 * MM, 841 * MM),
    "a0": (841 * MM, 1189 * MM),
    "letter": (8.5, 11.0),
    "legal": (8.5, 14.0),
    "tabloid": (11.0, 17.0),
    "arch-c": (18.0, 24.0),
    "arch-d": (24.0, 36.0),
    "arch-e": (36.0, 48.0),
}
AUTO = "auto"
ORIENTATIONS = (AUTO, "landscape", "portrait")
LETTER_COUNTRIES = ("US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "GT", "PA", "DO", "PR", "SV", "NI")


@dataclass(frozen=True)
class Paper:
    """One sheet as it lies before the reader."""

    width_in: float
    height_in: float

    @property
    def scale(self) -> float:
        """How much larger type and lines are than on a page of A4."""
        return float((self.width_in * self.height_in / _A4_AREA) ** TYPE_GROWTH)

    @property
    def is_wide(self) -> bool:
        return self.width_in >= self.height_in


def choose_paper(name: str, orientation: str, is_wide: bool, is_wall: bool = False) -> Paper:
    """Return the paper of that name; "auto" is what the country uses, and lies as the map does (``is_wide``)."""
    if name == AUTO:
        has_letter = locale_name().partition("_")[2][:2] in LETTER_COUNTRIES
        name = ("arch-e" if has_letter else "a0") if is_wall else ("letter" if has_letter else "a4")
    short, long = PAPERS[name]
    lies_wide = is_wide if orientation == AUTO else orientation == "landscape"
    return Paper(long, short) if lies_wide else Paper(short, long)


def paper_labels() -> dict[str, str]:
    """Return paper -> its name for people, with its size."""
    labels = {AUTO: tr("As usual in your country")}
    for name, (width, height) in PAPERS.items():
        if name.startswith("a") and len(name) == 2:
            labels[name] = f"{name.upper()} ({round(width / MM)} × {round(height / MM)} mm)"
        else:
            labels[name] = f"{name.replace('-', ' ').title()} ({width:g} × {height:g} in)"
    return labels


def orientation_labels() -> dict[str, str]:
    """Return orientation -> its name for people."""
    return {AUTO: tr("As fits best"), "landscape": tr("Landscape"), "portrait": tr("Portrait")}
