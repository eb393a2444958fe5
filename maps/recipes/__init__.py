"""The steps of maps/build.py, one subject a module."""
