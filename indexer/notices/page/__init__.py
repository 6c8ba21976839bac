"""The page: lines and tables in reading order, before anyone asks what they mean."""
