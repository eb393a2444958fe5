"""Quota, forecast and pay of an open plan: put together from its registers, measures and teams."""
