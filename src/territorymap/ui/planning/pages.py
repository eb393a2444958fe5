"""Which pages the planning window has. Owns the list; each page stands in its own package."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from territorymap.i18n import tr
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection


@dataclass(frozen=True)
class PageSpec:
    """One page: its words, its icon, and the class that makes it, imported when it is first shown."""

    name: str
    title: str
    tip: str
    icon: str
    place: str  # "package.module:Class"; the class takes the shared selection
    shortcut: str = ""

    def make(self, selection: Selection) -> PlanningPage:
        module, _, name = self.place.partition(":")
        page: PlanningPage = getattr(import_module(module), name)(selection)
        return page


def list_pages() -> list[PageSpec]:
    """Return the pages in the order of the list at the left and of the menu Coverage."""
    return [
        PageSpec(
            "alignments",
            tr("Alignments"),
            tr("Alignments for the sales roles, and which accounts each covers"),
            "alignment",
            "territorymap.ui.alignments.page:AlignmentsPage",
        ),
        PageSpec(
            "teams",
            tr("Teams"),
            tr("Who works for each territory, its hours, and what does not fit its accounts"),
            "reps",
            "territorymap.ui.teams.page:TeamsPage",
        ),
        PageSpec(
            "regions",
            tr("Regions"),
            tr("Which territories lie in which region, and who manages it"),
            "territories",
            "territorymap.ui.regions.page:RegionsPage",
        ),
        PageSpec(
            "rules",
            tr("Role rules"),
            tr("What two sales roles may do with one account: share, not share, hand over"),
            "panel-table",
            "territorymap.ui.coverage.rules_page:RulesPage",
        ),
        PageSpec(
            "deals",
            tr("Deals"),
            tr("Who registered which deal on which account, with conflicts by the first-come and the territory rule"),
            "panel-list",
            "territorymap.ui.deals.page:DealsPage",
        ),
        PageSpec(
            "handovers",
            tr("Hand-overs"),
            tr("Accounts that pass from one role to another when a deal is closed"),
            "panel-change-rep",
            "territorymap.ui.deals.handover_page:HandoverPage",
        ),
        PageSpec(
            "partners",
            tr("Partners"),
            tr("Partners with tier, figures, recruitment, reviews, and what to put right"),
            "partner",
            "territorymap.ui.partners.page:PartnersPage",
        ),
        PageSpec(
            "sizing",
            tr("Sizing"),
            tr("How many people the accounts ask for, by workload, potential and funnel"),
            "reps",
            "territorymap.ui.sizing.page:SizingPage",
        ),
        PageSpec(
            "funnel",
            tr("Funnel"),
            tr("Rates from activity to close, forwards and backwards, and each territory against its capacity"),
            "fill",
            "territorymap.ui.funnel.page:FunnelPage",
        ),
        PageSpec(
            "market",
            tr("Market"),
            tr("Which units, states or countries to go for first, by weighted criteria"),
            "place",
            "territorymap.ui.market.page:MarketPage",
        ),
        PageSpec(
            "scorecard",
            tr("Scorecard"),
            tr("Each territory by the same criteria, with quota, goals and synergies"),
            "properties",
            "territorymap.ui.market.scorecard_page:ScorecardPage",
        ),
        PageSpec(
            "role_metrics",
            tr("Role metrics"),
            tr("Numbers that roles are measured by, by week, month or quarter, with trend and roll-up"),
            "balance",
            "territorymap.ui.role_metrics.page:RoleMetricsPage",
        ),
        PageSpec(
            "quota",
            tr("Quota"),
            tr("A target shared among territories, how hard each quota is and how fair all are"),
            "quota",
            "territorymap.ui.money.quota_page:QuotaPage",
        ),
        PageSpec(
            "forecast",
            tr("Forecast"),
            tr("What a period will bring against its quota: won and open deals and run rate"),
            "forecast",
            "territorymap.ui.money.forecast_page:ForecastPage",
        ),
        PageSpec(
            "pay",
            tr("Pay"),
            tr("Pay plans, what attainment pays, statements, and how fair pay is"),
            "pay",
            "territorymap.ui.money.pay_page:PayPage",
        ),
        PageSpec(
            "turnover",
            tr("Turnover"),
            tr("Who covers when a rep leaves, in every alignment, and which covers have not ended"),
            "panel-change-rep",
            "territorymap.ui.turnover.page:TurnoverPage",
        ),
    ]
