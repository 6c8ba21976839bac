"""Semantic search over Chinese policy notices, clause by clause, with the units responsible."""
