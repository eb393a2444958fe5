"""Two scenarios compared in the window: what is chosen, the table of territories, the lists of what moves."""
