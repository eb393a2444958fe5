"""The view of the territory table: which cell is drawn by what, and what each column asks for.

Owns delegates and column widths; rows are the model's, clicks the panel's.
"""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics

from territorymap.i18n import tr
from territorymap.ui.panels.rep_delegate import RepDelegate
from territorymap.ui.panels.territory_model import TerritoryModel
from territorymap.ui.parts.cells import IndexBarDelegate, SwatchDelegate
from territorymap.ui.parts.column_fit import ColumnFit, ColumnNeed
from territorymap.ui.parts.scale import ems, scaled
from territorymap.ui.parts.tables import Table, dress_table

_INDEX_EMS = 13.5
_BAR_EXTRA_EMS = 24.0  # a wide panel gives the leading bar more room


class TerritoryTable(Table):
    """A row a territory; the leading columns are kept when it is narrow."""

    def __init__(self, model: TerritoryModel) -> None:
        super().__init__()
        self._territories = model
        self.setModel(model)
        dress_table(self, tr("Territories"))
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().setToolTip(tr("Click to sort; right-click to choose columns."))
        self._swatches, self._bars = SwatchDelegate(self), IndexBarDelegate(self)
        self._reps = RepDelegate(lambda: model.plan, self)
        self.fit = ColumnFit(self, self._needs, least_ems=12, enough_ems=26, first_class=4)

    def set_delegates(self) -> None:
        """Give each column its drawing; call after the columns changed."""
        for column, spec in enumerate(self._territories.columns):
            delegate = {"name": self._swatches, "index": self._bars, "rep": self._reps}.get(spec.kind)
            self.setItemDelegateForColumn(column, delegate or self.itemDelegate())

    def _needs(self) -> list[ColumnNeed]:
        bold = QFontMetrics(scaled(self.font(), 1.0, bold=True))
        needs = []
        for column, total in zip(self._territories.columns, self._territories.sums(), strict=True):
            is_bar = column.kind == "index"
            least = ems(self, _INDEX_EMS) if is_bar else bold.horizontalAdvance(total) + ems(self, 1.5)
            needs.append(
                ColumnNeed(
                    column.key,
                    column.title,
                    column.priority,
                    least=least,
                    most=ems(self, _INDEX_EMS) if is_bar else 0,
                    extra=ems(self, _BAR_EXTRA_EMS) if column.key == "index" else 0,
                )
            )
        return needs
