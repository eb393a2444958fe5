"""The table of ranked markets. Owns rows and columns; the figures are metrics.capacity's."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from territorymap.i18n import number, percent, tr
from territorymap.metrics.capacity.ranked import Ranked
from territorymap.ui.capacity.bar import ShareBarDelegate
from territorymap.ui.market.words import score_text, value_text
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.words import NOTHING


@dataclass(frozen=True)
class Row:
    """One market of a ranking."""

    at: int  # place in the ranking's arrays
    ranked: Ranked

    @property
    def key(self) -> str:
        return self.ranked.places.keys[self.at]

    def value(self, criterion: int) -> float:
        return float(self.ranked.value[criterion, self.at])


def rows_of(ranked: Ranked) -> list[Row]:
    """Return the markets, the best first."""
    return [Row(int(at), ranked) for at in ranked.order]


class RankTable(RecordTable[Row]):
    """Rank, market, score, then a column a criterion."""

    def __init__(self, names: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(_columns(names), lambda row: row.key, tr("Ranked markets"), parent)
        self._bar = ShareBarDelegate(1.0, parent=self)
        self.view.setItemDelegateForColumn(2, self._bar)


def _columns(names: tuple[str, ...]) -> list[RecordColumn[Row]]:
    def criterion(at: int, name: str) -> RecordColumn[Row]:
        def tip(row: Row) -> str:
            scaled = float(row.ranked.scaled[at, row.at])
            if scaled != scaled:
                return tr("{name} is not told here; the other criteria count.", name=name)
            return tr("{name}: {share} on the scale of all markets", name=name, share=percent(scaled))

        return RecordColumn(
            f"criterion:{at}", name, tr("Value of the criterion {name}", name=name),
            lambda row: value_text(row.value(at)), lambda row: row.value(at), is_number=True, priority=3 + at,
            tip_of=tip,
        )  # fmt: skip

    return [
        RecordColumn(
            "rank", tr("Rank"), tr("1 is the market to go for first"),
            lambda row: number(row.ranked.rank[row.at]) if row.ranked.rank[row.at] else NOTHING,
            lambda row: int(row.ranked.rank[row.at]) or None, is_number=True, priority=1,
        ),
        RecordColumn(
            "name", tr("Market"), tr("Double-click shows it on the map"), lambda row: row.ranked.places.names[row.at],
            priority=0,
        ),
        RecordColumn(
            "score", tr("Score"), tr("0 to 100, by all criteria and their weights"),
            lambda row: score_text(float(row.ranked.score[row.at])), lambda row: float(row.ranked.score[row.at]),
            is_number=True, priority=2,
        ),
        *(criterion(at, name) for at, name in enumerate(names)),
    ]  # fmt: skip
