"""How much of the market in its territories a partner, and the company, has. Owns two ratios on arrays of accounts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Market:
    """The accounts of a partner's territories, and what there is in them."""

    n_accounts: int
    n_customers: int  # with revenue above 0
    revenue: float  # sum of the revenue measure: what the company has there
    potential: float  # sum of the potential measure; nan where the plan has none

    @property
    def penetration(self) -> float:
        """Accounts with revenue / all accounts of its territories; nan where there are none."""
        return self.n_customers / self.n_accounts if self.n_accounts else math.nan


NO_MARKET = Market(0, 0, 0.0, math.nan)


def markets(
    holder: NDArray[np.integer], account_ix: NDArray[np.integer], revenue: Floats, potential: Floats, n_partners: int
) -> list[Market]:
    """The market of each partner.

    Parameters
    ----------
    holder : (K,) int, 0..n_partners-1: the partner of each pair; -1 does not count
    account_ix : (K,) int, the account of each pair; a pair that stands twice (an account that a partner owns in two
        alignments) counts once
    revenue, potential : (A,) float, nan counts as 0; a measure that the plan lacks is all nan

    Returns
    -------
    list of n_partners Market; penetration = accounts with revenue > 0 / all accounts.

    Examples
    --------
    Revenue 10, 0, nan, 5; potential 20, 30, 10, 40. Partner 0 has accounts 0, 1, 2: penetration 1 / 3, revenue 10,
    potential 60. Partner 1 has account 3, in two alignments: penetration 1 / 1, revenue 5, potential 40.
    """
    n_accounts = len(revenue)
    pairs = np.unique(holder[holder >= 0].astype(np.int64) * max(n_accounts, 1) + account_ix[holder >= 0])
    who, what = np.divmod(pairs, max(n_accounts, 1))
    money, chances = np.nan_to_num(revenue)[what], np.nan_to_num(potential)[what]
    n = np.bincount(who, minlength=n_partners)
    n_customers = np.bincount(who[money > 0], minlength=n_partners)
    sums = np.bincount(who, money, n_partners), np.bincount(who, chances, n_partners)
    has_potential = bool(np.isfinite(potential).any())
    return [
        Market(int(n[p]), int(n_customers[p]), float(sums[0][p]), float(sums[1][p]) if has_potential else math.nan)
        for p in range(n_partners)
    ]


def market_share(revenue_of_a_year: float, potential: float) -> float:
    """Revenue that a partner makes in a year / potential of the accounts of its territories.

    Parameters
    ----------
    revenue_of_a_year : nan = not told
    potential : a year's; nan = the plan has no such measure

    Returns
    -------
    float >= 0, above 1 where the potential is put too low; nan where one is not told or the potential is not above 0.

    Examples
    --------
    Revenue 120 in a potential of 1,000: 0.12. Potential 0: nan.

    Source
    ------
    Value market share: own sales / sales possible in the market, Farris et al. 2010, Marketing Metrics.
    """
    return revenue_of_a_year / potential if potential > 0 else math.nan
