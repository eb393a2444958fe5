"""The pages Market and Scorecard: priority of markets, and territories by the same criteria."""
