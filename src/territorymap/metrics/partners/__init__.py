"""What can be said of the partners of a plan: scores, tiers, figures by period, pipeline, market, what to put right."""
