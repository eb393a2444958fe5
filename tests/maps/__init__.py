"""Tests of the committed results of maps/build.py; nothing is rebuilt."""
