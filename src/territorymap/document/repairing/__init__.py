"""Saves what can be saved from a damaged plan into a sound one, and says what could not be.

    report = repair_plan(damaged, Path("saved.gpkg"))

pages reads rows past SQLite; reading finds the tables; steps replays the history; deciding chooses between the two
copies that a plan holds of every row; mending and boundaries make the rows fit one another; writing makes the new file.
The damaged file is only ever read.
"""

from territorymap.document.repairing.repair import repair_plan
from territorymap.document.repairing.report import RepairReport, TableReport

__all__ = ["RepairReport", "TableReport", "repair_plan"]
