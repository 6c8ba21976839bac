"""Scores the parser, retrieval and the answers against judged notices; run as `python -m eval`."""
