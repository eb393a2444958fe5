"""Who has an account: the one rule of the program. Owns it; not what a scope covers (scope), not sums (metrics)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def owner_of_accounts(
    unit_territory: NDArray[np.integer],
    unit_ix: NDArray[np.integer],
    override: NDArray[np.integer],
    in_scope: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """Territory that has each account in one alignment: its override, else its unit's if it is in scope, else nobody.

    Parameters
    ----------
    unit_territory : (U,) int, position of the territory of each unit, -1 = unassigned
    unit_ix : (A,) int, position of the unit in which each account lies, -1 = in none
    override : (A,) int, position of the territory that each account is given to by name, -1 = none
    in_scope : (A,) bool, whether the scope of the alignment covers the account

    Returns
    -------
    (A,) int32, position of the territory, -1 = nobody; empty for no account.

    Examples
    --------
    Units 0, 1, 2 are of territories 0, 1 and none. Of five accounts the first three lie in units 0, 1, 2, the fourth in
    no unit, the last in unit 0. The second is out of scope; the last is out of scope too, but given to territory 1:

    >>> owner_of_accounts(
    ...     np.array([0, 1, -1]), np.array([0, 1, 2, -1, 0]), np.array([-1, -1, -1, -1, 1]),
    ...     np.array([True, False, True, True, False])
    ... ).tolist()
    [0, -1, -1, -1, 1]
    """
    by_unit = np.append(unit_territory, np.int32(-1))[unit_ix]
    return np.where(override >= 0, override, np.where(in_scope, by_unit, -1)).astype(np.int32)
