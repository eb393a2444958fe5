"""The pages Quota, Forecast and Pay of the planning window."""
