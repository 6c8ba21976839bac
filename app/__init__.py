"""The app in the browser: one module a page, its pieces in `parts`, every word it says in `texts`.

It only shows: what is understood, found and answered comes from `indexer.search`.
"""
