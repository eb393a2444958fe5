"""Help inside the program: topics, their window, F1, the shortcuts sheet and the tour."""
