"""Hand-over files of a plan, one format a file; found by its name, see ``registry``."""
