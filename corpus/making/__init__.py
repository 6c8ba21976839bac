"""Files made from written notices: web pages, PDF, Word and Excel files and plain texts, the same bytes every time.

| module | what it makes |
|---|---|
| `source` | a written notice as read from `corpus/written`: what it declares, paragraphs, tables |
| `layout` | what each paragraph is on the printed page: title, signature, caption |
| `sites`, `page` | the sites that published notices, and their pages |
| `pdf`, `word`, `sheet` | PDF, Word and Excel files |
| `archive` | Word and Excel files without the time of making in them |
| `files` | every notice in its format, and whether a file is what would be made |
"""
