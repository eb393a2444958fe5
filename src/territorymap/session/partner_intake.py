"""Builds an import of partners, credentials or figures from a table, for the open plan.

Owns which names of the plan the rows are held against; reading rows is importers'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def build(session: Session, table: RawTable, columns: ColumnMap) -> PartnerImport:
    """Return what a table says by the kind of its columns; UserError where a column that is needed is missing."""
    plan = session.plan
    if columns.kind == "credentials":
        return build_credentials(table, columns, [rep.name for rep in plan.reps])
    if columns.kind == "partner_figures":
        own = {partner.rep_id for partner in session.register(Partner).values()}
        names = [rep.name for rep in plan.reps if rep.rep_id in own]
        return build_partner_figures(table, columns, names, [t.name for t in plan.territories])
    from territorymap.geo.locate import UnitLocator
    from territorymap.importers.geocode import Geocoder

    tiers = [tier.tier_name for tier in session.register(Tier).values()]
    if not {"home_postal_code", "home_city", "lon"} & columns.fields.keys():
        return build_partners(table, columns, tiers)
    countries = {str(country) for country in plan.units.country}
    only = countries.pop() if len(countries) == 1 else ""
    return build_partners(table, columns, tiers, Geocoder(), UnitLocator(session.geometry), default_country=only)
