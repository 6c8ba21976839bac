"""How well precedents are told apart and traced: labels, earliest sources, parents, and their ranking."""
