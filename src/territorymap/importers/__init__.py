"""Files from outside become checked arrays; nothing here changes a plan (session does)."""
