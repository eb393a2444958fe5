"""Sheets of partners: the quarterly review and the yearly assessment, as a page to print and as a workbook."""
