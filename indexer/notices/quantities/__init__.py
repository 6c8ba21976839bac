"""Dates, periods and quantities in a text, verbatim and as values."""
