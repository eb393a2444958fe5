"""Making the plan that New plan asked for: reading the files, locating, writing, all in a thread.

Owns the order and the share of progress of each part; the writing itself is session/create.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from territorymap.errors import Cancelled
from territorymap.geo.layer import UnitLayer
from territorymap.geo.locate import UnitLocator
from territorymap.i18n import tr
from territorymap.importers.accounts import AccountImport, build_accounts
from territorymap.importers.alignment import AlignmentImport, build_alignment
from territorymap.importers.finer_codes import PostalGround
from territorymap.importers.geocode import Geocoder
from territorymap.importers.reps import RepImport, build_reps
from territorymap.importers.table import RawTable, read_table
from territorymap.session.create import NewPlan, create_plan
from territorymap.ui.import_wizard.accounts_dialog import account_report
from territorymap.ui.import_wizard.list_dialogs import alignment_report, rep_report
from territorymap.ui.import_wizard.result_view import ImportReport
from territorymap.ui.import_wizard.table_form import TableChoice
from territorymap.ui.new_plan.units_choice import UnitsChoice, load_units
from territorymap.ui.tasks import Progress

IsCancelled = Callable[[], bool]


@dataclass(frozen=True)
class Draft:
    """What the pages of New plan say."""

    path: Path
    title: str
    units: UnitsChoice
    author: str | None = None
    accounts: TableChoice | None = None
    reps: TableChoice | None = None
    alignment: TableChoice | None = None
    n_territories: int = 0
    is_territory_per_rep: bool = False


def build_plan(draft: Draft, progress: Progress, is_cancelled: IsCancelled) -> list[ImportReport]:
    """Make the plan file, whole or not at all, and return what came of each list.

    Raises
    ------
    UserError
        if a file cannot be read or written.
    Cancelled
        if ``is_cancelled`` said so.
    """

    def tell(fraction: float, text: str = "") -> None:
        if is_cancelled():
            raise Cancelled
        progress(fraction, 1.0, text)

    def part(low: float, high: float) -> Callable[[float], None]:
        return lambda fraction: tell(low + (high - low) * fraction)

    tell(0.0, tr("Reading the units…"))
    layer = load_units(draft.units, is_cancelled)
    reports: list[ImportReport] = []
    reps = _read_reps(draft.reps, layer, part(0.1, 0.15), is_cancelled, reports)
    alignment = _read_alignment(draft.alignment, layer, part(0.15, 0.2), is_cancelled, reports)
    if draft.accounts is not None:
        tell(0.2, tr("Reading and locating the accounts…"))
    accounts = _read_accounts(draft.accounts, layer, part(0.2, 0.55), is_cancelled, reports)
    new = NewPlan(
        layer=layer,
        title=draft.title,
        n_territories=draft.n_territories,
        is_territory_per_rep=draft.is_territory_per_rep,
        alignment=alignment,
        accounts=accounts,
        reps=reps,
    )
    create_plan(
        draft.path, new, author=draft.author, progress=lambda fraction, text: tell(0.55 + 0.45 * fraction, text)
    )
    return reports


def _read_accounts(
    choice: TableChoice | None,
    layer: UnitLayer,
    progress: Callable[[float], None],
    is_cancelled: IsCancelled,
    reports: list[ImportReport],
) -> AccountImport | None:
    if choice is None:
        return None
    table = _read(choice, progress, is_cancelled)
    result = build_accounts(
        table,
        choice.columns,
        UnitLocator(layer.geometry),
        Geocoder(),
        layer.code,
        lambda fraction: progress(0.3 + 0.7 * fraction),
        is_cancelled,
        default_country=_country(layer),
    )
    reports.append(account_report(table, result))
    return result


def _read_reps(
    choice: TableChoice | None,
    layer: UnitLayer,
    progress: Callable[[float], None],
    is_cancelled: IsCancelled,
    reports: list[ImportReport],
) -> RepImport | None:
    if choice is None:
        return None
    table = _read(choice, progress, is_cancelled)
    locator = UnitLocator(layer.geometry)
    result = build_reps(table, choice.columns, Geocoder(), locator, default_country=_country(layer))
    reports.append(rep_report(table, result))
    return result


def _read_alignment(
    choice: TableChoice | None,
    layer: UnitLayer,
    progress: Callable[[float], None],
    is_cancelled: IsCancelled,
    reports: list[ImportReport],
) -> AlignmentImport | None:
    if choice is None:
        return None
    table = _read(choice, progress, is_cancelled)
    postal = PostalGround(Geocoder(), UnitLocator(layer.geometry), _country(layer))
    result = build_alignment(
        table,
        choice.columns,
        layer.code,
        layer.name,
        lambda fraction: progress(0.3 + 0.7 * fraction),
        is_cancelled,
        postal=postal,
    )
    reports.append(alignment_report(table, result))
    return result


def _read(choice: TableChoice, progress: Callable[[float], None], is_cancelled: IsCancelled) -> RawTable:
    return read_table(choice.path, choice.options, lambda fraction: progress(0.3 * fraction), is_cancelled)


def _country(layer: UnitLayer) -> str:
    """Return the country that all units lie in, "" if there are several."""
    countries = {str(country) for country in layer.country if country}
    return countries.pop() if len(countries) == 1 else ""
