"""Files that no planner should ever send: each ends in a good result or in one clear error."""
