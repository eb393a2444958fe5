"""Frozen problem in, alignment out. Empty until territory building is taken up."""
