"""Errors nobody foresaw: the hook, the dialog, the report, and what is known after the program was torn down."""
