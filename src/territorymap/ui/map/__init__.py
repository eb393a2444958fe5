"""The map widget: Chromium with our own page, scheme and bridge."""
