"""A plan that cannot be opened: saving what can be saved, or going back to a backup."""
