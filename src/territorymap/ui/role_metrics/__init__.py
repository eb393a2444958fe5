"""The page Role metrics of the planning window: numbers of reps and territories by period, and their import."""
