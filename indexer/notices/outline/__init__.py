"""The outline: which part each paragraph plays, and the clauses that follow from it."""
