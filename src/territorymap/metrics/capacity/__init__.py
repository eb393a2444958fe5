"""Capacity and potential: how many people the work asks for, funnels, and which markets come first.

The modules hold formulas on plain arrays; what the planner assumes comes in as :mod:`assumed` reads it.
"""

from territorymap.metrics.capacity import buildup, classes, funnel, market, methods

__all__ = ["buildup", "classes", "funnel", "market", "methods"]
