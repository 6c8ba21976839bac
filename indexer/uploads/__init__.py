"""Files that people hand in: looked at first (`stage`, `fetch_one`), then admitted to the index's folder `uploads`.

That folder belongs to the index: every build includes it, whatever else it is given. What is taken out again is kept
aside, in the hidden folder `.withdrawn`.

| module | idea |
|---|---|
| `names` | a name under which a file can safely be kept |
| `parsing`, `parsing_process` | parsing within limits of time and memory |
| `staging` | a file or an address read and parsed, and what the archive has of it, with nothing kept |
| `admission` | into the folder and out of it, with the record of who did it and when |
| `listing` | what is there, and what the live generation has of it |
"""

from __future__ import annotations

from indexer.uploads.admission import admit, withdraw
from indexer.uploads.listing import Admitted, Withdrawn, admitted, withdrawn
from indexer.uploads.names import safe_name
from indexer.uploads.parsing import parse_bounded
from indexer.uploads.staging import Staged, fetch_one, stage

__all__ = [
    "Admitted",
    "Staged",
    "Withdrawn",
    "admit",
    "admitted",
    "fetch_one",
    "parse_bounded",
    "safe_name",
    "stage",
    "withdraw",
    "withdrawn",
]
