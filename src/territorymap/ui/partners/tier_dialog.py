"""The editor of tiers: names, order, criteria, benefits; at most five unless the planner insists.

Owns the table that is typed into; the command checks what may be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.importers.numbers import parse_number
from territorymap.metrics.partners.tiers import USUAL_MOST
from territorymap.model.coverage import Tier
from territorymap.session.commands.partners import set_tiers
from territorymap.session.session import Command, Session
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.partners.typed_rows import Rows

_NUMBERS = ("min_revenue", "min_certifications", "min_satisfaction", "min_growth")
_COLUMNS = ("tier_name", *_NUMBERS, "benefits")


class TierDialog(FormDialog):
    """All tiers, the lowest first, as rows to type into."""

    def __init__(
        self,
        session: Session,
        tiers: Sequence[Tier],
        attempt: Callable[[Callable[[], Command]], UserError | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Tiers"), tr("&Save"), parent, width_ems=104)
        self._session = session
        heads = (
            tr("Tier"), tr("Revenue of twelve months"), tr("Certifications"), tr("Satisfaction"), tr("Growth"),
            tr("Benefits"),
        )  # fmt: skip
        self._heads = heads
        self.table = Rows(heads, (18, 24, 14, 13, 10, 0), tr("Tiers"))
        self.insert(
            muted(
                tr(
                    "The lowest first. An empty criterion is not asked. Growth is against the twelve months "
                    "before (5 % or 0.05), satisfaction 0 to 10."
                )
            )
        )
        self.insert(self.table)
        self.insist = QCheckBox(tr("More than {n} tiers: I insist", n=USUAL_MOST))
        buttons = QHBoxLayout()
        self.buttons: dict[str, QPushButton] = {}
        for name, text, run in (
            ("add", tr("&Add"), lambda: self.add_row(None)),
            ("remove", tr("&Remove"), self.remove_row),
            ("up", tr("Move &up"), lambda: self.move_row(-1)),
            ("down", tr("Move &down"), lambda: self.move_row(1)),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, run=run: run())
            self.buttons[name] = button
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.insist)
        self.insert(buttons)
        for tier in tiers:
            self.add_row(tier)
        if not tiers:
            self.add_row(None)
        self.table.setCurrentCell(0, 0)
        self.table.itemSelectionChanged.connect(self._enable)
        self._enable()
        self.submit_with(lambda: attempt(lambda: set_tiers(session, self.rows(), insisted=self.insist.isChecked())))

    def add_row(self, tier: Tier | None) -> None:
        """Add a row under the others."""
        texts = [_text(name, getattr(tier, name) if tier is not None else "") for name in _COLUMNS]
        self.table.add(tier.row_id if tier is not None else None, texts)
        row = self.table.rowCount() - 1
        for at in range(1, 1 + len(_NUMBERS)):
            self.table.cell(row, at).setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if tier is None:
            self.table.setCurrentCell(row, 0)
        self._enable()

    def remove_row(self) -> None:
        """Take the row of the cursor out."""
        self.table.removeRow(self.table.currentRow())
        self._enable()

    def move_row(self, by: int) -> None:
        """Move the row of the cursor up or down."""
        self.table.move_row(by)

    def rows(self) -> list[dict[str, object]]:
        """Return the tiers as they were typed.

        Raises
        ------
        UserError
            if a number cannot be read; it names tier and criterion.
        """
        found: list[dict[str, object]] = []
        for row in range(self.table.rowCount()):
            texts = dict(zip(_COLUMNS, self.table.cells(row), strict=True))
            if not any(texts.values()):
                continue  # a row that was added and left empty
            values: dict[str, object] = {"tier_name": texts["tier_name"], "benefits": texts["benefits"]}
            for at, name in enumerate(_NUMBERS, start=1):
                value = parse_number(texts[name])
                if value is None:
                    head = self._heads[at]
                    raise UserError(
                        tr(
                            "{tier}, {field}: “{text}” is not a number.",
                            tier=texts["tier_name"],
                            field=head,
                            text=texts[name],
                        )
                    )
                values[name] = None if value != value else round(value) if name == "min_certifications" else value
            found.append({**values, "row_id": self.table.key(row)})
        return found

    def _enable(self) -> None:
        row, n = self.table.currentRow(), self.table.rowCount()
        self.buttons["remove"].setEnabled(row >= 0)
        self.buttons["up"].setEnabled(row > 0)
        self.buttons["down"].setEnabled(0 <= row < n - 1)
        self.insist.setVisible(n > USUAL_MOST or self.insist.isChecked())


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if name == "min_growth" and isinstance(value, float):
        return f"{value * 100:.10g} %"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
