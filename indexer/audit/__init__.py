"""Who asked what, when, and what was shown: kept in a chain of hashes that shows whether a line was changed.

| module | idea |
|---|---|
| `records` | what is kept of a question |
| `chain` | lines in monthly segments, each with the hash of the one before; checked, and dropped by whole months |
| `noting` | the one function that whoever shows something calls |
"""

from __future__ import annotations

from indexer.audit.chain import Chain, Checked, chain_of
from indexer.audit.noting import is_audited, note
from indexer.audit.records import Deed, Event, Via

__all__ = ["Chain", "Checked", "Deed", "Event", "Via", "chain_of", "is_audited", "note"]
