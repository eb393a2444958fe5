"""The page Sizing: how many people, by three methods."""
