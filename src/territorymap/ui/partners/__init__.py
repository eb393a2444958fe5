"""The page Partners: profiles, recruitment, tiers, figures, reviews and what to put right."""
