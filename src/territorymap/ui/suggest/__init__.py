"""Next best moves in the window: looked for after every edit, listed, pointed at on the map, done with a key.

looker   runs the look in small pieces between events, anew whenever the plan has changed
model    the moves as rows
panel    the panel with its list and commands
"""
