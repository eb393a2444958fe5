"""The words of the product as data: numpy arrays and frozen dataclasses, no I/O."""
