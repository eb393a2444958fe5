"""The pages Quota, Forecast and Pay."""
