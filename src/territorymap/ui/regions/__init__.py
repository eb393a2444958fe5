"""Regions: territories under one manager, nested; the page that arranges them."""
