"""Builds an import of partners, credentials or figures from a table, for the open plan.

Owns which names of the plan the rows are held against; reading rows is importers'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territorymap.importers.partners import (
    PartnerImport,
    build_credentials,
    build_partner_figures,
    build_partners,
)
from territorymap.model.coverage import Partner, Tier

if TYPE_CHECKING:
    from territorymap.importers.columns import ColumnMap
    from territorymap.importers.table import RawTable
    from territorymap.session.session import Session


@dataclass(frozen=True)
class Names:
    """What a file is held against, held still: it may be read in a thread."""

    reps: list[str]
    partners: list[str]
    territories: list[str]
    tiers: list[str]
    geometry: NDArray[np.object_]  # (U,) of the units
    country: str  # of all units, "" = several or none


def names_of(session: Session) -> Names:
    """Return the names of the plan as it stands now."""
    plan = session.plan
    own = {partner.rep_id for partner in session.register(Partner).values()}
    countries = {str(country) for country in plan.units.country}
    return Names(
        [rep.name for rep in plan.reps],
        [rep.name for rep in plan.reps if rep.rep_id in own],
        [territory.name for territory in plan.territories],
        [tier.tier_name for tier in session.register(Tier).values()],
        session.geometry,
        countries.pop() if len(countries) == 1 else "",
    )


def build_for(names: Names, table: RawTable, columns: ColumnMap) -> PartnerImport:
    """Return what a table says by the kind of its columns; UserError where a column that is needed is missing."""
    if columns.kind == "credentials":
        return build_credentials(table, columns, names.reps)
    if columns.kind == "partner_figures":
        return build_partner_figures(table, columns, names.partners, names.territories)
    if not {"home_postal_code", "home_city", "lon"} & columns.fields.keys():
        return build_partners(table, columns, names.tiers, territories=names.territories)
    from territorymap.geo.locate import UnitLocator
    from territorymap.importers.geocode import Geocoder

    locator = UnitLocator(names.geometry)
    return build_partners(
        table,
        columns,
        names.tiers,
        Geocoder(),
        locator,
        territories=names.territories,
        default_country=names.country,
    )


def build(session: Session, table: RawTable, columns: ColumnMap) -> PartnerImport:
    """Return what a table says, held against the plan as it stands now."""
    return build_for(names_of(session), table, columns)
