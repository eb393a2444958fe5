"""The change log in the window: panel, filters, notes. Owns what is seen of it; the log is session.changelog's."""
