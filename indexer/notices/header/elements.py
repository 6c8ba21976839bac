"""Recognisers for the named elements of a notice: title, number, addressees, signature, date, marks.

Each one looks at one paragraph or one string and knows nothing of its neighbours. Elements and their forms follow
GB/T 9704-2012; the rules stand in the module of each element.
"""

from indexer.notices.header.bodies import (
    BODY_END,
    is_addressees_line,
    is_signature,
    names_in,
    split_names,
    split_signature,
)
from indexer.notices.header.datelines import is_date_line, is_month_line, parse_date
from indexer.notices.header.docnumbers import find_doc_numbers, find_order, is_doc_number_line
from indexer.notices.header.remarks import find_disclosure, is_classification_mark
from indexer.notices.header.titlelines import KINDS, clean_title, is_title, kind_of_title, split_title_and_rest

__all__ = [
    "BODY_END",
    "KINDS",
    "clean_title",
    "find_disclosure",
    "find_doc_numbers",
    "find_order",
    "is_addressees_line",
    "is_classification_mark",
    "is_date_line",
    "is_doc_number_line",
    "is_month_line",
    "is_signature",
    "is_title",
    "kind_of_title",
    "names_in",
    "parse_date",
    "split_names",
    "split_signature",
    "split_title_and_rest",
]
