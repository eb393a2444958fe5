"""The page Funnel: rates, forwards and backwards, territories against their capacity."""
