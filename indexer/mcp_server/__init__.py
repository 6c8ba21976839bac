"""The archive for assistants, by the Model Context Protocol: six tools whose results carry citations.

| module | idea |
|---|---|
| `server` | the tools with their parameters, over stdin and stdout or over HTTP |
| `tools` | what each tool finds in an index |
| `results` | what comes back, for the tools' schemas |
| `asked_index` | where a call gets its index: the one place to put access control in front of |
"""
