"""What if a rep leaves: who covers meanwhile, and what that asks of each."""
