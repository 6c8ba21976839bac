"""The commands of `python -m eval`, one module for each kind of work; options that several of them have."""
