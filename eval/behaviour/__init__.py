"""Behaviour that anyone would expect of search, as cases over the sample notices: what each holds, and why it was missed."""
