"""What workbooks and decks are made of: sheets, slides, their tables, charts and texts; the files are formats'."""
