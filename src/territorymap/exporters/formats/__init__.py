"""One module a format, named by its file extension."""
