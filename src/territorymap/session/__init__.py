"""One open plan as a living thing: do, undo, redo, listeners; and the commands."""
