"""Territory Map: draw, reassign and balance sales territories, offline."""

__version__ = "0.1.0"
