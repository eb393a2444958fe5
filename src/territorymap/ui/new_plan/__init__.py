"""Making a plan in one dialog with pages: units, accounts, reps, start, file."""
