"""Long use of the real window: hands that do random things, eyes that compare file, memory and screen, gauges.

``hands`` does one action of a kind; ``eyes`` holds the invariants; ``gauges`` counts memory and what is alive.
"""
