"""The set-up for Windows."""
