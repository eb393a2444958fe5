"""Table formats: one module each, found by importers.registry. A module registers a reader with @table_format."""
