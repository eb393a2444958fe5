"""Everything Qt. Reads the session, never holds truth of its own."""
