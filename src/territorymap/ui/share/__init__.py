"""Sending a plan, or a part of it, to a colleague. Owns the questions; files are written by the document."""
