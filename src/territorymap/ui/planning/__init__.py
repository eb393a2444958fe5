"""The window of roles, partners, capacity, quota and pay beside the map: one page a subject."""
