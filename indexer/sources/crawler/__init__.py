"""The crawler: policy columns of government sites into raw files with a provenance record each, politely.

| module | what it holds |
|---|---|
| `crawl` | `fetch`: one run over all sources, and its report |
| `one_page`, `one_page_process` | a single address, in a process of its own |
| `sources_file` | what `corpus/sources.toml` says: sources, their limits, who asks |
| `frontier` | which pages are known and which are still to be asked for, on disk (SQLite), so that a kill loses nothing |
| `spider` | the order of requests, limits, and what happens where there is no answer |
| `answers` | what an answer means: new, changed, unchanged, moved, gone, failed |
| `links` | which links of a page are notices, attachments or the next page of a listing |
| `raw_files` | where a page's bytes are kept, unchanged |
| `provenance` | the record beside each file, and its return into a `RawNotice` |
| `robots`, `back_off`, `addresses` | what may be asked, how a failing site is left alone, and which addresses are refused |

Nothing of Scrapy is loaded before `crawl` is imported, which only the command `fetch` and the process of a single address do.
"""
