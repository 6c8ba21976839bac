"""Judging what was found: pools of unjudged clauses for a person, their grades read back, agreement between two people."""
