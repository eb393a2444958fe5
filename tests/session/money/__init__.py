"""Quota, forecast and pay of an open plan."""
