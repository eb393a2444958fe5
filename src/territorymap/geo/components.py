"""Connected components of a graph given as edges, with numpy alone. Owns the labels; not what the graph stands for.

scipy's own takes a quarter of a second to import, which every start of the program would pay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def component_labels(n_nodes: int, u: NDArray[np.integer], v: NDArray[np.integer]) -> NDArray[np.int32]:
    """Return (n,) the component 0, 1, ... of each node, numbered by its first node; edges join ``u[i]`` and ``v[i]``.

    Each round hangs every root under the smallest root it touches: at least half of the roots that touch another go,
    so there are about log2(n) rounds.
    """
    root = np.arange(n_nodes, dtype=np.int64)
    while len(u):
        a, b = root[u], root[v]
        differs = a != b
        u, v, a, b = u[differs], v[differs], a[differs], b[differs]
        if not len(u):
            break
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while True:
            above = root[root]
            if np.array_equal(above, root):
                break
            root = above
    is_first = root == np.arange(n_nodes)
    number = np.cumsum(is_first) - 1
    return number[root].astype(np.int32)
