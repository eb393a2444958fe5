"""The pages Deals and Hand-overs of the planning window. Rules and words are session.coverage_issues'."""
