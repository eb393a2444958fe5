"""The page Turnover of the planning window: who covers when a rep leaves, and which covers have not ended."""
