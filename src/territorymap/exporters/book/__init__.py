"""Pages for people: the map book and the sheets of reps, as PDF and HTML."""
