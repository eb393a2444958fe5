"""Split, join, dissolve, add: the jobs that change one territory and leave the others as they are, as far as can be."""

from territorymap.session.solving.adding import AddJob
from territorymap.session.solving.dissolving import DissolveJob
from territorymap.session.solving.splitting import SplitJob
from territorymap.session.solving.uniting import JoinJob

__all__ = ["AddJob", "DissolveJob", "JoinJob", "SplitJob"]
