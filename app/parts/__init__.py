"""Pieces of a page: what is drawn from records, each in a module of its own."""
